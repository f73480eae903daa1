"""Which answers are left to moto's own serializer: those of which the shapes have something rare. Owns the
list of what is rare; each entry would need a rule of its own for a handful of small answers.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from moto.core.model import Shape

from skywright_gym.aws.serialising.dialect import Dialect
from skywright_gym.aws.serialising.scalars import SIMPLE

_SIMPLE_OR_NESTED = SIMPLE | {"structure", "list", "map"}
# moto puts these beside the members that it writes itself, and looks for them by name.
_RESERVED_AT_TOP, _RESERVED_IN_REST = frozenset({"requestId"}), frozenset({"body", "headers"})


def is_fit(output: Any, dialect: Dialect, paths: tuple[str, ...]) -> bool:
    """Whether an answer of that shape is written here exactly as moto writes it."""
    if dialect.is_rest and "payload" in output.serialization:
        payload = output.members[output.serialization["payload"]]
        if payload.type_name != "structure" or payload.is_document_type:
            return False
    if getattr(output, "is_document_type", False) or (
        not dialect.is_json and _names(output) & _RESERVED_AT_TOP
    ):
        return False
    suits: Callable[[Shape], bool] = _in_json if dialect.is_json else _in_xml
    everything = _reachable(output)
    if not all(suits(shape) for shape in everything.values()):
        return False
    if dialect.is_rest and any(_names(s) & _RESERVED_IN_REST for s in everything.values() if s is not output):
        return False
    return not (dialect.is_json and _is_path_unsure(everything.values(), paths))


def _reachable(shape: Any) -> Mapping[tuple[str, str], Any]:
    """The shape and all that it may hold, each once."""
    found: dict[tuple[str, str], Any] = {}
    left = [shape]
    while left:
        each = left.pop()
        # A member may be written otherwise than another of the same shape.
        key = (each.name, repr(sorted(each.serialization.items(), key=str)))
        if key not in found:
            found[key] = each
            left.extend(_parts(each))
    return found


def _parts(shape: Any) -> Iterator[Any]:
    if shape.type_name == "structure":
        yield from shape.members.values()
    elif shape.type_name == "list":
        yield shape.member
    elif shape.type_name == "map":
        yield shape.key
        yield shape.value


def _names(shape: Any) -> set[str]:
    members = shape.members.items() if shape.type_name == "structure" else ()
    return {member.serialization.get("name", key) for key, member in members}


def _in_xml(shape: Any) -> bool:
    if shape.type_name not in _SIMPLE_OR_NESTED or "xmlAttribute" in shape.serialization:
        return False
    if shape.type_name == "structure":
        written = [m for m in shape.members.values() if "location" not in m.serialization]
        plain = all("xmlNamespace" not in member.serialization for member in written)
        return plain and len(_names(shape)) == len(shape.members)
    if shape.type_name == "list":
        item = shape.member
        return "xmlNamespace" not in item.serialization and not (
            item.type_name == "list" and item.is_flattened
        )
    if shape.type_name == "map":
        key = shape.key.serialization.get("name", "key")
        return not shape.is_flattened and key != shape.value.serialization.get("name", "value")
    return True


def _in_json(shape: Any) -> bool:
    if shape.type_name == "map" and "name" in shape.value.serialization:
        return False
    return shape.type_name in _SIMPLE_OR_NESTED


def _is_path_unsure(shapes: Any, paths: tuple[str, ...]) -> bool:
    """Whether a transformer may mean a member whose path holds the key of a map, which is data."""
    lasts = {path.rpartition(".")[2] for path in paths if "." in path}
    maps = (shape for shape in shapes if shape.type_name == "map") if lasts else ()
    under = (part for shape in maps for part in _reachable(shape.value).values())
    return any(part.type_name == "structure" and lasts & part.members.keys() for part in under)
