"""What memory holds: a program that worked, what it was for, and what speaks for and against it.

Owns how trust is counted. A program counts as proven here only by runs that worked under the rules that are
in force and the API as it is; every success and failure weighs less with age.
"""

from dataclasses import dataclass
from typing import Final, Literal

HALF_LIFE_SECONDS: Final = 90 * 86_400.0
"""After so long a success or a failure weighs half (an assumption)."""
LEAST_SCORE: Final = 0.55
"""What an entry is used from. One success scores 0.67, one success and one failure 0.5 (an assumption)."""
_WEIGHT: Final = {"worked": 1.0, "failed": 1.0, "did not fit": 0.5}

Outcome = Literal["worked", "failed", "did not fit"]
"""`did not fit`: it failed in a copy, which may be the account's doing as well as the program's."""
State = Literal["proven", "unproven", "failing", "outdated"]
Means = Literal["text", "number", "resource"]


@dataclass(frozen=True, slots=True)
class Slot:
    """A value of the request that may be another the next time.

    Attributes:
        parameter: of the program, which takes it.
        mention: which of the request's mentions it is.
        means: `resource`: the parameter is the id of the thing that the request names.
        type: of that thing.
    """

    parameter: str
    mention: int
    means: Means = "text"
    type: str = ""


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a reading step found whose question does not depend on the request.

    Attributes:
        path: JMESPath into the step's result.
        value: what stood there, as JSON.
    """

    step: str
    path: str
    value: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One program with what it was for.

    Attributes:
        region: that the program acted in when the request named none.
        request: in plain words, without secrets.
        shape: the request's (`words.Said`).
        program: its text.
        relied: ids of things that were there already and that it goes by, besides what the request names.
        origin: where it came from, if not from a run of this home: a file's name.
    """

    id: str
    cloud: str
    region: str
    request: str
    shape: str
    program: str
    slots: tuple[Slot, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    relied: tuple[str, ...] = ()
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What came of an entry's program once.

    Attributes:
        run: in which; no run counts twice.
        api: fingerprint of the operations as they were.
        policies: fingerprint of the rules as they were.
    """

    run: str
    at: float
    outcome: Outcome
    target: str = ""
    region: str = ""
    modality: str = ""
    brain: str = ""
    steps: int = 0
    seconds: float = 0.0
    tokens: int = 0
    usd: float = 0.0
    api: str = ""
    policies: str = ""


@dataclass(frozen=True, slots=True)
class Present:
    """What an entry is held against: the moment, the API's fingerprint and the rules'."""

    at: float
    api: str
    policies: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry with all that came of it, the newest first."""

    entry: Entry
    evidence: tuple[Evidence, ...] = ()

    @property
    def worked(self) -> tuple[Evidence, ...]:
        return tuple(one for one in self.evidence if one.outcome == "worked")

    def score(self, present: Present) -> float:
        """The mean of a Beta distribution over successes and failures, each weighed by its age."""
        good = sum(_weight(one, present.at) for one in self.worked if _holds(one, present))
        bad = sum(_weight(one, present.at) for one in self.evidence if one.outcome != "worked")
        return (good + 1) / (good + bad + 2)

    def state(self, present: Present) -> State:
        """Whether it can be trusted so far that it is tried."""
        if not self.worked:
            failing = self.evidence and self.score(present) < 1 - LEAST_SCORE
            return "failing" if failing else "unproven"
        if not any(_holds(one, present) for one in self.worked):
            return "outdated"
        return "proven" if self.score(present) >= LEAST_SCORE else "failing"


def _holds(one: Evidence, present: Present) -> bool:
    return (one.api, one.policies) == (present.api, present.policies)


def _weight(one: Evidence, now: float) -> float:
    return _WEIGHT[one.outcome] * 0.5 ** (max(0.0, now - one.at) / HALF_LIFE_SECONDS)
