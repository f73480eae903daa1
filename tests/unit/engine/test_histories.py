"""What the journal says of runs, as a history that can be judged."""

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from skywright.clouds.aws.cloud import aws
from skywright.engine.histories import Judgement, judge
from skywright.engine.overtaken import PLANNED_AGAIN
from skywright.journal.calls import note_intent, note_outcome, note_read, note_refused
from skywright.journal.chain import Journal
from skywright.model.call import Call, Outcome
from skywright.model.operation import Effect, Operation
from skywright.model.verdict import Decision, Principal, Verdict
from skywright.state.history import Fault
from skywright.state.holding import TAKEN

CLOUD = aws()
OK = Outcome(200, {}, None, 0.0)


@dataclass
class Book:
    """A journal that is written by hand."""

    journal: Journal
    ids: "itertools.count[int]" = field(default_factory=itertools.count)

    def looks(self, run: str) -> None:
        note_read(self.journal, replace(self._call(run, "reader", "DescribeVolumes", ()), outcome=OK))

    def proves(self, run: str) -> None:
        self.journal.append("run.proof", {}, run)

    def takes(self, run: str, *, write: Sequence[str] = (), read: Sequence[str] = ()) -> None:
        self.journal.append(TAKEN, {"write": list(write), "read": list(read)}, run)

    def writes(
        self, run: str, id: str, fence: int = 1, outcome: Outcome | None = OK, kind: str = "perform"
    ) -> None:
        call = self.asks(run, id, fence, kind)
        if outcome is not None:
            note_outcome(self.journal, replace(call, outcome=outcome))

    def asks(self, run: str, id: str, fence: int, kind: str = "perform") -> Call:
        call = replace(self._call(run, kind, "ModifyVolume", (id,)), fence=fence)
        note_intent(self.journal, call)
        return call

    def is_refused(self, run: str, id: str) -> None:
        call = self._call(run, "perform", "ModifyVolume", (id,))
        note_intent(self.journal, call)
        note_refused(self.journal, replace(call, verdict=Verdict(Decision.DENY, "lease-lost", "")))

    def guest_reads(self, run: str, id: str) -> None:
        call = self._call(run, "guest", "DescribeVolumes", (id,))
        note_read(self.journal, replace(call, arguments={"VolumeIds": [id]}, outcome=OK))

    def judged(self) -> Judgement:
        return judge(self.journal, CLOUD, ["gym"])

    def _call(self, run: str, kind: str, name: str, ids: Sequence[str]) -> Call:
        effect = Effect.READ if name.startswith("Describe") else Effect.CHANGE
        return Call(
            id=f"c{next(self.ids)}",
            principal=Principal(run, kind, "", "sdk", "gym"),
            operation=Operation("ec2", name),
            effect=effect,
            region="us-east-1",
            arguments={"VolumeId": ids[0]} if ids else {},
            at=0.0,
            verdict=Verdict(Decision.ALLOW, "test"),
        )


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(Journal.open(sa.create_engine(f"sqlite:///{tmp_path}/j.db"), tmp_path / "keys", time.time))


def names(judgement: Judgement) -> set[Fault]:
    return {one.fault for one in judgement.found}


def test_runs_one_after_the_other_are_serialisable(book: Book) -> None:
    for fence, run in enumerate("ab", 1):
        book.looks(run)
        book.takes(run, write=["vol-1"], read=["i-1"])
        book.writes(run, "vol-1", fence)
    judgement = book.judged()
    assert (judgement.runs, judgement.changes, judgement.doubtful, judgement.found) == (2, 2, 0, ())


def test_who_planned_before_another_changed_it_has_lost_that_update(book: Book) -> None:
    book.looks("a")
    book.looks("b")
    book.proves("b")
    book.takes("b", write=["vol-1"])
    book.writes("b", "vol-1", 1)
    book.looks("a")
    book.proves("a")
    book.takes("a", write=["vol-1"])
    book.writes("a", "vol-1", 2)
    assert names(book.judged()) == {Fault.LOST_UPDATE}


def test_who_planned_again_has_not(book: Book) -> None:
    book.looks("a")
    book.writes("b", "vol-1", 1)
    book.journal.append(PLANNED_AGAIN, {}, "a")
    book.looks("a")
    book.takes("a", write=["vol-1"])
    book.writes("a", "vol-1", 2)
    assert book.judged().found == ()


@pytest.mark.parametrize(("looks_again", "expected"), [(True, set[Fault]()), (False, {Fault.CYCLE})])
def test_what_is_only_relied_on_counts_from_the_last_look(
    book: Book, looks_again: bool, expected: set[Fault]
) -> None:
    book.looks("a")
    book.proves("a")
    book.looks("b")
    book.takes("b", write=["vol-1"], read=["vol-2"])
    book.writes("b", "vol-1", 1)
    if looks_again:
        book.looks("a")
    book.takes("a", write=["vol-2"], read=["vol-1"])
    book.writes("a", "vol-2", 2)
    assert names(book.judged()) == expected


def test_a_rollback_is_part_of_its_run(book: Book) -> None:
    book.writes("a", "vol-1", 1)
    book.writes("b", "vol-1", 2)
    book.writes("a-rollback", "vol-1", 3)
    assert Fault.INTERLEAVED in names(book.judged())


def test_what_was_refused_or_is_in_doubt_is_no_change(book: Book) -> None:
    book.writes("a", "vol-1", 1)
    book.is_refused("b", "vol-1")
    book.writes("c", "vol-1", 2, outcome=None)
    book.writes("a", "vol-1", 1)
    judgement = book.judged()
    assert (judgement.changes, judgement.doubtful, judgement.found) == (2, 1, ())


def test_what_was_read_back_was_done_when_it_was_sent(book: Book) -> None:
    """Not when somebody looked whether it was, another having had the thing meanwhile."""
    in_doubt = book.asks("a", "vol-1", 1)
    book.looks("b")
    book.takes("b", write=["vol-1"])
    book.writes("b", "vol-1", 2)
    note_outcome(book.journal, replace(in_doubt, outcome=replace(OK, read_back=True)))
    judgement = book.judged()
    assert (judgement.changes, judgement.doubtful, judgement.found) == (2, 0, ())


def test_an_answer_that_came_late_is_another_matter(book: Book) -> None:
    slow = book.asks("a", "vol-1", 1)
    book.writes("b", "vol-1", 2)
    note_outcome(book.journal, replace(slow, outcome=OK))
    assert names(book.judged()) == {Fault.OVERLAP}


def test_a_guest_that_writes_what_it_read_before_another_changed_it_is_seen(book: Book) -> None:
    book.guest_reads("g", "vol-1")
    book.writes("a", "vol-1", 1)
    book.writes("g", "vol-1", 2, kind="guest")
    assert names(book.judged()) == {Fault.LOST_UPDATE}


def test_a_guest_that_looked_again_is_not(book: Book) -> None:
    book.guest_reads("g", "vol-1")
    book.writes("a", "vol-1", 1)
    book.guest_reads("g", "vol-1")
    book.writes("g", "vol-1", 2, kind="guest")
    assert book.judged().found == ()


def test_a_guest_is_no_transaction_beyond_a_single_change(book: Book) -> None:
    for fence, run in enumerate(("g", "a", "g"), 1):
        book.writes(run, "vol-1", fence, kind="guest" if run == "g" else "perform")
    assert book.judged().found == ()


def test_others_accounts_are_not_judged(book: Book) -> None:
    book.writes("a", "vol-1", 0)
    assert names(book.judged()) == {Fault.UNLEASED}
    assert judge(book.journal, CLOUD, ["elsewhere"]).found == ()
