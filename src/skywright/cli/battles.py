"""`skywright battle`: hands over to the package that measures agents, which is no part of Skywright's own."""

import importlib.util
import os
import sys

import typer

from skywright.errors import Unavailable

_PACKAGE = "skywright_bench"

commands = typer.Typer(rich_markup_mode=None)


@commands.callback()
def group() -> None:
    """Measures."""


@commands.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    short_help="Let agents fight over tasks, and judge what became of the clouds.",
)
def battle(context: typer.Context) -> None:
    """Let agents fight over tasks, and judge what became of the clouds."""
    if importlib.util.find_spec(_PACKAGE) is None:
        raise Unavailable(f"the package {_PACKAGE} is not installed beside Skywright")
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", _PACKAGE, *context.args])
