"""Commands whose files are imported when they are called.

To import the engine and the gate takes longer than what most commands do. The way to put it off
is click's own: https://click.palletsprojects.com/en/stable/complex/#lazily-loading-subcommands
"""

import gc
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, ClassVar, NamedTuple

from typer.core import TyperGroup
from typer.main import get_group


class Elsewhere(NamedTuple):
    """A command in another file of this folder.

    Attributes:
        file: its name. A file of the command's own name holds a group, any other the command among others.
        does: what the command does, as a list of commands tells it.
    """

    file: str
    does: str


class Lazy(TyperGroup):
    """A group of which some commands are in other files of this folder."""

    elsewhere: ClassVar[Mapping[str, Elsewhere]] = {}

    def list_commands(self, ctx: Any) -> list[str]:
        """Those of this file and those elsewhere."""
        return [*super().list_commands(ctx), *self.elsewhere]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command, its file imported."""
        if cmd_name not in self.elsewhere:
            return super().get_command(ctx, cmd_name)
        file = self.elsewhere[cmd_name].file
        commands = get_group(imported(file).commands)
        return commands if cmd_name == file else commands.commands[cmd_name]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands with what they do, without importing any."""
        limit = formatter.width - 6 - max(map(len, self.list_commands(ctx)))
        here = [(name, command.get_short_help_str(limit)) for name, command in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl([*here, *((name, found.does) for name, found in self.elsewhere.items())])


def imported(name: str) -> ModuleType:
    """The file, imported a fifth faster: what imports make stays, so it is vain to look for garbage."""
    gc.disable()
    try:
        return import_module(f"skywright.cli.{name}")
    finally:
        gc.freeze()
        gc.enable()
