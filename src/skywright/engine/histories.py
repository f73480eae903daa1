"""The history of a target out of the journal: which run read and changed which resource when.

Owns what counts as reading. A run has read what it holds leases on: what it changes, when it began to look at
all, since what it does may be worked out from that; what it only relies on, when its proof looked, or it
looked again just before it acted. A guest is bound to nothing: each of its changes is judged by itself, with
what it had read last of what it changes. What a change names besides, it relies on while it is carried out.
What a run takes back itself is part of it. A change whose answer never came is where it was about to be sent:
that it happened may have been found out long after its lease had gone to another.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from skywright.clouds.base import Cloud
from skywright.engine.account import rollback_of
from skywright.engine.overtaken import PLANNED_AGAIN
from skywright.journal.calls import ALL, OUTCOME, decode, decode_outcome
from skywright.journal.chain import Journal
from skywright.journal.record import Record
from skywright.model.call import Call
from skywright.model.values import Value
from skywright.model.verdict import Decision
from skywright.state.history import Access, Found, faults
from skywright.state.holding import TAKEN

_ROLLBACK = rollback_of("")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found in a target's history.

    Attributes:
        runs: how many changed anything; `changes`: how many changes they made.
        doubtful: changes of which nobody knows whether they happened.
    """

    runs: int
    changes: int
    doubtful: int
    found: tuple[Found, ...]


@dataclass
class _Told:
    """What the journal says of one run.

    Attributes:
        begun: the first record of its looking, 0: it never did; `looked`: of its last look before it acted.
        changes: each with the places of its intent and its outcome.
    """

    begun: int = 0
    looked: int = 0
    looking: bool = False
    acted: bool = False
    reads: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    writing: set[str] = field(default_factory=set[str])
    reading: set[str] = field(default_factory=set[str])
    changes: dict[str, tuple[int, int, Call]] = field(default_factory=dict[str, tuple[int, int, Call]])


def judge(journal: Journal, cloud: Cloud, targets: Sequence[str]) -> Judgement:
    """Whether what was done to the account of these targets could have been done one run after the other."""
    told: dict[str, _Told] = {}
    for record in journal.read(kinds=(ALL, TAKEN, "run.")):
        _take_in(told.setdefault(record.run.removesuffix(_ROLLBACK), _Told()), record, cloud, targets)
    accesses: list[Access] = []
    acting = {
        run: one for run, one in told.items() if any(_happened(call) for *_, call in one.changes.values())
    }
    for run, one in acting.items():
        accesses += _accesses(run, one, cloud)
    calls = [call for one in told.values() for *_, call in one.changes.values()]
    return Judgement(
        runs=len(acting),
        changes=sum(1 for call in calls if _happened(call)),
        doubtful=sum(1 for call in calls if call.outcome is None),
        found=faults(accesses),
    )


def _take_in(one: _Told, record: Record, cloud: Cloud, targets: Sequence[str]) -> None:
    if record.kind == TAKEN:
        one.writing |= _ids(record.body.get("write"))
        one.reading |= _ids(record.body.get("read"))
    elif record.kind == PLANNED_AGAIN:
        one.begun = one.looked = 0
    elif record.kind == OUTCOME:
        id = str(record.body.get("call"))
        if id in one.changes:
            began, _, call = one.changes[id]
            outcome = decode_outcome(record, record.body.get("outcome"))
            ended = began if outcome is not None and outcome.read_back else record.seq
            one.changes[id] = began, ended, replace(call, outcome=outcome)
    elif record.kind.startswith(ALL):
        _take_in_call(one, record.seq, decode(record), cloud, targets)
        return
    one.looking = False


def _take_in_call(one: _Told, seq: int, call: Call, cloud: Cloud, targets: Sequence[str]) -> None:
    kind = call.principal.kind
    looks = kind == "reader" and not one.acted
    if looks:
        one.begun = one.begun or seq
        one.looked = one.looked if one.looking else seq
    one.looking = looks
    if call.verdict.decision is Decision.DENY or call.principal.target not in targets:
        one.changes.pop(call.id, None)
    elif kind in ("perform", "guest") and call.effect.mutates:
        one.acted = True
        one.changes[call.id] = seq, seq, call
    elif kind == "guest":
        one.reads += (
            (seq, id) for id in cloud.effects.concerned(call.operation, call.arguments, sent=True)[1]
        )


def _accesses(run: str, one: _Told, cloud: Cloud) -> Iterator[Access]:
    changed: set[str] = set()
    for part, (began, ended, call) in enumerate(one.changes.values(), 1):
        if not _happened(call):
            continue
        part = part if call.principal.kind == "guest" else 0
        writes, names = cloud.effects.concerned(call.operation, call.arguments, sent=True)
        writes |= {id for id, _ in cloud.effects.made(call)}
        changed |= writes
        says = str(call.operation)
        yield from (Access(run, id, True, began, ended, says, call.fence, part) for id in writes)
        yield from (Access(run, id, False, began, ended, says, part=part) for id in names - writes)
        if part:
            yield from _relied_on(run, part, one, began, writes)
    if one.begun:
        yield from (Access(run, id, False, one.begun, one.begun, "planning") for id in one.writing & changed)
        yield from (Access(run, id, False, one.looked, one.looked, "proof") for id in one.reading)


def _relied_on(run: str, part: int, one: _Told, began: int, writes: Collection[str]) -> Iterator[Access]:
    """What a guest had read of what it changes, where it read that last."""
    for id in writes:
        before = [seq for seq, read in one.reads if read == id and seq < began]
        if before:
            yield Access(run, id, False, before[-1], before[-1], "read", part=part)


def _happened(call: Call) -> bool:
    """Whether the cloud was changed, as far as is known; an answer out of the run's own record is no
    change.
    """
    return call.outcome is not None and call.outcome.ok and not call.outcome.replayed


def _ids(value: Value) -> set[str]:
    return {str(id) for id in value} if isinstance(value, list | tuple) else set()


def rows(judgement: Judgement) -> Mapping[str, object]:
    """As JSON."""
    return {
        "serialisable": not judgement.found,
        "runs": judgement.runs,
        "changes": judgement.changes,
        "doubtful": judgement.doubtful,
        "faults": [
            {
                "fault": one.fault.value,
                "runs": list(one.runs),
                "resources": list(one.resources),
                "says": one.says,
            }
            for one in judgement.found
        ],
    }
