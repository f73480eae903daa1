"""XML bodies (rest-xml) to arguments by their shape. Declarations of types and entities are refused."""

from typing import Any
from xml.etree import ElementTree

from skywright.clouds.aws.wire import scalars
from skywright.errors import Refused
from skywright.model.values import Value


def read_xml(body: bytes) -> ElementTree.Element:
    """Parse without entities.

    Raises:
        Refused: Not XML in UTF-8, or with a document type, which could hide anything.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("malformed-request", "the request's body is not UTF-8") from error
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Refused("malformed-request", "a document type is not let through")
    try:
        # UTF-8 whatever the declaration says: what was looked at must be what is parsed.
        return ElementTree.fromstring(text, parser=ElementTree.XMLParser(encoding="utf-8"))
    except (ElementTree.ParseError, ValueError) as error:
        raise Refused("malformed-request", "the request's body is not XML") from error


def shaped(node: ElementTree.Element, shape: Any, place: str) -> Value:
    """An element as a value.

    Raises:
        Refused: An element, attribute or text is not the shape's.
    """
    kind = shape.type_name
    if kind == "structure":
        return _structure(node, shape, place)
    if kind == "list":
        name = shape.member.serialization.get("name", "member")
        if any(local(child) != name for child in node):
            raise Refused("unknown-argument", f"{place} holds something other than {name}")
        return [shaped(child, shape.member, f"{place}.{name}") for child in node]
    if kind == "map":
        if any(local(child) != "entry" for child in node):
            raise Refused("unknown-argument", f"{place} holds something other than entries")
        return _map(list(node), shape, place)
    if len(node):
        raise Refused("unknown-argument", f"{place} is a value, not a group")
    return scalars.from_text(node.text or "", shape, place)


def local(node: ElementTree.Element) -> str:
    return node.tag.rpartition("}")[2]


def _structure(node: ElementTree.Element, shape: Any, place: str) -> dict[str, Value]:
    children: dict[str, list[ElementTree.Element]] = {}
    for child in node:
        children.setdefault(local(child), []).append(child)
    attributes = {_attribute(name): value for name, value in node.attrib.items()}
    result: dict[str, Value] = {}
    for member, member_shape in shape.members.items():
        traits = member_shape.serialization
        name = str(traits.get("name", member))
        if traits.get("xmlAttribute"):
            text = attributes.pop(name.rpartition(":")[2], None)
            if text is not None:
                result[member] = text
            continue
        if member_shape.type_name in ("list", "map") and traits.get("flattened"):
            if member_shape.type_name == "list":
                # botocore writes the list's name, the model's own tools the member's.
                name = name if name in children else str(member_shape.member.serialization.get("name", name))
            found = children.pop(name, [])
            if found:
                result[member] = _flat(found, member_shape, f"{place}.{name}")
            continue
        found = children.pop(name, [])
        if len(found) > 1:
            raise Refused("duplicate-argument", f"the request gives {place}.{name} twice")
        if found:
            result[member] = shaped(found[0], member_shape, f"{place}.{name}")
    if children or attributes:
        raise Refused("unknown-argument", f"{place} takes no {next(iter((*children, *attributes)))}")
    if (node.text or "").strip() or any((child.tail or "").strip() for child in node):
        raise Refused("malformed-request", f"{place} holds text beside its elements")
    return result


def _flat(nodes: list[ElementTree.Element], shape: Any, place: str) -> Value:
    if shape.type_name == "map":
        return _map(nodes, shape, place)
    return [shaped(node, shape.member, place) for node in nodes]


def _map(nodes: list[ElementTree.Element], shape: Any, place: str) -> dict[str, Value]:
    key_name = shape.key.serialization.get("name", "key")
    value_name = shape.value.serialization.get("name", "value")
    result: dict[str, Value] = {}
    for node in nodes:
        parts = {local(child): child for child in node}
        if len(node) != 2 or set(parts) != {key_name, value_name}:
            raise Refused("malformed-request", f"{place} is not one key with one value")
        key = parts[key_name].text or ""
        if key in result:
            raise Refused("duplicate-argument", f"the request gives {place}.{key} twice")
        result[key] = shaped(parts[value_name], shape.value, f"{place}.{key}")
    return result


def _attribute(name: str) -> str:
    """The attribute's local name; `type` of XML Schema instances is the only one that AWS uses."""
    return name.rpartition("}")[2].rpartition(":")[2]
