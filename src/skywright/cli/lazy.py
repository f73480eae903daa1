"""Commands whose files are imported when they are called.

To import the engine and the gate takes longer than what most commands do. The way to put it off
is click's own: https://click.palletsprojects.com/en/stable/complex/#lazily-loading-subcommands
"""

import gc
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, ClassVar

from typer.core import TyperGroup
from typer.main import get_group


class Lazy(TyperGroup):
    """A group of which some commands are in other files of this folder.

    Attributes:
        elsewhere: the file of each such command, as a name here. A file of that command's own
            name holds a group, any other the command among others.
    """

    elsewhere: ClassVar[Mapping[str, str]] = {}

    def list_commands(self, ctx: Any) -> list[str]:
        """Those of this file and those elsewhere."""
        return [*super().list_commands(ctx), *self.elsewhere]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command, its file imported."""
        if cmd_name not in self.elsewhere:
            return super().get_command(ctx, cmd_name)
        commands = _imported(self.elsewhere[cmd_name]).commands
        if cmd_name == self.elsewhere[cmd_name]:
            return get_group(commands)
        return get_group(commands).commands[cmd_name]


def _imported(name: str) -> ModuleType:
    """The file, imported a fifth faster: what imports make stays, so it is vain to look for garbage."""
    gc.disable()
    try:
        return import_module(f"skywright.cli.{name}")
    finally:
        gc.freeze()
        gc.enable()
