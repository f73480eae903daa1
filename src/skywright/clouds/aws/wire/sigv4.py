"""AWS Signature Version 4: made and verified. Owns the arithmetic; knows no session.

Source: "Create a signed AWS API request" (IAM User Guide); the tests compare it with botocore's signer.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote

from botocore.utils import normalize_url_path

from skywright.clouds.wire import Claim, Head
from skywright.errors import Refused

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"
EMPTY = hashlib.sha256(b"").hexdigest()
IN_ADDRESS = "X-Amz-Credential"
"""In a query: whose signature follows (version 4)."""

OLD_KEY = "AWSAccessKeyId"
"""In a query: the same in version 2, which only S3 still takes."""

_IN_QUERY = frozenset({IN_ADDRESS, OLD_KEY, "X-Amz-Algorithm", "X-Amz-Signature", "Signature"})
_SKEW_SECONDS = 300.0
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 +Credential=(?P<key>[A-Za-z0-9]{16,128})/(?P<date>\d{8})/(?P<region>[a-z0-9-]+)"
    r"/(?P<service>[a-z0-9-]+)/aws4_request, *SignedHeaders=(?P<headers>[a-z0-9;_-]+), *"
    r"Signature=(?P<signature>[0-9a-f]{64})"
)
_TIME = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_NEED_NOT_BE_SIGNED = frozenset({"x-amzn-trace-id"})


def read_claim(head: Head) -> Claim:
    """The claim in the Authorization header.

    Raises:
        Refused: There is none, it is another kind of signature, or it cannot be read.
    """
    if not _IN_QUERY.isdisjoint(part.partition("=")[0] for part in head.query.split("&")):
        raise Refused("presigned-url", "a request signed in its URL is not let through: sign its headers")
    text = head.headers.get("authorization")
    if text is None:
        raise Refused("signature-missing", "the request is not signed with the session's credential")
    match = _AUTHORIZATION.fullmatch(text)
    if match is None:
        raise Refused("signature-malformed", "the Authorization header is not of AWS4-HMAC-SHA256's form")
    at = head.headers.get("x-amz-date", "")
    if not _TIME.fullmatch(at):
        raise Refused("signature-malformed", "the X-Amz-Date header is missing or malformed")
    return Claim(
        access_key_id=match["key"],
        region=match["region"],
        service=match["service"],
        date=match["date"],
        at=at,
        signed=tuple(match["headers"].split(";")),
        signature=match["signature"],
        payload=head.headers.get("x-amz-content-sha256", ""),
    )


def verify(head: Head, claim: Claim, secret: str, now: float, payload: str) -> None:
    """Check the signature in constant time.

    Raises:
        Refused: Not the secret's; or a header that matters is not covered; or not of this time.
    """
    if abs(now - _moment(claim.at)) > _SKEW_SECONDS or not claim.at.startswith(claim.date):
        raise Refused("signature-expired", f"the signature was made at {claim.at}, not within five minutes")
    if list(claim.signed) != sorted(set(claim.signed)):
        raise Refused("signature-malformed", "the signed headers are not sorted, or one is named twice")
    covered = set(claim.signed)
    for name in head.headers:
        known = name in covered or name in _NEED_NOT_BE_SIGNED
        if not known and (name == "host" or name.startswith("x-amz")):
            raise Refused("signature-incomplete", f"the signature does not cover the header {name}")
    if not covered <= head.headers.keys() or "host" not in covered:
        raise Refused("signature-incomplete", "a signed header did not arrive")
    text = _canonical(head.method, _path(head.path, claim.service), head.query, head.headers, claim.signed)
    scope = f"{claim.date}/{claim.region}/{claim.service}/aws4_request"
    expected = _signature(secret, claim.at, scope, f"{text}\n{payload}")
    if not hmac.compare_digest(expected, claim.signature):
        raise Refused("signature-wrong", "the signature is not that of the session's credential")


def sign(
    request: tuple[str, str, str],
    headers: dict[str, str],
    credential: tuple[str, str, str | None],
    scope: tuple[str, str],
    at: str,
) -> None:
    """Add date, token and authorization to the headers.

    Args:
        request: method, encoded path, encoded query with its pairs in order.
        headers: with `host` and, in lower case, everything that is to be signed; changed in place.
        credential: access key id, secret, session token.
        scope: region and signing name.
        at: `YYYYMMDDTHHMMSSZ`.
    """
    method, path, query = request
    key, secret, token = credential
    region, service = scope
    headers["x-amz-date"] = at
    if token:
        headers["x-amz-security-token"] = token
    signed = sorted(headers)
    place = f"{at[:8]}/{region}/{service}/aws4_request"
    text = _canonical(method, _path(path, service), query, headers, signed)
    signature = _signature(secret, at, place, f"{text}\n{headers['x-amz-content-sha256']}")
    headers["authorization"] = (
        f"{ALGORITHM} Credential={key}/{place}, SignedHeaders={';'.join(signed)}, Signature={signature}"
    )


def chunk_signature(secret: str, claim: Claim, previous: str, lines: Sequence[str]) -> str:
    """The signature of one piece of a body that is signed piece by piece."""
    scope = f"{claim.date}/{claim.region}/{claim.service}/aws4_request"
    text = "\n".join((lines[0], claim.at, scope, previous, *lines[1:]))
    return _mac(_key(secret, claim.date, claim.region, claim.service), text).hexdigest()


@lru_cache(maxsize=64)
def _moment(at: str) -> float:
    """Seconds since the epoch of a time written `YYYYMMDDTHHMMSSZ`, digits where digits belong.

    Raises:
        Refused: There is no such time.
    """
    try:
        # `strptime` takes ten times as long, and every request asks.
        return datetime(
            int(at[:4]), int(at[4:6]), int(at[6:8]), int(at[9:11]), int(at[11:13]), int(at[13:15]), tzinfo=UTC
        ).timestamp()
    except ValueError as error:
        raise Refused("signature-malformed", "the X-Amz-Date header is not a time") from error


def _path(path: str, service: str) -> str:
    """S3 signs the path as it is; everything else once more encoded, without dot segments."""
    if path == "/" or service in ("s3", "s3-object-lambda"):
        return path
    return quote(normalize_url_path(path), safe="/~")


def _canonical(method: str, path: str, query: str, headers: Mapping[str, str], signed: Sequence[str]) -> str:
    pairs = sorted(part.partition("=")[::2] for part in query.split("&")) if query else ()
    canonical_query = "&".join(f"{name}={value}" for name, value in pairs)
    lines = "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in signed)
    return f"{method}\n{path}\n{canonical_query}\n{lines}\n{';'.join(signed)}"


def _signature(secret: str, at: str, scope: str, canonical: str) -> str:
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    date, region, service, _ = scope.split("/")
    text = f"{ALGORITHM}\n{at}\n{scope}\n{digest}"
    return _mac(_key(secret, date, region, service), text).hexdigest()


def _mac(key: bytes, text: str) -> "hmac.HMAC":
    # `hmac.digest` is as quick, but lets other threads go first, and somebody waits for this one.
    return hmac.new(key, text.encode(), "sha256")


@lru_cache(maxsize=512)
def _key(secret: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = _mac(key, part).digest()
    return key
