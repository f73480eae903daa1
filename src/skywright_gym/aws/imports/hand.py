"""What every import needs: asking the gym's own AWS for one region's resources, under ids that are dictated.

Owns the dictation of ids to moto and the account of what was made and left out; knows no kind of resource.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast
from urllib.parse import urlencode

import botocore.session
from botocore.serialize import create_serializer
from moto.core.exceptions import ServiceException
from moto.ec2 import utils as ec2_utils
from moto.ec2.models import ec2_backends
from moto.moto_api._internal import mock_random

from skywright_gym.aws import moto_app
from skywright_gym.aws.refusal import Refusal
from skywright_gym.aws.signature import Request
from skywright_gym.world import World, current_world

Row = Mapping[str, Any]

HEX = "hex"
"""The name under which the last part of an ELBv2 ARN is dictated; other ids go by their prefix."""

_HEX_DIGITS = 16
_dictated: ContextVar[tuple[World, dict[str, list[str]]] | None] = ContextVar(
    "skywright_gym_dictated_ids", default=None
)


def install() -> None:
    """Let moto take ids that are dictated. Once, before the first request."""
    drawn, hexadecimal = ec2_utils.random_id, mock_random.get_random_hex

    def random_id(prefix: str = "", size: int = 17) -> str:
        waiting = _waiting(prefix)
        return waiting.pop(0) if waiting else drawn(prefix, size)

    def get_random_hex(length: int = 8) -> str:
        waiting = _waiting(HEX) if length == _HEX_DIGITS else None
        return waiting.pop(0) if waiting else hexadecimal(length)

    ec2_utils.random_id = random_id
    cast("Any", mock_random).get_random_hex = get_random_hex


def _waiting(prefix: str) -> list[str] | None:
    dictated = _dictated.get()
    # moto makes things in a world of nobody's when it is asked for the first time: not with these ids.
    if dictated is None or dictated[0] is not current_world():
        return None
    return dictated[1].get(prefix)


@dataclass
class Outcome:
    """How many of each were made, and a sentence for everything that was not."""

    made: dict[str, int] = field(default_factory=dict[str, int])
    left_out: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class Hand:
    """Makes what one region's descriptions say.

    Attributes:
        answers: `service:Operation` -> that operation's result.
    """

    world: World
    region: str
    answers: Mapping[str, Row]
    outcome: Outcome

    @property
    def ec2(self) -> Any:
        return ec2_backends[self.world.account_id][self.region]

    def rows(self, operation: str, member: str) -> list[dict[str, Any]]:
        """What is described under an operation; nothing if it was not asked."""
        return self.answers.get(operation, {}).get(member, [])

    def leave_out(self, what: str, why: str) -> None:
        self.outcome.left_out.append(f"{self.region} {what}: {why}")

    def make(self, kind: str, name: str, described: Row, maker: Callable[["Hand", Row], None]) -> None:
        """Make one thing; what cannot be made is told. An empty `kind` is not counted."""
        try:
            maker(self, described)
        except Refusal as refused:
            self.leave_out(name, refused.message)
        except ServiceException as refused:
            self.leave_out(name, str(refused.message))
        except (KeyError, IndexError) as missing:
            self.leave_out(name, f"the description lacks {missing}")
        else:
            if kind:
                self.outcome.made[kind] = self.outcome.made.get(kind, 0) + 1

    def tag(self, resource_id: str, described: Row) -> None:
        """Give an EC2 resource the tags of its description."""
        tags = {tag["Key"]: tag["Value"] for tag in described.get("Tags") or []}
        if tags:
            self.ec2.create_tags([resource_id], tags)

    def ask(self, operation: str, parameters: Mapping[str, Any], **ids: list[str]) -> None:
        """One operation, `service:Name`, with the ids that moto is to give. Raises Refusal."""
        service, _, name = operation.partition(":")
        model = _model(service)
        serializer: Any = create_serializer("ec2" if service == "ec2" else "query", include_validation=False)
        fields = serializer.serialize_to_request(parameters, model.operation_model(name))["body"]
        prefix = model.metadata.get("endpointPrefix", service)
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "host": f"{prefix}.{self.region}.amazonaws.com",
            "authorization": f"AWS4-HMAC-SHA256 Credential=x/20000101/{self.region}/{prefix}/aws4_request",
        }
        with dictating(ids):
            signed = moto_app.Signed(self.world.account_id, prefix, self.region)
            response = moto_app.answer(Request("POST", "/", "", headers, _form(fields)), signed)
        if response.status >= 300:
            text = response.body.decode(errors="replace")
            raise Refusal("Refused", text.partition("<Message>")[2].partition("</Message>")[0] or text[:200])


@contextmanager
def dictating(ids: Mapping[str, list[str]]) -> Generator[None]:
    """Let moto give these ids in the current world, by prefix, each once."""
    wanted = {prefix.replace("_", "-"): list(given) for prefix, given in ids.items()}
    token = _dictated.set((current_world(), wanted))
    try:
        yield
    finally:
        _dictated.reset(token)


def taken(operation: str, described: Row) -> dict[str, Any]:
    """Of a description, what the operation that makes such a thing takes under the same names."""
    service, _, name = operation.partition(":")
    members = _model(service).operation_model(name).input_shape.members
    return {key: described[key] for key in members if described.get(key) not in (None, "", [])}


@cache
def _model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


def _form(fields: Mapping[str, Any]) -> bytes:
    return urlencode({name: _wire(value) for name, value in fields.items()}).encode()


def _wire(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
