"""A real moto server over HTTP, and the way a call goes there and back: before-image, call, undo."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
import pytest

from skywright.clouds.aws.clients import Client
from skywright.clouds.aws.effects import Effects
from skywright.clouds.aws.inventory import read_inventory
from skywright.clouds.aws.template import find
from skywright.clouds.restoring import WayBack
from skywright.errors import CloudFailed
from skywright.model.call import Call, Outcome
from skywright.model.operation import Operation
from skywright.model.resource import Inventory
from skywright.model.target import Credential
from skywright.model.verdict import Decision, Principal, Verdict

_ALLOWED = Verdict(Decision.ALLOW, "test")
_SOMEBODY = Principal("r-1", "perform", "builtin", "sdk", "gym")


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """The address of a moto server of our own, without Amazon's images: reading those takes seconds."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Answers are the same to the byte, and written in a fraction of the time.
    code = (
        "from moto.server import main; from skywright_gym.aws.serialising import install; install(); main()"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", code, "-H", "127.0.0.1", "-p", str(port)],
        env={**os.environ, "MOTO_EC2_LOAD_DEFAULT_AMIS": "false"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def _await(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("moto did not start")


def called(
    operation: str,
    arguments: dict[str, Any],
    result: Any = None,
    before: Any = None,
    region: str = "eu-west-1",
) -> Call:
    """A call that succeeded, as the gate records it."""
    parsed = Operation.parse(operation)
    return Call(
        id="c-1",
        principal=_SOMEBODY,
        operation=parsed,
        effect=Effects().effect(parsed),
        region=region,
        arguments=arguments,
        at=0.0,
        verdict=_ALLOWED,
        before=before,
        outcome=Outcome(200, {} if result is None else result, None, 0.0),
    )


@dataclass
class Account:
    """One region of the moto server, as good as an account of its own; or an account of the gym."""

    endpoint: str
    region: str
    key: str = "testing"
    secret: str = "testing"

    def __post_init__(self) -> None:
        self.client = Client(self.endpoint, Credential(self.key, self.secret))
        self.effects = Effects()

    def read(self, operation: str, **arguments: Any) -> Any:
        return self.client.call(Operation.parse(operation), arguments, self.region)

    def do(self, operation: str, **arguments: Any) -> Call:
        """Perform a call as the gate does: the before-image first."""
        parsed = Operation.parse(operation)
        image = self.effects.before_image(parsed, arguments)
        before = None if image is None else self.client.call(*image, self.region)
        result = self.client.call(parsed, arguments, self.region)
        return called(operation, arguments, result, before, self.region)

    def undo(self, call: Call) -> WayBack:
        """Take a call back by its way back, the way a program would."""
        way_back = self.effects.way_back(call)
        results: dict[str, Any] = {}
        for step in way_back.steps:
            arguments = _resolved(step.arguments, results)
            if step.waiter is not None:
                self.wait(str(step.waiter), arguments)
                continue
            assert step.operation is not None
            try:
                results[step.id] = self.client.call(step.operation, arguments, self.region)
            except CloudFailed as error:
                if error.code not in step.tolerate:
                    raise
        return way_back

    def wait(self, waiter: str, arguments: dict[str, Any]) -> None:
        service, _, name = waiter.partition(":")
        client = _boto3(service, self.region, self.endpoint, self.key, self.secret)
        client.get_waiter(name).wait(**arguments, WaiterConfig={"Delay": 1, "MaxAttempts": 40})

    def inventory(self) -> Inventory:
        return read_inventory(self.client, [self.region])

    def network(self) -> tuple[str, str]:
        """A VPC with one subnet, for things to stand in."""
        vpc = self.read("ec2:CreateVpc", CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        zone = f"{self.region}a"
        subnet = self.read("ec2:CreateSubnet", VpcId=vpc, CidrBlock="10.9.1.0/24", AvailabilityZone=zone)
        return vpc, subnet["Subnet"]["SubnetId"]

    def image(self) -> str:
        return "ami-12345678"

    def instance(self, **more: Any) -> str:
        made = self.read("ec2:RunInstances", ImageId=self.image(), MinCount=1, MaxCount=1, **more)
        return made["Instances"][0]["InstanceId"]

    def volume(self, **more: Any) -> str:
        arguments = {"AvailabilityZone": f"{self.region}a", "Size": 10, "VolumeType": "gp3", **more}
        return self.read("ec2:CreateVolume", **arguments)["VolumeId"]


@cache
def _boto3(service: str, region: str, endpoint: str, key: str, secret: str) -> Any:
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
    )


_REGIONS = iter(
    f"{area}-{number}"
    for area in (
        "us-east",
        "us-west",
        "eu-west",
        "eu-central",
        "eu-north",
        "ap-south",
        "ap-southeast",
        "ap-northeast",
        "ca-central",
        "sa-east",
    )
    for number in (1, 2)
    if f"{area}-{number}" not in ("eu-north-2", "ca-central-2", "sa-east-2", "eu-central-2", "ap-south-2")
)


@pytest.fixture(scope="module")
def account(moto: str) -> Account:
    """A region that no other test module uses."""
    return Account(moto, next(_REGIONS))


def _resolved(value: Any, results: dict[str, Any]) -> Any:
    if isinstance(value, str):
        if value.startswith("${"):
            name, _, path = value[2:-1].partition(".")
            return find(path, results[name])
        return value.replace("$${", "${")
    if isinstance(value, dict):
        return {key: _resolved(inner, results) for key, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(inner, results) for inner in value]
    return value
