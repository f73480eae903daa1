"""The hands of a bare agent that writes code: a script, a program or a configuration, each run in a process.

That process is given the gate's address and the session's credential, and nothing else that the loop knows,
such as the key of the model.
"""

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from skywright.brains.model.talk import Said
from skywright.modalities import process
from skywright.modalities.base import Workplace
from skywright.modalities.iac import foreign
from skywright.modalities.iac import tool as terraform
from skywright.modalities.process import Ended
from skywright.model.target import Credential
from skywright_bench.bare.words import cut

_LONGEST_ACTION_SECONDS = 300.0


def workplace(folder: Path) -> Workplace:
    """Where actions run, out of the variables that `skywright guard` sets."""
    given = os.environ
    credential = Credential(given["AWS_ACCESS_KEY_ID"], given["AWS_SECRET_ACCESS_KEY"])
    return Workplace(given["AWS_ENDPOINT_URL"], credential, given["AWS_REGION"], folder, lambda _: None)


@dataclass(frozen=True, slots=True)
class Scripts:
    """Runs each action as a file.

    Attributes:
        command: what runs it; the file's name comes last.
        programs: what must be on its path.
    """

    place: Workplace
    language: str
    file: str
    command: Sequence[str]
    programs: Sequence[str]

    def begin(self) -> Said | None:
        """See `loop.Hands`."""
        return None

    def act(self, code: str, seconds: float) -> Said:
        """See `loop.Hands`."""
        place = _within(self.place, seconds)
        path = process.write(place, self.file, code)
        variables = process.environment(place, self.programs)
        return _seen(process.run([*self.command, str(path)], variables, place), place)


def shell(place: Workplace) -> Scripts:
    """Bash scripts; `aws` is the first on the path, where `skywright guard` puts one that finds the gate."""
    bash = process.find("bash", "install it with your system's package manager")
    aws = shutil.which("aws") or process.find("aws", "install it with 'pip install awscli'")
    return Scripts(place, "bash", "action.sh", (bash, "--noprofile", "--norc"), (aws, sys.executable, bash))


def python(place: Workplace) -> Scripts:
    """Python programs."""
    return Scripts(place, "python", "action.py", (sys.executable, "-I", "-B"), (sys.executable,))


class Terraform:
    """Applies each action as the whole configuration of one folder, whose state is kept.

    Raises:
        Unavailable: Neither Terraform nor OpenTofu is here, or not the provider.
    """

    language = "hcl"

    def __init__(self, place: Workplace, cache: Path) -> None:
        self._place = place
        self._tool = terraform.find(place, cache, os.environ)

    def begin(self) -> Said | None:
        """See `loop.Hands`."""
        return None

    def act(self, code: str, seconds: float) -> Said:
        """See `loop.Hands`."""
        place = _within(self._place, seconds)
        return _seen(foreign.apply(code, self._tool, place), place)


def _within(place: Workplace, seconds: float) -> Workplace:
    return replace(place, timeout_seconds=max(1.0, min(seconds, _LONGEST_ACTION_SECONDS)))


def _seen(ended: Ended, place: Workplace) -> Said:
    how = (
        f"It did not end within {place.timeout_seconds:.0f} s and was stopped."
        if ended.timed_out
        else f"It ended with status {ended.status}."
    )
    return Said("user", f"{how}\n{cut(ended.output)}")
