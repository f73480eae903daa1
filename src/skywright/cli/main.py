"""`skywright`: all commands, and what becomes of errors."""

import sys

import typer

from skywright.cli import gym, journal, programs, requests, runs, targets
from skywright.cli.progress import shown
from skywright.cli.shared import print_object
from skywright.errors import SkywrightError
from skywright.model.run import Status

root = typer.Typer(
    name="skywright",
    help="Lets AI agents manage clouds, and lets the people who answer for those clouds sleep.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
requests.register(root)
programs.register(root)
root.add_typer(runs.commands, name="runs")
root.add_typer(targets.commands, name="target")
root.add_typer(journal.commands, name="journal")
root.add_typer(gym.commands, name="gym")


def main() -> None:
    """Run the command; the world's failures are one sentence on standard error, ours a traceback."""
    try:
        root()
    except SkywrightError as error:
        sys.stderr.write(f"skywright: {shown(str(error))}\n")
        if "--json" in sys.argv:
            status = Status.REFUSED if error.exit_status == Status.REFUSED.exit_status else Status.FAILED
            print_object({"run": None, "status": status.value, "error": str(error)})
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        sys.stderr.write("\nskywright: interrupted\n")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
