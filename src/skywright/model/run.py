"""Runs: one request from start to end, and what is reported of it."""

from dataclasses import dataclass, field
from enum import StrEnum

from skywright.model.advice import Advisory, Question
from skywright.model.values import Value


class Status(StrEnum):
    """What became of a run. `RUNNING` and `CANCELLED` never leave `skywright runs`."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    NEEDS_INPUT = "needs_input"
    NEEDS_APPROVAL = "needs_approval"
    REFUSED = "refused"
    ROLLED_BACK = "rolled_back"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def exit_status(self) -> int:
        return {
            Status.SUCCEEDED: 0,
            Status.NEEDS_INPUT: 3,
            Status.NEEDS_APPROVAL: 3,
            Status.REFUSED: 4,
            Status.ROLLED_BACK: 5,
        }.get(self, 1)


class Autonomy(StrEnum):
    """How much may be done without asking."""

    COPILOT = "copilot"
    """Everything that changes anything is asked for."""
    SUPERVISED = "supervised"
    """What is destructive, irreversible, public or over budget is asked for."""
    AUTONOMOUS = "autonomous"
    """Only what a policy escalates is asked for."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for and how.

    Attributes:
        modality: `auto` or a modality's name.
        budget_usd_month: the most that the result may add to the monthly bill; None: no bound.
        answers: to a former run's questions, by the question's id.
    """

    words: str
    target: str = "gym"
    cloud: str = "aws"
    modality: str = "auto"
    brain: str = "builtin"
    autonomy: Autonomy = Autonomy.SUPERVISED
    approved: bool = False
    budget_usd_month: float | None = None
    deadline_seconds: float | None = None
    answers: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Tally:
    """Calls of a run that reached the cloud, by kind, and those that did not."""

    read: int = 0
    write: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """A resource that a run made or changed."""

    id: str
    type: str
    region: str


@dataclass(frozen=True, slots=True)
class Report:
    """What `skywright do --json` prints.

    Attributes:
        steps: the paper's: one action of the agent, that is one script, program or
            configuration generated and run, or one browser action.
        error: one sentence, where the status is not a success.
        complexity: what there is to the program, counted; None if it did not come to one.
        understood: what is to be done, in plain words, with what of it is because it is preferred.
        preferred: the preferences that were used, by their numbers; 0: the request says it itself.
        proposed: what the request or an answer says that is always so, and each wish in it.
    """

    run: str
    status: Status
    modality: str = ""
    brain: str = ""
    steps: int = 0
    answer: Value = None
    summary: str = ""
    error: str = ""
    complexity: Value = None
    understood: str = ""
    preferred: tuple[tuple[int, str], ...] = ()
    proposed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    advisories: tuple[Advisory, ...] = ()
    questions: tuple[Question, ...] = ()
    resources: tuple[Made, ...] = ()
    calls: Tally = Tally()
    usd_month: float = 0.0
    llm_usd: float = 0.0
    seconds: float = 0.0
