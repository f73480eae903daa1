"""What came of a prompt, compared with what was meant. Owns the grades; what intents come to: `expected`.

Strict on the cloud: everything that was meant must be there, and nothing else may have changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bench.exam import answers
from bench.exam.account import REGION, capacity
from skywright.model.program import Program
from skywright_bench.oracles.expected import EXPECTED
from skywright_bench.oracles.intents import Intent
from skywright_bench.oracles.ledger import Ledger
from skywright_bench.oracles.reader import Call
from skywright_bench.oracles.state import Change, State

Grade = Literal["right", "asked or declined", "wrong action", "wrong answer"]


@dataclass(frozen=True)
class Outcome:
    """What the brain came to, and what became of the account.

    Attributes:
        program: what was carried out; None after a question or a plain no.
        said: the summary, the questions or the no.
        told: the program's answer.
        failed: why the program did not come to its end; empty if it did.
        before: the account before.
    """

    program: Program | None
    said: str
    calls: Sequence[Call] = ()
    changes: list[Change] = field(default_factory=list[Change])
    told: Mapping[str, Any] = field(default_factory=dict[str, Any])
    failed: str = ""
    before: State = field(default_factory=State)


def judge(intent: Mapping[str, Any], outcome: Outcome) -> tuple[Grade, str]:
    """The grade, and why it is no better."""
    kind = Intent(intent).kind
    if kind in ("decline", "ask"):
        return _left_alone(outcome)
    if outcome.program is None:
        return "asked or declined", outcome.said
    if kind == "answer":
        if outcome.changes:
            return "wrong action", f"{outcome.said}: {_listed(outcome.changes)}"
        wrong = outcome.failed or answers.wrong(intent, outcome.program, outcome.told, outcome.before)
        return ("wrong answer", f"{outcome.said}: {wrong}") if wrong else ("right", "")
    if kind not in EXPECTED:
        raise ValueError(f"no judge for the intent {kind!r}")
    ledger = Ledger(outcome.before, list(outcome.changes), REGION, capacity, outcome.calls)
    EXPECTED[kind](Intent(intent), ledger)
    if not outcome.calls and not outcome.failed and (ledger.problems or kind != "close_port"):
        return "wrong answer", outcome.said
    problems = [*([outcome.failed] if outcome.failed else []), *ledger.problems]
    problems += [f"not asked for: {change}" for change in ledger.left]
    return ("wrong action", f"{outcome.said}: {'; '.join(problems)}") if problems else ("right", "")


def _left_alone(outcome: Outcome) -> tuple[Grade, str]:
    """A question or a plain no is right, whichever it is; something that was told was not asked for."""
    if outcome.program is None:
        return "right", ""
    if outcome.changes or outcome.calls:
        return "wrong action", f"{outcome.said}: {_listed(outcome.changes)}"
    return "wrong answer", outcome.said


def _listed(changes: list[Change]) -> str:
    return "; ".join(str(change) for change in changes)
