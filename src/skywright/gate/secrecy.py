"""Strikes secrets out of arguments and results before anybody keeps them. Knows shapes, not services."""

from collections.abc import Mapping

from skywright.journal.redact import STRUCK, redact
from skywright.model.shape import Shape
from skywright.model.values import Value


def strike(value: Value, shape: Shape) -> Value:
    """The value without secrets: what the model marks as sensitive, and what looks like one."""
    return redact(_by_shape(value, shape), frozenset())


def holds_secret(value: Value, shape: Shape) -> bool:
    """Whether striking would take anything out."""
    return strike(value, shape) != value


def _by_shape(value: Value, shape: Shape) -> Value:
    if value is None:
        return None
    if shape.sensitive:
        return STRUCK
    if isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, Mapping):
        members, item = shape.members, shape.item
        inner = {name: members.get(name, item) for name in value}
        return {
            name: entry if (known := inner[name]) is None else _by_shape(entry, known)
            for name, entry in value.items()
        }
    item = shape.item
    return list(value) if item is None else [_by_shape(entry, item) for entry in value]
