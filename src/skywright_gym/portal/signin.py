"""Signing in. Owns what a sign-in may say and which addresses it may name; asks no cloud.

The portal calls what it is told to, so it is told only of this machine and of the gym's own accounts:
it is no way to other hosts.
"""

import ipaddress
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from skywright_gym.portal.failure import Failure
from skywright_gym.portal.session import Session

FIRST_REGION = "us-east-1"
_MOST_CHARACTERS = 3000
_PRINTABLE = re.compile(r"[!-~]+")  # What may stand in a header.


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """An account of the gym that the portal belongs to."""

    name: str
    endpoint: str
    access_key_id: str


Own = Callable[[], Sequence[OwnAccount]]


def session_of(body: bytes, own: Sequence[OwnAccount]) -> Session:
    """The session that a sign-in asks for; nothing of it is verified yet.

    Raises:
        Failure: The body is not a sign-in, its address is not one of this machine, or no address is given
            and no account of the gym has the key.
    """
    fields = _fields(body)
    key, secret = _text(fields, "access_key_id"), _text(fields, "secret_access_key")
    token, region = _text(fields, "session_token", ""), _text(fields, "region", "")
    named = _text(fields, "endpoint", "")
    endpoint = permitted(named, own) if named else _endpoint_of(key, own)
    name = next((each.name for each in own if each.endpoint == endpoint), "")
    return Session(key, secret, token or None, endpoint, region or FIRST_REGION, name)


def _endpoint_of(key: str, own: Sequence[OwnAccount]) -> str:
    for each in own:
        if each.access_key_id == key:
            return each.endpoint
    sentence = "no account of this gym has this access key; give the endpoint of any other cloud"
    raise Failure(401, "InvalidClientTokenId", sentence)


def permitted(endpoint: str, own: Sequence[OwnAccount]) -> str:
    """The address, in its plain form, if one may sign in there. Raises Failure."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _refused(endpoint) from None
    if parts.scheme not in ("http", "https") or parts.path not in ("", "/"):
        raise _refused(endpoint)
    if parts.query or parts.fragment or "@" in parts.netloc or not _PRINTABLE.fullmatch(endpoint):
        raise _refused(endpoint)
    bracketed = f"[{host}]" if ":" in host else host
    plain = f"{parts.scheme}://{bracketed}" + (f":{port}" if port is not None else "")
    if plain not in {each.endpoint for each in own} and not _is_loopback(host):
        raise _refused(endpoint)
    return plain


def _is_loopback(host: str) -> bool:
    """Names are not looked up: what one means now it need not mean at the next call."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refused(endpoint: str) -> Failure:
    sentence = (
        f"the endpoint {endpoint[:80]!r} is not an address of this machine, such as http://127.0.0.1:8080"
    )
    return Failure(400, "EndpointRefused", sentence)


def _fields(body: bytes) -> dict[str, Any]:
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise Failure(400, "InvalidBody", "the body is not JSON") from None
    if not isinstance(value, dict):
        raise Failure(400, "InvalidBody", "the body is not a JSON object")
    return cast("dict[str, Any]", value)


def _text(fields: dict[str, Any], name: str, otherwise: str | None = None) -> str:
    value = fields.get(name)
    if value is None or value == "":
        if otherwise is not None:
            return otherwise
        raise Failure(400, "InvalidBody", f"the body needs {name}, a text")
    if not isinstance(value, str) or len(value) > _MOST_CHARACTERS or not _PRINTABLE.fullmatch(value):
        raise Failure(400, "InvalidBody", f"{name} is not a text of printable letters without spaces")
    return value
