"""`skywright`: all commands, and what becomes of errors."""

import errno
import os
import sys
from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated, NoReturn

import typer

from skywright.cli.lazy import Lazy
from skywright.cli.progress import shown
from skywright.cli.shared import BROKEN_PIPE, INTERRUPTED, print_object
from skywright.errors import SkywrightError
from skywright.model.run import Status


class _Commands(Lazy):
    elsewhere = (
        dict.fromkeys(("do", "plan", "undo"), "requests")
        | dict.fromkeys(("apply", "prove", "emit", "guard"), "programs")
        | {"battle": "battles"}
        | {name: name for name in ("runs", "target", "journal", "policy", "gym")}
    )


root = typer.Typer(
    cls=_Commands,
    name="skywright",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"skywright {version('skywright')}")
        raise typer.Exit


@root.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Say which version this is."),
    ] = False,
) -> None:
    """Lets AI agents manage clouds, and lets the people who answer for those clouds sleep."""
    del version


def main() -> NoReturn:
    """Run the command and leave.

    All that was opened is closed by then. The process ends at once: to take apart the API models
    that are in memory takes an interpreter half a second, for nothing.
    """
    status = _status_of(root)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        status = BROKEN_PIPE
    sys.stderr.flush()
    os._exit(status)


def _status_of(command: Callable[[], object]) -> int:
    """The exit status; the world's failures are one sentence on standard error, ours a traceback."""
    try:
        command()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except SkywrightError as error:
        sys.stderr.write(f"skywright: {shown(str(error))}\n")
        if "--json" in sys.argv:
            status = Status.REFUSED if error.exit_status == Status.REFUSED.exit_status else Status.FAILED
            print_object({"run": None, "status": status.value, "error": str(error)})
        return error.exit_status
    except KeyboardInterrupt:
        sys.stderr.write("\nskywright: interrupted\n")
        return INTERRUPTED
    except BrokenPipeError:
        return BROKEN_PIPE
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        sys.stderr.write(f"skywright: {error.strerror}\n")
        return 1
    return 0
