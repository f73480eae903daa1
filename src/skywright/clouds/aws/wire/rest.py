"""REST requests to arguments: labels of the path, query, headers and body, by the model's locations."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from botocore.model import OperationModel
from botocore.utils import is_json_value_header

from skywright.clouds.aws.wire import documents, markup, scalars
from skywright.clouds.aws.wire.routes import Found, Query
from skywright.errors import Refused
from skywright.model.values import Arguments, Value


def streamed_member(operation: OperationModel) -> str:
    """The member that is the request's whole body and may be of any size; empty if there is none."""
    shape: Any = operation.input_shape
    if shape is None:
        return ""
    name = shape.serialization.get("payload", "")
    if (
        name
        and shape.members[name].type_name == "blob"
        and shape.members[name].serialization.get("streaming")
    ):
        return str(name)
    return ""


def arguments(found: Found, query: Query, headers: Mapping[str, str], body: bytes, xml: bool) -> Arguments:
    """Everything that the request says. A streamed body is left out.

    Raises:
        Refused: A value is not of its type, or the body is not what the operation takes.
    """
    operation = found.route.operation
    shape: Any = operation.input_shape
    if shape is None:
        if body:
            raise Refused("unknown-argument", f"{operation.name} takes no body")
        return {}
    result: dict[str, Value] = {}
    for name, member in shape.members.items():
        traits = member.serialization
        wire_name = str(traits.get("name", name))
        place = traits.get("location")
        value: Value = None
        if place == "uri":
            value = scalars.from_text(found.labels[wire_name], member, wire_name)
        elif place == "querystring":
            value = _from_query(query, wire_name, member, found)
        elif place == "header":
            value = _from_header(headers.get(wire_name.lower()), member, wire_name)
        elif place == "headers":
            value = _prefixed(headers, wire_name.lower(), wire_name)
        if value is not None:
            result[name] = value
    result.update(_body(operation, shape, body, xml))
    return result


def _from_query(query: Query, name: str, shape: Any, found: Found) -> Value:
    if shape.type_name == "map":
        known = found.route.query_keys | found.route.fixed.keys()
        groups: dict[str, list[str]] = {}
        for key, value in query:
            if key not in known:
                groups.setdefault(key, []).append(value)
        if shape.value.type_name == "list":
            return {key: list(values) for key, values in groups.items()} or None
        return {key: _only(values, key) for key, values in groups.items()} or None
    values = [value for key, value in query if key == name]
    if not values:
        return None
    if shape.type_name == "list":
        return [scalars.from_text(value, shape.member, name) for value in values]
    return scalars.from_text(_only(values, name), shape, name)


def _only(values: list[str], name: str) -> str:
    if len(values) != 1:
        raise Refused("duplicate-argument", f"the request gives {name} twice")
    return values[0]


def _from_header(text: str | None, shape: Any, name: str) -> Value:
    if text is None:
        return None
    if shape.type_name == "list":
        return [scalars.from_text(item, shape.member, name) for item in _listed(text, shape.member)]
    if is_json_value_header(shape):
        try:
            return documents.shaped_json(documents.read_json(base64.b64decode(text, validate=True)), name)
        except binascii.Error as error:
            raise scalars.wrong(name, "base64") from error
    return scalars.from_text(text, shape, name)


def _listed(text: str, shape: Any) -> list[str]:
    if shape.type_name == "timestamp":
        raise Refused("malformed-request", "a list of times in a header cannot be told apart")
    if '"' in text:
        raise Refused("malformed-request", "a quoted list in a header is not let through")
    return [item.strip() for item in text.split(",") if item.strip()]


def _prefixed(headers: Mapping[str, str], prefix: str, wire_name: str) -> Value:
    found = {name[len(prefix) :]: value for name, value in headers.items() if name.startswith(prefix)}
    if wire_name and not prefix.startswith("x-amz"):
        raise Refused("malformed-request", f"headers that begin with {wire_name} are not let through")
    return found or None


def _body(operation: OperationModel, shape: Any, body: bytes, xml: bool) -> dict[str, Value]:
    payload = shape.serialization.get("payload")
    if payload:
        member = shape.members[payload]
        if streamed_member(operation):
            return {}
        if not body:
            return {}
        if member.type_name == "blob":
            return {payload: base64.b64encode(body).decode()}
        if member.type_name == "string":
            try:
                return {payload: body.decode("utf-8")}
            except UnicodeDecodeError as error:
                raise Refused("malformed-request", "the request's body is not UTF-8") from error
        return {payload: _parsed(body, member, xml)}
    inside = {
        name: member for name, member in shape.members.items() if "location" not in member.serialization
    }
    if not body:
        return {}
    if not inside:
        if not xml and body == b"{}":
            return {}
        raise Refused("unknown-argument", f"{operation.name} takes no body")
    parsed = _parsed(body, shape, xml)
    if not isinstance(parsed, dict):
        raise scalars.wrong("the request's body", "an object")
    outside = parsed.keys() - inside.keys()
    if outside:
        raise Refused("unknown-argument", f"{next(iter(outside))} does not belong in the body")
    return parsed


def _parsed(body: bytes, shape: Any, xml: bool) -> Value:
    if not xml:
        return documents.shaped(documents.read_json(body), shape)
    return markup.shaped(markup.read_xml(body), shape, "the request's body")
