"""YAML as a tree of values with their lines. Owns YAML's traps; must not know what a program is.

Only what JSON knows is accepted: text keys, no anchors or aliases, no tags, no second document.
A plain `yes`, `on`, `010`, `0x10`, `1_000`, `2024-01-01` or `.nan` is text, as it stands there.
The tree is built from libyaml's events, without recursion: however deep or large the file is, it
costs time in proportion to its length.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import yaml

from skywright.model.values import Value
from skywright.model.yaml_text import DUMPER, LOADER

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,40})")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+([eE][+-]?[0-9]{1,3})?)")
_DEEPEST = 64
_WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True)
class Node:
    """A value where it stands: `value` is a scalar, a list of nodes or a dict of nodes."""

    line: int
    value: "bool | int | float | str | list[Node] | dict[str, Node] | None"

    def plain(self) -> Value:
        """The value without lines."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with the text itself, and the line."""

    line: int
    text: str


def read(text: str) -> tuple[Node | None, list[Problem]]:
    """The document's tree, and everything that is wrong with it; no tree if it is not YAML at all."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        builder.problems.append(_not_yaml(error))
        return None, builder.problems
    except _TooDeep:
        return None, builder.problems
    if builder.root is None and not builder.problems:
        builder.problems.append(Problem(1, "the file is empty"))
    return builder.root, builder.problems


class _TooDeep(Exception):
    """The rest is not worth reading."""


@dataclass(slots=True)
class _Open:
    """A list or mapping that is still being read."""

    line: int
    items: "list[Node] | None" = None
    entries: "dict[str, Node] | None" = None
    key: str | None = None
    waiting: bool = True
    """Of a mapping: whether the next node is a key."""


@dataclass(slots=True)
class _Builder:
    root: Node | None = None
    problems: list[Problem] = field(default_factory=list[Problem])
    _open: list[_Open] = field(default_factory=list[_Open])
    _documents: int = 0

    def take(self, event: Any) -> None:
        line = int(event.start_mark.line) + 1
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents == 2:
                self._wrong(line, "a second document begins; a program is one document")
            return
        if isinstance(event, yaml.AliasEvent):
            self._wrong(line, f"the alias *{event.anchor} is not allowed; write the value out")
            self._put(Node(line, None), keylike=False)
            return
        if isinstance(event, yaml.NodeEvent):
            self._mark(cast(Any, event), line)
        if isinstance(event, yaml.ScalarEvent):
            self._put(Node(line, self._scalar(event, line)), keylike=True)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._push(_Open(line, items=[]))
        elif isinstance(event, yaml.MappingStartEvent):
            self._push(_Open(line, entries={}))
        elif isinstance(event, yaml.CollectionEndEvent):
            done = self._open.pop()
            self._put(Node(done.line, done.items if done.entries is None else done.entries), keylike=False)

    def _mark(self, event: Any, line: int) -> None:
        if event.anchor is not None:
            self._wrong(
                line, f"the anchor &{event.anchor} is not allowed; write the value out where it is needed"
            )
        if event.tag is not None:
            self._wrong(line, f"the tag {event.tag} is not allowed")

    def _push(self, opened: _Open) -> None:
        if len(self._open) >= _DEEPEST:
            self._wrong(opened.line, f"the file is nested more than {_DEEPEST} levels deep")
            raise _TooDeep
        self._open.append(opened)

    def _scalar(self, event: Any, line: int) -> bool | int | float | str | None:
        text = str(event.value)
        if event.style not in (None, ""):
            return text
        if text in _WORDS and not (
            self._open and self._open[-1].entries is not None and self._open[-1].waiting
        ):
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            return int(text)
        if _NUMBER.fullmatch(text):
            number = float(text)
            if number in (float("inf"), float("-inf")):
                self._wrong(line, f"the number {text[:40]} is too large")
            return number
        return text

    def _put(self, node: Node, keylike: bool) -> None:
        if not self._open:
            if self._documents == 1:
                self.root = node
            return
        top = self._open[-1]
        if top.items is not None:
            top.items.append(node)
        elif top.waiting:
            top.key = self._key(node, keylike)
            top.waiting = False
        else:
            assert top.entries is not None
            if top.key is not None:
                if top.key in top.entries:
                    self._wrong(node.line, f"the key '{top.key}' is there twice")
                top.entries.setdefault(top.key, node)
            top.waiting = True

    def _key(self, node: Node, keylike: bool) -> str | None:
        if keylike and isinstance(node.value, str):
            return node.value
        shown = str(node.value) if keylike else "a list, a mapping or an alias"
        self._wrong(node.line, f"a key must be text, not {shown}; put it in quotes")
        return None

    def _wrong(self, line: int, text: str) -> None:
        self.problems.append(Problem(line, text))


def _not_yaml(error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = int(mark.line) + 1 if mark is not None else 1
    why = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error).splitlines()[0]
    return Problem(line, f"this is not YAML: {why}")


class _Dumper(DUMPER):
    """Block style, no anchors, text of several lines as it is."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def represent_data(self, data: object) -> Any:
        if isinstance(data, str):
            style = "|" if "\n" in data else '"' if _misread(data) else None
            return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)
        if isinstance(data, Mapping):
            return super().represent_data(dict(cast(Mapping[str, object], data)))
        if isinstance(data, Sequence):
            return super().represent_data(list(cast(Sequence[object], data)))
        return super().represent_data(data)


def _misread(text: str) -> bool:
    """Whether the text, written plain, would be read as something else here (by YAML's own rules or not)."""
    return text in _WORDS or bool(_INTEGER.fullmatch(text) or _NUMBER.fullmatch(text))


def write(value: Value) -> str:
    """The YAML text of a value; `read(write(value))` gives it back."""
    return yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=100
    )
