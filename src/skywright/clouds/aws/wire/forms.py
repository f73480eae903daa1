"""The query and ec2 protocols: flat names with dots to nested arguments. Every name must be used up.

Sources: the "AWS Query" and "EC2 Query" protocols of Smithy; botocore's serializers, of which this is
the inverse.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from skywright.clouds.aws.wire import scalars
from skywright.errors import Refused
from skywright.model.values import Arguments, Value

_MOST_ITEMS = 10_000

Tree = dict[str, "Tree | str"]


def pairs(text: str) -> dict[str, str]:
    """The fields of a form, none of them twice.

    Raises:
        Refused: A field comes twice, or is not UTF-8.
    """
    fields: dict[str, str] = {}
    for part in text.split("&") if text else ():
        name, _, value = part.partition("=")
        name, value = decoded(name, plus=True), decoded(value, plus=True)
        if name in fields:
            raise Refused("duplicate-argument", f"the request gives {name} twice")
        fields[name] = value
    return fields


def decoded(text: str, plus: bool) -> str:
    """Percent-decoded UTF-8.

    Raises:
        Refused: It is not.
    """
    if plus:
        text = text.replace("+", " ")
    if "%" not in text:
        return text
    try:
        return unquote_to_bytes(text).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("malformed-request", "the request is not UTF-8") from error


def arguments(fields: Mapping[str, str], shape: Any, ec2: bool) -> Arguments:
    """The arguments in a form's fields (without Action and Version).

    Raises:
        Refused: A field is not one of the shape's, or not of its type.
    """
    tree: Tree = {}
    for name, value in fields.items():
        _grow(tree, name, value)
    if shape is None:
        if tree:
            raise _unknown(next(iter(tree)))
        return {}
    return _Reader(ec2).structure(tree, shape, "")


def _grow(tree: Tree, name: str, value: str) -> None:
    *path, last = name.split(".")
    node = tree
    for part in path:
        child = node.setdefault(part, {})
        if isinstance(child, str):
            raise Refused("malformed-request", f"{name} is both a value and a group")
        node = child
    if last in node:
        raise Refused("malformed-request", f"{name} is both a value and a group")
    node[last] = value


def _unknown(place: str) -> Refused:
    return Refused("unknown-argument", f"the operation takes no argument {place}")


class _Reader:
    def __init__(self, ec2: bool) -> None:
        self._ec2 = ec2

    def structure(self, tree: Tree, shape: Any, place: str) -> dict[str, Value]:
        result: dict[str, Value] = {}
        left = dict(tree)
        for member, member_shape in shape.members.items():
            name = self._name(member_shape, member)
            if "." in name:
                raise Refused("malformed-request", f"{name} cannot be told apart from a group")
            node = left.pop(name, None)
            if node is None:
                continue
            result[member] = self.value(node, member_shape, f"{place}{name}")
        if left:
            raise _unknown(f"{place}{next(iter(left))}")
        return result

    def value(self, node: Tree | str, shape: Any, place: str) -> Value:
        kind = shape.type_name
        if kind == "structure":
            return self.structure(self._group(node, place), shape, f"{place}.")
        if kind == "list":
            return self._list(node, shape, place)
        if kind == "map":
            return self._map(node, shape, place)
        if not isinstance(node, str):
            raise _unknown(f"{place}.{next(iter(node))}")
        return scalars.from_text(node, shape, place)

    def _list(self, node: Tree | str, shape: Any, place: str) -> list[Value]:
        if node == "":
            return []
        group = self._group(node, place)
        if not self._ec2 and not shape.serialization.get("flattened"):
            name = shape.member.serialization.get("name", "member")
            inner = group.get(name)
            if inner is None or len(group) != 1:
                raise _unknown(f"{place}.{next(iter(set(group) - {name}), '')}")
            group = self._group(inner, place)
        return [
            self.value(group[number], shape.member, f"{place}.{number}") for number in _numbers(group, place)
        ]

    def _map(self, node: Tree | str, shape: Any, place: str) -> dict[str, Value]:
        group = self._group(node, place)
        if not shape.serialization.get("flattened"):
            inner = group.get("entry")
            if inner is None or len(group) != 1:
                raise _unknown(f"{place}.{next(iter(set(group) - {'entry'}), '')}")
            group = self._group(inner, place)
        key_name = shape.key.serialization.get("name", "key")
        value_name = shape.value.serialization.get("name", "value")
        result: dict[str, Value] = {}
        for number in _numbers(group, place):
            entry = self._group(group[number], place)
            key = entry.get(key_name)
            if set(entry) != {key_name, value_name} or not isinstance(key, str) or key in result:
                raise Refused("malformed-request", f"{place}.{number} is not one key with one value")
            result[key] = self.value(entry[value_name], shape.value, f"{place}.{number}")
        return result

    def _name(self, shape: Any, member: str) -> str:
        traits = shape.serialization
        if self._ec2:
            if "queryName" in traits:
                return str(traits["queryName"])
            if "name" in traits:
                return str(traits["name"][0].upper() + traits["name"][1:])
            return member
        if shape.type_name == "list" and traits.get("flattened") and shape.member.serialization.get("name"):
            return str(shape.member.serialization["name"])
        return str(traits.get("name", member))

    def _group(self, node: Tree | str, place: str) -> Tree:
        if isinstance(node, str):
            raise Refused("malformed-request", f"{place} is a group, not a value")
        return node


def _numbers(group: Tree, place: str) -> list[str]:
    """The keys of a list, which must be 1, 2, 3 … without a gap."""
    if len(group) > _MOST_ITEMS:
        raise Refused("malformed-request", f"{place} has more than {_MOST_ITEMS} items")
    expected = [str(number) for number in range(1, len(group) + 1)]
    if set(expected) != set(group):
        raise Refused("malformed-request", f"the items of {place} are not numbered 1 to {len(group)}")
    return expected
