"""What the API models do not tell of operations: `data/conventions.yaml`. Owns that file's format only."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from skywright.clouds.aws import tables
from skywright.clouds.documented import Convention, Form, Slot
from skywright.model.operation import Operation

_NONE = Convention()


def convention(operation: Operation) -> Convention:
    """What is taken for granted of an operation; empty if nothing is."""
    return _rows().get(str(operation), _NONE)


@cache
def _rows() -> Mapping[str, Convention]:
    return {operation: _convention(row) for operation, row in tables.read("conventions").items()}


def _convention(row: Mapping[str, Any]) -> Convention:
    asks: Mapping[str, str] = row.get("asks", {})
    return Convention(
        defaults=row.get("defaults", {}),
        slots=tuple(
            Slot(
                name,
                tuple(tuple(phrase.split()) for phrase in slot["phrases"]),
                slot["gives"],
                asks.get(name, ""),
            )
            for name, slot in row.get("slots", {}).items()
        ),
        forms=tuple(
            Form(member, form["like"], form["with"])
            for member, forms in row.get("forms", {}).items()
            for form in forms
        ),
        because=row.get("because", ""),
        known_as=tuple(tuple(phrase.split()) for phrase in row.get("known_as", ())),
        declines=row.get("declines", ""),
    )
