"""Calls go into the journal as intents and outcomes and come out as a trace."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from skywright.errors import Corrupt
from skywright.journal import calls
from skywright.journal.chain import Journal
from skywright.model.call import Call, CallError, Outcome
from skywright.model.operation import Effect, Operation
from skywright.model.verdict import Decision, Principal, Verdict

CALL = Call(
    id="c1",
    principal=Principal("r-1", "perform", "builtin", "cli", "gym"),
    operation=Operation("ec2", "CreateVolume"),
    effect=Effect.CREATE,
    region="eu-west-1",
    arguments={"Size": 100, "AvailabilityZone": "eu-west-1a"},
    at=1700000000.25,
    verdict=Verdict(Decision.ALLOW, "change.services"),
    step="disk[0]",
    before={"State": "none"},
)
DONE = Outcome(200, {"VolumeId": "vol-1"}, None, 0.25)
FAILED = Outcome(400, None, CallError("VolumeLimitExceeded", "too many"), 0.5, replayed=True)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal.open(sa.create_engine(f"sqlite:///{tmp_path}/x.db"), tmp_path / "keys", time.time)


@pytest.mark.parametrize("outcome", [DONE, FAILED])
def test_intent_and_outcome_become_one_call(journal: Journal, outcome: Outcome) -> None:
    call = replace(CALL, outcome=outcome)
    calls.note_intent(journal, call)
    assert calls.calls(journal, "r-1") == (replace(CALL, outcome=None),)
    calls.note_outcome(journal, call)
    assert calls.calls(journal, "r-1") == (call,)
    assert calls.calls(journal, "r-2") == ()


def test_order_is_that_of_the_intents_and_the_last_outcome_counts(journal: Journal) -> None:
    other = replace(CALL, id="c2")
    calls.note_intent(journal, CALL)
    calls.note_intent(journal, other)
    calls.note_outcome(journal, replace(other, outcome=DONE))
    calls.note_outcome(journal, replace(CALL, outcome=FAILED))
    calls.note_outcome(journal, replace(CALL, outcome=DONE))
    assert [(call.id, call.outcome) for call in calls.calls(journal, "r-1")] == [("c1", DONE), ("c2", DONE)]


def test_reads_and_refusals_are_one_record_each(journal: Journal) -> None:
    read = replace(CALL, effect=Effect.READ, outcome=DONE)
    refused = replace(CALL, id="c2", verdict=Verdict(Decision.DENY, "network.public-ssh", "no"))
    calls.note_read(journal, read)
    calls.note_refused(journal, refused)
    assert calls.calls(journal, "r-1") == (read, refused)
    assert [record.kind for record in journal.read("r-1")] == [calls.READ, calls.REFUSED]


def test_orphaned_outcome_is_corruption(journal: Journal) -> None:
    calls.note_outcome(journal, replace(CALL, outcome=DONE))
    with pytest.raises(Corrupt, match="not recorded"):
        calls.calls(journal, "r-1")


def test_odd_body_is_corruption(journal: Journal) -> None:
    journal.append(calls.INTENT, {"id": "c1"}, "r-1")
    with pytest.raises(Corrupt, match="not a call"):
        calls.calls(journal, "r-1")


def test_an_outcome_is_needed_to_record_one(journal: Journal) -> None:
    with pytest.raises(ValueError, match="no outcome"):
        calls.note_outcome(journal, CALL)
