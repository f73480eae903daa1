"""Answers written by us, for a result that is known although the cloud's own answer was lost.

Owns the inverse of botocore's response parsers, for the protocols that changes are made in.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any, cast
from xml.sax.saxutils import escape

from skywright.clouds.aws import models
from skywright.clouds.aws.wire import scalars
from skywright.clouds.aws.wire.recognise import CBOR
from skywright.clouds.wire import Answer, Understood
from skywright.model.values import Value

_REQUEST = "skywright"


def answer(understood: Understood, result: Value) -> Answer:
    """The result as the protocol of the call says it. Members that stand in headers are left out."""
    operation = models.operation_model(understood.operation)
    output: Any = None if operation is None else operation.output_shape
    name = understood.operation.name
    value = result if isinstance(result, Mapping) else {}
    if understood.protocol == "ec2":
        inner = _members(value, output, ec2=True) if output is not None else ""
        return _xml(f"<{name}Response><requestId>{_REQUEST}</requestId>{inner}</{name}Response>")
    if understood.protocol == "query":
        inner = _members(value, output, ec2=False) if output is not None else ""
        wrapper = (
            f"{name}Result" if output is None else output.serialization.get("resultWrapper", f"{name}Result")
        )
        metadata = f"<ResponseMetadata><RequestId>{_REQUEST}</RequestId></ResponseMetadata>"
        return _xml(f"<{name}Response><{wrapper}>{inner}</{wrapper}>{metadata}</{name}Response>")
    if understood.protocol == "rest-xml":
        inner = _members(value, output, ec2=False) if output is not None and value else ""
        return _xml(f"<{name}Result>{inner}</{name}Result>" if inner else "")
    document = _document(value, output) if output is not None else {}
    if understood.protocol == CBOR:
        headers = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        return Answer(200, headers, _cbor(document))
    kind = "application/json" if understood.protocol == "rest-json" else "application/x-amz-json-1.1"
    return Answer(200, {"Content-Type": kind}, json.dumps(document).encode())


def _xml(text: str) -> Answer:
    return Answer(200, {"Content-Type": "text/xml;charset=UTF-8"}, text.encode())


def _members(value: Mapping[str, Value], shape: Any, ec2: bool) -> str:
    return "".join(
        _element(str(member.serialization.get("name", name)), value[name], member, ec2)
        for name, member in shape.members.items()
        if value.get(name) is not None and "location" not in member.serialization
    )


def _element(name: str, value: Value, shape: Any, ec2: bool) -> str:
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping):
        return f"<{name}>{_members(value, shape, ec2)}</{name}>"
    if kind == "list" and isinstance(value, Sequence):
        item = str(shape.member.serialization.get("name", "member"))
        if shape.serialization.get("flattened"):
            item = str(shape.member.serialization.get("name", name))
            return "".join(_element(item, entry, shape.member, ec2) for entry in value)
        return f"<{name}>{''.join(_element(item, entry, shape.member, ec2) for entry in value)}</{name}>"
    if kind == "map" and isinstance(value, Mapping):
        key_name = str(shape.key.serialization.get("name", "key"))
        value_name = str(shape.value.serialization.get("name", "value"))
        entries = [
            f"<{key_name}>{escape(key)}</{key_name}>{_element(value_name, item, shape.value, ec2)}"
            for key, item in value.items()
        ]
        return f"<{name}>{''.join(f'<entry>{entry}</entry>' for entry in entries)}</{name}>"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"<{name}>{escape(text)}</{name}>"


def _document(value: Value, shape: Any) -> object:
    kind = shape.type_name
    if value is None or getattr(shape, "is_document_type", False):
        return value
    if kind == "structure" and isinstance(value, Mapping):
        return {
            member.serialization.get("name", name): _document(value[name], member)
            for name, member in shape.members.items()
            if name in value
        }
    if kind == "list" and isinstance(value, Sequence):
        return [_document(item, shape.member) for item in value]
    if kind == "map" and isinstance(value, Mapping):
        return {key: _document(item, shape.value) for key, item in value.items()}
    if kind == "timestamp" and isinstance(value, str):
        return scalars.seconds(value)
    return value


def _cbor(value: object) -> bytes:
    """The value as CBOR (RFC 8949). Moments are plain numbers, which botocore takes as well as tagged."""
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[value]
    if isinstance(value, int):
        return _cbor_head(0, value) if value >= 0 else _cbor_head(1, -1 - value)
    if isinstance(value, float):
        return b"\xfb" + struct.pack(">d", value)
    if isinstance(value, str):
        raw = value.encode()
        return _cbor_head(3, len(raw)) + raw
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, object]", value)
        inner = b"".join(_cbor(name) + _cbor(item) for name, item in entries.items())
        return _cbor_head(5, len(entries)) + inner
    items = list(cast("Sequence[object]", value))
    return _cbor_head(4, len(items)) + b"".join(_cbor(item) for item in items)


def _cbor_head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    return bytes([kind << 5 | 27]) + number.to_bytes(8, "big")
