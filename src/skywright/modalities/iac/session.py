"""A provider that is started once, and Terraform's commands that are attached to it.

Owns how both are run. The provider has the credential of one workplace, and is
gone when that is done with. Must not know what is in a configuration.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from skywright.modalities import process, wall
from skywright.modalities.base import Workplace
from skywright.modalities.iac.failure import unsaid
from skywright.modalities.iac.fetch import SOURCE
from skywright.modalities.iac.tool import Tool, environment
from skywright.program.emit.hcl.typenames import REQUESTS, types

_SPARING = {"GOGC": "400", "GOMEMLIMIT": "1GiB"}
"""Both are short-lived: they rather take more memory, up to that much, than collect garbage."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command of Terraform.

    Attributes:
        output: the file that takes what it prints; without one that is progress to be told.
    """

    words: tuple[str, ...]
    output: Path | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """Where commands are run.

    Attributes:
        variables: the environment, in which it says how to attach.
        walled: whether commands run behind the wall around what others wrote.
    """

    tool: Tool
    workplace: Workplace
    variables: Mapping[str, str]
    walled: bool = False

    def run(self, commands: Sequence[Command], say: Callable[[str], None] = unsaid) -> process.Ended:
        """Run commands one after the other, until one fails.

        Args:
            say: takes the lines of progress.

        Raises:
            Unavailable: They cannot be started.
        """
        asked = [
            {"words": [self.tool.program, *one.words], "output": str(one.output) if one.output else None}
            for one in commands
        ]
        command = _program("driver", asked)
        if self.walled:
            programs = [command[-2], self.tool.program]
            command = wall.around(command, self.workplace, programs, attaches=True)
        return process.run(command, self.variables, replace(self.workplace, say=say))


@contextmanager
def attached(
    tool: Tool, workplace: Workplace, *, tables: tuple[str, ...] = REQUESTS, whole: bool = False
) -> Generator[Session]:
    """The provider, started, for as long as one is inside.

    Args:
        tables: which say what types of resources and data sources there may be.
        whole: whether a configuration is somebody else's: it may have any type of the provider, and is run
            behind the wall. So is the provider: the configuration tells it which files to read, whose
            credentials to take and whom to ask.

    Raises:
        Unavailable: It cannot be started.
    """
    variables = environment(tool.program, workplace) | _SPARING
    asked = {
        "provider": str(tool.provider),
        "source": SOURCE,
        "types": [] if whole else sorted(types(tables)),
        "schema": str(_schema(tool, tables)),
    }
    excuse = f"Terraform's provider {tool.provider} does not start"
    relay = _program("relay", asked)

    def around(command: Sequence[str], folder: str) -> Sequence[str]:
        programs = [relay[-2], str(tool.provider)]
        return wall.around(command, workplace, programs, attaches=True, folder=folder)

    with process.serving(relay, variables, workplace, excuse, around if whole else None) as attach:
        yield Session(tool, workplace, variables | {"TF_REATTACH_PROVIDERS": attach}, walled=whole)


def _schema(tool: Tool, tables: tuple[str, ...]) -> Path:
    """The file with the part of this provider's schema that is about the tables' types."""
    there = tool.provider.stat()
    known = [str(tool.provider), there.st_size, there.st_mtime_ns, sorted(types(tables))]
    return tool.cache / f"{hashlib.sha256(json.dumps(known).encode()).hexdigest()[:32]}.schema"


def _program(name: str, asked: object) -> list[str]:
    return [sys.executable, "-I", "-B", str(Path(__file__).with_name(f"{name}.py")), json.dumps(asked)]
