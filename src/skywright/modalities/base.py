"""What every modality is: something that performs a program in a separate process, under the gate."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from skywright.model.program import Program
from skywright.model.target import Credential


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where an attempt is made: the only things that the separate process is given.

    Attributes:
        endpoint: the gate's address.
        credential: the gate's session credential, good for this run alone.
        folder: a scratch folder, which becomes the process's home and working directory.
        say: takes a line of progress.
    """

    endpoint: str
    credential: Credential
    region: str
    folder: Path
    say: Callable[[str], None]
    timeout_seconds: float = 900.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of performing a program once.

    Attributes:
        artefact: the script, program or configuration that was run, as a person would read it.
        error: one sentence from its output if it failed; empty if it succeeded.
    """

    ok: bool
    artefact: str
    output: str = ""
    error: str = ""
    steps: int = 1
    notes: tuple[str, ...] = field(default_factory=tuple[str, ...])


class Modality(Protocol):
    @property
    def name(self) -> str: ...

    def perform(self, program: Program, workplace: Workplace) -> Attempt:
        """Emit the program in this modality and run it; never raises for what the program does.

        Raises:
            Unavailable: The modality's own tool is missing; the sentence says how to get it.
        """
        ...
