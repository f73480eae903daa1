"""Whether a value fits a shape. Owns the rules of types, ranges, choices and patterns.

A value may hold references; what they will be is asked of `type_of`. Must not know programs.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from skywright.model.shape import Kind, Shape
from skywright.model.values import Value
from skywright.program.types import Type, nearest

Problem = tuple[str, str]
"""The place inside the value (`Tags[0].Value`) and a sentence."""

TypeOf = Callable[[str], "Type | Value"]
"""What a text with references will be: a type, or a value where it is known already.

Raises:
    Wrong: The text refers to what cannot be.
"""


class Wrong(Exception):
    """What a text refers to cannot be; the message is a sentence."""


_NAMES: Mapping[str, str] = {
    "structure": "an object",
    "map": "an object",
    "list": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "timestamp": "a time",
    "blob": "bytes in base64",
    "document": "anything",
    "any": "anything",
}
_TAKES: Mapping[Kind, frozenset[str]] = {
    "structure": frozenset(("structure", "map")),
    "map": frozenset(("structure", "map")),
    "list": frozenset(("list",)),
    "string": frozenset(("string", "timestamp", "blob")),
    "integer": frozenset(("integer",)),
    "number": frozenset(("integer", "number")),
    "boolean": frozenset(("boolean",)),
    "timestamp": frozenset(("timestamp", "string", "integer", "number")),
    "blob": frozenset(("blob", "string")),
}
_LONGEST_MATCHED = 4096
_LEAST = re.compile(r"[Mm]in(imum)?(?![a-z])")


def fit(value: Value, shape: Shape, type_of: TypeOf, place: str = "") -> Iterator[Problem]:
    """Everything about a value that does not fit the shape."""
    if isinstance(value, str) and "${" in value:
        yield from _fit_text(value, shape, type_of, place)
    elif shape.kind == "document":
        return
    elif value is None:
        yield place, "is empty (null); leave it out"
    elif shape.kind == "structure":
        yield from _fit_structure(value, shape, type_of, place)
    elif shape.kind == "map":
        yield from _fit_map(value, shape, type_of, place)
    elif shape.kind == "list":
        yield from _fit_list(value, shape, type_of, place)
    else:
        problem = _scalar(value, shape)
        if problem:
            yield place, problem


def _fit_text(value: str, shape: Shape, type_of: TypeOf, place: str) -> Iterator[Problem]:
    try:
        found = type_of(value)
    except Wrong as wrong:
        yield place, str(wrong)
        return
    if not isinstance(found, Type):
        if not (isinstance(found, str) and "${" in found):
            yield from fit(found, shape, type_of, place)
        return
    problem = misfit(found, shape)
    if problem:
        yield place, problem


def misfit(found: Type, shape: Shape, depth: int = 0) -> str:
    """What is wrong with a value of a type for a shape; empty if nothing is (known to be)."""
    if found.kind in ("any", "document") or shape.kind == "document" or depth > 4:
        return ""
    if found.kind not in _TAKES[shape.kind]:
        hint = (
            "; write ${… | to_string(@)}"
            if shape.kind == "string" and found.kind in ("integer", "number")
            else ""
        )
        return f"must be {_NAMES[shape.kind]}, and what it refers to is {_NAMES[found.kind]}{hint}"
    if found.kind == "list" and shape.item is not None:
        inner = misfit(found.item, shape.item, depth + 1)
        return f"each element {inner}" if inner else ""
    return ""


def _fit_structure(value: Value, shape: Shape, type_of: TypeOf, place: str) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield place, _must_be(shape, value)
        return
    members = shape.members
    for name, inner in value.items():
        member = members.get(name)
        if member is None:
            yield _below(place, name), f"there is no such argument{nearest(name, tuple(members))}"
        else:
            yield from fit(inner, member, type_of, _below(place, name))
    if not shape.required <= value.keys():
        for name in sorted(shape.required - value.keys()):
            if not members[name].token:
                yield _below(place, name), "is required"
    for least, most in _bounds(shape):
        if _exceeds(value.get(least), value.get(most)):
            yield _below(place, least), f"is {value[least]}, which is more than {most} ({value[most]})"


@lru_cache(maxsize=4096)
def _bounds(shape: Shape) -> tuple[tuple[str, str], ...]:
    """Pairs of members of which the first must not be more than the second, as their names say."""
    numbers = [name for name, member in shape.members.items() if member.kind in ("integer", "number")]
    pairs = [(name, name.replace("in", "ax", 1)) for name in numbers if _LEAST.match(name)]
    found = [(least, most) for least, most in pairs if most in numbers]
    wanted = [name for name in numbers if name.lower().startswith("desired")]
    between = [(each, most) for _, most in found for each in wanted] if len(found) == 1 else []
    return (*found, *between, *((least, each) for least, _ in found for each in wanted if between))


def _exceeds(one: Value, other: Value) -> bool:
    return type(one) in (int, float) and type(other) in (int, float) and one > other  # pyright: ignore


def _fit_map(value: Value, shape: Shape, type_of: TypeOf, place: str) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield place, _must_be(shape, value)
    elif shape.item is not None:
        for name, inner in value.items():
            yield from fit(inner, shape.item, type_of, _below(place, name))


def _fit_list(value: Value, shape: Shape, type_of: TypeOf, place: str) -> Iterator[Problem]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        yield place, _must_be(shape, value)
        return
    problem = _size(len(value), shape, "have {} elements, not {}")
    if problem:
        yield place, problem
    if shape.item is not None:
        for number, inner in enumerate(value):
            yield from fit(inner, shape.item, type_of, f"{place}[{number}]")


def _scalar(value: Value, shape: Shape) -> str:
    kind = shape.kind
    if kind == "boolean":
        return "" if isinstance(value, bool) else _must_be(shape, value)
    if kind in ("integer", "number"):
        wanted = int if kind == "integer" else (int, float)
        if isinstance(value, bool) or not isinstance(value, wanted):
            return _must_be(shape, value)
        return _size(value, shape, "be {}, not {}")
    if kind == "timestamp" and isinstance(value, int | float) and not isinstance(value, bool):
        return ""
    if not isinstance(value, str):
        return _must_be(shape, value)
    return _text(value, shape) if kind == "string" else ""


def _text(value: str, shape: Shape) -> str:
    if shape.choices:
        if value in shape.choices:
            return ""
        if len(shape.choices) <= 12:
            return f"must be one of {', '.join(shape.choices)}, not '{value}'"
        return (
            f"'{value}' is not one of the {len(shape.choices)} that are known{nearest(value, shape.choices)}"
        )
    problem = _size(len(value), shape, "have {} characters, not {}")
    if problem:
        return problem
    if shape.pattern is not None and len(value) <= _LONGEST_MATCHED:
        rule = _rule(shape.pattern)
        if rule is not None and rule.search(value) is None:
            return f"must match {shape.pattern}, not '{value}'"
    return ""


@lru_cache(maxsize=4096)
def _rule(pattern: str) -> re.Pattern[str] | None:
    """An API model's pattern; without anchors it is meant for the whole. None if Python cannot read it."""
    whole = pattern if pattern.startswith("^") or pattern.endswith("$") else f"^(?:{pattern})$"
    try:
        return re.compile(
            whole.replace("$", r"\Z") if whole.endswith("$") and whole.count("$") == 1 else whole
        )
    except re.error:
        return None


def _size(size: float, shape: Shape, what: str) -> str:
    if shape.minimum is not None and size < shape.minimum:
        return "must " + what.format(f"at least {shape.minimum:g}", f"{size:g}")
    if shape.maximum is not None and size > shape.maximum:
        return "must " + what.format(f"at most {shape.maximum:g}", f"{size:g}")
    return ""


def _must_be(shape: Shape, value: Value) -> str:
    shown = repr(value) if isinstance(value, str) else str(value)
    if isinstance(value, Mapping):
        shown = "an object"
    elif isinstance(value, Sequence) and not isinstance(value, str):
        shown = "a list"
    return f"must be {_NAMES[shape.kind]}, not {shown if len(shown) <= 60 else shown[:57] + '…'}"


def _below(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
