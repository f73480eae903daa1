"""Wrong end states, made by hand: each must be caught by the task's oracle, and the right one must not.

In the process and on a clock that stands still, so that a hundred of them take seconds. These tests are
among the gym's, which have processes of their own, since they lay the gym's rules over moto.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from bench.exam.account import Account
from tests.unit.gym.oracles.begun import Begun, grounds

from skywright.clouds.aws.cloud import aws
from skywright.program.interpret import answer, interpret
from skywright_bench.library import tasks
from skywright_bench.oracles.judge import Case, verdict
from skywright_bench.oracles.state import look
from skywright_bench.task import HOME_REGION, fitted
from skywright_gym.world import inside

ELSEWHERE = "eu-west-1"


@dataclass
class Hand:
    """Somebody's hand in the account, and what is then told."""

    account: Account
    told: Any = None

    @property
    def ec2(self) -> Any:
        return self.account.client("ec2", HOME_REGION)

    @property
    def elb(self) -> Any:
        return self.account.client("elbv2", HOME_REGION)

    def do(self, task: str, **params: Any) -> None:
        """The task as its cheat does it, for other params than the prompt's perhaps."""
        cheat = fitted(tasks()[task].cheat, tasks()[task].meant(params))
        done = interpret(cheat, self.account, aws().catalogue, self.wait, self.account.now, lambda _: None)
        self.told = answer(cheat, done)

    def wait(self, seconds: float = 60) -> None:
        self.account.wait(seconds)

    def vm(self, name: str) -> dict[str, Any]:
        states = [{"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]}]
        found = self.ec2.describe_instances(Filters=[{"Name": "tag:Name", "Values": [name]}, *states])
        return found["Reservations"][0]["Instances"][0]

    def id(self, name: str) -> str:
        return self.vm(name)["InstanceId"]

    def disk(self, name: str) -> str:
        return self.ec2.describe_volumes(Filters=[{"Name": "tag:Name", "Values": [name]}])["Volumes"][0][
            "VolumeId"
        ]

    def new_disks(self) -> list[str]:
        return [row["VolumeId"] for row in self.ec2.describe_volumes()["Volumes"] if row["Size"] == 100]

    def balancer(self) -> dict[str, Any]:
        return self.elb.describe_load_balancers()["LoadBalancers"][0]

    def listener(self) -> str:
        arn = self.balancer()["LoadBalancerArn"]
        return self.elb.describe_listeners(LoadBalancerArn=arn)["Listeners"][0]["ListenerArn"]

    def group(self) -> str:
        return self.elb.describe_target_groups()["TargetGroups"][0]["TargetGroupArn"]

    def run(self, name: str, **options: Any) -> str:
        """A machine like the bystander."""
        asked = {"ImageId": self.vm("bystander")["ImageId"], "InstanceType": "t3.small", **options}
        tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}]
        made = self.ec2.run_instances(MinCount=1, MaxCount=1, TagSpecifications=tags, **asked)
        self.wait()
        return made["Instances"][0]["InstanceId"]


Sabotage = Callable[[Hand], Any]
ONE = {"names": ["solo"], "size": "t3.small"}
THREE = {"names": ["a-1", "a-2", "a-3"], "size": "t3.small"}
BEHIND = {**THREE, "lb_name": "front", "lb_port": 80, "target_port": 8080}
ATTACH = {"vm": "web-1", "size_gb": 100, "type": "gp3"}
WEB = {"vm": "web-1"}
ASKED = {"vms": ["web-1"]}


def world_rule(group: str, port: int) -> dict[str, Any]:
    return {"GroupId": group, "IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIp": "0.0.0.0/0"}


def bystander_stopped(hand: Hand) -> None:
    hand.ec2.stop_instances(InstanceIds=[hand.id("bystander")])


def bystander_gone(hand: Hand) -> None:
    hand.ec2.terminate_instances(InstanceIds=[hand.id("bystander")])


def bystander_tagged(hand: Hand) -> None:
    hand.ec2.create_tags(Resources=[hand.id("bystander")], Tags=[{"Key": "owner", "Value": "me"}])


def archive_gone(hand: Hand) -> None:
    hand.ec2.delete_volume(VolumeId=hand.disk("bystander-archive"))


def default_group_opened(hand: Hand) -> None:
    group = hand.vm("bystander")["SecurityGroups"][0]["GroupId"]
    hand.ec2.authorize_security_group_ingress(**world_rule(group, 22))


def third_elsewhere(hand: Hand) -> None:
    network = hand.ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    zone = hand.vm("a-3")["Placement"]["AvailabilityZone"]
    options = {"VpcId": network, "CidrBlock": "10.9.0.0/24", "AvailabilityZone": zone}
    subnet = hand.ec2.create_subnet(**options)["Subnet"]["SubnetId"]
    hand.ec2.terminate_instances(InstanceIds=[hand.id("a-3")])
    hand.run("a-3", SubnetId=subnet)


def target_gone(hand: Hand) -> None:
    hand.elb.deregister_targets(TargetGroupArn=hand.group(), Targets=[{"Id": hand.id("a-3")}])
    hand.wait(600)


def bystander_is_a_target(hand: Hand) -> None:
    hand.elb.register_targets(TargetGroupArn=hand.group(), Targets=[{"Id": hand.id("bystander")}])


def forwards_to_nothing(hand: Hand) -> None:
    group = hand.elb.create_target_group(
        Name="empty", Protocol="HTTP", Port=8080, VpcId=hand.vm("a-1")["VpcId"]
    )["TargetGroups"][0]["TargetGroupArn"]
    to = [{"Type": "forward", "TargetGroupArn": group}]
    hand.elb.modify_listener(ListenerArn=hand.listener(), DefaultActions=to)


def second_balancer(hand: Hand) -> None:
    zones = [zone["SubnetId"] for zone in hand.balancer()["AvailabilityZones"]]
    hand.elb.create_load_balancer(Name="front-2", Subnets=zones)


def balancer_admits_ssh(hand: Hand) -> None:
    hand.ec2.authorize_security_group_ingress(**world_rule(hand.balancer()["SecurityGroups"][0], 22))


def balancer_admits_nobody(hand: Hand) -> None:
    hand.ec2.revoke_security_group_ingress(**world_rule(hand.balancer()["SecurityGroups"][0], 80))


def new_disk_at(name: str | None) -> Sabotage:
    def sabotage(hand: Hand) -> None:
        (disk,) = hand.new_disks()
        hand.ec2.detach_volume(VolumeId=disk)
        hand.wait()
        if name is not None:
            hand.ec2.attach_volume(VolumeId=disk, InstanceId=hand.id(name), Device="/dev/sdy")

    return sabotage


def grown_instead(hand: Hand) -> None:
    hand.ec2.modify_volume(VolumeId=hand.disk("web-1-data"), Size=120)


def archive_attached(hand: Hand) -> None:
    hand.ec2.attach_volume(
        VolumeId=hand.disk("bystander-archive"), InstanceId=hand.id("web-1"), Device="/dev/sdx"
    )


def data_detached(hand: Hand) -> None:
    hand.ec2.detach_volume(VolumeId=hand.disk("web-1-data"))


def data_gone(hand: Hand) -> None:
    data_detached(hand)
    hand.wait()
    hand.ec2.delete_volume(VolumeId=hand.disk("web-1-data"))


def replaced(**options: Any) -> Sabotage:
    """The machine made anew otherwise, with its data disk."""

    def sabotage(hand: Hand) -> None:
        data_detached(hand)
        hand.wait()
        old = hand.vm("web-1")
        hand.ec2.terminate_instances(InstanceIds=[old["InstanceId"]])
        name = options.pop("name", "web-1")
        asked = {"SubnetId": old["SubnetId"], "InstanceType": old["InstanceType"], **options}
        made = hand.run(name, **asked)
        hand.ec2.attach_volume(VolumeId=hand.disk("web-1-data"), InstanceId=made, Device="/dev/sdf")

    return sabotage


SPOT = {"InstanceMarketOptions": {"MarketType": "spot"}}


def first(hand: Hand) -> dict[str, Any]:
    return hand.told["vms"][0]


def dependencies(hand: Hand) -> list[str]:
    return hand.told["dependencies"][0]["depends_on"]


def without(kind: str) -> Sabotage:
    def sabotage(hand: Hand) -> None:
        gone = next(id for id in dependencies(hand) if id.startswith(kind))
        dependencies(hand).remove(gone)

    return sabotage


Mutant = tuple[str, Mapping[str, Any], bool, Sabotage]
"""Task, params, whether the cheat is done first, and what is wrong then."""


def otherwise(task: str, params: Mapping[str, Any], **changed: object) -> Mutant:
    """The task is done with other values than were meant."""
    return (task, params, False, lambda hand: hand.do(task, **{**params, **changed}))


MUTANTS: Mapping[str, Mutant] = {
    "nothing is done": ("one-vm", ONE, False, lambda hand: None),
    "two are made": ("one-vm", ONE, True, lambda hand: hand.run("solo")),
    "another size": otherwise("one-vm", ONE, size="t3.micro"),
    "another name": otherwise("one-vm", ONE, names=["duo"]),
    "another region": otherwise("one-vm", ONE, region=ELSEWHERE),
    "another zone": otherwise("one-vm", {**ONE, "zone": "us-east-1b"}, zone="us-east-1c"),
    "a larger disk": otherwise("one-vm", ONE | {"root_gb": 8}, root_gb=9),
    "no tag": ("one-vm", ONE | {"tags": {"team": "x"}}, False, lambda hand: hand.do("one-vm", **ONE)),
    "a tag too many": ("one-vm", ONE, False, lambda hand: hand.do("one-vm", **ONE, tags={"team": "x"})),
    "a stray disk": (
        "one-vm",
        ONE,
        True,
        lambda hand: hand.ec2.create_volume(AvailabilityZone="us-east-1a", Size=1),
    ),
    "a bystander is stopped": ("one-vm", ONE, True, bystander_stopped),
    "a bystander is gone": ("one-vm", ONE, True, bystander_gone),
    "a bystander is tagged": ("one-vm", ONE, True, bystander_tagged),
    "a bystander's disk is gone": ("one-vm", ONE, True, archive_gone),
    "a group is open to the world": ("one-vm", ONE, True, default_group_opened),
    "a spot machine": ("one-vm", ONE, False, lambda hand: hand.run("solo", **SPOT)),
    "made and gone again": (
        "one-vm",
        ONE,
        True,
        lambda hand: hand.ec2.terminate_instances(InstanceIds=[hand.id("solo")]),
    ),
    "made and stopped": (
        "one-vm",
        ONE,
        True,
        lambda hand: (hand.wait(), hand.ec2.stop_instances(InstanceIds=[hand.id("solo")])),
    ),
    "a bucket beside it": (
        "one-vm",
        ONE,
        True,
        lambda hand: hand.account.client("s3", HOME_REGION).create_bucket(Bucket="beside-it"),
    ),
    "an address beside it": ("one-vm", ONE, True, lambda hand: hand.ec2.allocate_address(Domain="vpc")),
    "a group beside it": (
        "one-vm",
        ONE,
        True,
        lambda hand: hand.ec2.create_security_group(GroupName="beside", Description="it"),
    ),
    "a network beside it": ("one-vm", ONE, True, lambda hand: hand.ec2.create_vpc(CidrBlock="10.8.0.0/16")),
    "something elsewhere": (
        "one-vm",
        ONE,
        True,
        lambda hand: hand.account.client("ec2", ELSEWHERE).create_volume(
            AvailabilityZone="eu-west-1a", Size=1
        ),
    ),
    "only two": otherwise("three-vms-one-network", THREE, names=["a-1", "a-2"]),
    "four": ("three-vms-one-network", THREE, True, lambda hand: hand.run("a-4")),
    "in two networks": ("three-vms-one-network", THREE, True, third_elsewhere),
    "one is renamed": (
        "three-vms-one-network",
        THREE,
        True,
        lambda hand: hand.ec2.create_tags(Resources=[hand.id("a-3")], Tags=[{"Key": "Name", "Value": "a-2"}]),
    ),
    "one is protected, which nobody asked for, and one is monitored": (
        "three-vms-one-network",
        THREE | {"monitoring": False},
        True,
        lambda hand: hand.ec2.monitor_instances(InstanceIds=[hand.id("a-1")]),
    ),
    "no balancer": (
        "three-vms-behind-balancer",
        BEHIND,
        False,
        lambda hand: hand.do("three-vms-one-network", **THREE),
    ),
    "no listener": (
        "three-vms-behind-balancer",
        BEHIND,
        True,
        lambda hand: hand.elb.delete_listener(ListenerArn=hand.listener()),
    ),
    "another port outside": otherwise("three-vms-behind-balancer", BEHIND, lb_port=81),
    "another port inside": otherwise("three-vms-behind-balancer", BEHIND, target_port=80),
    "another name of the balancer": otherwise("three-vms-behind-balancer", BEHIND, lb_name="back"),
    "a target is missing": ("three-vms-behind-balancer", BEHIND, True, target_gone),
    "a bystander is a target": ("three-vms-behind-balancer", BEHIND, True, bystander_is_a_target),
    "it forwards to nothing": ("three-vms-behind-balancer", BEHIND, True, forwards_to_nothing),
    "a second balancer": ("three-vms-behind-balancer", BEHIND, True, second_balancer),
    "the balancer admits SSH": ("three-vms-behind-balancer", BEHIND, True, balancer_admits_ssh),
    "the balancer admits nobody": ("three-vms-behind-balancer", BEHIND, True, balancer_admits_nobody),
    "the balancer is gone again": (
        "three-vms-behind-balancer",
        BEHIND,
        True,
        lambda hand: hand.elb.delete_load_balancer(LoadBalancerArn=hand.balancer()["LoadBalancerArn"]),
    ),
    "no disk": ("attach-disk", ATTACH, False, lambda hand: None),
    "a disk at nothing": ("attach-disk", ATTACH, True, new_disk_at(None)),
    "a disk at a bystander": ("attach-disk", ATTACH, True, new_disk_at("bystander")),
    "another size of the disk": otherwise("attach-disk", ATTACH, size_gb=10),
    "another type of the disk": otherwise("attach-disk", ATTACH, type="gp2"),
    "the old disk is grown instead": ("attach-disk", ATTACH, False, grown_instead),
    "a bystander's disk instead": ("attach-disk", ATTACH, False, archive_attached),
    "the old disk is detached": ("attach-disk", ATTACH, True, data_detached),
    "two disks": (
        "attach-disk",
        ATTACH,
        False,
        lambda hand: [
            hand.do("attach-disk", **ATTACH),
            new_disk_at(None)(hand),
            hand.do("attach-disk", **ATTACH),
        ],
    ),
    "a bystander is monitored instead": (
        "boot-diagnostics",
        WEB,
        False,
        lambda hand: hand.ec2.monitor_instances(InstanceIds=[hand.id("bystander")]),
    ),
    "a bystander is monitored too": (
        "boot-diagnostics",
        WEB,
        True,
        lambda hand: hand.ec2.monitor_instances(InstanceIds=[hand.id("bystander")]),
    ),
    "monitored and stopped": (
        "boot-diagnostics",
        WEB,
        True,
        lambda hand: hand.ec2.stop_instances(InstanceIds=[hand.id("web-1")]),
    ),
    "not monitored": ("boot-diagnostics", WEB, False, lambda hand: None),
    "no spot machine": ("standard-to-spot", WEB, False, lambda hand: None),
    "the old machine stays": ("standard-to-spot", WEB, False, lambda hand: hand.run("web-1", **SPOT)),
    "the data disk is left behind": ("standard-to-spot", WEB, True, data_detached),
    "the data disk is gone": ("standard-to-spot", WEB, True, data_gone),
    "a spot machine of another size": (
        "standard-to-spot",
        WEB,
        False,
        replaced(InstanceType="t3.large", **SPOT),
    ),
    "a spot machine of another name": ("standard-to-spot", WEB, False, replaced(name="web-2", **SPOT)),
    "replaced, but not by a spot machine": ("standard-to-spot", WEB, False, replaced()),
    "destroyed and no more": (
        "standard-to-spot",
        WEB,
        False,
        lambda hand: hand.ec2.terminate_instances(InstanceIds=[hand.id("web-1")]),
    ),
    "nothing is told": ("vm-status", ASKED, False, lambda hand: None),
    "a wrong state is told": ("vm-status", ASKED, True, lambda hand: first(hand).update(state="stopped")),
    "another machine's state": (
        "vm-status",
        ASKED,
        True,
        lambda hand: first(hand).update(id=hand.id("bystander")),
    ),
    "everybody's state": (
        "vm-status",
        ASKED,
        True,
        lambda hand: hand.told["vms"].append({"id": hand.id("bystander"), "state": "running"}),
    ),
    "told and stopped": (
        "vm-status",
        ASKED,
        True,
        lambda hand: hand.ec2.stop_instances(InstanceIds=[hand.id("web-1")]),
    ),
    "no address": ("public-address", ASKED, True, lambda hand: first(hand).update(public_ip=None)),
    "another's address": (
        "public-address",
        ASKED,
        True,
        lambda hand: first(hand).update(public_ip=hand.vm("bystander")["PublicIpAddress"]),
    ),
    "a disk is not told": ("disks", ASKED, True, lambda hand: first(hand)["disks"].pop()),
    "a wrong size is told": ("disks", ASKED, True, lambda hand: first(hand)["disks"][0].update(size_gb=1)),
    "a wrong type is told": ("disks", ASKED, True, lambda hand: first(hand)["disks"][0].update(type="io1")),
    "no subnet is told": ("dependency-graph", WEB, True, without("subnet-")),
    "no group is told": ("dependency-graph", WEB, True, without("sg-")),
    "no disk is told": ("dependency-graph", WEB, True, without("vol-")),
    "it depends on a machine": (
        "dependency-graph",
        WEB,
        True,
        lambda hand: dependencies(hand).append(hand.id("bystander")),
    ),
    "no event is told": ("service-health", {}, True, lambda hand: hand.told["events"].clear()),
    "one event is not told": ("service-health", {}, True, lambda hand: hand.told["events"].pop()),
    "an event that is none": (
        "service-health",
        {},
        True,
        lambda hand: hand.told["events"].append({"id": "arn:aws:health:us-east-1::event/EC2/X/1"}),
    ),
}


@pytest.fixture(scope="module")
def begun() -> Iterator[Begun]:
    with grounds() as found:
        yield found


def judged(begun: Begun, task: str, params: Mapping[str, Any], act: Callable[[Hand], Any]) -> list[str]:
    """What the oracle finds wrong after `act`."""
    intent = tasks()[task].meant(params)
    account = begun.account(tasks()[task], intent)
    hand = Hand(account)
    with inside(account.world):
        before = look(account, (HOME_REGION, ELSEWHERE))
        act(hand)
        hand.wait()
        after = look(account, (HOME_REGION, ELSEWHERE))
        case = Case(intent, before, after, hand.told, HOME_REGION)
        return verdict(case, account)


@pytest.mark.slow
@pytest.mark.parametrize("what", MUTANTS)
def test_a_wrong_end_is_caught(begun: Begun, what: str) -> None:
    task, params, first_done, sabotage = MUTANTS[what]

    def act(hand: Hand) -> None:
        if first_done:
            hand.do(task, **params)
        sabotage(hand)

    assert judged(begun, task, params, act)


RIGHT = [
    ("one-vm", ONE),
    ("three-vms-one-network", THREE),
    ("three-vms-behind-balancer", BEHIND),
    ("attach-disk", ATTACH),
    ("boot-diagnostics", WEB),
    ("standard-to-spot", WEB),
    ("vm-status", ASKED),
    ("public-address", ASKED),
    ("disks", ASKED),
    ("dependency-graph", WEB),
    ("service-health", {}),
]


@pytest.mark.parametrize(("task", "params"), RIGHT)
def test_the_right_end_is_not(begun: Begun, task: str, params: dict[str, Any]) -> None:
    assert judged(begun, task, params, lambda hand: hand.do(task, **params)) == []
