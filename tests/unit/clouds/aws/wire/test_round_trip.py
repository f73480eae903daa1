"""Whatever botocore can send is understood as what was meant, and written anew to the same effect."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.model import OperationModel
from botocore.serialize import create_serializer

from skywright.clouds.aws import models
from skywright.clouds.aws.wire import compose, recognise, routes
from skywright.clouds.aws.wire.compose import _query
from skywright.clouds.wire import Claim, Head, Understood
from skywright.errors import Refused

FEW = (
    "ec2",
    "elbv2",
    "elb",
    "iam",
    "sts",
    "s3",
    "cloudwatch",
    "dynamodb",
    "lambda",
    "apigateway",
    "ssm",
    "sqs",
    "route53",
    "autoscaling",
    "rds",
    "cloudfront",
    "logs",
    "efs",
)

SHARED = {
    # The cloud itself tells these apart by nothing but the address, which the gate's clients do not use.
    "neptune",
    "docdb",
}


def value_of(shape: Any, full: bool, depth: int = 0) -> Any:
    """Some value of a shape: with all members, or with the required ones only."""
    kind = shape.type_name
    if getattr(shape, "is_document_type", False):
        return {"a": [1, "b", None]}
    if kind == "structure":
        names = list(shape.members) if full and depth < 4 else list(shape.required_members)
        if getattr(shape, "is_tagged_union", False):
            names = list(shape.members)[:1] if depth < 6 else []
        return {name: value_of(shape.members[name], full, depth + 1) for name in names if depth < 8}
    if kind == "list":
        return [value_of(shape.member, full, depth + 1)] if depth < 8 else []
    if kind == "map":
        return {text_of(shape.key): value_of(shape.value, full, depth + 1)} if depth < 8 else {}
    if kind in ("string", "character"):
        return text_of(shape)
    return {
        "integer": 7,
        "long": 7,
        "float": 1.5,
        "double": 1.5,
        "boolean": True,
        "timestamp": "2026-11-22T01:02:03Z",
        "blob": base64.b64encode(b"\x00blob").decode(),
    }[kind]


def text_of(shape: Any) -> str:
    return str(shape.enum[0]) if getattr(shape, "enum", None) else "a value & more/é"


def request_of(
    operation: OperationModel, given: Mapping[str, Any], protocol: str
) -> tuple[Head, Claim, bytes]:
    """The request as a client sends it."""
    shape = operation.input_shape
    raw = compose._with_bytes(dict(given), shape) if shape is not None else {}
    parts = create_serializer(protocol, include_validation=False).serialize_to_request(raw, operation)
    path, _, fixed = parts["url_path"].partition("?")
    body = compose._bytes(parts["body"])
    headers = {name.lower(): str(value) for name, value in parts["headers"].items()}
    head = Head(parts["method"], path, _query(fixed, parts["query_string"]), headers)
    model = operation.service_model
    claim = Claim("K", "eu-west-1", model.signing_name, "", "", (), "", hashlib.sha256(body).hexdigest())
    return head, claim, body


def understood_of(operation: OperationModel, given: Mapping[str, Any], protocol: str) -> Understood:
    head, claim, body = request_of(operation, given, protocol)
    opening = recognise.open_request(head, claim)
    return recognise.understand(head, opening, b"" if opening.streams else body)


def comparable(value: Any) -> Any:
    """Without what some protocols cannot say: empty lists, maps and structures."""
    if isinstance(value, dict):
        inner = {name: comparable(item) for name, item in value.items()}
        return {name: item for name, item in inner.items() if item not in (None, [], {})}
    if isinstance(value, list):
        return [item for item in map(comparable, value) if item not in (None, [], {})]
    return value


def problems(service: str) -> list[str]:
    """What is not understood as it was meant."""
    found: list[str] = []
    model = models.service_model(service)
    assert model is not None
    for name in model.operation_names:
        operation = model.operation_model(name)
        if operation.deprecated or routes._elsewhere(operation) or operation.has_event_stream_input:
            continue
        for protocol in recognise.protocols(model):
            for full in (False, True):
                given = value_of(operation.input_shape, full) if operation.input_shape is not None else {}
                for member, shape in getattr(operation.input_shape, "members", {}).items():
                    if shape.serialization.get("hostLabel"):
                        given[member] = "label"
                found += _problem(operation, given, protocol)
    return found


def _problem(operation: OperationModel, given: dict[str, Any], protocol: str) -> list[str]:
    place = f"{operation.service_model.service_name}:{operation.name} ({protocol})"
    try:
        understood = understood_of(operation, given, protocol)
    except Refused as refused:
        return [f"{place} refused: {refused}"]
    given.pop(understood.stream, None)
    if understood.stream:
        given.pop("ContentLength", None)
    if understood.operation.name != operation.name:
        return [f"{place} taken for {understood.operation}"]
    if comparable(understood.arguments) != comparable(given):
        return [f"{place} differs: {understood.arguments} for {given}"]
    return []


@pytest.mark.parametrize("service", FEW)
def test_a_request_is_understood_as_it_was_meant(service: str) -> None:
    assert problems(service) == []
