"""Whether a call's arguments are a step's. Owns what makes no difference; knows no cloud."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from skywright.model.shape import Shape, Signature
from skywright.model.values import Arguments, Value

PAGE_TOKENS: Final = frozenset(
    {"nexttoken", "marker", "nextmarker", "pagetoken", "nextpagetoken", "continuationtoken", "position"}
    | {"nextcontinuationtoken", "exclusivestartkey", "startingtoken", "keymarker", "versionidmarker"}
    | {"uploadidmarker", "partnumbermarker", "startrecordname", "startrecordtype", "exclusivestarttablename"}
)
"""Members, in lower case, that only say which page is meant."""

_PAGE_SIZES: Final = frozenset({"maxresults", "maxitems", "pagesize", "limit", "maxrecords", "maxkeys"})


def left_out(signature: Signature, incidental: frozenset[str]) -> frozenset[str]:
    """The arguments that make no difference: idempotency tokens, what clients add, a read's pages."""
    members = signature.input.members
    apart = {name for name, shape in members.items() if shape.token} | incidental
    if not signature.effect.mutates:
        apart |= {name for name in members if name.lower() in PAGE_TOKENS | _PAGE_SIZES}
    return frozenset(apart)


def form(arguments: Arguments, signature: Signature, apart: frozenset[str]) -> Value:
    """What is equal for two calls if they ask for the same, however a number, a time or a list is written.

    The order of a list makes no difference here: the gate sends the list of the step in any case.
    """
    asked = {name: value for name, value in arguments.items() if name not in apart}
    return _normal(asked, signature.input)


def _normal(value: Value, shape: Shape | None) -> Value:
    if value is None or shape is None or shape.kind == "document":
        return value
    if isinstance(value, Mapping):
        members, item = shape.members, shape.item
        entries = {name: _normal(inner, members.get(name, item)) for name, inner in value.items()}
        # Some protocols cannot say an empty list: it is not sent at all.
        return {name: inner for name, inner in entries.items() if inner is not None and inner != []}
    if isinstance(value, Sequence) and not isinstance(value, str):
        # Terraform keeps sets and maps, and sends them in another order each time. What goes out is the step.
        return sorted((_normal(inner, shape.item) for inner in value), key=repr)
    return _scalar(value, shape)


def _scalar(value: bool | int | float | str, shape: Shape) -> Value:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if shape.kind in ("integer", "number"):
        try:
            return float(text)
        except ValueError:
            return text
    if shape.kind == "timestamp" and isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return text
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return text
