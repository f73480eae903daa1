"""A cloud in the process: moto with the rules laid over it, on a clock that the test moves by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.ec2.models.amis import AmiBackend
from tests import clients

from skywright_gym.aws import lookups, stock
from skywright_gym.aws.behaviour import install, rules
from skywright_gym.physics.clock import Clock
from skywright_gym.world import World, inside

REGION = "eu-west-1"
_IMAGES: dict[str, str] = {}


@dataclass
class Cloud:
    """Clients of one account, and its clock."""

    world: World

    def client(self, service: str, region: str = REGION) -> Any:
        return clients.client(service, region, retries={"total_max_attempts": 1})

    def wait(self, seconds: float) -> None:
        self.world.clock.advance(seconds)

    def image(self, architecture: str = "x86_64") -> str:
        """An image of Amazon's, which all accounts have: it is looked for once."""
        if architecture not in _IMAGES:
            filters = [
                {"Name": "architecture", "Values": [architecture]},
                {"Name": "name", "Values": ["al2023-ami-2*"]},
            ]
            found = self.client("ec2").describe_images(Owners=["amazon"], Filters=filters)
            _IMAGES[architecture] = found["Images"][0]["ImageId"]
        return _IMAGES[architecture]

    def run(self, count: int = 1, settle: bool = True, **arguments: Any) -> list[str]:
        arguments.setdefault("ImageId", self.image())
        arguments.setdefault("InstanceType", "t3.micro")
        launched = self.client("ec2").run_instances(MinCount=count, MaxCount=count, **arguments)
        if settle:
            self.wait(60)
        return [i["InstanceId"] for i in launched["Instances"]]

    def instance(self, instance_id: str) -> dict[str, Any]:
        found = self.client("ec2").describe_instances(InstanceIds=[instance_id])
        return found["Reservations"][0]["Instances"][0]

    def subnets(self) -> list[dict[str, Any]]:
        return self.client("ec2").describe_subnets()["Subnets"]


@pytest.fixture(scope="module")
def laid_rules() -> Iterator[None]:
    """The rules over the moto of this process, and taken off again for whoever else uses it."""
    owners = {id(owner): owner for rule in rules() for owner in (wrap.owner for wrap in rule.wraps)}
    before = [(owner, dict(vars(owner))) for owner in (*owners.values(), AmiBackend)]
    install()
    stock.install()  # Amazon's images once a process instead of once a test
    lookups.install()  # these may stay: they answer the same
    yield
    for owner, attributes in before:
        for name in set(vars(owner)) - set(attributes):
            delattr(owner, name)
        for name, value in attributes.items():
            if vars(owner).get(name) is not value:
                setattr(owner, name, value)


@pytest.fixture
def cloud(laid_rules: None) -> Iterator[Cloud]:
    world = World("123456789012", clock=Clock(scale=0))
    # Just after a full hour: what is measured in periods must not depend on when the test runs.
    world.clock.advance(3610 - world.clock.now() % 3600)
    with inside(world), mock_aws():
        yield Cloud(world)


def code_of(error: "pytest.ExceptionInfo[ClientError]") -> str:
    return error.value.response["Error"]["Code"]


def message_of(error: "pytest.ExceptionInfo[ClientError]") -> str:
    return error.value.response["Error"]["Message"]


@pytest.fixture
def refused() -> Any:
    """`with refused("Code", "part of the message"): ...`"""
    from contextlib import contextmanager

    @contextmanager
    def expecting(code: str, words: str = "") -> Iterator[None]:
        with pytest.raises(ClientError) as error:
            yield
        assert code_of(error) == code, error.value
        assert words in message_of(error)

    return expecting
