"""How what nobody saw happen is taken back, told from what a thing was and what it is."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from skywright.clouds.aws.models import operation_model
from skywright.clouds.aws.retracing import Retracing
from skywright.clouds.aws.tables import read
from skywright.clouds.restoring import Departure, Return
from skywright.model.operation import Operation, Undoability
from skywright.model.resource import Resource

REGION = "eu-west-1"
RUNNING, STOPPED = {"State": {"Name": "running"}}, {"State": {"Name": "stopped"}}


def thing(type: str, id: str, *needs: str, **properties: Any) -> Resource:
    return Resource(id, type, REGION, depends_on=needs, properties=properties)


def machine(**properties: Any) -> Resource:
    return thing("ec2:instance", "i-1", InstanceId="i-1", **properties)


def group(*ports: int, id: str = "sg-1") -> Resource:
    rules = [
        {
            "IpProtocol": "tcp",
            "FromPort": port,
            "ToPort": port,
            "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "in"}],
        }
        for port in ports
    ]
    return thing(
        "ec2:security-group",
        id,
        GroupId=id,
        GroupName="web",
        Description="web",
        VpcId="vpc-1",
        IpPermissions=rules,
        IpPermissionsEgress=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
    )


def otherwise(was: Resource, now: Resource, *fields: str) -> Sequence[Return]:
    return returns(Departure(was, now, fields))


def returns(*departures: Departure, there: Sequence[Resource] = ()) -> Sequence[Return]:
    return Retracing().returns(departures, {one.id: one for one in there})


def steps(found: Sequence[Return]) -> list[tuple[str, Mapping[str, Any]]]:
    """What is done, without waiting."""
    return [
        (step.operation.name, step.arguments)
        for one in found
        for step in one.way.steps
        if step.operation is not None
    ]


def names(found: Sequence[Return]) -> list[str]:
    return [name for name, _ in steps(found)]


def test_tags_are_set_again_and_new_ones_taken() -> None:
    was = machine(Tags=[{"Key": "env", "Value": "prod"}, {"Key": "owner", "Value": "ann"}])
    now = machine(Tags=[{"Key": "env", "Value": "test"}, {"Key": "team", "Value": "b"}])
    put, take = steps(otherwise(was, now, "Tags.env", "Tags.owner", "Tags.team"))
    assert put == (
        "CreateTags",
        {
            "Resources": ["i-1"],
            "Tags": [{"Key": "env", "Value": "prod"}, {"Key": "owner", "Value": "ann"}],
        },
    )
    assert take == ("DeleteTags", {"Resources": ["i-1"], "Tags": [{"Key": "team"}]})


def test_only_the_fields_that_are_named_are_taken_back() -> None:
    was = machine(Tags=[{"Key": "env", "Value": "prod"}, {"Key": "owner", "Value": "ann"}])
    now = machine(Tags=[{"Key": "env", "Value": "test"}])
    ((_, arguments),) = steps(otherwise(was, now, "Tags.owner"))
    assert arguments["Tags"] == [{"Key": "owner", "Value": "ann"}]


def test_the_cloud_s_own_tags_are_let_be() -> None:
    was = machine(Tags=[{"Key": "aws:cloudformation:stack-name", "Value": "a"}])
    assert not names(otherwise(was, machine(Tags=[]), "Tags.aws:cloudformation:stack-name"))


@pytest.mark.parametrize(
    ("was", "now", "does"),
    [
        (RUNNING, RUNNING, ["StopInstances", "ModifyInstanceAttribute", "StartInstances"]),
        (RUNNING, STOPPED, ["ModifyInstanceAttribute", "StartInstances"]),
        (STOPPED, RUNNING, ["StopInstances", "ModifyInstanceAttribute"]),
        (STOPPED, STOPPED, ["ModifyInstanceAttribute"]),
    ],
)
def test_a_machine_is_resized_while_it_is_stopped_and_left_as_it_was(
    was: Any, now: Any, does: list[str]
) -> None:
    fields = ("InstanceType", "State.Name") if was != now else ("InstanceType",)
    found = otherwise(
        machine(InstanceType="t3.micro", **was), machine(InstanceType="t3.large", **now), *fields
    )
    assert names(found) == does
    assert next(given for name, given in steps(found) if name.startswith("Modify")) == {
        "InstanceId": "i-1",
        "InstanceType": {"Value": "t3.micro"},
    }


def test_rules_that_came_are_revoked_and_those_that_went_are_authorized_again() -> None:
    (revoke, gone), (authorize, back) = steps(otherwise(group(443, 80), group(443, 22), "IpPermissions"))
    assert (revoke, authorize) == ("RevokeSecurityGroupIngress", "AuthorizeSecurityGroupIngress")
    assert [rule["FromPort"] for rule in gone["IpPermissions"]] == [22]
    assert [rule["FromPort"] for rule in back["IpPermissions"]] == [80]


def test_a_disk_that_two_things_tell_of_is_attached_once() -> None:
    mapping = {"DeviceName": "/dev/sdf", "Ebs": {"VolumeId": "vol-1", "Status": "attached"}}
    joined = {"InstanceId": "i-1", "Device": "/dev/sdf", "State": "attached"}
    volume = thing("ec2:volume", "vol-1", VolumeId="vol-1", Attachments=[joined])
    parted = thing("ec2:volume", "vol-1", VolumeId="vol-1", Attachments=[])
    found = returns(
        Departure(
            machine(BlockDeviceMappings=[mapping]),
            machine(BlockDeviceMappings=[]),
            ("BlockDeviceMappings",),
        ),
        Departure(volume, parted, ("Attachments",)),
    )
    assert steps(found) == [
        ("AttachVolume", {"VolumeId": "vol-1", "InstanceId": "i-1", "Device": "/dev/sdf"})
    ]


def test_what_a_model_tells_how_to_set_needs_no_row() -> None:
    was = thing("elbv2:targetgroup", "arn:g", TargetGroupArn="arn:g", HealthCheckPath="/ok")
    now = thing("elbv2:targetgroup", "arn:g", TargetGroupArn="arn:g", HealthCheckPath="/no")
    assert steps(otherwise(was, now, "HealthCheckPath")) == [
        ("ModifyTargetGroup", {"TargetGroupArn": "arn:g", "HealthCheckPath": "/ok"})
    ]


def test_what_cannot_be_set_is_said_and_what_follows_from_something_else_is_not() -> None:
    (said,) = otherwise(
        machine(Architecture="arm64"), machine(Architecture="x86_64"), "Architecture", "State.Code"
    )
    assert said.way.undoability is Undoability.NONE and "Architecture" in said.way.reason


def test_a_disk_does_not_shrink() -> None:
    was, now = (
        thing("ec2:volume", "vol-1", VolumeId="vol-1", VolumeType="gp3", Size=size) for size in (8, 16)
    )
    (said,) = otherwise(was, now, "Size")
    assert not said.way.steps and "never smaller" in said.way.reason


def test_what_is_gone_is_made_again_before_what_needs_it_and_under_a_new_name() -> None:
    disk = thing(
        "ec2:volume",
        "vol-1",
        VolumeId="vol-1",
        Size=8,
        Attachments=[{"InstanceId": "i-1", "Device": "/dev/sdf"}],
    )
    lost = machine(InstanceType="t3.micro", ImageId="ami-1", SecurityGroups=[{"GroupId": "sg-1"}], **STOPPED)
    lost = Resource(lost.id, lost.type, REGION, ("sg-1", "vol-1"), properties=lost.properties)
    found = returns(Departure(lost, None), Departure(disk, None), Departure(group(443), None))
    assert names(found) == [
        "CreateSecurityGroup",
        "AuthorizeSecurityGroupIngress",
        "RunInstances",
        "DescribeInstances",
        "CreateVolume",
        "DescribeVolumes",
        "AttachVolume",
        "StopInstances",
    ]
    assert {old: path for one in found for old, path in one.renames.items()} == {
        "sg-1": "GroupId",
        "vol-1": "Volumes[0].VolumeId",
        "i-1": "Reservations[0].Instances[0].InstanceId",
    }
    assert {one.of.id for one in found if one.way.undoability is Undoability.LOSSY} == {"i-1", "vol-1"}


def test_what_goes_with_another_is_not_made_or_taken_away_by_itself() -> None:
    root = thing(
        "ec2:volume",
        "vol-1",
        VolumeId="vol-1",
        Attachments=[{"InstanceId": "i-1", "Device": "/dev/xvda", "DeleteOnTermination": True}],
    )
    mapping = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": "vol-1", "DeleteOnTermination": True}}
    new = machine(ImageId="ami-1", RootDeviceName="/dev/xvda", BlockDeviceMappings=[mapping], **RUNNING)
    assert names(returns(Departure(None, root), Departure(None, new))) == ["TerminateInstances"]
    back = returns(Departure(root, None), Departure(new, None))
    assert names(back) == ["RunInstances", "DescribeInstances"]
    assert {"i-1", "vol-1"} <= {old for one in back for old in one.renames}


def test_a_disk_comes_back_with_what_its_snapshot_has_if_that_is_there() -> None:
    snapshot = thing("ec2:snapshot", "snap-1", SnapshotId="snap-1")
    disk = thing("ec2:volume", "vol-1", VolumeId="vol-1", Size=8, SnapshotId="snap-1")
    for there in ((snapshot,), ()):
        (_, arguments), _ = steps(returns(Departure(disk, None), there=there))
        assert ("SnapshotId" in arguments) == bool(there)


def test_what_is_new_is_freed_and_taken_away_after_what_needs_it() -> None:
    vpc = thing("ec2:vpc", "vpc-1", VpcId="vpc-1")
    default = thing("ec2:security-group", "sg-9", "vpc-1", GroupId="sg-9", GroupName="default", VpcId="vpc-1")
    gateway = thing(
        "ec2:internet-gateway", "igw-1", InternetGatewayId="igw-1", Attachments=[{"VpcId": "vpc-1"}]
    )
    found = returns(*(Departure(None, one) for one in (vpc, default, gateway)))
    assert names(found) == ["DetachInternetGateway", "DeleteInternetGateway", "DeleteVpc"]


def test_an_address_that_was_given_back_is_said_to_be_gone() -> None:
    (said,) = returns(Departure(thing("ec2:elastic-ip", "eipalloc-1", AllocationId="eipalloc-1"), None))
    assert not said.way.steps and "goes back to the pool" in said.way.reason


def test_every_operation_and_argument_that_the_table_names_exists() -> None:
    found: list[str] = []

    def look(value: Any) -> None:
        if isinstance(value, Mapping):
            found.extend(str(value[key]) for key in ("call", "makes") if key in value)
            for inner in value.values():
                look(inner)
        elif isinstance(value, list):
            for inner in value:
                look(inner)

    look(read("retracing"))
    assert found and all(operation_model(Operation.parse(name)) is not None for name in found)
