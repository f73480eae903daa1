"""What the agent is after, in terms of things: nothing of an API and nothing of a page's layout is in it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that is to be said in a form.

    Attributes:
        called: what a field for it may be called, in words.
        under: what such a field may stand under, if its own label says less.
        value: a text, or whether it is wanted.
        must: it has to be said; else it is said where there is a field for it.
    """

    called: tuple[str, ...]
    value: str | bool
    must: bool = True
    under: str = ""

    def __str__(self) -> str:
        if isinstance(self.value, bool):
            return f"{self.called[0]}: {'yes' if self.value else 'no'}"
        return f"{self.called[0]}: {self.value}"


@dataclass(frozen=True, slots=True)
class Change:
    """Something is to be made, changed or deleted.

    Attributes:
        page: what the page of such things may be called.
        action: what the button or menu item for it may be called.
        on: the identifiers of the things that it is done to; empty if something is made.
    """

    name: str
    page: tuple[str, ...]
    action: tuple[str, ...]
    on: tuple[str, ...] = ()
    wishes: tuple[Wish, ...] = ()
    region: str = ""

    def __str__(self) -> str:
        said = "; ".join(str(wish) for wish in self.wishes if wish.must)
        on = f" ({', '.join(self.on)})" if self.on else ""
        return f"{self.name}{on}{f' with {said}' if said else ''}"


@dataclass(frozen=True, slots=True)
class Column:
    """One property of things that are to be read.

    Attributes:
        path: where it goes in what is told, such as `State.Name`, or `Disks[].Id` for a list.
        called: what a column or a field of it may be called.
        form: how its text is read: `text`, `word` (small letters), `code` (capitals), `number`, `flag`,
            `time` (in UTC), `id` or `device` (the first in it), `list` (of identifiers), `table` (its
            table's name), or `owner` (the thing on whose page it is shown).
        means: what some words of the page mean, in small letters; None that there is nothing.
    """

    path: str
    called: tuple[str, ...]
    form: str = "text"
    means: Mapping[str, str | None] = field(default_factory=dict[str, str | None])


@dataclass(frozen=True, slots=True)
class Reading:
    """Something is to be found out.

    Attributes:
        key: under which it is told.
        only: identifiers; empty: everything that the page lists.
        columns: the first is the identifier's, if the page shows one.
        within: identifiers of the things on whose own pages it is shown; empty: it has a page.
        part: what the part of such a page may be called.
        tables: what the tables may be called that are read; empty: the one that suits best.
        deep: whether the page of the one thing is worth opening for what the list does not show.
    """

    name: str
    key: str
    page: tuple[str, ...]
    columns: tuple[Column, ...]
    only: tuple[str, ...] = ()
    region: str = ""
    deep: bool = False
    tables: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    part: tuple[str, ...] = ()

    def __str__(self) -> str:
        about = self.only or self.within
        return f"{self.name} ({', '.join(about)})" if about else self.name


Goal = Change | Reading


def to_json(goal: Goal) -> dict[str, Any]:
    """A goal as JSON."""
    return {"kind": type(goal).__name__.lower(), **asdict(goal)}


def from_json(told: dict[str, Any]) -> Goal:
    """A goal from what `to_json` gave."""
    fields = _fields(told)
    kind = fields.pop("kind")
    if kind == "change":
        fields["wishes"] = tuple(Wish(**_fields(wish)) for wish in fields["wishes"])
        return Change(**fields)
    fields["columns"] = tuple(Column(**_fields(column)) for column in fields["columns"])
    return Reading(**fields)


def _fields(told: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
