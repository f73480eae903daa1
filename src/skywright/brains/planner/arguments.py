"""The form of an operation's arguments: where tags go, and what a convention puts in. Looks nothing up."""

from collections.abc import Mapping

from skywright.brains.planner.fitting import Fitting
from skywright.brains.planner.present import About
from skywright.model.shape import Shape
from skywright.model.values import Value, with_texts
from skywright.program.references import escape


def filled(gives: Mapping[str, Value], said: str) -> dict[str, Value]:
    """What a convention gives an operation for a word, which stands where a `$` stood."""
    given = with_texts(dict(gives), lambda text: escape(said) if text == "$" else text)
    return dict(given) if isinstance(given, Mapping) else {}


def merged(one: Mapping[str, Value], other: Mapping[str, Value]) -> dict[str, Value]:
    """Both; lists one after the other."""
    both = dict(one)
    for name, value in other.items():
        before = both.get(name)
        both[name] = [*before, *value] if isinstance(before, list) and isinstance(value, list) else value
    return both


def tagged(fitting: Fitting, about: About) -> dict[str, Value] | None:
    """The tags that were said as the operation takes them; None if it takes none."""
    if not fitting.tags:
        return {}
    members = fitting.signature.input.members
    pairs = {escape(key): escape(value) for key, value in fitting.tags.items()}
    for name in ("Tags", "tags"):
        shape = members.get(name)
        if shape is not None and shape.kind == "map":
            return {name: pairs}
        if shape is not None and shape.item is not None and (rows := _rows(shape.item, pairs)):
            return {name: rows}
    shape = members.get("TagSpecifications")
    types = shape.item.members["ResourceType"].choices if shape is not None and shape.item is not None else ()
    if "-".join(about) in types:
        rows = [{"Key": key, "Value": value} for key, value in pairs.items()]
        return {"TagSpecifications": [{"ResourceType": "-".join(about), "Tags": rows}]}
    return None


def _rows(row: Shape, pairs: Mapping[str, str]) -> list[Value]:
    names = {name.lower().removeprefix("tag"): name for name in row.members}
    if not {"key", "value"} <= names.keys():
        return []
    return [{names["key"]: key, names["value"]: value} for key, value in pairs.items()]
