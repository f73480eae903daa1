"""The way to where something is done: the page of such things, the thing in its list, the action on it.

Owns the order of those. A thing is told by its identifier in a cell of its own, never by its name, since
two things may have one name, and a name may be anything.
"""

from dataclasses import dataclass, field

from skywright.modalities.web.actions import Action, Click, Fill, GiveUp, Wait
from skywright.modalities.web.goal import Change
from skywright.modalities.web.reader.names import best, first_of, is_page_of, search_box, shows
from skywright.modalities.web.reader.screen import Row, Screen
from skywright.modalities.web.tree import Node
from skywright.modalities.web.words import is_one_of, listed

_LOAD_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Opened:
    """The step that begins what is to be done, on these things."""

    action: Action
    on: tuple[str, ...] = ()


@dataclass
class Way:
    """The way to one change; `left` are the things that it has still to be done to."""

    goal: Change
    left: list[str]
    tried: set[str] = field(default_factory=set[str])

    def next(self, screen: Screen) -> Action | Opened:
        """The next step, or the one that opens the form, or begins at once."""
        if self.goal.on:
            return self._among_things(screen)
        opener = best(_usable(screen.buttons), self.goal.action)
        return Opened(_click(opener)) if opener else self.to_page(screen)

    def to_page(self, screen: Screen) -> Action:
        """To the page of such things, by the names in the navigation."""
        if screen.seen.busy and "busy" not in self.tried:
            self.tried.add("busy")
            return Wait(_LOAD_SECONDS)
        link = best(screen.navigation, self.goal.page)
        if link and "page" not in self.tried:
            self.tried.add("page")
            return _click(link)
        if not link and "navigation" not in self.tried:
            self.tried.add("navigation")
            toggle = best(screen.seen.tree.all("button"), ("open navigation", "menu", "navigation"))
            if toggle:
                return _click(toggle)
        return GiveUp(f"the portal has no way to {self.goal.action[0]}")

    def _among_things(self, screen: Screen) -> Action | Opened:
        rows = self._rows(screen)
        here = [id for id in self.left if id in rows]
        if not here and len(self.left) >= 1 and is_page_of(screen, self.left[0]):
            here = [self.left[0]]
            return self._open(screen, here)
        if not here:
            return self._find(screen)
        boxes = {id: rows[id].control("checkbox", "radio") for id in here}
        unmarked = next((box for box in boxes.values() if box and "checked" not in box.states), None)
        if unmarked:
            return _click(unmarked)
        if all(boxes.values()):
            return self._open(screen, here)
        # Rows that can't be marked: their own button, or the page of the thing.
        own = rows[here[0]]
        button = best(own.node.all("button", "link", "menuitem"), self.goal.action)
        if button and button.ref:
            return Opened(_click(button), (here[0],))
        link = own.control("link")
        return _click(link) if link else GiveUp(f"nothing can be done to {here[0]} on its page")

    def _open(self, screen: Screen, on: list[str]) -> Action | Opened:
        """The action itself, by a button or in a menu."""
        item = best([*screen.menu, *screen.buttons], self.goal.action)
        if item and not item.disabled:
            return Opened(_click(item), tuple(on))
        if item:
            why = next((node.says() for node in item.walk() if node is not item and node.says()), "")
            return GiveUp(f"'{item.name}' is switched off{f': {why}' if why else ''}")
        usable = _usable(screen.buttons)
        of_page = [f"{page} {menu}" for page in self.goal.page for menu in listed("menus")]
        menu = first_of(usable, "menus") or best(usable, of_page)
        if menu and "menu" not in self.tried:
            self.tried.add("menu")
            return _click(menu)
        return GiveUp(f"the portal has no '{self.goal.action[0]}' for {', '.join(on)}")

    def _find(self, screen: Screen) -> Action:
        """The thing is not in sight: wait for the page to load, search, or go to the page."""
        if not shows(screen, self.goal.page) and "page" not in self.tried:
            return self.to_page(screen)
        wanted = self.left[0]
        if screen.seen.busy and f"wait {wanted}" not in self.tried:
            self.tried.add(f"wait {wanted}")
            return Wait(_LOAD_SECONDS)
        box = search_box(screen)
        if box and box.value != wanted:
            return Fill(box.node.ref, wanted, box.label)
        if "page" not in self.tried:
            return self.to_page(screen)
        return GiveUp(f"the portal does not show {wanted}")

    def _rows(self, screen: Screen) -> dict[str, Row]:
        """The rows that hold one of the identifiers as a cell of their own, outside of the names."""
        found: dict[str, Row] = {}
        for table in screen.tables:
            ids = [name for name in table.columns if is_one_of(name, _id_names(self.goal))]
            for row in table.rows:
                said = {row.says(name) for name in ids}
                for id in said & set(self.left):
                    found.setdefault(id, row)
        return found


def _id_names(goal: Change) -> list[str]:
    return ["id", "identifier", *(f"{page} id" for page in goal.page)]


def _usable(nodes: list[Node]) -> list[Node]:
    return [node for node in nodes if not node.disabled]


def _click(node: Node) -> Click:
    return Click(node.ref, node.name)
