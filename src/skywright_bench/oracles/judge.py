"""Whether a trial came to what was meant, and nothing else: the verdict on an account."""

from collections.abc import Sequence
from dataclasses import dataclass

from skywright_bench.oracles import answers
from skywright_bench.oracles.expected import EXPECTED
from skywright_bench.oracles.intents import Intent
from skywright_bench.oracles.ledger import Ledger
from skywright_bench.oracles.reader import Reader, capacity
from skywright_bench.oracles.state import Change, State


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be judged.

    Attributes:
        before: the account when the agent was asked.
        changes: how it differs now.
        told: the agent's answer, as JSON.
        region: where things are that no place was said for.
    """

    intent: Intent
    before: State
    changes: Sequence[Change]
    told: object
    region: str


def verdict(case: Case, reader: Reader) -> list[str]:
    """What is wrong; empty if nothing is. Anything that changed and was not meant is wrong."""
    region = str(case.intent.get("region") or case.region)
    if case.intent.kind == "decline":
        return _unasked(case.changes)
    if case.intent.kind == "answer":
        wrong = answers.wrong(case.intent, case.told, reader, region)
        return [*([wrong] if wrong else []), *_unasked(case.changes)]
    ledger = Ledger(case.before, list(case.changes), case.region, capacity(reader, region))
    EXPECTED[case.intent.kind](case.intent, ledger)
    return [*ledger.problems, *_unasked(ledger.left)]


def _unasked(changes: Sequence[Change]) -> list[str]:
    return [f"not asked for: {change}" for change in changes]
