"""`skywright`: all commands, and what becomes of errors."""

import errno
import os
import sys
from collections.abc import Callable, Mapping
from typing import Annotated, ClassVar, NoReturn

import typer

from skywright.cli.lazy import Elsewhere, Lazy, imported
from skywright.cli.shared import BROKEN_PIPE, INTERRUPTED, print_object, shown
from skywright.errors import SkywrightError
from skywright.model.run import Status


class _Commands(Lazy):
    elsewhere: ClassVar[Mapping[str, Elsewhere]] = {
        "do": Elsewhere("requests", "Carry out a request in words."),
        "plan": Elsewhere("requests", "Write the program that a request leads to; nothing is changed."),
        "undo": Elsewhere("requests", "Go back to the state before a run."),
        "apply": Elsewhere("programs", "Perform a program; it is proven again first."),
        "prove": Elsewhere("programs", "Prove a program against types, privileges and policies."),
        "emit": Elsewhere("programs", "Write a program as a script or as a boto3 program."),
        "guard": Elsewhere("programs", "Run any program or agent under the gate."),
        "battle": Elsewhere("battles", "Let agents fight over tasks; the clouds are judged."),
        "runs": Elsewhere("runs", "What became of requests, and going on with one."),
        "routes": Elsewhere("routes", "What brains and modalities are known to be good at."),
        "preferences": Elsewhere("preferences", "What you always want of a target."),
        "target": Elsewhere("target", "The accounts that may be acted on."),
        "journal": Elsewhere("journal", "The record of every call."),
        "policy": Elsewhere("policy", "The rules that decide what may be done."),
        "gym": Elsewhere("gym", "The sandbox clouds."),
        "memory": Elsewhere("memory", "What has worked before, and is used again."),
        "docs": Elsewhere("docs", "What the clouds' documentation says."),
        "state": Elsewhere("state", "What is in an account, and what was."),
    }


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
        typer.echo(f"skywright {imported('version').version}")
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
