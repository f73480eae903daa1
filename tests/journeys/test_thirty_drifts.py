"""What an outside tool does to an account: found, with its cause as far as that is known, and taken back.

Everything is done by plain boto3 at the gym's own address, as any tool past the gate would. Each household is
a copy of one account; what is done to it does not get in each other's way, so that it is looked at once and
taken back by one run.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.user import Cloud, User

from skywright.app.whole import App
from skywright.cli.progress import Silent
from skywright.engine.drift import Drift, find_drift
from skywright.engine.inventory import refresh
from skywright.model.resource import Inventory
from skywright.model.run import Report, Request, Status
from skywright.model.target import Target
from skywright.state.drift import CHANGED, MISSING, UNMANAGED

pytestmark = pytest.mark.slow
REGION = "eu-west-1"
SOON = {"Delay": 0.2, "MaxAttempts": 300}
ANYWHERE = {"CidrIp": "0.0.0.0/0"}
INSIDE = {"CidrIp": "10.0.0.0/8", "Description": "inside"}

Known = dict[str, str]


@dataclass(frozen=True)
class Hands:
    """An outside tool's clients for an account, and the ids of what was in it."""

    cloud: Cloud
    ids: Known

    def __getattr__(self, service: str) -> Any:
        return self.cloud.client(service, REGION)


@dataclass(frozen=True)
class Kind:
    """One kind of drift: how it is made, and what has to be told of it.

    Attributes:
        makes: gives the id of what it made, or of nothing.
        of: what it is about, by its name in the account; empty: what was made.
        lost: what is said not to come back, if it does not.
        traced: whether the cloud's trail has who did it.
    """

    name: str
    makes: Callable[[Hands], Any]
    of: str
    kind: str
    field: str = ""
    expected: Any = ...
    actual: Any = ...
    lost: str = ""
    traced: bool = True


@dataclass
class Household:
    """An account to which everything of one list was done, and what Skywright made of it."""

    before: Inventory
    found: Drift
    report: Report
    papers: Mapping[str, Any]
    left: Drift
    after: Inventory
    known: Known
    made: dict[str, str] = field(default_factory=dict[str, str])


def permission(port: int, where: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [where]}]


def furnish(ec2: Any, elbv2: Any, cloudwatch: Any, autoscaling: Any) -> Known:
    """An account with a bit of everything; gives the ids by names."""
    vpc = ec2.create_vpc(CidrBlock="10.5.0.0/16")["Vpc"]["VpcId"]
    ids = {"vpc": vpc, "image": ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]}
    for number, zone in enumerate("ab"):
        made = ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.5.{number}.0/24", AvailabilityZone=f"{REGION}{zone}"
        )
        ids[f"subnet_{zone}"] = made["Subnet"]["SubnetId"]
    ids["gateway"] = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=ids["gateway"], VpcId=vpc)
    ids["yard"] = ec2.create_vpc(CidrBlock="10.6.0.0/16")["Vpc"]["VpcId"]
    ids["gate"] = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=ids["gate"], VpcId=ids["yard"])
    ids["table"] = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ids["joint"] = ec2.associate_route_table(RouteTableId=ids["table"], SubnetId=ids["subnet_a"])[
        "AssociationId"
    ]
    ec2.create_route(RouteTableId=ids["table"], DestinationCidrBlock="0.0.0.0/0", GatewayId=ids["gateway"])
    for name in ("web", "spare", "empty"):
        ids[name] = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
        ec2.authorize_security_group_ingress(GroupId=ids[name], IpPermissions=permission(443, INSIDE))
    ids["vm"] = ec2.run_instances(
        ImageId=ids["image"],
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        SubnetId=ids["subnet_a"],
        SecurityGroupIds=[ids["web"]],
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags(Name="web-1", env="prod", owner="ann")}],
    )["Instances"][0]["InstanceId"]
    for name in ("data", "loose", "old"):
        ids[name] = ec2.create_volume(
            AvailabilityZone=f"{REGION}a",
            Size=4,
            VolumeType="gp3",
            TagSpecifications=[{"ResourceType": "volume", "Tags": tags(Name=name)}],
        )["VolumeId"]
    ec2.get_waiter("instance_running").wait(InstanceIds=[ids["vm"]], WaiterConfig=SOON)
    ec2.get_waiter("volume_available").wait(
        VolumeIds=[ids["data"], ids["loose"], ids["old"]], WaiterConfig=SOON
    )
    ec2.attach_volume(VolumeId=ids["data"], InstanceId=ids["vm"], Device="/dev/sdf")
    ids["snapshot"] = ec2.create_snapshot(VolumeId=ids["loose"])["SnapshotId"]
    for name in ("address", "reserve"):
        ids[name] = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ids["mapped"] = ec2.associate_address(AllocationId=ids["address"], InstanceId=ids["vm"])["AssociationId"]
    ids["interface"] = ec2.create_network_interface(SubnetId=ids["subnet_a"], Groups=[ids["web"]])[
        "NetworkInterface"
    ]["NetworkInterfaceId"]
    ids["balancer"] = elbv2.create_load_balancer(
        Name="front", Subnets=[ids["subnet_a"], ids["subnet_b"]], SecurityGroups=[ids["web"]]
    )["LoadBalancers"][0]["LoadBalancerArn"]
    ids["group"] = elbv2.create_target_group(
        Name="backs", Protocol="HTTP", Port=80, VpcId=vpc, HealthCheckPath="/ok"
    )["TargetGroups"][0]["TargetGroupArn"]
    elbv2.register_targets(TargetGroupArn=ids["group"], Targets=[{"Id": ids["vm"], "Port": 80}])
    ids["listener"] = elbv2.create_listener(
        LoadBalancerArn=ids["balancer"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": ids["group"]}],
    )["Listeners"][0]["ListenerArn"]
    ids["alarm"] = "busy"
    watch(cloudwatch, "busy", 80.0)
    autoscaling.create_launch_configuration(
        LaunchConfigurationName="pool", ImageId=ids["image"], InstanceType="t3.micro"
    )
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="pool",
        LaunchConfigurationName="pool",
        MinSize=0,
        MaxSize=2,
        DesiredCapacity=0,
        VPCZoneIdentifier=ids["subnet_b"],
    )
    ids["pool"] = "pool"
    return ids


def tags(**given: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in given.items()]


def watch(cloudwatch: Any, name: str, threshold: float) -> None:
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/EC2",
        MetricName="CPUUtilization",
        Statistic="Average",
        Period=300,
        EvaluationPeriods=2,
        Threshold=threshold,
        ComparisonOperator="GreaterThanThreshold",
    )


def retag(hands: Hands) -> None:
    hands.ec2.create_tags(Resources=[hands.ids["vm"]], Tags=tags(team="blue", env="test"))
    hands.ec2.delete_tags(Resources=[hands.ids["vm"]], Tags=[{"Key": "owner"}])


def resize(hands: Hands) -> None:
    """As people do it in a console: stop, change, and forget to start again."""
    ec2, vm = hands.ec2, hands.ids["vm"]
    ec2.stop_instances(InstanceIds=[vm])
    ec2.get_waiter("instance_stopped").wait(InstanceIds=[vm], WaiterConfig=SOON)
    ec2.modify_instance_attribute(InstanceId=vm, InstanceType={"Value": "t3.large"})


def part_disk(hands: Hands) -> None:
    hands.ec2.detach_volume(VolumeId=hands.ids["data"])
    hands.ec2.get_waiter("volume_available").wait(VolumeIds=[hands.ids["data"]], WaiterConfig=SOON)


def terminate(hands: Hands) -> None:
    hands.ec2.terminate_instances(InstanceIds=[hands.ids["vm"]])
    hands.ec2.get_waiter("instance_terminated").wait(InstanceIds=[hands.ids["vm"]], WaiterConfig=SOON)


def launch(hands: Hands) -> str:
    made = hands.ec2.run_instances(
        ImageId=hands.ids["image"],
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        SubnetId=hands.ids["subnet_b"],
    )["Instances"][0]["InstanceId"]
    hands.ec2.get_waiter("instance_running").wait(InstanceIds=[made], WaiterConfig=SOON)
    return made


def second_stack(hands: Hands) -> str:
    """What a second Terraform leaves: a network with things in it that need each other."""
    ec2 = hands.ec2
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="theirs", Description="theirs", VpcId=vpc)["GroupId"]
    ec2.create_network_interface(SubnetId=subnet, Groups=[group])
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    return vpc


CHANGES = (
    Kind("a tag is added", retag, "vm", CHANGED, "Tags.team", None, "blue"),
    Kind("a tag is changed", lambda _: None, "vm", CHANGED, "Tags.env", "prod", "test"),
    Kind("a tag is taken", lambda _: None, "vm", CHANGED, "Tags.owner", "ann", None),
    Kind(
        "a machine is put into another group",
        lambda at: at.ec2.modify_instance_attribute(
            InstanceId=at.ids["vm"], Groups=[at.ids["web"], at.ids["spare"]]
        ),
        "vm",
        CHANGED,
        "SecurityGroups",
    ),
    Kind(
        "a machine is watched closely",
        lambda at: at.ec2.monitor_instances(InstanceIds=[at.ids["vm"]]),
        "vm",
        CHANGED,
        "Monitoring.State",
        "disabled",
    ),
    Kind(
        "a machine may route",
        lambda at: at.ec2.modify_instance_attribute(
            InstanceId=at.ids["vm"], SourceDestCheck={"Value": False}
        ),
        "vm",
        CHANGED,
        "SourceDestCheck",
        True,
        False,
    ),
    Kind(
        "a port is opened to everybody",
        lambda at: at.ec2.authorize_security_group_ingress(
            GroupId=at.ids["web"], IpPermissions=permission(22, ANYWHERE)
        ),
        "web",
        CHANGED,
        "IpPermissions",
    ),
    Kind(
        "a port is closed",
        lambda at: at.ec2.revoke_security_group_ingress(
            GroupId=at.ids["spare"], IpPermissions=permission(443, INSIDE)
        ),
        "spare",
        CHANGED,
        "IpPermissions",
        ...,
        [],
    ),
    Kind(
        "nothing may go out any more",
        lambda at: at.ec2.revoke_security_group_egress(
            GroupId=at.ids["empty"], IpPermissions=[{"IpProtocol": "-1", "IpRanges": [ANYWHERE]}]
        ),
        "empty",
        CHANGED,
        "IpPermissionsEgress",
        ...,
        [],
    ),
    Kind(
        "a route is added",
        lambda at: at.ec2.create_route(
            RouteTableId=at.ids["table"], DestinationCidrBlock="10.99.0.0/16", GatewayId=at.ids["gateway"]
        ),
        "table",
        CHANGED,
        "Routes",
    ),
    Kind(
        "machines in a subnet get public addresses",
        lambda at: at.ec2.modify_subnet_attribute(
            SubnetId=at.ids["subnet_b"], MapPublicIpOnLaunch={"Value": True}
        ),
        "subnet_b",
        CHANGED,
        "MapPublicIpOnLaunch",
        False,
        True,
    ),
    Kind(
        "a health check asks for another page",
        lambda at: at.elbv2.modify_target_group(TargetGroupArn=at.ids["group"], HealthCheckPath="/no"),
        "group",
        CHANGED,
        "HealthCheckPath",
        "/ok",
        "/no",
    ),
    Kind(
        "a machine is taken from behind a balancer",
        lambda at: at.elbv2.deregister_targets(
            TargetGroupArn=at.ids["group"], Targets=[{"Id": at.ids["vm"]}]
        ),
        "group",
        CHANGED,
        "Targets",
    ),
    Kind(
        "a listener is put on another port",
        lambda at: at.elbv2.modify_listener(ListenerArn=at.ids["listener"], Port=81),
        "listener",
        CHANGED,
        "Port",
        80,
        81,
    ),
    Kind(
        "a balancer is put into another group",
        lambda at: at.elbv2.set_security_groups(
            LoadBalancerArn=at.ids["balancer"], SecurityGroups=[at.ids["spare"]]
        ),
        "balancer",
        CHANGED,
        "SecurityGroups",
    ),
    Kind(
        "an alarm rings later",
        lambda at: watch(at.cloudwatch, "busy", 99.0),
        "alarm",
        CHANGED,
        "Threshold",
        80.0,
        99.0,
    ),
    Kind(
        "a pool may grow",
        lambda at: at.autoscaling.update_auto_scaling_group(AutoScalingGroupName="pool", MaxSize=5),
        "pool",
        CHANGED,
        "MaxSize",
        2,
        5,
    ),
    Kind("a machine is made", launch, "", UNMANAGED),
    Kind(
        "a disk is made",
        lambda at: at.ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1)["VolumeId"],
        "",
        UNMANAGED,
    ),
    Kind(
        "an address is taken",
        lambda at: at.ec2.allocate_address(Domain="vpc")["AllocationId"],
        "",
        UNMANAGED,
    ),
    Kind("a second stack is put beside it", second_stack, "", UNMANAGED),
    Kind(
        "a listener is made",
        lambda at: at.elbv2.create_listener(
            LoadBalancerArn=at.ids["balancer"],
            Protocol="HTTP",
            Port=8080,
            DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
        )["Listeners"][0]["ListenerArn"],
        "",
        UNMANAGED,
    ),
)

PARTINGS = (
    Kind("a machine is made larger", resize, "vm", CHANGED, "InstanceType", "t3.micro", "t3.large"),
    Kind("a machine is stopped", lambda _: None, "vm", CHANGED, "State.Name", "running", "stopped"),
    Kind("a disk is detached", part_disk, "data", CHANGED, "Attachments", ..., []),
    Kind(
        "a disk is attached",
        lambda at: at.ec2.attach_volume(VolumeId=at.ids["loose"], InstanceId=at.ids["vm"], Device="/dev/sdg"),
        "loose",
        CHANGED,
        "Attachments",
        [],
    ),
    Kind(
        "an address is taken from a machine",
        lambda at: at.ec2.disassociate_address(AssociationId=at.ids["mapped"]),
        "address",
        CHANGED,
        "InstanceId",
    ),
    Kind(
        "a subnet is taken from a route table",
        lambda at: at.ec2.disassociate_route_table(AssociationId=at.ids["joint"]),
        "table",
        CHANGED,
        "Associations",
        ...,
        [],
    ),
    Kind(
        "a route is taken",
        lambda at: at.ec2.delete_route(RouteTableId=at.ids["table"], DestinationCidrBlock="0.0.0.0/0"),
        "table",
        CHANGED,
        "Routes",
    ),
    Kind(
        "a gateway is taken from a network",
        lambda at: at.ec2.detach_internet_gateway(InternetGatewayId=at.ids["gate"], VpcId=at.ids["yard"]),
        "gate",
        CHANGED,
        "Attachments",
        ...,
        [],
    ),
)

ENDINGS = (
    Kind("a machine is ended", terminate, "vm", MISSING, lost="without what was on the disks"),
    Kind(
        "a disk is deleted",
        lambda at: at.ec2.delete_volume(VolumeId=at.ids["old"]),
        "old",
        MISSING,
        lost="without what was written to it",
    ),
    Kind(
        "a group is deleted",
        lambda at: at.ec2.delete_security_group(GroupId=at.ids["empty"]),
        "empty",
        MISSING,
    ),
    Kind(
        "an interface is deleted",
        lambda at: at.ec2.delete_network_interface(NetworkInterfaceId=at.ids["interface"]),
        "interface",
        MISSING,
    ),
    Kind(
        "a balancer is deleted",
        lambda at: at.elbv2.delete_load_balancer(LoadBalancerArn=at.ids["balancer"]),
        "balancer",
        MISSING,
        lost="another address",
    ),
    Kind("a listener goes with it", lambda _: None, "listener", MISSING, traced=False),
    Kind(
        "an alarm is deleted", lambda at: at.cloudwatch.delete_alarms(AlarmNames=["busy"]), "alarm", MISSING
    ),
    Kind(
        "an address is given back",
        lambda at: at.ec2.release_address(AllocationId=at.ids["reserve"]),
        "reserve",
        MISSING,
        lost="the address goes back to the pool",
    ),
    Kind(
        "a snapshot is deleted",
        lambda at: at.ec2.delete_snapshot(SnapshotId=at.ids["snapshot"]),
        "snapshot",
        MISSING,
        lost="a deleted snapshot does not come back",
    ),
)
GONE_FOR_GOOD = ("reserve", "snapshot")


@pytest.fixture(scope="module")
def app(user: User) -> Iterator[App]:
    with closing(App(Silent(), environment=user.environment)) as whole:
        yield whole


@pytest.fixture(scope="module")
def origin(user: User) -> tuple[Cloud, Known]:
    cloud = user.account()
    services = ("ec2", "elbv2", "cloudwatch", "autoscaling")
    return cloud, furnish(*(cloud.client(service, REGION) for service in services))


def lived_in(app: App, origin: tuple[Cloud, Known], kinds: tuple[Kind, ...]) -> Household:
    """A copy of the account, with everything done to it, found and taken back."""
    cloud, known = origin
    name = f"{cloud.target}-{kinds[0].name.replace(' ', '-')}"
    app.gym.fork(cloud.target, name)
    told = next(one for one in app.gym.status()["accounts"] if one["name"] == name)
    target = Target(name, "gym", name)
    app.targets.add(target)
    refresh(app.parts, target, (REGION,))
    before = app.inventories.at(name)
    hands = Hands(Cloud(name, told["aws"]), known)
    made = {kind.name: kind.makes(hands) for kind in kinds}
    found = find_drift(app.parts, target, (REGION,))
    run = app.engine.begin_revert(Request("revert it", name, approved=True), found.differences)
    report = app.engine.drive(run.id)
    left = find_drift(app.parts, target, (REGION,))
    papers = app.runs.get(run.id).papers
    return Household(before, found, report, papers, left, app.inventories.at(name), known, made)


@pytest.fixture(scope="module")
def changed(app: App, origin: tuple[Cloud, Known]) -> Household:
    return lived_in(app, origin, CHANGES)


@pytest.fixture(scope="module")
def parted(app: App, origin: tuple[Cloud, Known]) -> Household:
    return lived_in(app, origin, PARTINGS)


@pytest.fixture(scope="module")
def ended(app: App, origin: tuple[Cloud, Known]) -> Household:
    return lived_in(app, origin, ENDINGS)


def by_name(kinds: tuple[Kind, ...]) -> Any:
    return pytest.mark.parametrize("kind", kinds, ids=[kind.name for kind in kinds])


def was_told(kind: Kind, household: Household) -> None:
    """That it is found as what it is, once, and by whom as the cloud's own trail has it."""
    id = household.known[kind.of] if kind.of else household.made[kind.name]
    pairs = zip(household.found.differences, household.found.causes, strict=True)
    (one, cause), *more = [pair for pair in pairs if (pair[0].id, pair[0].field) == (id, kind.field)]
    assert not more and one.kind == kind.kind
    assert kind.expected is ... or one.expected == kind.expected
    assert kind.actual is ... or one.actual == kind.actual
    assert "not by way of the gate" in cause
    assert ("by root with Boto3/" in cause) == kind.traced
    sentences = [text for _, text in household.papers["advisories"]]
    assert not kind.lost or any(id in text and kind.lost in text for text in sentences)


@by_name(CHANGES)
def test_what_was_changed_or_made_is_told(kind: Kind, changed: Household) -> None:
    was_told(kind, changed)


def test_what_was_changed_or_made_is_taken_back_to_the_letter(changed: Household) -> None:
    assert changed.report.status is Status.SUCCEEDED, changed.report.error
    assert changed.after == changed.before
    assert changed.left.differences == ()


@by_name(PARTINGS)
def test_what_was_parted_or_stopped_is_told(kind: Kind, parted: Household) -> None:
    was_told(kind, parted)


def test_what_was_parted_or_stopped_is_as_it_was_but_for_the_names_of_the_joints(parted: Household) -> None:
    assert parted.report.status is Status.SUCCEEDED, parted.report.error
    assert parted.left.differences == ()
    anew = {str(new): str(old) for old, new in parted.report.answer["came_back_as"].items()}
    assert set(anew.values()) == {parted.known["mapped"], parted.known["joint"]}
    assert renamed(parted.after, anew) == renamed(parted.before, {})


@by_name(ENDINGS)
def test_what_was_ended_is_told_with_what_does_not_come_back(kind: Kind, ended: Household) -> None:
    was_told(kind, ended)


def test_what_was_ended_is_made_again_if_that_can_be_done(ended: Household) -> None:
    assert ended.report.status is Status.SUCCEEDED, ended.report.error
    assert {one.id for one in ended.left.differences} == {ended.known[name] for name in GONE_FOR_GOOD}
    anew = ended.report.answer["came_back_as"]
    vm = ended.after[anew[ended.known["vm"]]].properties
    was = ended.before[ended.known["vm"]].properties
    assert [tag for tag in vm["Tags"] if not tag["Key"].startswith("skywright:")] == was["Tags"]
    for name in ("SecurityGroups", "SubnetId", "InstanceType", "PrivateIpAddress", "State"):
        assert vm[name] == was[name]
    assert ended.after[ended.known["address"]].properties["InstanceId"] == anew[ended.known["vm"]]
    disks = [mapping["Ebs"]["VolumeId"] for mapping in vm["BlockDeviceMappings"]]  # type: ignore[index, union-attr]
    assert ended.known["data"] in disks
    group = ended.after[anew[ended.known["empty"]]].properties
    assert group["IpPermissions"] == ended.before[ended.known["empty"]].properties["IpPermissions"]
    listener = ended.after[anew[ended.known["listener"]]].properties
    assert listener["LoadBalancerArn"] == anew[ended.known["balancer"]]


def renamed(inventory: Inventory, names: Mapping[str, str]) -> list[str]:
    """The inventory as text, in a fixed order, under other identifiers."""
    lines: list[str] = []
    for one in inventory.values():
        text = repr(one)
        for new, old in names.items():
            text = text.replace(new, old)
        lines.append(text)
    return sorted(lines)
