"""What every brain is: something that understands a request, looking at the cloud but never touching it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from skywright.clouds.base import Cloud
from skywright.clouds.calling import Caller
from skywright.model.advice import Beyond, Understanding
from skywright.model.call import Trace
from skywright.model.exchange import Exchange, Spent
from skywright.model.program import Program


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying something out in a copy of the target.

    Attributes:
        output: the end of what it printed.
        error: one sentence if it failed; empty if it succeeded.
        trace: its calls, as the gate saw them.
    """

    ok: bool
    output: str = ""
    error: str = ""
    trace: Trace = ()


class Workshop(Protocol):
    """Where a brain that has to find out tries things: copies of the target, behind the gate.

    The target itself cannot be reached from here. Each attempt finds the target's present state, whatever
    an attempt before it did.
    """

    @property
    def target(self) -> str:
        """The target's name, for commands that are told to a person."""
        ...

    @property
    def modality(self) -> str:
        """As it was asked for; `auto`: any."""
        ...

    @property
    def languages(self) -> Mapping[str, str]:
        """In which language each modality takes artefacts of others, by modality."""
        ...

    def run(self, modality: str, artefact: str, seconds: float) -> Tried:
        """Run an artefact in a modality's own process; never raises for what it does.

        Raises:
            Unavailable: The modality's tool is missing, or no copy can be had.
        """
        ...

    def perform(self, program: Program) -> Tried:
        """Perform a program, its expectations included; never raises for what it does.

        Raises:
            Unavailable: No copy can be had.
        """
        ...

    def seconds_left(self) -> float:
        """Until the run's deadline.

        Raises:
            Unavailable: It has passed.
        """
        ...

    def spent(self) -> Spent:
        """What the run's exchanges with models took so far, those of a former process included."""
        ...

    def record(self, exchange: Exchange) -> None:
        """Write an exchange into the run's record; `exchange` holds no secrets any more."""
        ...

    def keep(self, name: str, text: str) -> Path:
        """Put a text that a person may want into the run's folder."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """What a brain may use.

    Attributes:
        look: calls reading operations on the target, through the gate; anything else is refused there.
        region: where things go when the request names no place.
        answers: to the questions of a former understanding of the same request, by question id.
        workshop: where things are tried out; None: only looking is possible.
        precedent: the text of a program that worked for something like it; empty: nothing is known of one.
    """

    cloud: Cloud
    look: Caller
    region: str
    answers: Mapping[str, str] = field(default_factory=dict[str, str])
    workshop: Workshop | None = None
    precedent: str = ""


class NoProgram(Beyond):
    """A plain no since the brain has nothing for what was ordered; the planner beneath it may have."""


class OneByOne(Beyond):
    """A plain no to several things at once, each of which may be asked for by itself."""


class Brain(Protocol):
    @property
    def name(self) -> str: ...

    def understand(self, words: str, context: Context) -> Understanding:
        """A plan, questions (all of them at once), or a plain no with the nearest that can be done.

        Raises:
            CloudFailed: The target could not be looked at.
        """
        ...
