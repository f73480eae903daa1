"""What a brain makes of a request: a plan, questions, or a plain no; and advisories about the plan."""

from dataclasses import dataclass
from enum import StrEnum

from skywright.model.program import Program


class Concern(StrEnum):
    """What kind of side effect an advisory is about."""

    REPLACEMENT = "replacement"
    DOWNTIME = "downtime"
    DATA_LOSS = "data_loss"
    COST = "cost"
    PUBLIC = "public"
    BLAST_RADIUS = "blast_radius"
    IRREVERSIBLE = "irreversible"
    ASSUMPTION = "assumption"


@dataclass(frozen=True, slots=True)
class Advisory:
    """What the user should know before we act, in one sentence."""

    concern: Concern
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A value that has no sane default.

    Attributes:
        choices: what it may be; empty if anything of the kind will do.
        details: what each choice is, in the same order, where its name does not say enough; or empty.
    """

    id: str
    text: str
    choices: tuple[str, ...] = ()
    details: tuple[str, ...] = ()

    def options(self) -> tuple[tuple[str, str], ...]:
        """Each choice with what it is."""
        details = (*self.details, *("" for _ in self.choices))
        return tuple(zip(self.choices, details, strict=False))


@dataclass(frozen=True, slots=True)
class Recalled:
    """What a plan was remembered from: an entry of memory, and whether that has worked here before."""

    entry: str
    proven: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """The request was understood: this program would do it.

    Attributes:
        summary: what was understood, in plain words, for the user to agree with.
        advisories: what only the brain can know (assumptions made, a replacement chosen);
            those that follow from the program itself are derived elsewhere.
        recalled: set if it was not thought out, but remembered.
    """

    program: Program
    summary: str
    advisories: tuple[Advisory, ...] = ()
    recalled: Recalled | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """The request cannot be carried out until these are answered, all of them asked at once."""

    questions: tuple[Question, ...]
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Beyond:
    """The brain cannot do it. `nearest` names what it can do that comes closest."""

    reason: str
    nearest: tuple[str, ...] = ()


Understanding = Plan | Unclear | Beyond
