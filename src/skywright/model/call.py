"""Calls and traces: what the gate sees, and what an attempt did in order."""

from dataclasses import dataclass

from skywright.model.operation import Effect, Operation
from skywright.model.values import Arguments, Value
from skywright.model.verdict import Principal, Verdict


@dataclass(frozen=True, slots=True)
class CallError:
    """The cloud's own refusal, with its own code."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call that was forwarded.

    Attributes:
        status: the HTTP status.
        result: parsed by the operation's output shape, secrets struck out; None if it failed.
        seconds: from forwarding to the end of the answer.
        replayed: whether it was answered out of the run's own record, the cloud untouched.
        read_back: whether it was found out by looking, later: the answer itself never came.
    """

    status: int
    result: Value
    error: CallError | None
    seconds: float
    replayed: bool = False
    read_back: bool = False

    @property
    def ok(self) -> bool:
        return self.error is None


@dataclass(frozen=True, slots=True)
class Call:
    """One operation with its arguments: what was asked, decided and answered.

    Attributes:
        at: seconds since the epoch.
        step: the step of the approved program that it carries out, such as `vm[2]`; else None.
        before: what the resource was before a change, as the cloud described it; else None.
        fence: the fencing number of the leases under which it was made; 0: it needed none.
        outcome: None if the call was refused, or if its outcome is not known.
    """

    id: str
    principal: Principal
    operation: Operation
    effect: Effect
    region: str
    arguments: Arguments
    at: float
    verdict: Verdict
    step: str | None = None
    before: Value = None
    outcome: Outcome | None = None
    fence: int = 0


Trace = tuple[Call, ...]
"""The calls of one attempt, in the order in which the gate received them."""
