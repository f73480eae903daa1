"""Reading: to the page that shows it, and what its table and the page of a thing say.

Owns which cell says what. Values are the page's own words; what the page does not show is not told.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from skywright.modalities.web.actions import Action, Answer, Click, Fill, GiveUp, Wait
from skywright.modalities.web.goal import Column, Reading
from skywright.modalities.web.reader.names import SURE, best, onward_page, search_box, shows
from skywright.modalities.web.reader.screen import Row, Screen, Table
from skywright.modalities.web.tree import Node
from skywright.modalities.web.words import likeness
from skywright.model.values import Value

_LOAD_SECONDS = 20.0
_NOTHING = {"", "-", "–", "—", "none", "n/a"}
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_ID = re.compile(r"arn:\S+|\b[a-z]{1,12}-[0-9a-f]{8,17}\b")

Found = dict[str, Value]


@dataclass
class FindingOut:
    """One reading under way; `rows` are what was found, by identifier."""

    goal: Reading
    rows: dict[str, Found] = field(default_factory=dict[str, Found])
    tried: set[str] = field(default_factory=set[str])

    def next(self, screen: Screen) -> Action:
        """What is to be done next."""
        if "deep" in self.tried:
            return self._of_details(screen)
        table = self._table(screen)
        if table is None or not (shows(screen, self.goal.page) or "page" in self.tried):
            return self._go(screen)
        if screen.seen.busy and self._once("loading"):
            return Wait(_LOAD_SECONDS)
        self._take(table)
        return self._search(screen) or self._deepen(table) or self._answer()

    def _go(self, screen: Screen) -> Action:
        if screen.seen.busy and self._once(f"busy at {screen.seen.place}"):
            return Wait(_LOAD_SECONDS)
        link = best(screen.navigation, self.goal.page)
        if link and self._once("page"):
            return Click(link.ref, link.name)
        if "page" in self.tried and shows(screen, self.goal.page):
            if screen.alerts:
                return GiveUp(" ".join(screen.alerts))
            none = GiveUp(f"the page shows no table of {self.goal.name}")
            return none if self.goal.only else self._answer()
        return GiveUp(" ".join(screen.alerts) or f"the portal has no page for {self.goal.name}")

    def _search(self, screen: Screen) -> Action | None:
        """More pages of the table, or the search box, for what was asked for and is not in sight."""
        missing = [id for id in self.goal.only if id not in self.rows]
        if self.goal.only and not missing:
            return None
        box = search_box(screen)
        if len(missing) == 1 and box and self._once(f"search {missing[0]}"):
            return Fill(box.node.ref, missing[0], box.label)
        more = onward_page(screen)
        return Click(more.ref, more.name) if more else None

    def _deepen(self, table: Table) -> Action | None:
        """To the page of the one thing, if the list does not show all that is wanted of it."""
        if not self.goal.deep or len(self.goal.only) != 1:
            return None
        (id,) = self.goal.only
        found = self.rows.get(id, {})
        row = next((row for row in table.rows if _id_of(row, table, self.goal.columns[0]) == id), None)
        link = row.control("link") if row else None
        if not link or all(column.path in found for column in self.goal.columns) or not self._once("deep"):
            return None
        return Click(link.ref, link.name)

    def _of_details(self, screen: Screen) -> Action:
        if screen.seen.busy and self._once("details"):
            return Wait(_LOAD_SECONDS)
        (id,) = self.goal.only
        said = screen.definitions
        if id in {node.says() for node in said.values()}:
            for path, value in _values(said, self.goal.columns).items():
                if self.rows[id].get(path) is None:
                    self.rows[id][path] = value
        return self._answer()

    def _answer(self) -> Action:
        wanted = self.goal.only or tuple(self.rows)
        rows: list[Value] = [dict(self.rows[id]) for id in wanted if id in self.rows]
        return Answer(rows, f"{len(rows)} found")

    def _take(self, table: Table) -> None:
        cells_of = _columns(table.columns, self.goal.columns)
        for row in table.rows:
            found: Found = {
                column.path: value
                for column, name in cells_of
                if (value := read(row.cells[name], column)) is not None
            }
            shown = {column.path for column, _ in cells_of}
            id = found.get(self.goal.columns[0].path)
            if isinstance(id, str) and (not self.goal.only or id in self.goal.only):
                self.rows[id] = {**dict.fromkeys(shown), **found}

    def _table(self, screen: Screen) -> Table | None:
        """The table with the most of the columns, the identifier's among them."""
        ranked = [
            (len(found), -place, table)
            for place, table in enumerate(screen.tables)
            if (found := _columns(table.columns, self.goal.columns))
            and any(column is self.goal.columns[0] for column, _ in found)
        ]
        return max(ranked, key=lambda each: each[:2])[2] if ranked else None

    def _once(self, what: str) -> bool:
        if what in self.tried:
            return False
        self.tried.add(what)
        return True


def read(cell: Node, column: Column) -> Value:
    """What a cell says, as the column's form; None if it says nothing."""
    words = cell.says()
    if words.lower() in _NOTHING:
        return [] if column.form == "list" else None
    match column.form:
        case "word":
            return words.lower().replace(" ", "-")
        case "number":
            found = _NUMBER.search(words)
            return _number(found[0]) if found else None
        case "id":
            known = _ID.search(words)
            return known[0] if known else words
        case "list":
            return [str(id) for id in _ID.findall(words)] or [part.strip() for part in words.split(",")]
        case _:
            return words


def _values(said: Mapping[str, Node], columns: tuple[Column, ...]) -> Found:
    return {
        column.path: value
        for column, name in _columns(tuple(said), columns)
        if (value := read(said[name], column)) is not None
    }


def _columns(names: tuple[str, ...], columns: tuple[Column, ...]) -> list[tuple[Column, str]]:
    """Each wanted column with the one that is called most like it; none serves two."""
    ranked = sorted(
        (
            (score, -place, column, name)
            for place, column in enumerate(columns)
            for name in names
            if (score := likeness(name, column.called)) >= SURE
        ),
        key=lambda each: each[:2],
        reverse=True,
    )
    found: list[tuple[Column, str]] = []
    for _, _, column, name in ranked:
        if all(column is not one and name != other for one, other in found):
            found.append((column, name))
    return found


def _id_of(row: Row, table: Table, column: Column) -> Value:
    found = _columns(table.columns, (column,))
    return read(row.cells[found[0][1]], column) if found else None


def _number(text: str) -> Value:
    plain = text.replace(",", "")
    return float(plain) if "." in plain else int(plain)
