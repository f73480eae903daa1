"""Requests anew, from what was understood: serialised by botocore's serializers and signed by us."""

import base64
import hashlib
import re
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.regions import EndpointResolver
from botocore.serialize import create_serializer
from botocore.session import Session

from skywright.clouds.aws import models
from skywright.clouds.aws.wire import framing, sigv4
from skywright.clouds.wire import Body, Outgoing, Understood
from skywright.errors import Refused
from skywright.model.operation import Operation
from skywright.model.target import Upstream

_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BODY_HEADERS = ("x-amz-checksum-", "x-amz-sdk-checksum-", "content-md5", "content-length")


def compose(understood: Understood, upstream: Upstream, now: float, body: Body | None) -> Outgoing:
    """The request for the cloud.

    Args:
        body: what is known of a streamed body; None if nothing streams.

    Raises:
        Refused: The arguments cannot be written, or there is no endpoint.
    """
    operation = models.operation_model(understood.operation)
    if operation is None:
        raise Refused("unknown-operation", f"there is no operation {understood.operation}")
    shape: Any = operation.input_shape
    given = dict(understood.arguments)
    if shape is not None and _holds_blob(understood.operation):
        given = _with_bytes(given, shape)
    try:
        parts = _serializer(understood.protocol).serialize_to_request(given, operation)
    except (KeyError, TypeError, ValueError, BotoCoreError) as error:
        raise Refused(
            "malformed-request", f"the arguments of {understood.operation} are incomplete"
        ) from error
    payload = _bytes(parts["body"])
    path, _, fixed = parts["url_path"].partition("?")
    query = _query(fixed, parts["query_string"])
    base, region, service = _place(understood, upstream)
    host = urlsplit(base).netloc
    if parts.get("host_prefix") and upstream.endpoint is None:
        host = parts["host_prefix"] + host
        base = f"{urlsplit(base).scheme}://{host}"
    headers = {str(name).lower(): str(value) for name, value in parts["headers"].items()}
    _refuse_line_breaks(headers)
    if body is None and payload and operation.http_checksum:
        _checksum(headers, payload)
    headers["host"] = host
    headers["x-amz-content-sha256"] = _payload_word(payload, body)
    if body is not None:
        _frame(headers, body)
    credential = upstream.credential
    at = _written(int(now))
    method = str(parts["method"])
    sigv4.sign(
        (method, path, query),
        headers,
        (credential.access_key_id, credential.secret_access_key, credential.session_token),
        (region, service),
        at,
    )
    url = f"{base.rstrip('/')}{path}" + (f"?{query}" if query else "")
    return Outgoing(method, url, headers, payload)


@lru_cache(maxsize=8)
def _written(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y%m%dT%H%M%SZ")


@lru_cache(maxsize=8)
def _serializer(protocol: str) -> Any:
    return create_serializer(protocol, include_validation=False)


def _bytes(body: object) -> bytes:
    if isinstance(body, Mapping):
        return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in body.items()).encode()
    if isinstance(body, str):
        return body.encode()
    return bytes(body) if isinstance(body, bytes | bytearray) else b""


def _quoted(value: object) -> str:
    text = str(value)
    # Most names and values need none, and `quote` takes its time to find that out.
    return text if _UNRESERVED.fullmatch(text) else quote(text, safe="-._~")


def _query(fixed: str, given: object) -> str:
    pairs = [part.partition("=")[::2] for part in fixed.split("&") if part]
    entries: Any = given.items() if isinstance(given, Mapping) else ()
    for name, value in entries:
        values = value if isinstance(value, list) else [value]
        pairs += [(_quoted(name), _quoted(item)) for item in values]
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _refuse_line_breaks(headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if _CONTROL.search(name) or _CONTROL.search(value):
            raise Refused("malformed-request", f"the header {name!r} holds a control character")


def _payload_word(payload: bytes, body: Body | None) -> str:
    if body is None:
        return hashlib.sha256(payload).hexdigest()
    if body.trailer:
        return framing.UNSIGNED_TRAILING
    return body.sha256 or sigv4.UNSIGNED


def _checksum(headers: dict[str, str], payload: bytes) -> None:
    """The checksum of what we send, in place of the one of what we received."""
    for name in [name for name in headers if name.startswith("x-amz-checksum-") or name == "content-md5"]:
        del headers[name]
    headers["x-amz-sdk-checksum-algorithm"] = "CRC32"
    headers["x-amz-checksum-crc32"] = base64.b64encode(zlib.crc32(payload).to_bytes(4, "big")).decode()


def _frame(headers: dict[str, str], body: Body) -> None:
    if not body.trailer:
        headers["content-length"] = str(body.length)
        return
    encoding = headers.get("content-encoding")
    headers["content-encoding"] = f"aws-chunked,{encoding}" if encoding else "aws-chunked"
    headers["x-amz-decoded-content-length"] = str(body.length)
    headers["x-amz-trailer"] = body.trailer
    headers["content-length"] = str(framing.framed_length(body))


def _place(understood: Understood, upstream: Upstream) -> tuple[str, str, str]:
    """The base address, and region and name to sign for."""
    service = understood.operation.service
    if upstream.endpoint is not None:
        return upstream.endpoint, understood.region, _signing_name(service)
    return _real_place(service, understood.region)


@lru_cache(maxsize=512)
def _signing_name(service: str) -> str:
    model = models.service_model(service)
    return service if model is None else str(model.signing_name)


@lru_cache(maxsize=512)
def _real_place(service: str, region: str) -> tuple[str, str, str]:
    """The cloud's own endpoint, by botocore's rules; never one that this machine's settings name."""
    session = Session()
    try:
        client: Any = session.create_client(
            service,
            region_name=region,
            aws_access_key_id="none",
            aws_secret_access_key="none",
            config=Config(ignore_configured_endpoint_urls=True),
        )
        model: Any = client.meta.service_model
    except (BotoCoreError, ValueError) as error:
        raise Refused("unknown-region", f"{service} has no endpoint in {region}") from error
    return str(client.meta.endpoint_url), home(service, region), str(model.signing_name)


@lru_cache(maxsize=512)
def home(service: str, region: str) -> str:
    """The region to sign for: for a service that the whole world shares, the one where it lives."""
    resolver: Any = _resolver()
    model = models.service_model(service)
    found: Any = None if model is None else resolver.construct_endpoint(str(model.endpoint_prefix), region)
    return str((found or {}).get("credentialScope", {}).get("region", region))


@lru_cache(maxsize=1)
def _resolver() -> Any:
    return EndpointResolver(models.loader().load_data("endpoints"))


@lru_cache(maxsize=512)
def incidental(operation: Operation) -> frozenset[str]:
    """Checksums of a body, and what botocore's handlers add to a copy between regions."""
    model = models.operation_model(operation)
    shape: Any = None if model is None else model.input_shape
    if shape is None:
        return frozenset()
    return frozenset(
        name
        for name, member in shape.members.items()
        if name in ("PresignedUrl", "PreSignedUrl", "DestinationRegion")
        or str(member.serialization.get("name", "")).lower().startswith(_BODY_HEADERS)
    )


@lru_cache(maxsize=4096)
def _holds_blob(operation: Operation) -> bool:
    model = models.operation_model(operation)
    return model is not None and model.input_shape is not None and _walk(model.input_shape, set())


def _walk(shape: Any, seen: set[str]) -> bool:
    if shape.type_name == "blob":
        return True
    if shape.name in seen:
        return False
    seen.add(shape.name)
    if shape.type_name == "structure":
        return any(_walk(member, seen) for member in shape.members.values())
    if shape.type_name == "list":
        return _walk(shape.member, seen)
    if shape.type_name == "map":
        return _walk(shape.value, seen)
    return False


def _with_bytes(value: Any, shape: Any) -> Any:
    """Arguments with base64 turned into the bytes that botocore's serializers take."""
    if value is None or getattr(shape, "is_document_type", False):
        return value
    kind = shape.type_name
    if kind == "blob" and isinstance(value, str):
        return base64.b64decode(value)
    if kind == "structure":
        return {name: _with_bytes(item, shape.members[name]) for name, item in value.items()}
    if kind == "list":
        return [_with_bytes(item, shape.member) for item in value]
    if kind == "map":
        return {name: _with_bytes(item, shape.value) for name, item in value.items()}
    return value
