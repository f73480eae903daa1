"""A target for the brain: moto in this process, read and changed through boto3 alone."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.ec2.models import amis
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.utilities.utils import load_resource

from skywright.brains.base import Context
from skywright.brains.builtin.brain import Builtin
from skywright.clouds.aws.clients import Client
from skywright.clouds.aws.cloud import aws
from skywright.clouds.base import Catalogue, Cloud
from skywright.model.advice import Plan, Understanding
from skywright.model.operation import Operation
from skywright.model.target import Credential
from skywright.model.values import Arguments, Value
from skywright.program.check import check
from skywright.program.interpret import answer, interpret, unmet

REGION = "us-east-1"
READS = ("Describe", "List", "Get")
_ONE_AT_A_TIME = threading.Lock()
"""moto in the same process is not made for several threads."""


@dataclass
class Target:
    """The mocked account."""

    brain: Builtin
    cloud: Cloud
    caller: Client
    seen: dict[str, dict[str, Value]] | None = None
    """Answers of former reads, for a test that only asks: None to read anew each time."""

    @property
    def catalogue(self) -> Catalogue:
        return self.cloud.catalogue

    def context(self, region: str = REGION, **answers: str) -> Context:
        return Context(self.cloud, self, region, answers)

    def call(self, operation: Operation, arguments: Arguments, region: str) -> dict[str, Value]:
        assert operation.name.startswith(READS), f"a brain may only look, not {operation}"
        with _ONE_AT_A_TIME:
            if self.seen is None:
                return self.caller.call(operation, arguments, region)
            key = f"{operation} {sorted(arguments.items())!r} {region}"
            if key not in self.seen:
                self.seen[key] = self.caller.call(operation, arguments, region)
            return self.seen[key]

    def understand(self, words: str, region: str = REGION, **answers: str) -> Understanding:
        return self.brain.understand(words, self.context(region, **answers))

    def plan(self, words: str, region: str = REGION, **answers: str) -> Plan:
        understood = self.understand(words, region, **answers)
        assert isinstance(understood, Plan), f"{words!r}: {understood}"
        findings = check(understood.program, self.catalogue)
        assert not findings, f"{words!r}: {findings}"
        return understood

    def do(self, words: str, region: str = REGION, **answers: str) -> Any:
        """Understand and carry out; gives the answer."""
        program = self.plan(words, region, **answers).program
        results = interpret(
            program, self.caller, self.catalogue, lambda _: None, time.monotonic, lambda _: None
        )
        problems = unmet(program, self.caller, results)
        assert not problems, problems
        return answer(program, results)

    def changes(self, words: str) -> list[str]:
        """The changes that would be made; nothing where it is asked or declined."""
        understood = self.understand(words)
        steps = understood.program.steps if isinstance(understood, Plan) else ()
        named = [step.operation for step in steps if step.operation]
        return [str(operation) for operation in named if not operation.name.startswith(READS)]

    def client(self, service: str, region: str = REGION) -> Any:
        return boto3.client(service, region_name=region)

    def machines(self, region: str = REGION) -> dict[str, Any]:
        """Machines that are not terminated, by name."""
        found: dict[str, Any] = {}
        for reservation in self.client("ec2", region).describe_instances()["Reservations"]:
            for row in reservation["Instances"]:
                if row["State"]["Name"] != "terminated":
                    found[
                        {tag["Key"]: tag["Value"] for tag in row.get("Tags", [])}.get(
                            "Name", row["InstanceId"]
                        )
                    ] = row
        return found


_IMAGES = ("al2023-ami-2", "ubuntu/", "Windows_Server-2016-English-Full-Base", "RHEL-", "suse-sles-12")
_REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1")


@pytest.fixture(scope="module", autouse=True)
def small_world() -> Iterator[None]:
    """A few regions, and the same few images in each: moto makes all of each region's anew for every test."""
    latest = load_resource("ec2/resources/latest_amis/us-east-1.json")
    with pytest.MonkeyPatch.context() as patch:
        few = [image for image in [*amis.AMIS, *latest] if image["name"].startswith(_IMAGES)]
        patch.setattr(amis, "AMIS", few)
        patch.setenv("MOTO_AMIS_PATH", "these")
        regions = [region for region in RegionsAndZonesBackend.regions if region.name in _REGIONS]
        patch.setattr(RegionsAndZonesBackend, "regions", regions)
        yield


@pytest.fixture(scope="session")
def cloud() -> Cloud:
    return aws()


@pytest.fixture(scope="session")
def brain() -> Builtin:
    return Builtin()


@pytest.fixture
def target(brain: Builtin, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Target]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        yield Target(brain, cloud, Client(None, Credential("testing", "testing")))


@pytest.fixture
def account(target: Target) -> Target:
    """Three machines, of which much can be said."""
    ec2 = boto3.client("ec2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    for name in ("web-1", "web-2", "mailer"):
        tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}]
        ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, TagSpecifications=tags)
    return target
