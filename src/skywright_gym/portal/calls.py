"""Calls to a cloud through botocore. Owns the clients and what their failures are called; knows no page
and no cookie. Importing this imports botocore, so the server does it in the background.

Arguments are the API's own: botocore's convenience of encoding `UserData` once more is switched off.
"""

import re
import threading
from collections import OrderedDict
from contextvars import ContextVar
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from botocore import handlers, xform_name
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, ReadTimeoutError
from botocore.exceptions import ConnectionError as BotoConnectionError
from botocore.parsers import ResponseParserError
from botocore.session import Session as BotoSession

from skywright_gym import clients
from skywright_gym.portal.failure import Failure
from skywright_gym.portal.session import Asked
from skywright_gym.portal.values import Unfit, read_arguments, to_json, with_blobs

_MOST_CLIENTS = 48
_MOST_MODELS = 48
_CONNECT_SECONDS = 3
_READ_SECONDS = 40
_READ_ATTEMPTS = 2
_READS = re.compile(r"(Describe|List|Get|Head|Lookup|Search|Filter|BatchGet|BatchDescribe)[A-Z]")
_REGION = re.compile(r"[a-z]{2,4}(-[a-z]{2,12}){1,3}-\d{1,2}")
# What clouds answer to a credential that they do not know, or no longer.
_SIGNED_OUT = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "InvalidToken",
    "SignatureDoesNotMatch",
    "TokenRefreshRequired",
    "UnrecognizedClientException",
}
_GATE_SIGNED_OUT = re.compile(r"\(rule session-(unknown|revoked|expired)\)$")


_asking: ContextVar[Asked] = ContextVar("asking")


class Calls:
    """Everybody's calls, by clients that are kept. Safe to use from several threads.

    Attributes:
        regions: those of EC2, by botocore's own list.
    """

    def __init__(self) -> None:
        self._boto = clients.session()
        # Making clients is not safe in botocore, using them is.
        self._making = threading.Lock()
        self.regions = sorted(self._boto.get_available_regions("ec2"))
        self._services = frozenset(self._boto.get_available_services())
        self._modelled: set[str] = set()
        self._clients: OrderedDict[tuple[str, str, bool], Any] = OrderedDict()

    def call(self, asked: Asked) -> bytes:
        """Carry out one operation and give its result as JSON.

        A change is tried once: whether one that was not answered has happened is for somebody to look at.

        Raises:
            Failure: There is no such operation, its arguments are not of their types, or the cloud refused
                it, failed, or does not answer.
        """
        token = _asking.set(asked)
        try:
            client = self._client_for(asked)
            given = read_arguments(asked.arguments)
            shape = client.meta.service_model.operation_model(asked.operation).input_shape
            return to_json(getattr(client, xform_name(asked.operation))(**with_blobs(given, shape)))
        except Unfit as why:
            raise Failure(400, "InvalidArguments", str(why), asked.name) from None
        except ClientError as error:
            raise _refused(asked, error) from None
        except BotoCoreError as error:
            raise _failed(asked, error) from None
        except ResponseParserError:
            what = f"{asked.session.endpoint} gave no answer of a cloud's kind"
            raise Failure(502, "NotACloud", what, asked.name) from None
        except _Astray:
            what = "this would go to another address than the one that was signed in at"
            raise Failure(400, "EndpointRefused", what, asked.name) from None
        finally:
            _asking.reset(token)

    def _client_for(self, asked: Asked) -> Any:
        if not _REGION.fullmatch(asked.region):
            raise Failure(400, "InvalidRegion", f"there is no region {asked.region[:40]!r}", asked.name)
        if asked.service not in self._services:
            raise Failure(404, "NoSuchService", f"there is no service {asked.service[:60]!r}", asked.name)
        client = self._client(
            asked.session.endpoint, asked.service, _READS.match(asked.operation) is not None
        )
        if asked.operation not in client.meta.service_model.operation_names:
            sentence = f"the service {asked.service} has no operation {asked.operation[:80]!r}"
            raise Failure(404, "NoSuchOperation", sentence, asked.name)
        return client

    def _client(self, endpoint: str, service: str, reads: bool) -> Any:
        """A client for a service at an address, whoever asks: the call itself says who signs it."""
        key = (endpoint, service, reads)
        with self._making:
            client = self._clients.pop(key, None)
            if client is None:
                self._forget_models(service)
                client = _make(self._boto, endpoint, service, _READ_ATTEMPTS if reads else 1)
            self._clients[key] = client
            if len(self._clients) > _MOST_CLIENTS:
                self._clients.popitem(last=False)
        return client

    def _forget_models(self, service: str) -> None:
        """botocore keeps every service's model that it has read; all of them would be a gigabyte."""
        self._modelled.add(service)
        if len(self._modelled) > _MOST_MODELS:
            self._boto, self._modelled = clients.session(), {service}


class _Astray(Exception):
    """A request was about to leave for another address than the session's."""


def _make(session: BotoSession, endpoint: str, service: str, attempts: int) -> Any:
    config = clients.config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=8,
    )
    client = session.create_client(
        service,
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id="said-call-by-call",
        aws_secret_access_key="said-call-by-call",
        config=config,
    )
    events: Any = client.meta.events
    for event in ("ec2.RunInstances", "autoscaling.CreateLaunchConfiguration"):
        events.unregister(f"before-parameter-build.{event}", handlers.base64_encode_user_data)
    regional = bool(session.get_available_regions(service))
    events.register("before-sign", partial(_sign_as_asked, regional))
    events.register_first("before-send", partial(_stay_at, urlsplit(endpoint).netloc))
    return client


def _sign_as_asked(regional: bool, request: Any, **_: object) -> None:
    asked = _asking.get()
    signing = dict(request.context.get("signing") or {})
    # Global services know by themselves which region signs for them.
    if regional:
        signing["region"] = asked.region
    session = asked.session
    signing["request_credentials"] = Credentials(
        session.access_key_id, session.secret_access_key, session.session_token
    )
    request.context["signing"] = signing


def _stay_at(place: str, request: Any, **_: object) -> None:
    """Some operations take an address as an argument (machinelearning:Predict), or make one of others."""
    if urlsplit(request.url).netloc != place:
        raise _Astray(request.url)


def _refused(asked: Asked, error: ClientError) -> Failure:
    response: Any = error.response
    told = response.get("Error") or {}
    code = str(told.get("Code") or "Unknown")
    message = str(told.get("Message") or code)
    status = int((response.get("ResponseMetadata") or {}).get("HTTPStatusCode") or 502)
    # EC2 says AuthFailure with 401 of a credential, with another status of a thing that is somebody else's.
    signed_out = code in _SIGNED_OUT or (code, status) == ("AuthFailure", 401)
    if signed_out or _GATE_SIGNED_OUT.search(message):
        return Failure(401, code, message, asked.name, signed_out=True)
    # To the page a 401 means that, and nothing else.
    return Failure(403 if status == 401 else max(status, 400), code, message, asked.name)


def _failed(asked: Asked, error: BotoCoreError) -> Failure:
    if not isinstance(error, (BotoConnectionError, HTTPClientError)):
        code = "InvalidArguments" if type(error).__name__ == "ParamValidationError" else type(error).__name__
        return Failure(400, code, " ".join(str(error).split()), asked.name)
    endpoint = asked.session.endpoint
    if isinstance(error, ReadTimeoutError):
        what = f"the cloud at {endpoint} has not answered within {_READ_SECONDS} seconds"
        status, code = 504, "CloudTooSlow"
    else:
        what, status, code = f"the cloud at {endpoint} cannot be reached", 502, "CloudUnreachable"
    if not _READS.match(asked.operation):
        what += f"; whether {asked.name} was carried out is not known, so look before you repeat it"
    return Failure(status, code, what, asked.name)
