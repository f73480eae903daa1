"""A page as the browser's accessibility tree has it. Owns the reading of Playwright's snapshot into nodes.

A snapshot is YAML whose keys are `role "name" [state] [ref=e5]`. Names are what pages say, so anything
may stand in them, brackets and quotes included: they are read as the text that they are quoted as.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import yaml

_KEY = re.compile(r'^(?P<role>[\w-]+)(?: (?P<name>"(?:[^"\\]|\\.)*"))?(?P<states>(?: \[[^\[\]"]*\])*)$')
_STATE = re.compile(r"\[([\w-]+)(?:=([^\]]*))?\]")
_DEEPEST = 200
_HIDDEN = "********"
_EDITABLE = {"textbox", "searchbox", "spinbutton", "combobox"}


@dataclass(frozen=True, slots=True)
class Node:
    """One thing on a page.

    Attributes:
        name: what it is called, to a screen reader.
        text: what stands in it, or its value; empty if it has children instead.
        ref: by which an action names it; empty if it can't be named.
        states: such as `checked`, `disabled`, `expanded`, `selected`, with their values.
    """

    role: str
    name: str = ""
    text: str = ""
    ref: str = ""
    states: dict[str, str] = field(default_factory=dict[str, str])
    children: tuple["Node", ...] = ()

    def walk(self) -> Iterator["Node"]:
        """The node and all below it, in the order of the page."""
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, *roles: str) -> list["Node"]:
        """Those below and at it that have one of the roles, in the order of the page."""
        return [node for node in self.walk() if node.role in roles]

    def says(self) -> str:
        """All its words, as somebody hears them who has it read out."""
        if self.role in _EDITABLE:
            return self.text or self.name
        own = self.text or (self.name if not self.children else "")
        parts = [own, *(child.says() for child in self.children)]
        return " ".join(" ".join(part for part in parts if part).split()) or self.name

    @property
    def disabled(self) -> bool:
        return "disabled" in self.states


def read(snapshot: str, secrets: frozenset[str] = frozenset()) -> Node:
    """The tree of a snapshot, under a root of role `page`.

    Args:
        secrets: values that fields hide on the screen; they are not told.
    """
    # All scalars are texts: a base loader makes no dates and no numbers. C's parser is far quicker.
    rows: Any = yaml.load(snapshot, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)) or []
    return Node("page", children=tuple(_nodes(rows, secrets, 0)))


def _nodes(rows: Any, secrets: frozenset[str], depth: int) -> Iterator[Node]:
    if not isinstance(rows, list) or depth > _DEEPEST:
        return
    for row in cast("list[Any]", rows):
        if isinstance(row, dict):
            for key, inside in cast("dict[Any, Any]", row).items():
                yield from _node(str(key), inside, secrets, depth)
        else:
            yield from _node(str(row), "", secrets, depth)


def _node(key: str, inside: Any, secrets: frozenset[str], depth: int) -> Iterator[Node]:
    found = _KEY.match(key)
    if found is None:
        # `/url` and `/placeholder` are properties, not things.
        return
    states = {name: value or "true" for name, value in _STATE.findall(found["states"])}
    ref = states.pop("ref", "")
    text = "" if isinstance(inside, list) else str(inside)
    children = tuple(_nodes(inside, secrets, depth + 1))
    if found["role"] in _EDITABLE and not any(child.role == "option" for child in children):
        # A field that has a placeholder, too, has its value in a text of its own.
        text = text or " ".join(child.text for child in children)
        text, children = (_HIDDEN if text in secrets else text), ()
    name = json.loads(found["name"]) if found["name"] else ""
    yield Node(found["role"], name, text, ref, states, children)
