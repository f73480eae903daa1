"""A program read out of the nodes of its document, with everything that is wrong in it and where.

Owns the keys of the form, and what may stand under each.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, cast

from skywright.errors import Usage
from skywright.model.operation import Operation
from skywright.model.program import Alternative, Expectation, Inverse, Parameter, ParameterType, Program, Step
from skywright.model.values import Value
from skywright.program.document import Node

FORM = 1
"""The version of the form, the value of the key `skywright`."""

_TYPES = ("string", "integer", "number", "boolean", "list")
_PROGRAM = [
    *("skywright", "name", "request", "cloud", "region", "source"),
    *("parameters", "steps", "expect", "answer"),
]
_PARAMETER = ["type", "value", "description", "minimum", "maximum", "choices", "pattern"]
_STEP = [
    *("id", "do", "wait", "with", "repeat", "when", "until", "timeout", "region"),
    *("tolerate", "undo", "irreversible", "alternatives", "note"),
]
_ALTERNATIVE = ["on", "with", "set", "wait", "note"]
_INVERSE = ["do", "with"]
_EXPECTATION = ["says", "read", "with", "that", "region"]

_T = TypeVar("_T")


@dataclass
class Reader:
    """Reads nodes into the types of the model and collects what is wrong, instead of stopping at it.

    Attributes:
        problems: the line of each, and what is wrong there.
    """

    problems: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])

    def program(self, root: Node) -> Program:
        """The program of a whole document; where there are problems, it is none."""
        row = self._fields(root, _PROGRAM, "a program", ("skywright", "name", "steps"))
        version = row.get("skywright")
        if version is not None and version.value != FORM:
            self._wrong(version, f"this form is version {version.value}; only {FORM} is known")
        return Program(
            name=self._text(row, "name", ""),
            steps=tuple(self._each(row, "steps", self._step)),
            cloud=self._text(row, "cloud", "aws"),
            region=self._text(row, "region", ""),
            request=self._text(row, "request", ""),
            parameters=self._parameters(row.get("parameters")),
            expectations=tuple(self._each(row, "expect", self._expectation)),
            answer=self._mapping(row, "answer"),
            source=self._text(row, "source", "hand"),
        )

    def _parameters(self, node: Node | None) -> tuple[Parameter, ...]:
        if node is None:
            return ()
        if not isinstance(node.value, dict):
            self._wrong(node, "'parameters' must be a mapping of names to parameters")
            return ()
        return tuple(self._parameter(name, row) for name, row in node.value.items())

    def _parameter(self, name: str, node: Node) -> Parameter:
        row = self._fields(node, _PARAMETER, f"parameter '{name}'", ("type",))
        kind = self._text(row, "type", "string")
        if kind not in _TYPES:
            self._wrong(
                row["type"],
                f"the type of parameter '{name}' must be one of {', '.join(_TYPES)}, not '{kind}'",
            )
        value = row["value"].plain() if "value" in row else None
        return Parameter(
            name=name,
            type=cast(ParameterType, kind),
            value=value,
            description=self._text(row, "description", ""),
            minimum=self._number(row, "minimum"),
            maximum=self._number(row, "maximum"),
            choices=self._texts(row, "choices"),
            pattern=self._text(row, "pattern", "") or None,
            line=node.line,
        )

    def _step(self, node: Node) -> Step:
        row = self._fields(node, _STEP, "a step", ("id",))
        name = self._text(row, "id", "")
        if isinstance(node.value, dict) and ("do" in row) == ("wait" in row):
            self._wrong(node, f"step '{name}' must have either 'do' or 'wait'")
        timeout = self._number(row, "timeout")
        return Step(
            id=name,
            operation=self._operation(row, "do"),
            waiter=self._operation(row, "wait"),
            arguments=self._mapping(row, "with"),
            until=self._text(row, "until", "") or None,
            timeout_seconds=600.0 if timeout is None else float(timeout),
            repeat=self._repeat(row.get("repeat"), name),
            when=self._text(row, "when", "") or None,
            region=self._text(row, "region", ""),
            tolerate=self._texts(row, "tolerate"),
            undo=tuple(self._each(row, "undo", self._inverse)),
            irreversible=self._text(row, "irreversible", ""),
            alternatives=tuple(self._each(row, "alternatives", self._alternative)),
            note=self._text(row, "note", ""),
            line=node.line,
        )

    def _alternative(self, node: Node) -> Alternative:
        row = self._fields(node, _ALTERNATIVE, "an alternative", ("on",))
        return Alternative(
            on=self._texts(row, "on"),
            arguments=self._mapping(row, "with"),
            values=self._mapping(row, "set"),
            wait_seconds=float(self._number(row, "wait") or 0),
            note=self._text(row, "note", ""),
        )

    def _repeat(self, node: Node | None, name: str) -> int | str | None:
        if node is None or node.value is None:
            return None
        if isinstance(node.value, bool) or not isinstance(node.value, int | str):
            self._wrong(node, f"'repeat' of step '{name}' must be a whole number or a reference to one")
            return None
        return node.value

    def _inverse(self, node: Node) -> Inverse:
        row = self._fields(node, _INVERSE, "an undo", ("do",))
        return Inverse(self._operation(row, "do") or Operation("", ""), self._mapping(row, "with"))

    def _expectation(self, node: Node) -> Expectation:
        row = self._fields(node, _EXPECTATION, "an expectation", ("says", "read", "that"))
        return Expectation(
            says=self._text(row, "says", ""),
            read=self._operation(row, "read") or Operation("", ""),
            arguments=self._mapping(row, "with"),
            that=self._text(row, "that", ""),
            region=self._text(row, "region", ""),
            line=node.line,
        )

    def _fields(self, node: Node, known: list[str], what: str, needed: tuple[str, ...]) -> dict[str, Node]:
        if not isinstance(node.value, dict):
            self._wrong(node, f"{what} must be a mapping with {', '.join(needed)}")
            return {}
        for key, inner in node.value.items():
            if key not in known:
                self._wrong(inner, f"{what} has no '{key}'; it may have {', '.join(known)}")
        for key in needed:
            if key not in node.value:
                self._wrong(node, f"{what} must have '{key}'")
        return node.value

    def _each(self, row: dict[str, Node], key: str, read: Callable[[Node], _T]) -> list[_T]:
        node = row.get(key)
        if node is None or node.value is None:
            return []
        if not isinstance(node.value, list):
            self._wrong(node, f"'{key}' must be a list")
            return []
        return [read(item) for item in node.value]

    def _mapping(self, row: dict[str, Node], key: str) -> dict[str, Value]:
        node = row.get(key)
        if node is None or node.value is None:
            return {}
        plain = node.plain()
        if not isinstance(plain, dict):
            self._wrong(node, f"'{key}' must be a mapping")
            return {}
        return plain

    def _text(self, row: dict[str, Node], key: str, default: str) -> str:
        node = row.get(key)
        if node is None or node.value is None:
            return default
        if not isinstance(node.value, str):
            self._wrong(node, f"'{key}' must be text; put it in quotes")
            return default
        return node.value

    def _texts(self, row: dict[str, Node], key: str) -> tuple[str, ...]:
        def one(node: Node) -> str:
            if not isinstance(node.value, str):
                self._wrong(node, f"'{key}' must hold text only; put each in quotes")
            return str(node.value)

        return tuple(self._each(row, key, one))

    def _number(self, row: dict[str, Node], key: str) -> float | None:
        node = row.get(key)
        if node is None or node.value is None:
            return None
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            self._wrong(node, f"'{key}' must be a number")
            return None
        return node.value

    def _operation(self, row: dict[str, Node], key: str) -> Operation | None:
        text = self._text(row, key, "")
        if not text:
            return None
        try:
            return Operation.parse(text)
        except Usage as problem:
            self._wrong(row[key], f"'{key}': {problem}")
            return None

    def _wrong(self, node: Node, text: str) -> None:
        self.problems.append((node.line, text))
