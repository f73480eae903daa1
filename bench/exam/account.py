"""The account that every exam assumes, and copies of it that a plan may change.

A world of the gym inside this process, without HTTP: the gym's rules over moto, on a clock that stands
still but when somebody waits. Each copy comes from the same bytes, so identifiers are equal in all of
them. Knows no prompt.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import boto3
from botocore.config import Config
from moto import mock_aws

from skywright.clouds.aws.clients import Client
from skywright.model.operation import Operation
from skywright.model.target import Credential
from skywright.model.values import Arguments, Value
from skywright_bench.oracles.reader import Call
from skywright_gym import copying
from skywright_gym.aws import behaviour, isolation, lookups, serialising, stock
from skywright_gym.aws.services import health
from skywright_gym.physics.clock import Clock
from skywright_gym.world import World, inside

REGION, OTHER_REGION = "eu-west-1", "us-east-1"
_NUMBER = "123456789012"
_SETTLING_SECONDS = 60
"""In which everything that was begun is done."""
_READS = ("Describe", "List", "Get", "Head")


@dataclass(frozen=True)
class Account:
    """One account, called as the brain or its program calls it, or by plain boto3."""

    world: World
    calls: list[Call] = field(default_factory=list[Call])
    """Every call that may have changed something."""

    def call(self, operation: Operation, arguments: Arguments, region: str) -> dict[str, Value]:
        if operation.service == "health":
            return health.answer(self.world, operation.name, arguments)
        if not operation.name.startswith(_READS):
            self.calls.append((str(operation), arguments, region))
        with inside(self.world):  # whichever thread it is
            return _caller().call(operation, arguments, region)

    def client(self, service: str, region: str) -> Any:
        """Plain boto3, to be used within `inside(account.world)`."""
        if service == "health":
            return Health(self.world)
        return _boto3(service, region)

    def wait(self, seconds: float) -> None:
        """Let time pass there."""
        self.world.clock.advance(seconds)

    def now(self) -> float:
        return self.world.clock.now()

    def copy(self) -> "Account":
        """Another account that is the same so far."""
        return Account(copying.loads(_bytes(self.world)))


@dataclass(frozen=True)
class Health:
    """What boto3 would get from the gym's health service, which is none of moto's."""

    world: World

    def describe_events(self, **arguments: Any) -> dict[str, Any]:
        return health.answer(self.world, "DescribeEvents", arguments)


@dataclass
class Looking:
    """A caller that reads an account that nobody changes, and remembers every answer."""

    account: Account
    seen: dict[str, dict[str, Value]] = field(default_factory=dict[str, dict[str, Value]])

    def call(self, operation: Operation, arguments: Arguments, region: str) -> dict[str, Value]:
        if not operation.name.startswith(_READS):
            raise AssertionError(f"a brain may only look, not {operation}")
        key = f"{operation} {sorted(arguments.items())!r} {region}"
        if key not in self.seen:
            self.seen[key] = self.account.call(operation, arguments, region)
        return self.seen[key]


@contextmanager
def opened(furnish: Callable[[Account], None] | None = None) -> Iterator[Account]:
    """The exam's account, or one furnished otherwise; moto serves this process as long as the block lasts."""
    isolation.install()
    stock.install()
    lookups.install()
    behaviour.install()
    serialising.install()
    world = World(_NUMBER, Clock(scale=0))
    with inside(World(_NUMBER)):
        moto = mock_aws()
        moto.start()
    try:
        account = Account(world)
        with inside(world):
            (furnish or _furnish)(account)
        yield account
    finally:
        with inside(World(_NUMBER)):
            moto.stop()


@lru_cache(maxsize=1)
def _caller() -> Client:
    return Client(None, Credential("testing", "testing"))


@lru_cache(maxsize=64)
def _boto3(service: str, region: str) -> Any:
    config = Config(retries={"total_max_attempts": 1})
    return _session().client(service, region_name=region, config=config)


@lru_cache(maxsize=256)
def capacity(kind: str) -> tuple[int, float]:
    """Cores and gigabytes of memory of a type of machine."""
    with inside(World(_NUMBER)):
        rows = _boto3("ec2", REGION).describe_instance_types(InstanceTypes=[kind])["InstanceTypes"]
    return int(rows[0]["VCpuInfo"]["DefaultVCpus"]), float(rows[0]["MemoryInfo"]["SizeInMiB"]) / 1024


@lru_cache(maxsize=1)
def _session() -> boto3.Session:
    return boto3.Session("testing", "testing")


_kept: dict[int, bytes] = {}


def _bytes(world: World) -> bytes:
    if id(world) not in _kept:
        _kept[id(world)] = copying.dumps(world)
    return _kept[id(world)]


def _furnish(account: Account) -> None:
    """Five machines in two regions, two disks, a load balancer with two targets."""
    ec2 = account.client("ec2", REGION)
    for row in ec2.describe_regions()["Regions"]:
        account.client("ec2", row["RegionName"]).describe_vpcs()  # made now, so that all copies have the same
    subnets = sorted(ec2.describe_subnets()["Subnets"], key=lambda row: row["AvailabilityZone"])
    web = [_machine(ec2, name, "t3.micro", subnets[0]) for name in ("web-1", "web-2")]
    database = _machine(ec2, "db-1", "t3.small", subnets[0])
    batch = _machine(ec2, "batch-1", "t3.medium", subnets[0])
    _machine(account.client("ec2", OTHER_REGION), "us-1", "t3.micro", None)
    data = _disk(ec2, "db-data", 20, subnets[0]["AvailabilityZone"])
    _disk(ec2, "spare", 10, subnets[0]["AvailabilityZone"])
    account.wait(_SETTLING_SECONDS)
    ec2.attach_volume(InstanceId=database, VolumeId=data, Device="/dev/sdf")
    ec2.stop_instances(InstanceIds=[batch])
    _balancer(
        account.client("elbv2", REGION), [row["SubnetId"] for row in subnets[:2]], subnets[0]["VpcId"], web
    )
    account.wait(_SETTLING_SECONDS)


def _named(kind: str, name: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]


def _machine(ec2: Any, name: str, kind: str, subnet: Any) -> str:
    images = ec2.describe_images(
        Owners=["amazon"],
        Filters=[
            {"Name": "architecture", "Values": ["x86_64"]},
            {"Name": "name", "Values": ["al2023-ami-2*"]},
        ],
    )["Images"]
    place = {"SubnetId": subnet["SubnetId"]} if subnet else {}
    root = {"DeviceName": images[0]["RootDeviceName"], "Ebs": {"VolumeSize": 8, "VolumeType": "gp3"}}
    made = ec2.run_instances(
        ImageId=images[0]["ImageId"],
        InstanceType=kind,
        MinCount=1,
        MaxCount=1,
        BlockDeviceMappings=[root],
        TagSpecifications=_named("instance", name),
        **place,
    )
    return str(made["Instances"][0]["InstanceId"])


def _disk(ec2: Any, name: str, size: int, zone: str) -> str:
    tags = _named("volume", name)
    made = ec2.create_volume(AvailabilityZone=zone, Size=size, VolumeType="gp3", TagSpecifications=tags)
    return str(made["VolumeId"])


def _balancer(elbv2: Any, subnets: list[str], network: str, targets: list[str]) -> None:
    made = elbv2.create_load_balancer(Name="shop-lb", Subnets=subnets)["LoadBalancers"][0]
    group = elbv2.create_target_group(
        Name="shop-targets", Protocol="HTTP", Port=80, VpcId=network, TargetType="instance"
    )["TargetGroups"][0]["TargetGroupArn"]
    elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": id} for id in targets])
    elbv2.create_listener(
        LoadBalancerArn=made["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
