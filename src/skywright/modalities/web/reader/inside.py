"""Reading what is shown on things' own pages: to each page, to the part of it, and what its table says.

Owns the order of those. A thing is told by its identifier, as in `seeking`.
"""

from dataclasses import dataclass, field

from skywright.modalities.web.actions import Action, Answer, Click, Fill, GiveUp, Wait
from skywright.modalities.web.goal import Reading
from skywright.modalities.web.reader.cells import Found, values
from skywright.modalities.web.reader.finding_out import table_for
from skywright.modalities.web.reader.names import best, is_at, is_page_of, search_box, shows
from skywright.modalities.web.reader.screen import Screen

_LOAD_SECONDS = 20.0


@dataclass
class Inside:
    """One such reading under way; `left` are the things whose pages are still to be seen."""

    goal: Reading
    left: list[str]
    rows: list[Found] = field(default_factory=list[Found])
    tried: set[str] = field(default_factory=set[str])

    @classmethod
    def of(cls, goal: Reading) -> "Inside":
        return cls(goal, list(goal.within))

    def next(self, screen: Screen) -> Action:
        """What is to be done next."""
        if not self.left:
            return Answer([dict(row) for row in self.rows], f"{len(self.rows)} found")
        # A part of the page need not show again whose page it is.
        if not is_page_of(screen, self.left[0]) and not (
            "part" in self.tried and is_at(screen, self.left[0])
        ):
            return self._seek(screen, self.left[0])
        part = best((node for node in screen.buttons if node.role == "tab"), self.goal.part)
        if part and "selected" not in part.states and self._once("part"):
            return Click(part.ref, part.name)
        if screen.seen.busy and self._once("loading"):
            return Wait(_LOAD_SECONDS)
        table = table_for(screen, self.goal)
        if table is None:
            return GiveUp(f"the page of {self.left[0]} shows no table of {self.goal.name}")
        for row in table.rows:
            found = values(row.cells, self.goal.columns, table.name)
            owner = {each.path: self.left[0] for each in self.goal.columns if each.form == "owner"}
            self.rows.append({**found, **owner})
        self.left.pop(0)
        self.tried = set()
        return self.next(screen)

    def _seek(self, screen: Screen, id: str) -> Action:
        """The thing's own page, by its row in the list."""
        if screen.seen.busy and self._once(f"busy at {screen.seen.place}"):
            return Wait(_LOAD_SECONDS)
        row = next((row for table in screen.tables for row in table.rows if row.holds(id)), None)
        link = row.control("link") if row else None
        if link:
            opening = Click(link.ref, link.name)
            return opening if self._once("open") else GiveUp(f"the page of {id} does not open")
        box = search_box(screen)
        page = best(screen.navigation, self.goal.page)
        if page and not (box and shows(screen, self.goal.page)) and self._once("page"):
            return Click(page.ref, page.name)
        if box and self._once("search"):
            return Fill(box.node.ref, id, box.label)
        return GiveUp(" ".join(screen.alerts) or f"the portal does not show {id}")

    def _once(self, what: str) -> bool:
        if what in self.tried:
            return False
        self.tried.add(what)
        return True
