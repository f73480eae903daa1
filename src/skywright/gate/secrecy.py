"""Strikes secrets out of arguments and results before anybody keeps them. Knows shapes, not services."""

from collections.abc import Mapping

from skywright.journal.redact import STRUCK, redact
from skywright.model.shape import Shape
from skywright.model.values import Value


def strike(value: Value, shape: Shape) -> Value:
    """The value without secrets: what the model marks as sensitive, and what looks like one."""
    return redact(strike_marked(value, shape), frozenset())


def holds_secret(value: Value, shape: Shape) -> bool:
    """Whether striking would take anything out."""
    return strike(value, shape) != value


def strike_marked(value: Value, shape: Shape) -> Value:
    """The value without what the model marks as sensitive: enough where `redact` follows."""
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
            name: entry if (known := inner[name]) is None else strike_marked(entry, known)
            for name, entry in value.items()
        }
    item = shape.item
    return list(value) if item is None else [strike_marked(entry, item) for entry in value]
