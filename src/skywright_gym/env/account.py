"""One account of the gym in this process, without HTTP: calls go from botocore to the gym's front as bytes.

Owns the way of a call and what makes it repeatable: the ids that are drawn and the time that stands still
between calls follow from a seed alone. Knows no task. The user's own boto3 is left alone.
"""

import io
import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

from botocore import handlers, xform_name
from botocore.awsrequest import AWSResponse
from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError
from botocore.parsers import ResponseParserError
from botocore.session import Session as BotoSession
from moto.moto_api._internal import mock_random

from skywright_gym import clients, copying
from skywright_gym.account import Account as Known
from skywright_gym.account import KeyPair
from skywright_gym.aws import front, isolation, moto_app, stock, timekeeping
from skywright_gym.aws.billing import statement
from skywright_gym.aws.refusal import Response
from skywright_gym.aws.signature import Request
from skywright_gym.world import World, inside

REGION, ZONE = "eu-west-1", "eu-west-1a"
_KEYS = KeyPair("AKIAGYMGYMGYMGYMGYMG", "known-to-nobody-else-and-of-use-nowhere")
_ADDRESS = "http://localhost"
"""That of no server: requests never leave the process."""

_turn = threading.RLock()
"""moto has one source of ids for the whole process, so calls take turns."""
_called: ContextVar["Account"] = ContextVar("skywright_gym_env_account")


class Refused(Exception):
    """The cloud refused a call, or nobody could have sent it.

    Attributes:
        code: the cloud's own, such as `IncorrectInstanceState`; `InvalidArguments`, `NoSuchService` and
            `NoSuchOperation` for what a client finds out before it sends anything; `ConnectionClosed` if a
            fault has the request or its answer lost.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class Broken(Exception):
    """The gym failed to answer at all: a bug of the gym's, that no agent is to be told as its own mistake."""


_STUMBLES = (
    AttributeError,
    BotoCoreError,
    LookupError,
    RecursionError,
    ResponseParserError,
    TypeError,
    ValueError,
)
"""botocore validates arguments, but stumbles over some before it comes to that."""


class Account:
    """An account, called by names of the API; a seed decides every id that it will ever draw."""

    def __init__(self, world: World, seed: str) -> None:
        prepare()
        self.world = world
        self._seed = seed
        self._turns = 0
        self._known = Known("env", _KEYS, world)

    def call(
        self, service: str, operation: str, arguments: Mapping[str, Any], region: str = REGION
    ) -> dict[str, Any]:
        """Carry out one operation and give its result as botocore does. Raises Refused."""
        with self.turn():
            method = _method(service, operation, region)
            token = _called.set(self)
            try:
                result: dict[str, Any] = method(**arguments)
            except ClientError as error:
                told: Any = error.response.get("Error", {})
                raise Refused(str(told.get("Code", "Unknown")), str(told.get("Message", ""))) from None
            except ConnectionClosedError as error:
                raise Refused("ConnectionClosed", str(error)) from None
            except _STUMBLES as error:
                raise Refused("InvalidArguments", " ".join(str(error).split())) from None
            finally:
                _called.reset(token)
        result.pop("ResponseMetadata", None)
        return result

    @contextmanager
    def turn(self) -> Generator[World]:
        """Work in the account's world, alone, with ids that follow from the seed and the number of turns."""
        with _turn, inside(self.world):
            self._turns += 1
            mock_random.seed(f"{self._seed}/{self._turns}")
            yield self.world

    def wait(self, seconds: float) -> None:
        """Let time pass there."""
        self.world.clock.advance(seconds)

    def now(self) -> float:
        """Seconds since the epoch, there."""
        return self.world.clock.now()

    def bill(self, for_seconds: float | None = None) -> dict[str, Any]:
        """What the account cost in the last seconds of its time, or ever, as docs/physics.md tells it."""
        with self.turn() as world:
            return statement.told(world, for_seconds)

    def keep(self) -> bytes:
        """The account as it stands, to be forked any number of times."""
        with inside(self.world):
            return copying.dumps(self.world)

    def answer(self, request: Request) -> Response | None:
        """The answer to a request as bytes; None: a fault has it lost. Raises Broken."""
        try:
            return front.serve(self._known, request).response
        except Exception as bug:
            raise Broken(f"{request.method} {request.path}") from bug


def fork(kept: bytes, seed: str) -> Account:
    """An account that stands as the kept one did, and draws its own ids from there on."""
    prepare()
    world = copying.loads(kept)
    isolation.register(world)
    return Account(world, seed)


@cache
def prepare() -> None:
    """Lay the gym over moto, once a process; takes one to two seconds with the imports."""
    moto_app.install()
    timekeeping.install()
    stock.of_region(REGION)


@cache
def image() -> str:
    """The machine image that everything is launched from: the first Amazon Linux 2023 by its name."""
    prepare()
    offered = stock.of_region(REGION).images.values()
    fit = [one for one in offered if one.architecture == "x86_64" and one.name.startswith("al2023-ami-2")]
    return str(min(fit, key=lambda one: (one.name, one.id)).id)


@cache
def session() -> BotoSession:
    """botocore, once for all accounts of the process."""
    return clients.session()


def _method(service: str, operation: str, region: str) -> Any:
    client = _client(service, region)
    if operation not in client.meta.service_model.operation_names:
        raise Refused("NoSuchOperation", f"the service {service} has no operation {operation[:80]!r}")
    return getattr(client, xform_name(operation))


@lru_cache(maxsize=64)
def _client(service: str, region: str) -> Any:
    """A client for a service in a region, whoever calls."""
    if service not in _services():
        raise Refused("NoSuchService", f"there is no service {service[:60]!r}")
    if region not in _regions():
        raise Refused("NoSuchRegion", f"there is no region {region[:40]!r}")
    client = session().create_client(
        service,
        region_name=region,
        endpoint_url=_ADDRESS,
        aws_access_key_id=_KEYS.access_key_id,
        aws_secret_access_key=_KEYS.secret_access_key,
        config=clients.config(retries={"total_max_attempts": 1}),
    )
    events: Any = client.meta.events
    events.unregister("before-parameter-build", handlers.generate_idempotent_uuid)
    events.register("before-parameter-build", _repeatable_tokens)
    events.register_first("before-send", _stay_here)
    return client


@cache
def _services() -> frozenset[str]:
    return frozenset(session().get_available_services())


@cache
def _regions() -> frozenset[str]:
    return frozenset(session().get_available_regions("ec2"))


def _repeatable_tokens(params: Any, model: Any, **_: object) -> None:
    """botocore's idempotency tokens, which the cloud shows, drawn like every other id."""
    for name in model.idempotent_members:
        params.setdefault(name, str(mock_random.uuid4()))


def _stay_here(request: Any, **_: object) -> AWSResponse:
    """In the place of sending a request: the account answers it."""
    address = urlsplit(request.url)
    headers = {
        str(name).lower(): value.decode() if isinstance(value, bytes) else str(value)
        for name, value in request.headers.items()
    }
    headers["host"] = address.netloc
    response = _called.get().answer(
        Request(request.method, address.path, address.query, headers, _bytes(request.body))
    )
    if response is None:
        raise ConnectionClosedError(endpoint_url=request.url)
    return AWSResponse(request.url, response.status, dict(response.headers), _Body(response.body))


def _bytes(body: Any) -> bytes:
    if hasattr(body, "read"):
        body = body.read()
    return body.encode() if isinstance(body, str) else bytes(body or b"")


class _Body(io.BytesIO):
    """A body as botocore reads it."""

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()
