"""Botocore's shapes behind the face of `model.shape.Shape`. Owns the translation; knows no operation.

Members and items are made when asked for: a shape of botocore may contain itself, and a service
may have thousands. Source of the traits (`min`, `max`, `pattern`, `sensitive`, `idempotencyToken`,
`document`): the `service-2.json` models, as `botocore.model.Shape.metadata` hands them out.
"""

import re
from typing import Any

from skywright.model import shape as words
from skywright.model.shape import Kind

_KINDS: dict[str, Kind] = {
    "structure": "structure",
    "list": "list",
    "map": "map",
    "string": "string",
    "character": "string",
    "integer": "integer",
    "long": "integer",
    "float": "number",
    "double": "number",
    "boolean": "boolean",
    "timestamp": "timestamp",
    "blob": "blob",
}

_PORT = re.compile(r"port|\w*[a-z]Port|Port")
"""Members that hold a port; few models say how far ports go."""

_LAST_PORT = 65_535.0
"""Source: RFC 9293, section 3.1, a port has 16 bits."""


class Shape:
    """One shape of botocore; None is the shape of an operation that takes, or gives, nothing."""

    def __init__(self, shape: Any, member: str = "") -> None:
        self._shape = shape
        self._members: dict[str, words.Shape] | None = None
        self._item: words.Shape | None = None
        traits: dict[str, Any] = {} if shape is None else shape.metadata
        self._name = "Nothing" if shape is None else str(shape.name)
        self._kind: Kind = "structure" if shape is None else _KINDS[shape.type_name]
        if getattr(shape, "is_document_type", False):
            self._kind = "document"
        self._required = frozenset(str(name) for name in traits.get("required", ()))
        self._choices = tuple(str(choice) for choice in traits.get("enum", ()))
        self._minimum = _bound(traits.get("min"))
        self._maximum = _bound(traits.get("max"))
        if self._maximum is None and self._kind == "integer" and _PORT.fullmatch(member):
            self._maximum = _LAST_PORT
        pattern = traits.get("pattern")
        self._pattern = None if pattern is None else str(pattern)
        self._sensitive = bool(traits.get("sensitive", False))
        self._token = bool(traits.get("idempotencyToken", False))

    def __repr__(self) -> str:
        return f"Shape({self._name}, {self._kind})"

    @property
    def name(self) -> str:
        return self._name

    @property
    def kind(self) -> Kind:
        return self._kind

    @property
    def members(self) -> dict[str, words.Shape]:
        if self._members is None:
            shape = self._shape
            if shape is None or shape.type_name != "structure":
                self._members = {}
            else:
                self._members = {
                    str(name): Shape(member, str(name)) for name, member in shape.members.items()
                }
        return self._members

    @property
    def required(self) -> frozenset[str]:
        return self._required

    @property
    def item(self) -> words.Shape | None:
        if self._item is None and self._kind in ("list", "map"):
            self._item = Shape(self._shape.member if self._kind == "list" else self._shape.value)
        return self._item

    @property
    def choices(self) -> tuple[str, ...]:
        return self._choices

    @property
    def minimum(self) -> float | None:
        return self._minimum

    @property
    def maximum(self) -> float | None:
        return self._maximum

    @property
    def pattern(self) -> str | None:
        return self._pattern

    @property
    def sensitive(self) -> bool:
        return self._sensitive

    @property
    def token(self) -> bool:
        return self._token


def _bound(trait: Any) -> float | None:
    return None if trait is None else float(trait)
