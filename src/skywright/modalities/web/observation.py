"""What the agent sees: a page's tree, where it is, what went wrong just now, and all that in few words.

Owns the compaction: one line a row of a table, references only on what can be acted on, no addresses, no
bare boxes. Names are quoted as JSON, so what a page calls its things stays one word of one line.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from skywright.modalities.web.tree import Node

INTERACTIVE = (
    *("button", "checkbox", "combobox", "link", "listbox", "menuitem", "menuitemcheckbox", "menuitemradio"),
    *("option", "radio", "searchbox", "slider", "spinbutton", "switch", "tab", "textbox", "treeitem"),
)
_TRANSPARENT = {"generic", "rowgroup", "presentation", "none", "text", "strong", "emphasis", "page"}
_SHOWN_STATES = ("checked", "disabled", "expanded", "invalid", "pressed", "selected", "current")
_BUSY_ROLES = {"progressbar"}
_BUSY_WORDS = ("working", "loading", "in progress", "please wait")
_NEWS = ("status", "listitem", "text", "generic")
_CALLED_AT_WILL = ("row", "definition", "heading", "link", "option")
_GOING_ON = ("…", "...")
_CELLS = ("cell", "gridcell", "columnheader", "rowheader")
_LONGEST_NAME = 160


@dataclass(frozen=True, slots=True)
class Observation:
    """One look at the page.

    Attributes:
        place: the page's path in the portal, without the portal's address.
        troubles: what went wrong since the last look, one sentence each: an action's error, a page kept out.
        references: all that an action may name.
    """

    place: str
    title: str
    tree: Node
    troubles: tuple[str, ...] = ()
    references: frozenset[str] = field(default_factory=frozenset[str])

    def with_trouble(self, trouble: str) -> "Observation":
        """The same look, with one trouble more if there is one."""
        return replace(self, troubles=(*self.troubles, trouble)) if trouble else self

    @property
    def busy(self) -> bool:
        """Whether the page says that it is still at something."""
        return _busy(self.tree)

    @property
    def text(self) -> str:
        """The page in few words, as a model reads it."""
        lines = [f"page {json.dumps(self.title, ensure_ascii=False)} at {self.place}"]
        lines += [f"! {trouble}" for trouble in self.troubles]
        # What lies behind a dialog can be neither read nor clicked by anybody; what is told aside still can.
        dialogs = self.tree.all("dialog", "alertdialog")
        told = [*self.tree.all("alert", "status"), dialogs[-1]] if dialogs else self.tree.children
        for child in told:
            lines += _lines(child, 0)
        return "\n".join(lines)

    @property
    def tokens(self) -> int:
        """About how many tokens the text is to a model: a quarter of its characters."""
        return len(self.text) // 4


def _busy(node: Node) -> bool:
    """Whether it is said at or below a node, rows and the like aside: a thing may be called what it likes."""
    words = (node.text or node.name).strip().lower()
    if node.role in _BUSY_ROLES or (node.role == "status" and words.endswith(_GOING_ON)):
        return True
    if node.role in _NEWS and words.rstrip(" .…").endswith(_BUSY_WORDS):
        return True
    return node.role not in _CALLED_AT_WILL and any(_busy(child) for child in node.children)


def observe(place: str, title: str, tree: Node, troubles: tuple[str, ...] = ()) -> Observation:
    """An observation of a tree, with the references that an action may name."""
    references = frozenset(node.ref for node in tree.walk() if node.ref)
    return Observation(place, title, tree, troubles, references)


def _lines(node: Node, depth: int) -> Iterator[str]:
    inner = depth
    if node.role == "row":
        yield "  " * depth + " | ".join(_cell(cell) for cell in node.children)
        return
    if node.role in ("list", "listitem") and not node.name and not node.text:
        own = ""
    elif node.role in _TRANSPARENT and not node.name:
        own = json.dumps(_cut(node.text), ensure_ascii=False) if node.text else ""
    else:
        own = _label(node)
    if own:
        yield "  " * depth + own
        inner = depth + 1
    if node.role in INTERACTIVE:
        return
    children = [child for child in node.children if not _repeats(child, node)]
    for child in children:
        yield from _lines(child, inner)


def _repeats(child: Node, parent: Node) -> bool:
    """Whether a text only says again what a control beside it is called."""
    words = child.text or child.name
    if child.role != "text" and not (child.role == "generic" and not child.children):
        return False
    return any(other is not child and other.name == words for other in parent.children)


def _cell(cell: Node) -> str:
    if cell.role == "columnheader":
        return _bare(cell.name or cell.says())
    controls = [node for node in cell.walk() if node.role in INTERACTIVE]
    if controls:
        return " ".join(_label(control) for control in controls)
    return _bare(cell.says())


def _bare(words: str) -> str:
    """A cell's words: quoted only where they could be taken for something else than words."""
    cut = _cut(words)
    return json.dumps(cut, ensure_ascii=False) if any(mark in cut for mark in '|"\n[]') else cut


def _label(node: Node) -> str:
    parts = [node.role]
    name = node.name or ("" if node.children else node.text)
    if not name and node.role in INTERACTIVE:
        name = node.says()
    if name:
        parts.append(json.dumps(_cut(name), ensure_ascii=False))
    if node.role in INTERACTIVE and node.ref:
        parts.append(node.ref)
    if node.text and node.text != name:
        parts.append("= " + json.dumps(_cut(node.text), ensure_ascii=False))
    if _chooses(node):
        parts.append("of " + json.dumps([_cut(option.name) for option in node.children], ensure_ascii=False))
        parts += [
            "= " + json.dumps(option.name, ensure_ascii=False)
            for option in node.children
            if "selected" in option.states
        ]
    parts += [f"({state})" for state in _SHOWN_STATES if state in node.states]
    return " ".join(parts)


def _chooses(node: Node) -> bool:
    return node.role in ("combobox", "listbox") and bool(node.children)


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST_NAME else words[: _LONGEST_NAME - 1] + "…"
