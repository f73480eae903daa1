"""moto, asked for one request at a time. Owns how a request is put to moto and what its failures
become; knows nothing of sockets, accounts or keys.

Importing this imports moto (two to three seconds, most of it EC2's tables), so the server imports it
in the background.
"""

import io
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote_to_bytes

from moto import backends
from moto.core.request import (
    PRESERVED_HEADER_NAMES_ENVIRON_KEY,
    environ_key_for_header,
    should_preserve_original_header_name,
)
from moto.moto_server import werkzeug_app
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import run_wsgi_app

from skywright_gym.aws import behaviour, chance, isolation, lookups, serialising, stock
from skywright_gym.aws.refusal import Refusal, Response
from skywright_gym.aws.signature import Request
from skywright_gym.world import World, inside

_log = logging.getLogger(__name__)
_SCRATCH_ACCOUNT = "123456789012"
# The rules' refusals that the cloud answers with 500; moto has 400 for all that no model speaks of.
_SERVER_ERRORS = (b"<Code>InsufficientInstanceCapacity</Code>",)


def install() -> None:
    """Patch moto for the gym. Once, before the first request."""
    # A web page must not be able to read the gym's answers.
    werkzeug_app.DISABLE_GLOBAL_CORS = True
    isolation.install()
    chance.install()
    stock.install()
    lookups.install()  # beneath the rules: what they wrap must not be passed by
    behaviour.install()
    serialising.install()


@dataclass(frozen=True, slots=True)
class Signed:
    """What the front has found out about a request before moto sees it."""

    account_id: str
    service: str
    region: str


class _Dispatcher(DomainDispatcherApplication):
    """moto's own dispatcher, which refuses what it does not know instead of guessing S3 or crashing."""

    def get_backend_for_host(self, host: str | None) -> Any:
        if host is None or host in _services():
            return host
        for backend, pattern in self.backend_url_patterns:
            if pattern.match(f"http://{host}"):
                return backend
        raise _NoService(host)


@cache
def _services() -> frozenset[str]:
    """moto's own names of the services that it has; each time it is asked it reads its folders."""
    return frozenset(backends.list_of_moto_modules())


class _NoService(Exception):
    pass


def _create_app(service: Any) -> Any:
    # moto looks at a back end of its default account to learn a service's paths: not in anybody's world.
    with inside(World(_SCRATCH_ACCOUNT)):
        return create_backend_app(service)


@cache
def _dispatcher() -> _Dispatcher:
    return _Dispatcher(_create_app)


def answer(request: Request, signed: Signed) -> Response:
    """Let moto carry out the request in the current world.

    Raises:
        Refusal: moto does not offer the operation or the service, or crashed on it (which is logged).
    """
    if request.path.startswith(("/moto-api", "/latest/")):
        raise Refusal("UnsupportedOperation", "the gym does not offer this address", status=404)
    name = operation_name(request, signed.service)
    try:
        status, headers, body = _run(request, signed)
    except _NoService:
        raise Refusal(
            "UnsupportedOperation", f"the gym does not offer the service {signed.service}"
        ) from None
    except NotImplementedError as missing:
        _log.info("not offered: %s (%s)", name, missing)
        raise _not_offered(name) from None
    except Exception as crash:
        _log.exception("moto failed on %s", name)
        raise Refusal(
            "GymFailure", f"the gym failed on {name}: {type(crash).__name__}: {crash}; see gym.log"
        ) from crash
    if _says_unknown(status, body, request, signed.service):
        raise _not_offered(name)
    if status == 400 and any(code in body for code in _SERVER_ERRORS):
        return Response(500, headers, body)
    if status >= 500:
        _log.error("moto answered %s with %d: %s", name, status, body[:500])
        raise Refusal("GymFailure", f"the gym failed on {name} ({_gist(body)})")
    return Response(status, headers, body)


def _not_offered(name: str) -> Refusal:
    return Refusal("UnsupportedOperation", f"the gym does not offer {name}")


def _says_unknown(status: int, body: bytes, request: Request, service: str) -> bool:
    """Whether an answer only means that moto has no such operation."""
    if status == 501 or (status in (404, 405) and body[:200].lower().lstrip().startswith(b"<!doctype html")):
        return True
    return status == 404 and not body and service != "s3" and request.method != "HEAD"


def _gist(body: bytes) -> str:
    return re.sub(r"<[^>]*>|\s+", " ", body[:300].decode(errors="replace")).strip()


def operation_name(request: Request, service: str) -> str:
    """`ec2:RunInstances`, as well as the request itself tells; REST protocols tell method and path.

    Under the API models' names of services, which are not always the names that they sign with.
    """
    if service == "elasticloadbalancing":
        service = "elbv2" if b"Version=2015-12-01" in request.body + request.query.encode() else "elb"
    service = {"monitoring": "cloudwatch"}.get(service, service)
    target = request.headers.get("x-amz-target")
    if target:
        return f"{service}:{target.rpartition('.')[2]}"
    if request.headers.get("smithy-protocol"):
        return f"{service}:{request.path.rpartition('/')[2]}"
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        action = _form_action(request.body)
        if action:
            return f"{service}:{action}"
    action = _form_action(request.query.encode())
    return f"{service}:{action}" if action else f"{service} {request.method} {request.path}"


def _form_action(form: bytes) -> str:
    found = re.search(rb"(?:^|&)Action=([A-Za-z0-9]+)", form)
    return found.group(1).decode() if found else ""


def _run(request: Request, signed: Signed) -> tuple[int, dict[str, str], bytes]:
    chunks, status, headers = run_wsgi_app(_dispatcher(), _environ(request, signed))
    body = b"".join(chunks)
    return int(status.split(" ", 1)[0]), dict(headers.items()), body


def _environ(request: Request, signed: Signed) -> dict[str, Any]:
    host = request.headers.get("host", "localhost")
    raw = f"{request.path}?{request.query}" if request.query else request.path
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
        "QUERY_STRING": request.query,
        "RAW_URI": raw,
        "REQUEST_URI": raw,
        "SERVER_NAME": host.rpartition(":")[0] or host,
        "SERVER_PORT": host.rpartition(":")[2] if ":" in host else "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    environ |= _header_entries(request.headers)
    # moto takes the account from here before anything else; it is never the client's to choose.
    environ["HTTP_X_MOTO_ACCOUNT_ID"] = signed.account_id
    return environ


def _header_entries(headers: Mapping[str, str]) -> dict[str, Any]:
    preserved: dict[str, str] = {}
    entries: dict[str, Any] = {PRESERVED_HEADER_NAMES_ENVIRON_KEY: preserved}
    for name, value in headers.items():
        if name in ("content-length", "transfer-encoding"):
            continue
        if "_" in name:
            if not should_preserve_original_header_name(name):
                continue
            preserved[environ_key_for_header(name)] = name
        entries[environ_key_for_header(name)] = value
    return entries
