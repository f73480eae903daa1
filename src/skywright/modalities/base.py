"""What every modality is: something that performs a program in a separate process, under the gate.

A modality is *faithful* if the calls that it makes are the program's own, one by one. One that is not
(Terraform plans for itself, a web console calls what its pages need) is rehearsed in itself: what the gate
saw it do in the twin is the program that is proven and that its session is bound to.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from skywright.model.advice import Advisory
from skywright.model.program import Program
from skywright.model.target import Credential
from skywright.model.values import Value


class Shelf(Protocol):
    """Folders that several machines may have in common."""

    def borrowed(self, folder: Path) -> AbstractContextManager[None]:
        """Have a folder for oneself, as whoever had it last left it, on whichever machine.

        Raises:
            Unavailable: Another has it.
            Corrupt: It is not the one that others have.
        """
        ...


class Alone:
    """Where nobody else has them."""

    def borrowed(self, folder: Path) -> AbstractContextManager[None]:
        return nullcontext()


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where an attempt is made: the only things that the separate process is given.

    Attributes:
        endpoint: the gate's address.
        credential: the gate's session credential, good for this run alone.
        folder: a scratch folder, which becomes the process's home and working directory.
        say: takes a line of progress.
        kept: what the modality keeps of this target from run to run; another modality never looks there.
        shelf: by which folders in it are had for oneself, as their last user left them.
    """

    endpoint: str
    credential: Credential
    region: str
    folder: Path
    say: Callable[[str], None]
    timeout_seconds: float = 900.0
    kept: Path | None = None
    shelf: Shelf = field(default_factory=Alone)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of performing a program once.

    Attributes:
        artefact: the script, program or configuration that was run, as a person would read it.
        error: one sentence from its output if it failed; empty if it succeeded.
        answer: what was asked to know, of a modality that is not faithful and a program that only reads.
    """

    ok: bool
    artefact: str
    output: str = ""
    error: str = ""
    steps: int = 1
    notes: tuple[str, ...] = field(default_factory=tuple[str, ...])
    answer: Value = None


@dataclass(frozen=True, slots=True)
class Foresight:
    """What a modality says that it will do, before it is approved.

    Attributes:
        shown: its own words for it, as a person would read them; empty if there are none.
    """

    advisories: tuple[Advisory, ...] = ()
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Omitted:
    """Something that is there and was not written down.

    Attributes:
        id: empty if it is all of its type.
    """

    type: str
    id: str
    why: str


@dataclass(frozen=True, slots=True)
class Written:
    """What is in a region, written down as what a modality would keep of it.

    Attributes:
        texts: files by their names.
        ids: of what is in them.
        omitted: what was seen to be there besides.
        reasons: why something that an inventory has may not be in them, by its type there.
    """

    texts: Mapping[str, str]
    ids: frozenset[str]
    omitted: tuple[Omitted, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict[str, str])


class Modality(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def faithful(self) -> bool:
        """Whether the calls that it makes are the program's own."""
        ...

    def obstacle(self, program: Program) -> str:
        """Why it cannot perform the program, as far as that shows without looking; empty if nothing does."""
        ...

    def foresee(self, program: Program, workplace: Workplace) -> Foresight:
        """What performing the program will come to; it only looks at the target.

        Raises:
            Unavailable: The modality's own tool is missing.
            CloudFailed: It cannot be told.
        """
        ...

    def perform(self, program: Program, workplace: Workplace) -> Attempt:
        """Emit the program in this modality and run it; never raises for what the program does.

        Raises:
            Unavailable: The modality's own tool is missing; the sentence says how to get it.
        """
        ...


@runtime_checkable
class Open(Protocol):
    """A modality that runs what others wrote in its language, too."""

    @property
    def language(self) -> str:
        """Of artefacts: `bash`, `python`, `hcl`."""
        ...

    def run(self, artefact: str, workplace: Workplace) -> Attempt:
        """Run somebody's artefact; never raises for what it does.

        Raises:
            Unavailable: As for `Modality.perform`.
        """
        ...


def held_by(modality: Modality, folder: Path) -> Mapping[str, str]:
    """Who manages what the modality has made or taken over, by ids; most keep nothing, and have no `holds`.

    Args:
        folder: where it keeps what it knows of the target from run to run.

    Raises:
        Corrupt: What it keeps there is damaged.
    """
    tell: Callable[[Path], Mapping[str, str]] | None = getattr(modality, "holds", None)
    return {} if tell is None else tell(folder)


def adopted_by(modality: Modality, ids: Collection[str], workplace: Workplace) -> None:
    """Let a modality that keeps what it makes keep these as they are in the cloud now; most keep nothing.

    Args:
        workplace: of a session that may only look; its region is that of what is kept.

    Raises:
        Refused: It would change something all the same; what it keeps is as it was before.
        CloudFailed, Corrupt, Unavailable: It cannot.
    """
    adopt: Callable[[Collection[str], Workplace], None] | None = getattr(modality, "adopt", None)
    if adopt is not None:
        adopt(ids, workplace)


def written_by(modality: Modality, ids: Collection[str], workplace: Workplace) -> Written | None:
    """What is in the cloud, or these of it, written down by a modality that can do that; None of the others.

    Args:
        workplace: of a session that may only look; its region is what is written down.

    Raises:
        NotFound: There is nothing to write.
        Refused: It cannot be said so that it would change nothing.
        CloudFailed, Unavailable: It cannot be told.
    """
    write: Callable[[Collection[str], Workplace], Written] | None = getattr(modality, "write_down", None)
    return None if write is None else write(ids, workplace)


class Faithful:
    """The part of a modality that makes the program's own calls: the program says what will be done."""

    faithful = True

    def foresee(self, program: Program, workplace: Workplace) -> Foresight:
        """See `Modality`."""
        del program, workplace
        return Foresight()
