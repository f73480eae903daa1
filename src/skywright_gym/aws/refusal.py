"""Errors in the shape that a client's protocol expects. Owns those shapes; knows nothing of why.

Sources: botocore's response parsers; Smithy's AWS protocol specifications.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import uuid4
from xml.sax.saxutils import escape

Protocol = Literal["ec2", "query", "json", "rest-json", "rest-xml", "s3", "rpc-v2-cbor"]


class Refusal(Exception):
    """A request is not carried out, and its sender is told so.

    Attributes:
        code: for most protocols; some have a code of their own for the same thing (see `shape`).
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


@dataclass(frozen=True, slots=True)
class Response:
    """What goes back to the client."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""


_REST_XML = frozenset({"cloudfront", "route53", "s3-control"})


def protocol(service: str, headers: Mapping[str, str]) -> Protocol:
    """The protocol in which a request was written, from itself; `service` is the name it was signed for."""
    content_type = headers.get("content-type", "")
    if headers.get("smithy-protocol") == "rpc-v2-cbor":
        return "rpc-v2-cbor"
    if "x-amz-target" in headers:
        return "json"
    if service == "s3":
        return "s3"
    if content_type.startswith("application/x-www-form-urlencoded"):
        return "ec2" if service == "ec2" else "query"
    return "rest-xml" if service in _REST_XML else "rest-json"


def shape(refusal: Refusal, kind: Protocol) -> Response:
    """The refusal as that protocol's clients parse it."""
    request_id = str(uuid4())
    code, message = escape(refusal.code), escape(refusal.message)
    whose = "Sender" if refusal.status < 500 else "Receiver"
    headers = {"x-amzn-RequestId": request_id}
    match kind:
        case "ec2":
            body = (
                f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
                f"<RequestID>{request_id}</RequestID></Response>"
            ).encode()
            headers["Content-Type"] = "text/xml;charset=UTF-8"
        case "query" | "rest-xml":
            body = (
                f"<ErrorResponse><Error><Type>{whose}</Type><Code>{code}</Code><Message>{message}</Message></Error>"
                f"<RequestId>{request_id}</RequestId></ErrorResponse>"
            ).encode()
            headers["Content-Type"] = "text/xml"
        case "s3":
            body = (
                f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code>'
                f"<Message>{message}</Message><RequestId>{request_id}</RequestId></Error>"
            ).encode()
            headers |= {"Content-Type": "application/xml", "x-amz-request-id": request_id}
        case "json":
            body = json.dumps({"__type": refusal.code, "message": refusal.message}).encode()
            headers["Content-Type"] = "application/x-amz-json-1.1"
            headers["x-amzn-query-error"] = f"{refusal.code};{whose}"
        case "rest-json":
            body = json.dumps({"message": refusal.message}).encode()
            headers |= {"Content-Type": "application/json", "x-amzn-ErrorType": refusal.code}
        case "rpc-v2-cbor":
            body = _cbor({"__type": refusal.code, "message": refusal.message})
            headers |= {
                "Content-Type": "application/cbor",
                "smithy-protocol": "rpc-v2-cbor",
                "x-amzn-query-error": f"{refusal.code};{whose}",
            }
    return Response(refusal.status, headers, body)


def _cbor(fields: Mapping[str, str]) -> bytes:
    """A map of texts (RFC 8949): all that an error needs."""
    return bytes([0xA0 | len(fields)]) + b"".join(
        _text(name) + _text(value) for name, value in fields.items()
    )


def _text(value: str) -> bytes:
    data = value.encode()
    return b"\x79" + len(data[:65535]).to_bytes(2, "big") + data[:65535]


# Services that once spoke the query protocol, and still give its codes (`awsQueryCompatible`).
_QUERY_COMPATIBLE = frozenset({"monitoring", "sqs"})


def dialect(kind: Protocol, service: str) -> Protocol:
    """The protocol whose codes a service gives, which is not always the one that it speaks."""
    return "query" if service in _QUERY_COMPATIBLE else kind


def unknown_key(kind: Protocol, service: str) -> Refusal:
    """The access key is none of this account's."""
    match dialect(kind, service):
        case "ec2":
            return Refusal(
                "AuthFailure", "AWS was not able to validate the provided access credentials", status=401
            )
        case "s3":
            return Refusal(
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
                status=403,
            )
        case "json" | "rest-json":
            return Refusal(
                "UnrecognizedClientException", "The security token included in the request is invalid.", 403
            )
        case _:
            return Refusal(
                "InvalidClientTokenId", "The security token included in the request is invalid.", status=403
            )


def bad_signature(kind: Protocol, service: str) -> Refusal:
    """The access key is this account's; the signature is not made with its secret."""
    message = (
        "The request signature we calculated does not match the signature you provided. "
        "Check your AWS Secret Access Key and signing method."
    )
    match dialect(kind, service):
        case "ec2":
            return Refusal(
                "AuthFailure", "AWS was not able to validate the provided access credentials", status=401
            )
        case "json" | "rest-json":
            return Refusal("InvalidSignatureException", message, status=403)
        case _:
            return Refusal("SignatureDoesNotMatch", message, status=403)
