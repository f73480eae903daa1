"""Whether a history of many runs could have been one run after the other. Pure: it is told who did what when.

The test is the classic one of conflict serialisability: of two accesses to one resource by two runs, one of
which writes, the earlier one's run has to come first; a circle of runs that each have to come before the
next has no order. Where two such accesses overlap in time nobody can say which was the earlier, so that is
a fault by itself; and so is a change by a run whose lease was already another's.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise


class Fault(StrEnum):
    """What is wrong with a history."""

    OVERLAP = "overlap"
    """Two accesses at the same time, one of them a change."""
    STALE = "stale write"
    """A change under a lower fencing number than that of another run's change before it."""
    UNLEASED = "unleased write"
    """A change without a lease."""
    LOST_UPDATE = "lost update"
    """A run changed what another had changed since it read it."""
    INTERLEAVED = "interleaved"
    """A run came to see, or to overwrite, what another had half done."""
    UNREPEATABLE = "unrepeatable read"
    """A run read one thing twice, and another had changed it in between."""
    CYCLE = "cycle"
    """Several runs, over several resources, of which none can have been the first."""


@dataclass(frozen=True, slots=True)
class Access:
    """One run's reading or changing of one resource.

    Attributes:
        began, ended: places in the journal.
        says: what it was, for people.
        fence: of a change, its fencing number; 0: it had none.
        part: who is bound to nothing beyond a single change is as many runs as it makes changes; 0: one run
            whole.
    """

    run: str
    resource: str
    writes: bool
    began: int
    ended: int
    says: str
    fence: int = 0
    part: int = 0

    @property
    def unit(self) -> str:
        """What comes before or after others whole."""
        return f"{self.run} #{self.part}" if self.part else self.run


@dataclass(frozen=True, slots=True)
class Found:
    """A fault, with the runs and the resources that it is about, and how it came."""

    fault: Fault
    runs: tuple[str, ...]
    resources: tuple[str, ...]
    says: str


@dataclass(frozen=True, slots=True)
class _Edge:
    """That one access had to come before another."""

    first: Access
    then: Access

    @property
    def kind(self) -> str:
        return f"{'w' if self.first.writes else 'r'}{'w' if self.then.writes else 'r'}"


def faults(accesses: Sequence[Access]) -> tuple[Found, ...]:
    """Everything that is wrong with a history; nothing: it could have been one run after the other."""
    by_resource: defaultdict[str, list[Access]] = defaultdict(list)
    for one in sorted(accesses, key=lambda one: (one.began, one.ended)):
        by_resource[one.resource].append(one)
    found: list[Found] = []
    edges: list[_Edge] = []
    for history in by_resource.values():
        found += _overlaps(history)
        found += _fences(history)
        edges += _edges(history)
    return (*found, *_circles(edges))


def _overlaps(history: Sequence[Access]) -> Iterator[Found]:
    open_: list[Access] = []
    for one in history:
        open_ = [other for other in open_ if other.ended > one.began]
        for other in open_:
            if other.run != one.run and (one.writes or other.writes):
                yield _found(Fault.OVERLAP, (other, one), "while")
        open_.append(one)


def _fences(history: Sequence[Access]) -> Iterator[Found]:
    newest: Access | None = None
    for one in history:
        if not one.writes:
            continue
        if not one.fence:
            yield Found(Fault.UNLEASED, (one.run,), (one.resource,), _told(one))
            continue
        if newest is not None and one.fence < newest.fence and one.run != newest.run:
            yield _found(Fault.STALE, (newest, one), "and later, under a lower number,")
        if newest is None or one.fence >= newest.fence:
            newest = one


def _edges(history: Sequence[Access]) -> Iterator[_Edge]:
    """Who had to come before whom at one resource: each change after what it changed and after who read
    that.
    """
    last: Access | None = None
    readers: list[Access] = []
    for one in history:
        before = ([last] if last is not None else []) + (readers if one.writes else [])
        yield from (_Edge(other, one) for other in before if other.run != one.run)
        if one.writes:
            last, readers = one, []
        else:
            readers.append(one)


def _circles(edges: Sequence[_Edge]) -> Iterator[Found]:
    """A shortest circle through each run that is in one, each circle once."""
    after: defaultdict[str, dict[str, _Edge]] = defaultdict(dict)
    for edge in edges:
        after[edge.first.unit].setdefault(edge.then.unit, edge)
    # Those on one resource are told first: they say more.
    seen: set[frozenset[str]] = set()
    for one, other in _opposed(edges):
        pair = frozenset((one.first.unit, other.first.unit))
        if pair not in seen:
            seen.add(pair)
            yield _found(_named(one, other), (one.first, one.then, other.then), "then")
    for run in _tangled(after):
        circle = _shortest(after, run)
        runs = frozenset(edge.first.unit for edge in circle)
        if circle and not any(pair <= runs for pair in seen):
            seen.add(runs)
            yield _found(
                Fault.CYCLE, tuple(each for edge in circle for each in (edge.first, edge.then)), "then"
            )


def _opposed(edges: Sequence[_Edge]) -> Iterator[tuple[_Edge, _Edge]]:
    """Two runs that each have to come before the other, because of one resource."""
    first: dict[tuple[str, str, str], _Edge] = {}
    for edge in edges:
        resource = edge.first.resource
        back = first.get((resource, edge.then.unit, edge.first.unit))
        if back is not None:
            yield back, edge
        first.setdefault((resource, edge.first.unit, edge.then.unit), edge)


def _named(one: _Edge, other: _Edge) -> Fault:
    if one.kind == "rw":
        return Fault.LOST_UPDATE if other.kind == "ww" else Fault.UNREPEATABLE
    return Fault.INTERLEAVED


def _tangled(after: Mapping[str, Mapping[str, _Edge]]) -> tuple[str, ...]:
    """The runs that are left when, again and again, those are taken away that nobody has to precede."""
    before: defaultdict[str, int] = defaultdict(int)
    for thens in after.values():
        for run in thens:
            before[run] += 1
    free = deque(run for run in after if not before[run])
    gone: set[str] = set()
    while free:
        run = free.popleft()
        gone.add(run)
        for then in after.get(run, {}):
            before[then] -= 1
            if not before[then]:
                free.append(then)
    return tuple(sorted(run for run in after if run not in gone))


def _shortest(after: Mapping[str, Mapping[str, _Edge]], run: str) -> tuple[_Edge, ...]:
    """The edges of a shortest circle through a run; none if it is in none."""
    came: dict[str, _Edge] = {}
    waiting = deque([run])
    while waiting:
        here = waiting.popleft()
        for then, edge in after.get(here, {}).items():
            if then == run:
                path = [edge]
                while path[-1].first.unit != run:
                    path.append(came[path[-1].first.unit])
                return tuple(reversed(path))
            if then not in came:
                came[then] = edge
                waiting.append(then)
    return ()


def _found(fault: Fault, accesses: Sequence[Access], word: str) -> Found:
    runs = tuple(dict.fromkeys(one.run for one in accesses))
    resources = tuple(dict.fromkeys(one.resource for one in accesses))
    told = [_told(accesses[0])]
    told += [_told(one) for before, one in pairwise(accesses) if before != one]
    return Found(fault, runs, resources, f" {word} ".join(told))


def _told(one: Access) -> str:
    does = "changes" if one.writes else "reads"
    return f"run {one.run} {does} {one.resource} ({one.says}, record {one.began})"
