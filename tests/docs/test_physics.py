"""Every command that `docs/physics.md` shows is one, with the options that it shows."""

import re
import shlex
from pathlib import Path
from typing import Any

import typer

from skywright.cli.gym import commands

PAGE = Path(__file__).parents[2] / "docs" / "physics.md"


def test_the_commands_are_what_they_are_shown_as() -> None:
    known: Any = typer.main.get_command(commands)
    shown = re.findall(r"^    skywright gym (\w+)(.*)$", PAGE.read_text(), re.MULTILINE)
    assert {name for name, _ in shown} == {"bill", "clock", "spot"}
    for name, words in shown:
        known.commands[name].make_context(name, shlex.split(words, comments=True))
