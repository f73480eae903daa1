"""A page as parts: navigation, dialog, fields, buttons, tables, notices. Knows roles, no words.

Roles are made by the portal; names and texts are made by whoever named a thing in the cloud. So
where something stands is told by roles alone, and what stands in a table's row or a notice is never taken
for a control of the page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from skywright.modalities.web.observation import Observation
from skywright.modalities.web.tree import Node

TABLES = ("table", "grid", "treegrid")
_TEXTS = ("textbox", "searchbox", "spinbutton")
_TOGGLES = ("checkbox", "switch")
_GROUPS = ("radiogroup", "group", "region", "form", "tabpanel")
_CELLS = ("cell", "gridcell", "rowheader", "columnheader")
_PRESSED = ("button", "menuitem", "menuitemcheckbox", "menuitemradio", "link", "tab")
_DATA = ("row", "status", "alert", "log")
_FRAME = ("navigation", "banner", "contentinfo")


@dataclass(frozen=True, slots=True)
class Field:
    """Something that takes a value.

    Attributes:
        kind: `text`, `choice`, `toggle` or `radio`.
        around: the headings and groups that it stands under.
        value: what it says now; of a toggle `yes` or `no`.
        options: of a choice or radio: what can be chosen.
    """

    node: Node
    kind: str
    label: str
    around: str
    value: str
    options: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its cells by the name of their column, and what can be acted on in it."""

    cells: dict[str, Node]
    node: Node

    def says(self, column: str) -> str:
        cell = self.cells.get(column)
        return cell.says() if cell else ""

    def control(self, *roles: str) -> Node | None:
        """The first control of these roles."""
        return next((node for node in self.node.all(*roles) if node.ref), None)

    def holds(self, words: str) -> bool:
        """Whether a cell says exactly this."""
        return any(cell.says() == words for cell in self.cells.values())


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    node: Node


@dataclass(frozen=True)
class Screen:
    """One look at a page, by its parts."""

    seen: Observation

    @cached_property
    def dialog(self) -> Node | None:
        """The dialog on top, if one is open."""
        return next(reversed(self.seen.tree.all("dialog", "alertdialog")), None)

    @cached_property
    def main(self) -> Node:
        """The page without its frame."""
        return next(iter(self.seen.tree.all("main")), self.seen.tree)

    @cached_property
    def scope(self) -> Node:
        """Where the agent has to act: the dialog if there is one."""
        return self.dialog or self.main

    @cached_property
    def navigation(self) -> list[Node]:
        """The links of the page's frame that lead to its pages."""
        places = self.seen.tree.all("navigation")
        links = [link for place in places for link in place.all("link", "menuitem", "treeitem", "tab")]
        return [link for link in links if link.ref]

    @cached_property
    def headings(self) -> list[str]:
        return [node.says() for node in _outside(self.main, _FRAME) if node.role == "heading"]

    @cached_property
    def alerts(self) -> tuple[str, ...]:
        """What the page says went wrong."""
        return _words_of(self.seen.tree.all("alert"))

    @cached_property
    def statuses(self) -> tuple[str, ...]:
        return _words_of(self.seen.tree.all("status", "log"))

    @cached_property
    def buttons(self) -> list[Node]:
        """What can be pressed in the scope, outside of rows, notices and the frame."""
        return [
            node for node in _outside(self.scope, (*_DATA, *_FRAME)) if node.role in _PRESSED and node.ref
        ]

    @cached_property
    def menu(self) -> list[Node]:
        """The items of a menu that is open, wherever the page hangs it."""
        items = (node for menu in self.seen.tree.all("menu") for node in menu.walk())
        return [node for node in items if node.role.startswith("menuitem") and node.ref]

    @cached_property
    def fields(self) -> list[Field]:
        """What takes a value in the scope, in order."""
        return list(_fields(self.scope))

    @cached_property
    def tables(self) -> list[Table]:
        return [table for node in self.main.all(*TABLES) if (table := _table(node))]

    @cached_property
    def definitions(self) -> dict[str, Node]:
        """Terms and what they mean, as a page of details has them."""
        found: dict[str, Node] = {}
        term = ""
        for node in self.main.walk():
            if node.role == "term":
                term = node.says()
            elif node.role == "definition" and term:
                found.setdefault(term, node)
        return found


def _words_of(nodes: list[Node]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words for node in nodes if (words := _prose(node))))


def _prose(node: Node) -> str:
    """The words of a notice, without those of its buttons and pictures."""
    if node.role in ("button", "img"):
        return ""
    if not node.children:
        return node.says()
    return " ".join(words for child in node.children if (words := _prose(child)))


def _outside(node: Node, roles: tuple[str, ...]) -> Iterator[Node]:
    for child in node.children:
        if child.role not in roles:
            yield child
            yield from _outside(child, roles)


def _fields(scope: Node) -> Iterator[Field]:
    headings: list[str] = []

    def below(node: Node, groups: tuple[str, ...]) -> Iterator[Field]:
        radios = tuple(each for each in node.all("radio") if each.ref) if node.role in _GROUPS else ()
        if radios and len(node.all(*_GROUPS)) == 1:
            yield _of_radios(node, radios, " ".join((*groups, *headings[-1:])))
            rest = tuple(each for each in node.children if not each.all("radio"))
        else:
            rest = node.children
        inside = (*groups, node.name) if node.role in _GROUPS and node.name else groups
        for child in rest:
            if child.role == "heading":
                headings.append(child.says())
            field = _field(child, " ".join((*inside, *headings[-1:])))
            if field:
                yield field
            elif child.role not in (*_DATA, *_FRAME):
                yield from below(child, inside)

    yield from below(scope, ())


def _field(node: Node, around: str) -> Field | None:
    if not node.ref:
        return None
    if node.role in _TEXTS:
        return Field(node, "text", node.name, around, node.text)
    if node.role in _TOGGLES:
        return Field(node, "toggle", node.name, around, "yes" if "checked" in node.states else "no")
    if node.role in ("combobox", "listbox"):
        options = tuple(node.all("option"))
        if not options:
            return Field(node, "text", node.name, around, node.text)
        chosen = next((each.name or each.text for each in options if "selected" in each.states), "")
        return Field(node, "choice", node.name, around, chosen, options)
    return None


def _of_radios(node: Node, radios: tuple[Node, ...], around: str) -> Field:
    chosen = next((radio.name for radio in radios if "checked" in radio.states), "")
    return Field(node, "radio", node.name, around, chosen, radios)


def _table(node: Node) -> Table | None:
    columns: tuple[str, ...] = ()
    rows: list[Row] = []
    for row in node.all("row"):
        cells = [cell for cell in row.children if cell.role in _CELLS]
        if cells and all(cell.role == "columnheader" for cell in cells):
            columns = tuple(cell.name or cell.says() for cell in cells)
        elif cells and len(cells) == len(columns):
            rows.append(Row(dict(zip(columns, cells, strict=True)), row))
    return Table(node.name, columns, tuple(rows), node) if columns else None
