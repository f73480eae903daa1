"""Values of a configuration that are not known yet: what stands in an argument in place of a plain value.

Owns their form, which is JSON, so that JMESPath can take a configuration's arguments apart and a workspace
can be kept in a file: `{"$ref": KEY, "attribute": NAME}` is an attribute of another resource,
`{"$var": NAME, "value": …}` a value that the request's parameter gave, `{"$join": […]}` a text made of parts,
`{"$raw": TEXT}` an expression, `{"$json": VALUE}` the text of a JSON document. Knows no resource.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from skywright.model.values import Value

Node = Any
"""A `Value` in which objects with one of the marks stand for what is not plain."""

MARKS = ("$ref", "$var", "$join", "$raw", "$json", "$counted")


def ref(key: str, attribute: str) -> Node:
    """An attribute of the resource with this key."""
    return {"$ref": key, "attribute": attribute}


def var(name: str, value: Value, serial: int, index: int | None = None) -> Node:
    """A value that a parameter gave; `index` where the parameter is a list of one value a repetition."""
    node = {"$var": name, "value": value, "of": serial}
    return node if index is None else {**node, "index": index}


def raw(text: str) -> Node:
    return {"$raw": text}


def is_node(value: Node) -> bool:
    """Whether the value is one of the marked objects."""
    return isinstance(value, Mapping) and any(mark in value for mark in MARKS)


def plain(value: Node) -> Node:
    """The value with parameters' values in place of the parameters; the rest as it is."""
    return swapped(value, lambda node: node["value"] if "$var" in node else node)


def swapped(value: Node, swap: Callable[[Any], Node]) -> Node:
    """The value with every marked object replaced."""
    if is_node(value):
        if "$join" in value:
            return {"$join": [swapped(part, swap) for part in value["$join"]]}
        return swap(value)
    if isinstance(value, Mapping):
        return {key: swapped(inner, swap) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [swapped(inner, swap) for inner in value]
    return value


def refs(value: Node) -> Iterator[str]:
    """The keys of the resources that the value refers to."""
    if isinstance(value, Mapping):
        if "$ref" in value:
            yield value["$ref"]
            return
        for inner in value.values():
            yield from refs(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from refs(inner)


def without_empty(value: Node) -> Node:
    """The value without what is null, and without lists and objects that hold nothing."""
    if is_node(value):
        return value
    if isinstance(value, Mapping):
        kept = {key: without_empty(inner) for key, inner in value.items()}
        return {key: inner for key, inner in kept.items() if inner is not None and inner not in ({}, [])}
    if isinstance(value, list | tuple):
        items = [without_empty(inner) for inner in value]
        return [item for item in items if item is not None and item not in ({}, [])]
    return value
