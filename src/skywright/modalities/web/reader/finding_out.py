"""Reading: to the page that shows it, and what its tables and the page of a thing say.

Owns the way there. Values are the page's own words (`cells`); what the page does not show is not told.
"""

from dataclasses import dataclass, field

from skywright.modalities.web.actions import Action, Answer, Click, Fill, GiveUp, Wait
from skywright.modalities.web.goal import Reading
from skywright.modalities.web.reader.cells import Found, matched, read, values
from skywright.modalities.web.reader.names import best, onward_page, search_box, shows
from skywright.modalities.web.reader.screen import Row, Screen, Table
from skywright.modalities.web.words import is_one_of
from skywright.model.values import Value

_LOAD_SECONDS = 20.0


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
        tables = self._tables(screen)
        if not tables or not (shows(screen, self.goal.page) or "page" in self.tried):
            return self._go(screen)
        if screen.seen.busy and self._once("loading"):
            return Wait(_LOAD_SECONDS)
        for table in tables:
            self._take(table)
        return self._search(screen, tables[0]) or self._deepen(tables[0]) or self._answer()

    def _go(self, screen: Screen) -> Action:
        if screen.seen.busy and self._once(f"busy at {screen.seen.place}"):
            return Wait(_LOAD_SECONDS)
        link = best(screen.navigation, self.goal.page)
        if link and self._once("page"):
            return Click(link.ref, link.name)
        why = " ".join(screen.alerts)
        if "page" in self.tried and shows(screen, self.goal.page):
            return GiveUp(why or f"the page shows no table of {self.goal.name}")
        return GiveUp(why or f"the portal has no page for {self.goal.name}")

    def _search(self, screen: Screen, table: Table) -> Action | None:
        """The search box or more pages of the table, for what was asked for and is not in sight."""
        missing = [id for id in self.goal.only if id not in self.rows]
        if self.goal.only and not missing:
            return None
        box = search_box(screen)
        if len(missing) == 1 and box and self._once(f"search {missing[0]}"):
            return Fill(box.node.ref, missing[0], box.label)
        more = onward_page(screen, table)
        return Click(more.ref, more.name) if more else None

    def _deepen(self, table: Table) -> Action | None:
        """To the page of the one thing, if the list does not show all that is wanted of it."""
        if not self.goal.deep or len(self.goal.only) != 1:
            return None
        (id,) = self.goal.only
        found = self.rows.get(id, {})
        row = next((row for row in table.rows if self._id_of(row, table) == id), None)
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
            for path, value in values(said, self.goal.columns).items():
                if self.rows[id].get(path) is None:
                    self.rows[id][path] = value
        return self._answer()

    def _answer(self) -> Action:
        wanted = self.goal.only or tuple(self.rows)
        rows: list[Value] = [dict(self.rows[id]) for id in wanted if id in self.rows]
        return Answer(rows, f"{len(rows)} found")

    def _take(self, table: Table) -> None:
        shown = {column.path for column, _ in matched(table.columns, self.goal.columns)}
        for number, row in enumerate(table.rows):
            found = values(row.cells, self.goal.columns, table.name)
            id = str(self._id_of(row, table) or f"{table.name} {number}")
            if not self.goal.only or id in self.goal.only:
                self.rows[id] = {**dict.fromkeys(shown), **found}

    def _tables(self, screen: Screen) -> list[Table]:
        """The tables that are read: those of their names, or the one with the most of the columns."""
        if self.goal.tables:
            return [table for table in screen.tables if is_one_of(table.name, self.goal.tables)]
        found = table_for(screen, self.goal)
        return [found] if found else []

    def _id_of(self, row: Row, table: Table) -> Value:
        column = self.goal.columns[0]
        found = matched(table.columns, (column,))
        return read(row.cells[found[0][1]].says(), column) if found else None

    def _once(self, what: str) -> bool:
        if what in self.tried:
            return False
        self.tried.add(what)
        return True


def table_for(screen: Screen, goal: Reading) -> Table | None:
    """The table with the most of the columns, of those that have the identifier's."""
    ranked = [
        (len(found), -place, table)
        for place, table in enumerate(screen.tables)
        if (found := matched(table.columns, goal.columns))
        and any(column is goal.columns[0] for column, _ in found)
    ]
    return max(ranked, key=lambda each: each[:2])[2] if ranked else None
