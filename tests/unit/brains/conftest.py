"""A target for the brain: moto in this process, read and changed through boto3 alone."""

import itertools
import os
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from moto import mock_aws
from moto.ec2.models import amis
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.utilities.utils import load_resource
from tests import clients

from skywright.brains.base import Context
from skywright.brains.builtin.brain import Builtin
from skywright.clouds.aws.clients import Client
from skywright.clouds.aws.cloud import aws
from skywright.clouds.base import Cloud
from skywright.clouds.calling import Catalogue
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
    """A mocked account.

    Attributes:
        seen: answers of former reads, for tests that only ask; None to read anew each time.
    """

    brain: Builtin
    cloud: Cloud
    caller: Client
    number: str
    seen: dict[str, dict[str, Value]] | None = None

    def use(self) -> "Target":
        """Make it the one that every call is for."""
        os.environ["MOTO_ACCOUNT_ID"] = self.number
        return self

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
        assert self.seen is None, "others ask here too; take a target of your own"
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

    @staticmethod
    def client(service: str, region: str = REGION) -> Any:
        return clients.client(service, region)

    def launch(self, *names: str) -> None:
        """Machines of these names, by the cloud's own call."""
        ec2 = self.client("ec2")
        image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
        for name in names:
            tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}]
            ec2.run_instances(
                ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1, TagSpecifications=tags
            )

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


@dataclass
class Accounts:
    """All mocked accounts of a module; none costs more than its number before it is looked into."""

    brain: Builtin
    cloud: Cloud
    numbers: Iterator[int] = field(default_factory=partial(itertools.count, 1))
    kept: dict[Hashable, Target] = field(default_factory=dict)

    def new(self) -> Target:
        caller = Client(None, Credential("testing", "testing"))
        return Target(self.brain, self.cloud, caller, f"{next(self.numbers):012d}").use()

    def still(self, make: Callable[..., object], *of: Hashable) -> Target:
        """The account that was so made, for tests that do nothing in it: it is made and read once for all."""
        key = (make, *of)
        if key not in self.kept:
            target = self.new()
            make(target, *of)
            target.seen = {}
            self.kept[key] = target
        return self.kept[key].use()

    def of_machines(self, *names: str) -> Target:
        """One to ask about machines of these names."""
        return self.still(Target.launch, *names)


@pytest.fixture(scope="module")
def accounts(brain: Builtin, cloud: Cloud, small_world: None) -> Iterator[Accounts]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        patch.setenv("MOTO_ACCOUNT_ID", "")
        with mock_aws():
            yield Accounts(brain, cloud)


@pytest.fixture
def target(accounts: Accounts) -> Target:
    """An empty account."""
    return accounts.new()


@pytest.fixture
def account(accounts: Accounts) -> Target:
    """Three machines, to be asked about."""
    return accounts.of_machines("web-1", "web-2", "mailer")
