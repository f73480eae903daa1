"""Our own errors in the shape that each protocol's clients print, and whether they try again.

Sources: the error formats of botocore's parsers and of the Go SDK that Terraform uses. A 403 with a
code that no retry list holds is final for all of them; a 503 is tried again.
"""

import json
from dataclasses import dataclass
from urllib.parse import unquote
from xml.sax.saxutils import escape

from skywright.clouds.aws import models
from skywright.clouds.aws.wire import sigv4
from skywright.clouds.aws.wire.recognise import CBOR, protocols
from skywright.clouds.wire import Answer, Head, Understood


@dataclass(frozen=True, slots=True)
class Complaint:
    """An error of ours."""

    status: int
    code: str
    message: str


def answer(head: Head, understood: Understood | None, complaint: Complaint) -> Answer:
    """The error for the client that sent this head."""
    protocol = understood.protocol if understood else _guess(head)
    if understood is not None and understood.operation.service == "s3":
        protocol = "s3"
    code, message = escape(complaint.code), escape(_printable(complaint.message))
    request = "skywright"
    if protocol == "ec2":
        text = (
            f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
            f"<RequestID>{request}</RequestID></Response>"
        )
        return _xml(complaint.status, text)
    if protocol == "s3":
        text = (
            f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>{request}</RequestId></Error>"
        )
        return _xml(complaint.status, "" if head.method == "HEAD" else text)
    if protocol in ("query", "rest-xml"):
        text = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message>"
            f"</Error><RequestId>{request}</RequestId></ErrorResponse>"
        )
        return _xml(complaint.status, text)
    if protocol == CBOR:
        return _cbor(complaint)
    return _json(protocol, complaint)


def _printable(message: str) -> str:
    return "".join(letter if letter >= " " else " " for letter in message)


def _xml(status: int, text: str) -> Answer:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode() if text else b""
    return Answer(status, {"Content-Type": "text/xml; charset=utf-8"}, body)


def _json(protocol: str, complaint: Complaint) -> Answer:
    body = json.dumps(
        {
            "__type": complaint.code,
            "code": complaint.code,
            "message": complaint.message,
            "Message": complaint.message,
        }
    )
    kind = "application/json" if protocol == "rest-json" else "application/x-amz-json-1.1"
    headers = {
        "Content-Type": kind,
        "x-amzn-ErrorType": complaint.code,
        # Services that once spoke the query protocol have their clients look here first.
        "x-amzn-query-error": f"{complaint.code};Sender",
    }
    return Answer(complaint.status, headers, body.encode())


def _cbor(complaint: Complaint) -> Answer:
    def text(value: str) -> bytes:
        raw = value.encode()
        return b"\x7a" + len(raw).to_bytes(4, "big") + raw

    body = b"\xa2" + text("__type") + text(complaint.code) + text("message") + text(complaint.message)
    headers = {
        "Content-Type": "application/cbor",
        "smithy-protocol": "rpc-v2-cbor",
        "x-amzn-query-error": f"{complaint.code};Sender",
    }
    return Answer(complaint.status, headers, body)


def _guess(head: Head) -> str:
    """The protocol of a request that was refused before it was understood."""
    service = _signing_name(head)
    if "smithy-protocol" in head.headers:
        return CBOR
    if "x-amz-target" in head.headers:
        return "json"
    if service == "s3":
        return "s3"
    if service == "ec2":
        return "ec2"
    if head.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return "query"
    model = models.service_model(service) if service else None
    if model is None:
        return "rest-json"
    spoken = protocols(model)
    # An address with its signature in it can only be of a protocol that has something in addresses.
    return "query" if sigv4.IN_ADDRESS in head.query and "query" in spoken else spoken[0]


def _signing_name(head: Head) -> str:
    """As the signature says, whether or not it is true; only used to choose a format."""
    query = {name: value for name, _, value in (part.partition("=") for part in head.query.split("&"))}
    if sigv4.OLD_KEY in query:
        return "s3"
    claimed = head.headers.get("authorization", "").partition("Credential=")[2].split(",")[0]
    parts = (claimed or unquote(query.get(sigv4.IN_ADDRESS, ""))).split("/")
    return parts[3] if len(parts) == 5 else ""
