"""From a request to an operation with arguments. Owns the choice of service and protocol.

What the signature says (signing name and region) decides among which services to look; then the
protocol's own marks. Nothing is guessed: a request that fits no operation, or two, is refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from botocore.model import OperationModel, ServiceModel

from skywright.clouds.aws import models
from skywright.clouds.aws.wire import documents, forms, index, rest, routes
from skywright.clouds.wire import Claim, Head, Opening, Understood
from skywright.errors import Refused
from skywright.model.operation import Operation
from skywright.model.values import Arguments

CBOR = "smithy-rpc-v2-cbor"
_CBOR_PATH = re.compile(r"/service/([A-Za-z0-9_.]+)/operation/([A-Za-z0-9_]+)")
_FORM = "application/x-www-form-urlencoded"
_PLAIN_HEADERS = routes.TRANSPORT_HEADERS | {"x-amz-target", "x-amzn-query-mode"}


@dataclass(frozen=True)
class Routed:
    """A REST request's operation, found from the head alone."""

    service: str
    protocol: str
    found: routes.Found
    query: routes.Query


def open_request(head: Head, claim: Claim) -> Opening:
    """What the head tells; for REST services that is already the operation.

    Raises:
        Refused: The service is unknown, the path is a trick, or no operation fits.
    """
    if not head.path.startswith("/") or any(ord(letter) < 33 or ord(letter) > 126 for letter in head.path):
        raise Refused("malformed-request", "the request's path is not one")
    if any(part in (".", "..") for part in forms.decoded(head.path, plus=False).split("/")):
        raise Refused("malformed-request", "a path with dot segments is not let through")
    services = _services(claim.service)
    marks = _marks(head)
    if marks > 1:
        raise Refused("ambiguous-operation", "the request bears the marks of two protocols")
    if marks:
        return Opening(claim)
    routed = _route(head, services)
    return Opening(claim, bool(rest.streamed_member(routed.found.route.operation)), routed)


def understand(head: Head, opening: Opening, body: bytes) -> Understood:
    """Operation and arguments.

    Raises:
        Refused: As `open_request`, or an argument is unknown, repeated or not of its type.
    """
    region = opening.claim.region
    if isinstance(opening.detail, Routed):
        return _understand_rest(head, opening.detail, body, region)
    services = _services(opening.claim.service)
    if "smithy-protocol" not in head.headers:
        if head.method != "POST" or head.path != "/" or head.query:
            raise Refused("malformed-request", "this protocol takes a POST of / without a query")
        unknown = [name for name in head.headers if name.startswith("x-amz") and name not in _PLAIN_HEADERS]
        if unknown:
            raise Refused("unknown-argument", f"this protocol has no header {unknown[0]}")
    if "smithy-protocol" in head.headers:
        operation, arguments = _cbor(head, services, body)
        protocol = CBOR
    elif "x-amz-target" in head.headers:
        operation, arguments = _json(head, services, body)
        protocol = "json"
    else:
        operation, arguments, protocol = _form(services, body)
    service = str(operation.service_model.service_name)
    return Understood(
        Operation(service, str(operation.name)),
        region,
        arguments,
        protocol,
        answer_streams=bool(operation.has_streaming_output or operation.has_event_stream_output),
    )


def _marks(head: Head) -> int:
    """How many protocols' marks a head bears; none means that it is REST."""
    return sum(
        (
            "smithy-protocol" in head.headers,
            "x-amz-target" in head.headers,
            head.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM,
        )
    )


@lru_cache(maxsize=256)
def _services(signing_name: str) -> tuple[ServiceModel, ...]:
    names = index.services_by_signing_name().get(signing_name, ())
    found = tuple(model for name in names if (model := models.service_model(name)) is not None)
    if not found:
        raise Refused("unknown-service", f"there is no service that signs as {signing_name}")
    return found


def protocols(model: ServiceModel) -> tuple[str, ...]:
    """Every protocol that the service speaks."""
    return tuple(model.metadata.get("protocols") or (model.metadata["protocol"],))


def _json(head: Head, services: tuple[ServiceModel, ...], body: bytes) -> tuple[OperationModel, Arguments]:
    prefix, _, name = head.headers["x-amz-target"].rpartition(".")
    if not head.headers.get("content-type", "").lower().startswith("application/x-amz-json-1."):
        raise Refused("malformed-request", "the content type is not that of the JSON protocol")
    operation = _one(services, "json", name, "targetPrefix", prefix)
    shape: Any = operation.input_shape
    document = documents.read_json(body or b"{}")
    if shape is None:
        if document != {}:
            raise Refused("unknown-argument", f"{name} takes no arguments")
        return operation, {}
    return operation, _object(documents.shaped(document, shape))


def _cbor(head: Head, services: tuple[ServiceModel, ...], body: bytes) -> tuple[OperationModel, Arguments]:
    match = _CBOR_PATH.fullmatch(head.path)
    if (
        match is None
        or head.headers["smithy-protocol"] != "rpc-v2-cbor"
        or head.method != "POST"
        or head.query
    ):
        raise Refused("malformed-request", "this protocol takes a POST of /service/NAME/operation/NAME")
    operation = _one(services, CBOR, match[2], "targetPrefix", match[1])
    shape: Any = operation.input_shape
    if not body:
        return operation, {}
    document = documents.read_cbor(body)
    if shape is None:
        if document != {}:
            raise Refused("unknown-argument", f"{match[2]} takes no arguments")
        return operation, {}
    return operation, _object(documents.shaped(document, shape))


def _form(services: tuple[ServiceModel, ...], body: bytes) -> tuple[OperationModel, Arguments, str]:
    try:
        fields = forms.pairs(body.decode("ascii"))
    except UnicodeDecodeError as error:
        raise Refused("malformed-request", "the request's body is not a form") from error
    name, version = fields.pop("Action", ""), fields.pop("Version", "")
    protocol = "ec2" if any("ec2" in protocols(model) for model in services) else "query"
    operation = _one(services, protocol, name, "apiVersion", version)
    return operation, forms.arguments(fields, operation.input_shape, ec2=protocol == "ec2"), protocol


def _one(
    services: tuple[ServiceModel, ...], protocol: str, name: str, mark: str, value: str
) -> OperationModel:
    """The operation of that name in the first service that speaks the protocol and bears the mark."""
    for model in services:
        names: Any = model.operation_names
        if protocol in protocols(model) and model.metadata.get(mark) == value and name in names:
            return model.operation_model(name)
    raise Refused("unknown-operation", f"there is no operation {name[:80] or '(unnamed)'} ({value[:80]})")


def _route(head: Head, services: tuple[ServiceModel, ...]) -> Routed:
    query = tuple(_query_pairs(head.query))
    fitting: list[Routed] = []
    for model in services:
        protocol = next((name for name in protocols(model) if name.startswith("rest-")), "")
        if not protocol:
            continue
        found = routes.find(_routes(model.service_name), head.method, head.path, query, head.headers)
        if found is not None:
            fitting.append(Routed(str(model.service_name), protocol, found, query))
    if not fitting:
        raise Refused(
            "unknown-operation", f"no operation of the service takes {head.method} {head.path[:80]}"
        )
    best = max(routed.found.route.weight for routed in fitting)
    fitting = [routed for routed in fitting if routed.found.route.weight == best]
    if len(fitting) > 1:
        # The same path in two versions of a service: the elder bears the signing name.
        named = [routed for routed in fitting if routed.service == services[0].service_name]
        if len(named) != 1 or services[0].service_name != services[0].signing_name:
            names = " and ".join(
                f"{routed.service}:{routed.found.route.operation.name}" for routed in fitting
            )
            raise Refused("ambiguous-operation", f"the request could be {names}")
        fitting = named
    return fitting[0]


@lru_cache(maxsize=64)
def _routes(service: str) -> tuple[routes.Route, ...]:
    model = models.service_model(service)
    return () if model is None else routes.routes_of(model)


def _query_pairs(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for part in text.split("&") if text else ():
        name, _, value = part.partition("=")
        found.append((forms.decoded(name, plus=False), forms.decoded(value, plus=False)))
    return found


def _understand_rest(head: Head, routed: Routed, body: bytes, region: str) -> Understood:
    operation = routed.found.route.operation
    stream = rest.streamed_member(operation)
    headers: Mapping[str, str] = head.headers
    if stream and "content-encoding" in headers:
        # The framing of the transport is taken off here and put on again by us, where needed.
        kept = [
            part.strip() for part in headers["content-encoding"].split(",") if part.strip() != "aws-chunked"
        ]
        headers = {name: value for name, value in headers.items() if name != "content-encoding"}
        if kept:
            headers["content-encoding"] = ",".join(kept)
    xml = routed.protocol == "rest-xml"
    arguments = dict(rest.arguments(routed.found, routed.query, headers, body, xml))
    arguments.pop("ContentLength", None) if stream else None
    return Understood(
        Operation(routed.service, str(operation.name)),
        region,
        arguments,
        routed.protocol,
        stream=stream,
        answer_streams=bool(operation.has_streaming_output or operation.has_event_stream_output),
    )


def _object(value: object) -> Arguments:
    if not isinstance(value, dict):
        raise Refused("malformed-request", "the request's body is not an object")
    return value  # pyright: ignore[reportUnknownVariableType]
