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


def same(step: Arguments, call: Arguments, signature: Signature, incidental: frozenset[str]) -> bool:
    """Whether a call asks for exactly what a step says.

    Idempotency tokens, what clients add by themselves and, for reads, which page it is make no
    difference; nor does how a number or a time is written.
    """
    members = signature.input.members
    apart = {name for name, shape in members.items() if shape.token} | incidental
    if not signature.effect.mutates:
        apart |= {name for name in members if name.lower() in PAGE_TOKENS | _PAGE_SIZES}
    return _plain(step, signature.input, apart) == _plain(call, signature.input, apart)


def _plain(arguments: Arguments, shape: Shape, apart: set[str]) -> Value:
    return _normal({name: value for name, value in arguments.items() if name not in apart}, shape)


def _normal(value: Value, shape: Shape | None) -> Value:
    if value is None or shape is None or shape.kind == "document":
        return value
    if isinstance(value, Mapping):
        members, item = shape.members, shape.item
        entries = {name: _normal(inner, members.get(name, item)) for name, inner in value.items()}
        # Some protocols cannot say an empty list: it is not sent at all.
        return {name: inner for name, inner in entries.items() if inner is not None and inner != []}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_normal(inner, shape.item) for inner in value]
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
