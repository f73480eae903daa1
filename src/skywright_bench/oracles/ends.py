"""What became of an account, held against a task's rows of `expect`; what no row speaks of is collateral."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from skywright_bench.oracles.closely import PASSING
from skywright_bench.oracles.conditions import World
from skywright_bench.oracles.form import End
from skywright_bench.oracles.state import Change, Row, State, changes, of_kind


@dataclass
class Books:
    """Two looks at an account, and the changes between them that no row has accounted for yet."""

    before: State
    after: State
    params: Mapping[str, Any]
    left: dict[tuple[str, str], Change] = field(init=False)

    def __post_init__(self) -> None:
        found = changes(_lasting(self.before), _lasting(self.after))
        self.left = {(change.kind, change.id): change for change in found}

    @property
    def then(self) -> World:
        return World(self.before, self.params)

    @property
    def now(self) -> World:
        return World(self.after, self.params)

    def chosen(self, end: End) -> dict[str, Row]:
        """The things that a row is about."""
        world = self.now if end.verb in ("comes", "may_come", "now") else self.then
        rows = of_kind(world.state, end.kind)
        return {id: row for id, row in rows.items() if not world.differs(row, end.where)}


def problems(ends: Sequence[End], books: Books) -> list[str]:
    """What was meant and is not so, and what was not meant."""
    found = [problem for end in ends for problem in _VERBS[end.verb](end, books)]
    return [*found, *(f"not asked for: {change}" for change in books.left.values())]


def _lasting(state: State) -> State:
    """What is compared: tags one by one, and nothing that passes by itself."""
    found: State = {}
    for key, row in state.items():
        flat = {name: value for name, value in row.items() if name not in PASSING and name != "tags"}
        found[key] = flat | {f"tags.{name}": value for name, value in row["tags"].items()}
    return found


def _count(end: End, books: Books, rows: Mapping[str, Row]) -> list[str]:
    """Whether as many things were chosen as the row says; a row that is about nothing holds of nothing."""
    said = books.now.value(end.count)
    wanted = "some" if said is None else int(said)
    right = bool(rows) if said is None else len(rows) == wanted
    where = f" where {books.now.told(end.where)}" if end.where else ""
    return [] if right else [f"{len(rows)} {end.kind}{where}, not {wanted}"]


def _called(row: Row, id: str) -> str:
    return str(row.get("name") or id)


def _changes(end: End, books: Books) -> list[str]:
    rows = books.chosen(end)
    found = _count(end, books, rows)
    for id, row in rows.items():
        now = books.after.get((end.kind, id))
        if now is None:
            found.append(f"{end.kind} {_called(row, id)} is gone")
            continue
        differs = books.now.differs(now, end.demand)
        found += [f"{end.kind} {_called(row, id)}: {one}" for one in differs]
        _tell_off(books, end.kind, id, (*end.demand, *end.also))
    return found


def _tell_off(books: Books, kind: str, id: str, properties: Sequence[str]) -> None:
    """Account for the change of a thing, if nothing changed but these; `tags` stands for all of them."""
    change = books.left.get((kind, id))
    if change is None or change.before is None or change.after is None:
        return
    if all(name in properties or name.partition(".")[0] in properties for name in change.fields):
        del books.left[kind, id]


def _goes(end: End, books: Books) -> list[str]:
    rows = books.chosen(end)
    found = _count(end, books, rows)
    for id, row in rows.items():
        if (end.kind, id) in books.after:
            found.append(f"{end.kind} {_called(row, id)} is still there")
        else:
            del books.left[end.kind, id]
    return found


def _new(end: End, books: Books) -> dict[str, Row]:
    return {id: row for id, row in books.chosen(end).items() if (end.kind, id) not in books.before}


def _comes(end: End, books: Books) -> list[str]:
    """Just so many new things that are as the row says; other new things are collateral."""
    rows = _new(end, books)
    right = [id for id, row in rows.items() if not books.now.differs(row, end.demand)]
    for id in right:
        books.left.pop((end.kind, id), None)
    said = books.now.value(end.count)
    wanted = 1 if said is None else int(said)
    if len(right) == wanted:
        return []
    why = [
        f"{_called(row, id)}: {'; '.join(books.now.differs(row, end.demand))}"
        for id, row in rows.items()
        if id not in right
    ]
    return [
        f"{len(right)} new {end.kind} as it should be, not {wanted}" + (f" ({', '.join(why)})" if why else "")
    ]


def _may_change(end: End, books: Books) -> list[str]:
    for id in books.chosen(end):
        _tell_off(books, end.kind, id, end.also)
    return []


def _may_go(end: End, books: Books) -> list[str]:
    for id in books.chosen(end):
        if (end.kind, id) not in books.after:
            books.left.pop((end.kind, id), None)
    return []


def _may_come(end: End, books: Books) -> list[str]:
    for id in _new(end, books):
        books.left.pop((end.kind, id), None)
    return []


def _now(end: End, books: Books) -> list[str]:
    rows = books.chosen(end)
    found = _count(end, books, rows)
    for id, row in rows.items():
        found += [f"{end.kind} {_called(row, id)}: {one}" for one in books.now.differs(row, end.demand)]
    return found


_VERBS = {
    "changes": _changes,
    "goes": _goes,
    "comes": _comes,
    "may_change": _may_change,
    "may_go": _may_go,
    "may_come": _may_come,
    "now": _now,
}
