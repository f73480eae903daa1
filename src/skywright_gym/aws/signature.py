"""AWS Signature Version 4, from the cloud's side. Owns how a request proves who sent it; knows no accounts.

Source: AWS IAM User Guide, "Create a signed AWS API request" (headers and query string).
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote

_ALGORITHM = "AWS4-HMAC-SHA256"
_UNRESERVED = "-_.~"


class Unsigned(Exception):
    """The request carries no signature that can be read."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came over the wire.

    Attributes:
        path: as it was sent, still percent-encoded, without the query.
        query: as it was sent, without the question mark.
        headers: names in lower case.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says of its sender; nothing of it is proven before `proves`."""

    access_key_id: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str
    timestamp: str
    token: str | None
    in_query: bool


def claim(request: Request) -> Claim:
    """Read who the sender says they are, from the Authorization header or a presigned query.

    Raises:
        Unsigned: There is no such thing, or it is not of Signature Version 4.
    """
    authorization = request.headers.get("authorization")
    if authorization is not None:
        algorithm, _, rest = authorization.partition(" ")
        fields = {
            name: value for name, _, value in (field.strip().partition("=") for field in rest.split(","))
        }
        if algorithm != _ALGORITHM:
            raise Unsigned(f"the signature's algorithm is not {_ALGORITHM}")
        return _claim(
            fields.get("Credential", ""),
            fields.get("SignedHeaders", ""),
            fields.get("Signature", ""),
            request.headers.get("x-amz-date") or request.headers.get("date", ""),
            request.headers.get("x-amz-security-token"),
            in_query=False,
        )
    if "X-Amz-Signature" not in request.query:
        raise Unsigned("the request is not signed")
    query = {unquote(name): unquote(value) for name, value in _pairs(request.query)}
    return _claim(
        query.get("X-Amz-Credential", ""),
        query.get("X-Amz-SignedHeaders", ""),
        query.get("X-Amz-Signature", ""),
        query.get("X-Amz-Date", ""),
        query.get("X-Amz-Security-Token"),
        in_query=True,
    )


def _claim(
    credential: str, headers: str, signature: str, timestamp: str, token: str | None, *, in_query: bool
) -> Claim:
    # A key id holds no slash, but take the last four parts so that nothing else is misread.
    parts = credential.rsplit("/", 4)
    if (
        len(parts) != 5
        or parts[4] != "aws4_request"
        or not (parts[0] and headers and signature and timestamp)
    ):
        raise Unsigned("the signature is incomplete")
    return Claim(
        access_key_id=parts[0],
        date=parts[1],
        region=parts[2],
        service=parts[3],
        signed_headers=tuple(headers.split(";")),
        signature=signature,
        timestamp=timestamp,
        token=token,
        in_query=in_query,
    )


def proves(request: Request, claimed: Claim, secret: str) -> bool:
    """Whether the request was signed, as it is here, by somebody who knows `secret`."""
    payload = _payload_hash(request, claimed)
    if payload is None or "host" not in claimed.signed_headers:
        return False
    canonical = "\n".join(
        (
            request.method,
            _canonical_path(request.path, claimed.service),
            _canonical_query(request.query),
            "".join(f"{name}:{_trimmed(request.headers.get(name, ''))}\n" for name in claimed.signed_headers),
            ";".join(claimed.signed_headers),
            payload,
        )
    )
    scope = f"{claimed.date}/{claimed.region}/{claimed.service}/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    message = f"{_ALGORITHM}\n{claimed.timestamp}\n{scope}\n{digest}"
    expected = hmac.new(_key(secret, scope), message.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), claimed.signature.encode())


@lru_cache(maxsize=256)
def _key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def _payload_hash(request: Request, claimed: Claim) -> str | None:
    """The hash that was signed; None if it is not that of the body."""
    stated = request.headers.get("x-amz-content-sha256")
    if claimed.in_query:
        return stated or "UNSIGNED-PAYLOAD"
    # Streams and unsigned payloads (S3 only) are signed by their name instead of by a hash.
    if stated is not None and stated.startswith(("UNSIGNED-PAYLOAD", "STREAMING-")):
        return stated if claimed.service in ("s3", "s3-outposts", "s3express") else None
    actual = hashlib.sha256(request.body).hexdigest()
    return actual if stated is None or hmac.compare_digest(stated.encode(), actual.encode()) else None


def _canonical_path(path: str, service: str) -> str:
    if service in ("s3", "s3-outposts", "s3express"):
        return path or "/"
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    normal = "/" + "/".join(parts) + ("/" if parts and path.endswith("/") else "")
    return quote(normal, safe="/~")


def _pairs(query: str) -> list[tuple[str, str]]:
    return [(pair.partition("=")[0], pair.partition("=")[2]) for pair in query.split("&") if pair]


def _canonical_query(query: str) -> str:
    encoded = sorted(
        (quote(unquote(name), safe=_UNRESERVED), quote(unquote(value), safe=_UNRESERVED))
        for name, value in _pairs(query)
        if name != "X-Amz-Signature"
    )
    return "&".join(f"{name}={value}" for name, value in encoded)


def _trimmed(value: str) -> str:
    return " ".join(value.split())
