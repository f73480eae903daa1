"""Finding what can be pressed by what it is called. Knows no page."""

import itertools
from collections.abc import Iterable, Sequence

from skywright.modalities.web.reader.screen import TABLES, Field, Screen, Table
from skywright.modalities.web.tree import Node
from skywright.modalities.web.words import is_one_of, likeness, listed, meaning

SURE = 0.75
"""From here on a name means the thing; below it could mean another."""


def best(nodes: Iterable[Node], phrases: Sequence[str], least: float = SURE) -> Node | None:
    """The one that is called most like one of the phrases; None if none is enough. The first of equals."""
    found = max(nodes, key=lambda node: likeness(node.name, phrases), default=None)
    return found if found is not None and likeness(found.name, phrases) >= least else None


def first_of(nodes: Sequence[Node], list_name: str) -> Node | None:
    """The one that has the earliest name of a list of `words.yaml`."""
    for phrase in listed(list_name):
        for node in nodes:
            if is_one_of(node.name, (phrase,)):
                return node
    return None


def leads_back(node: Node) -> bool:
    """Whether pressing it leaves what is under way."""
    return is_one_of(node.name, listed("backward"))


def shows(screen: Screen, page: Sequence[str]) -> bool:
    """Whether the page is the one that is called so."""
    return any(likeness(heading, page) >= SURE for heading in screen.headings[:2])


def is_page_of(screen: Screen, id: str) -> bool:
    """Whether the page is that of the thing itself, by its address and by what it shows."""
    shown = (node.says() for node in screen.main.all("definition", "heading"))
    said = (words.replace("(", " ").replace(")", " ").split() for words in shown)
    return is_at(screen, id) and any(id in words for words in said)


def is_at(screen: Screen, id: str) -> bool:
    """Whether the page's address has the identifier as one of its parts."""
    return id in screen.seen.place.replace("#", "/").replace("?", "/").split("/")


def search_box(screen: Screen) -> Field | None:
    """Where a list can be searched."""
    boxes = (each for each in screen.fields if each.kind == "text" and "find" in meaning(each.label))
    return next(boxes, None)


def onward_page(screen: Screen, table: Table) -> Node | None:
    """The button for a table's next page, if there is one: it stands beside the table."""
    order = [node for node in screen.main.walk() if node.role in (*TABLES, "heading", "button")]
    place = next(at for at, node in enumerate(order) if node is table.node)
    before = itertools.takewhile(lambda node: node.role not in TABLES, reversed(order[:place]))
    after = itertools.takewhile(lambda node: node.role == "button", order[place + 1 :])
    turning = (node for node in (*before, *after) if is_one_of(node.name, ("next page",)))
    return next((node for node in turning if node.ref and not node.disabled), None)
