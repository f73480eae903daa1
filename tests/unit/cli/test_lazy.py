"""A command that only looks does not wait for what it does not need."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer import Context
from typer.main import get_command

from skywright.cli.main import root

ENGINE = {"dbos", "aiohttp", "botocore"}
DATABASE = {"sqlalchemy", "cryptography"}


@pytest.mark.parametrize(
    ("command", "needless"),
    [
        ("runs", ENGINE),
        ("journal verify", ENGINE),
        ("state show --help", ENGINE - {"botocore"}),
        ("gym status", ENGINE | DATABASE),
        ("--version", ENGINE | DATABASE),
        ("--help", ENGINE | DATABASE),
    ],
)
def test_what_takes_long_is_imported_only_where_it_acts(
    command: str, needless: set[str], tmp_path: Path
) -> None:
    program = (
        "import sys\n"
        f"sys.argv = ['skywright', *{command.split()!r}]\n"
        "from skywright.cli.main import root\n"
        "try: root()\n"
        "except BaseException: pass\n"
        f"print(*sorted({needless!r} & set(sys.modules)))\n"
    )
    home = {**os.environ, "SKYWRIGHT_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=home, check=False
    )
    assert done.stdout.splitlines()[-1] == ""


def commands(group: Any, context: Any, above: str = "") -> Iterator[str]:
    """All that there is under a group; each is imported for that."""
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        yield f"{above}{name}"
        if hasattr(found, "list_commands"):
            yield from commands(found, context, f"{above}{name} ")


def test_what_is_elsewhere_is_there() -> None:
    group = get_command(root)
    found = set(commands(group, Context(group)))
    assert found >= {
        "do",
        "runs show",
        "runs resume",
        "gym up",
        "gym fault",
        "state drift",
        "state refresh",
        "policy test",
    }


def test_every_command_is_listed() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "skywright", "--help"], capture_output=True, text=True, check=True
    )
    listed = {line.split()[0] for line in done.stdout.partition("Commands:")[2].splitlines() if line.strip()}
    assert listed >= {
        "do",
        "plan",
        "undo",
        "apply",
        "prove",
        "emit",
        "guard",
        "runs",
        "target",
        "journal",
        "gym",
    }
