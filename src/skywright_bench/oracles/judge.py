"""Whether a trial came to what was meant, and nothing else: the verdict on an account."""

from collections.abc import Sequence
from dataclasses import dataclass

from skywright_bench.oracles import answers, ends, told
from skywright_bench.oracles.expected import EXPECTED
from skywright_bench.oracles.form import Wanted
from skywright_bench.oracles.intents import Intent
from skywright_bench.oracles.ledger import Ledger
from skywright_bench.oracles.reader import Reader, capacity
from skywright_bench.oracles.state import Change, State, changes


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be judged.

    Attributes:
        before, after: the account when the agent was asked, and now.
        told: the agent's answer, as JSON.
        region: where things are that no place was said for.
        wanted: what is to come of it, if the task says so in rows of its own; then the looks are close ones.
    """

    intent: Intent
    before: State
    after: State
    told: object
    region: str
    wanted: Wanted | None = None


def verdict(case: Case, reader: Reader) -> list[str]:
    """What is wrong; empty if nothing is. Anything that changed and was not meant is wrong."""
    region = str(case.intent.get("region") or case.region)
    if case.intent.kind == "decline":
        return _unasked(changes(case.before, case.after))
    if case.wanted is not None:
        return _by_rows(case, case.wanted, region)
    found = changes(case.before, case.after)
    if case.intent.kind == "answer":
        wrong = answers.wrong(case.intent, case.told, reader, region)
        return [*([wrong] if wrong else []), *_unasked(found)]
    ledger = Ledger(case.before, found, case.region, capacity(reader, region))
    EXPECTED[case.intent.kind](case.intent, ledger)
    return [*ledger.problems, *_unasked(ledger.left)]


def _by_rows(case: Case, wanted: Wanted, region: str) -> list[str]:
    books = ends.Books(case.before, case.after, {**case.intent.row, "region": region})
    return [*told.problems(wanted.tells, case.told, books.now), *ends.problems(wanted.ends, books)]


def _unasked(changes: Sequence[Change]) -> list[str]:
    return [f"not asked for: {change}" for change in changes]
