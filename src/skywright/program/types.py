"""Types of values that are not there yet, and what a JMESPath expression makes of them.

Owns the walk of JMESPath's syntax tree over shapes. What it does not understand it makes no claim
about: the type is then `ANY`. Must not know programs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rapidfuzz import fuzz, process

from skywright.model.shape import Kind, Shape
from skywright.model.values import Value
from skywright.program.references import compiled


@dataclass(frozen=True, slots=True)
class Type:
    """A type: of a shape, of a list of something (`of`), or of an object with known `fields`."""

    kind: Kind | Literal["any"]
    shape: Shape | None = None
    of: "Type | None" = None
    fields: "Mapping[str, Type] | None" = None

    @property
    def item(self) -> "Type":
        """Of a list, or the values of a map."""
        if self.of is not None:
            return self.of
        return ANY if self.shape is None or self.shape.item is None else typed(self.shape.item)


ANY = Type("any")
STRING = Type("string")
INTEGER = Type("integer")
NUMBER = Type("number")
BOOLEAN = Type("boolean")


class Impossible(Exception):
    """The expression can only come to nothing; the message is a sentence that says why."""


def typed(shape: Shape) -> Type:
    """The type of values of a shape."""
    return ANY if shape.kind == "document" else Type(shape.kind, shape)


def listed(of: Type) -> Type:
    return Type("list", of=of)


def type_of(value: Value) -> Type:
    """The type of a value that is known."""
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, str):
        return STRING
    if isinstance(value, int):
        return INTEGER
    if isinstance(value, float):
        return NUMBER
    if isinstance(value, Mapping):
        return Type("structure", fields={key: type_of(inner) for key, inner in value.items()})
    if isinstance(value, Sequence):
        return listed(type_of(value[0]) if value else ANY)
    return ANY


def walk(expression: str, over: Type) -> Type:
    """The type that JMESPath makes of a value of a type.

    Raises:
        Impossible: It names what values of that type do not have.
        BadReference: It is not JMESPath.
    """
    return _walk(compiled(expression).parsed, over)


def nearest(name: str, names: Sequence[str]) -> str:
    """` (did you mean 'X'?)` with the likest name, or nothing if none is like it."""
    found = process.extractOne(name, names, scorer=fuzz.ratio, processor=str.lower, score_cutoff=55)
    return f" (did you mean '{found[0]}'?)" if found else ""


def _walk(node: Any, over: Type) -> Type:
    step = _NODES.get(node["type"])
    return ANY if step is None else step(node, over)


def _same(_: Any, over: Type) -> Type:
    return over


def _field(node: Any, over: Type) -> Type:
    name = str(node["value"])
    if over.kind == "any":
        return ANY
    if over.kind == "map":
        return over.item
    if over.kind == "structure":
        if over.fields is not None:
            found, names = over.fields.get(name), tuple(over.fields)
        else:
            members = over.shape.members if over.shape is not None else {}
            names = tuple(members)
            found = typed(members[name]) if name in members else None
        if found is None:
            has = f"; it has {', '.join(names)}" if 0 < len(names) <= 8 else ""
            raise Impossible(f"there is no '{name}' in it{nearest(name, names) or has}")
        return found
    if over.kind == "list":
        raise Impossible(f"'{name}' is asked of a list; take one of it with [0] or all with []")
    raise Impossible(f"'{name}' is asked of a {over.kind}, which has no parts")


def _chain(node: Any, over: Type) -> Type:
    for child in node["children"]:
        over = _walk(child, over)
    return over


def _index(_: Any, over: Type) -> Type:
    return _need_list(over, "an element by its number is asked").item


def _slice(_: Any, over: Type) -> Type:
    return _need_list(over, "a slice is asked")


def _projection(node: Any, over: Type) -> Type:
    left = _need_list(_walk(node["children"][0], over), "all elements are asked")
    return listed(_walk(node["children"][1], left.item))


def _value_projection(node: Any, over: Type) -> Type:
    left = _walk(node["children"][0], over)
    if left.kind == "map":
        return listed(_walk(node["children"][1], left.item))
    if left.kind in ("any", "structure"):
        return listed(ANY)
    raise Impossible(f"all values are asked of a {left.kind}, not of an object")


def _filter(node: Any, over: Type) -> Type:
    left = _need_list(_walk(node["children"][0], over), "a choice is asked")
    _walk(node["children"][2], left.item)
    return listed(_walk(node["children"][1], left.item))


def _flatten(node: Any, over: Type) -> Type:
    inner = _need_list(_walk(node["children"][0], over), "all elements are asked")
    return inner.item if inner.item.kind == "list" else inner


def _literal(node: Any, _: Type) -> Type:
    return type_of(node["value"])


def _record(node: Any, over: Type) -> Type:
    pairs = {str(pair["value"]): _walk(pair["children"][0], over) for pair in node["children"]}
    return Type("structure", fields=pairs)


def _row(node: Any, over: Type) -> Type:
    found = [_walk(child, over) for child in node["children"]]
    return listed(found[0] if found and all(one == found[0] for one in found) else ANY)


def _truth(node: Any, over: Type) -> Type:
    for child in node["children"]:
        _walk(child, over)
    return BOOLEAN


def _either(node: Any, over: Type) -> Type:
    for child in node["children"]:
        _walk(child, over)
    return ANY


def _function(node: Any, over: Type) -> Type:
    name = str(node["value"])
    children = node["children"]
    plain = [_walk(child, over) for child in children if child["type"] != "expref"]
    first = plain[0] if plain else ANY
    each = [_walk(child["children"][0], first.item) for child in children if child["type"] == "expref"]
    if name in _GIVES:
        return _GIVES[name]
    if name in ("sort", "sort_by", "reverse"):
        return first
    if name in ("max", "min", "max_by", "min_by"):
        return first.item
    if name == "map":
        return listed(each[0] if each else ANY)
    return ANY


def _need_list(over: Type, what: str) -> Type:
    if over.kind == "any":
        return listed(ANY)
    if over.kind != "list":
        raise Impossible(f"{what} of a {over.kind}, not of a list")
    return over


_GIVES: Mapping[str, Type] = {
    "length": INTEGER,
    "to_string": STRING,
    "join": STRING,
    "type": STRING,
    "to_number": NUMBER,
    "sum": NUMBER,
    "avg": NUMBER,
    "abs": NUMBER,
    "ceil": NUMBER,
    "floor": NUMBER,
    "contains": BOOLEAN,
    "starts_with": BOOLEAN,
    "ends_with": BOOLEAN,
    "keys": listed(STRING),
    "values": listed(ANY),
    "to_array": listed(ANY),
}

_NODES: Mapping[str, Callable[[Any, Type], Type]] = {
    "identity": _same,
    "current": _same,
    "field": _field,
    "subexpression": _chain,
    "index_expression": _chain,
    "pipe": _chain,
    "index": _index,
    "slice": _slice,
    "projection": _projection,
    "value_projection": _value_projection,
    "filter_projection": _filter,
    "flatten": _flatten,
    "literal": _literal,
    "multi_select_dict": _record,
    "multi_select_list": _row,
    "comparator": _truth,
    "not_expression": _truth,
    "or_expression": _either,
    "and_expression": _either,
    "function_expression": _function,
}
