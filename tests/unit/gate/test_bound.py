"""Bound sessions: the program and nothing else, each step once, whatever dies on the way."""

import threading
from collections.abc import Collection
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from skywright.clouds.aws.catalogue import Catalogue
from skywright.clouds.aws.wire.wire import Wire
from skywright.clouds.wire import Understood
from skywright.errors import Unavailable, Usage
from skywright.gate.binding import Binding
from skywright.journal.calls import INTENT, OUTCOME, calls, note_intent
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.model.verdict import Decision

IMAGE = "ami-12c6146b"


def step(id: str, operation: str, arguments: dict[str, Any], **more: Any) -> Step:
    return Step(id, Operation.parse(operation), arguments=arguments, **more)


@pytest.fixture
def name() -> str:
    return f"n{uuid4().hex[:10]}"


@pytest.fixture
def program(name: str) -> Program:
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    machine = {
        "ImageId": IMAGE,
        "MinCount": 1,
        "MaxCount": 1,
        "InstanceType": "t3.micro",
        "SubnetId": "${net[0].Subnet.SubnetId}",
    }
    return Program(
        name,
        region="eu-west-1",
        steps=(
            step("zones", "ec2:DescribeAvailabilityZones", {}),
            step("vpc", "ec2:CreateVpc", {"CidrBlock": "10.0.0.0/16"}),
            step(
                "net",
                "ec2:CreateSubnet",
                {
                    "VpcId": "${vpc.Vpc.VpcId}",
                    "CidrBlock": "10.0.${index}.0/24",
                    "AvailabilityZone": "${zones.AvailabilityZones[index].ZoneName}",
                },
                repeat=2,
            ),
            step(
                "sg",
                "ec2:CreateSecurityGroup",
                {"GroupName": name, "Description": "d", "VpcId": "${vpc.Vpc.VpcId}"},
            ),
            step(
                "open",
                "ec2:AuthorizeSecurityGroupIngress",
                {"GroupId": "${sg.GroupId}", "IpPermissions": [rule]},
            ),
            step("vm", "ec2:RunInstances", machine, repeat=3),
            step(
                "lb",
                "elbv2:CreateLoadBalancer",
                {"Name": name, "Subnets": ["${net[0].Subnet.SubnetId}", "${net[1].Subnet.SubnetId}"]},
            ),
        ),
    )


def act(world: Any, credential: Any, name: str, fail_at: int = 99) -> list[Any]:
    """What an artefact of the program does; dies before its `fail_at`th machine."""
    ec2, elbv2 = world.client(credential, "ec2"), world.client(credential, "elbv2")
    zones = ec2.describe_availability_zones()["AvailabilityZones"]
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    nets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{at}.0/24", AvailabilityZone=zones[at]["ZoneName"])
        for at in (0, 1)
    ]
    subnets = [net["Subnet"]["SubnetId"] for net in nets]
    group = ec2.create_security_group(GroupName=name, Description="d", VpcId=vpc)["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    machines: list[str] = []
    for number in range(3):
        if number == fail_at:
            raise InterruptedError
        made = ec2.run_instances(
            ImageId=IMAGE, MinCount=1, MaxCount=1, InstanceType="t3.micro", SubnetId=subnets[0]
        )
        machines.append(made["Instances"][0]["InstanceId"])
    balancer = elbv2.create_load_balancer(Name=name, Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    return [vpc, subnets, group, machines, balancer]


def machines_in(world: Any, vpc: str) -> int:
    found = world.behind("ec2").describe_instances(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    return sum(len(reservation["Instances"]) for reservation in found["Reservations"])


def test_run_again_in_the_same_session_and_in_another_does_nothing_twice(
    world: Any, program: Program, name: str
) -> None:
    run = name
    credential = world.mint("perform", run, program)
    with pytest.raises(InterruptedError):
        act(world, credential, name, fail_at=2)
    first = act(world, credential, name)
    assert act(world, credential, name) == first
    world.restart()
    credential = world.mint("perform", run, program)
    assert act(world, credential, name) == first
    assert machines_in(world, first[0]) == 3
    results = world.gate.results(credential)
    assert [row["Subnet"]["SubnetId"] for row in results["net"]] == first[1]
    assert results["zones"]["AvailabilityZones"]
    assert all(call.outcome.replayed for call in world.gate.trace(credential) if call.effect.mutates)


def test_everything_in_doubt_is_read_back(world: Any, program: Program, name: str) -> None:
    credential = world.mint("perform", name, program)
    first = act(world, credential, name)
    world.gate.revoke(credential)
    # As if the process had died after each step was sent and before its answer was recorded.
    killed = type(world)(world.upstream, world.folder / "killed")
    for call in calls(world.journal, name):
        if call.step:
            note_intent(killed.journal, call)
    credential = killed.mint("perform", name, program)
    assert act(killed, credential, name) == first
    assert machines_in(killed, first[0]) == 3
    killed.gate.revoke(credential)
    assert all(call.outcome and call.outcome.ok for call in calls(killed.journal, name) if call.step)
    killed.gate.close()


def test_an_intent_that_never_went_out_is_carried_out(world: Any, name: str) -> None:
    one = Program(
        name,
        steps=(step("disk", "ec2:CreateVolume", {"Size": 7, "AvailabilityZone": "eu-west-1a"}),),
        region="eu-west-1",
    )
    credential = world.mint("perform", name, one)
    world.client(credential, "ec2").create_volume(Size=7, AvailabilityZone="eu-west-1a")
    (made,) = world.gate.trace(credential)
    run = f"{name}-2"
    note_intent(world.journal, replace(made, id=uuid4().hex, principal=replace(made.principal, run=run)))
    credential = world.mint("perform", run, one)
    volume = world.client(credential, "ec2").create_volume(Size=7, AvailabilityZone="eu-west-1a")
    assert volume["VolumeId"] != made.outcome.result["VolumeId"]
    assert {"Key": "skywright:run", "Value": f"{run}/disk"} in volume["Tags"]


@pytest.mark.parametrize("others", [False, True])
def test_that_a_thing_is_otherwise_proves_nothing_if_others_may_have_changed_it(
    world: Any, name: str, others: bool
) -> None:
    disk = world.behind("ec2").create_volume(Size=7, AvailabilityZone="eu-west-1a")["VolumeId"]
    asked = {"Resources": [disk], "Tags": [{"Key": "k", "Value": "mine"}]}
    one = Program(name, steps=(step("tag", "ec2:CreateTags", asked),), region="eu-west-1")
    credential = world.mint("perform", name, one)
    world.client(credential, "ec2").create_tags(**asked)
    (made,) = world.gate.trace(credential)
    # As if that had been the last that its process did, and nobody knew whether it was sent.
    run = f"{name}-2"
    note_intent(
        world.journal, replace(made, id=uuid4().hex, principal=replace(made.principal, run=run), fence=5)
    )
    credential = world.mint("perform", run, one)
    asked_of: list[tuple[set[str], int]] = []

    def contested(resources: Collection[str], fence: int) -> bool:
        asked_of.append((set(resources), fence))
        return others

    unknown = world.gate.settle(credential, contested)
    assert asked_of == [({disk}, 5)]
    assert unknown == (("tag",) if others else ())
    (call,) = calls(world.journal, run)
    assert call.outcome is None if others else call.outcome.ok and call.outcome.read_back


def test_what_is_done_again_is_judged_again(world: Any, name: str) -> None:
    """Also by those who say something only once they see what is about to be changed."""
    disk = world.behind("ec2").create_volume(Size=7, AvailabilityZone="eu-west-1a")["VolumeId"]
    tags = [{"Key": "k", "Value": name}]
    one = Program(
        name, steps=(step("tag", "ec2:CreateTags", {"Resources": [disk], "Tags": tags}),), region="eu-west-1"
    )
    credential = world.mint("perform", name, one)
    world.client(credential, "ec2").create_tags(Resources=[disk], Tags=tags)
    (made,) = world.gate.trace(credential)
    world.behind("ec2").delete_tags(Resources=[disk], Tags=tags)
    run = f"{name}-2"
    note_intent(world.journal, replace(made, id=uuid4().hex, principal=replace(made.principal, run=run)))
    world.rules.afterwards["CreateTags"] = Decision.DENY
    again = world.client(world.mint("perform", run, one), "ec2")
    with pytest.raises(ClientError, match="test-rule"):
        again.create_tags(Resources=[disk], Tags=tags)
    assert not world.behind("ec2").describe_tags(Filters=[{"Name": "resource-id", "Values": [disk]}])["Tags"]
    world.rules.afterwards.clear()
    again.create_tags(Resources=[disk], Tags=tags)
    assert world.behind("ec2").describe_tags(Filters=[{"Name": "resource-id", "Values": [disk]}])["Tags"]


def test_a_change_whose_outcome_cannot_be_written_is_not_made_again(
    world: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = {"Size": 7, "AvailabilityZone": "eu-west-1a"}
    one = Program(name, steps=(step("disk", "ec2:CreateVolume", arguments),), region="eu-west-1")
    client = world.client(world.mint("perform", name, one), "ec2", retries={"total_max_attempts": 1})
    extend = world.journal.extend

    def full(entries: Any, **more: Any) -> Any:
        if any(entry.kind == OUTCOME for entry in entries):
            raise Unavailable("the disk is full")
        return extend(entries, **more)

    with monkeypatch.context() as patched:
        patched.setattr(world.journal, "extend", full)
        with pytest.raises(ClientError, match="the disk is full"):
            client.create_volume(**arguments)
    made = client.create_volume(**arguments)
    tagged = [{"Name": "tag:skywright:run", "Values": [f"{name}/disk"]}]
    found = world.behind("ec2").describe_volumes(Filters=tagged)["Volumes"]
    assert [volume["VolumeId"] for volume in found] == [made["VolumeId"]]


def test_a_change_is_on_the_disk_before_it_is_sent(
    world: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was durable when: intents before they are forwarded, and every outcome by the next intent."""
    arguments = [{"Size": size, "AvailabilityZone": "eu-west-1a"} for size in (7, 8)]
    steps = tuple(step(f"disk-{at}", "ec2:CreateVolume", given) for at, given in enumerate(arguments))
    written: list[tuple[tuple[str, ...], bool]] = []
    extend = world.journal.extend

    def watched(entries: Any, *, durable: bool = True, beside: Any = None) -> Any:
        written.append((tuple(entry.kind for entry in entries), durable))
        return extend(entries, durable=durable, beside=beside)

    monkeypatch.setattr(world.journal, "extend", watched)
    credential = world.mint("perform", name, Program(name, steps=steps, region="eu-west-1"))
    client = world.client(credential, "ec2")
    for given in arguments:
        client.create_volume(**given)
        assert written[-1][0][-1] == OUTCOME
    assert all(durable for kinds, durable in written if INTENT in kinds)
    world.gate.revoke(credential)
    assert world.journal.settled
    assert world.journal.verify().ok


def test_two_at_once_are_one(world: Any, name: str) -> None:
    one = Program(
        name,
        steps=(step("disk", "ec2:CreateVolume", {"Size": 9, "AvailabilityZone": "eu-west-1a"}),),
        region="eu-west-1",
    )
    credential = world.mint("perform", name, one)
    ids: list[str] = []

    def ask() -> None:
        made = world.client(credential, "ec2").create_volume(Size=9, AvailabilityZone="eu-west-1a")
        ids.append(made["VolumeId"])

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(ids), len(set(ids))) == (6, 1)


def test_a_deviation_is_refused_and_says_what_was_expected(world: Any, program: Program, name: str) -> None:
    ec2 = world.client(world.mint("perform", name, program), "ec2")
    for arguments in (
        {"CidrBlock": "10.1.0.0/16"},
        {"CidrBlock": "10.0.0.0/16", "InstanceTenancy": "dedicated"},
    ):
        with pytest.raises(ClientError, match=r"next is step vpc, ec2:CreateVpc \(rule not-in-program\)"):
            ec2.create_vpc(**arguments)
    other = world.client(world.mint("perform", name, program), "ec2", "eu-west-2")
    with pytest.raises(ClientError, match="not-in-program"):
        other.create_vpc(CidrBlock="10.0.0.0/16")


def test_what_escalates_was_agreed_to_with_the_program(world: Any, program: Program, name: str) -> None:
    world.rules.denied["CreateVpc"] = Decision.ESCALATE
    world.deciders = (world.rules, type(world.rules)())
    world.restart()
    ec2 = world.client(world.mint("perform", name, program), "ec2")
    assert ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]
    world.rules.denied["CreateVpc"] = Decision.DENY
    with pytest.raises(ClientError, match="test-rule"):
        ec2.create_vpc(CidrBlock="10.0.0.0/16")


def test_an_answer_with_a_secret_is_not_kept(world: Any, name: str) -> None:
    one = Program(name, steps=(step("key", "ec2:CreateKeyPair", {"KeyName": name}),), region="eu-west-1")
    credential = world.mint("perform", name, one)
    ec2 = world.client(credential, "ec2")
    material = ec2.create_key_pair(KeyName=name)["KeyMaterial"]
    with pytest.raises(ClientError, match="SkywrightAnswerNotKept"):
        ec2.create_key_pair(KeyName=name)
    assert material not in repr(world.gate.results(credential))
    assert material.encode() not in b"".join(path.read_bytes() for path in world.folder.glob("gate.db*"))


def test_a_body_is_part_of_the_step(world: Any, name: str) -> None:
    one = Program(
        name,
        region="us-east-1",
        steps=(
            step("bucket", "s3:CreateBucket", {"Bucket": name}),
            step("note", "s3:PutObject", {"Bucket": name, "Key": "k", "Body": "aGVsbG8="}),
        ),
    )
    s3 = world.client(world.mint("perform", name, one), "s3", "us-east-1")
    s3.create_bucket(Bucket=name)
    with pytest.raises(ClientError, match="not-in-program"):
        s3.put_object(Bucket=name, Key="k", Body=b"other")
    s3.put_object(Bucket=name, Key="k", Body=b"hello")
    assert world.behind("s3").get_object(Bucket=name, Key="k")["Body"].read() == b"hello"


def test_finding_the_step_does_not_take_longer_with_every_other_step(world: Any, name: str) -> None:
    """By the number of values that are brought into a form to be compared, not by the clock."""
    steps = tuple(step(f"s-{at}", "ec2:CreateVpc", {"CidrBlock": f"10.{at}.0.0/16"}) for at in range(200))
    binding = Binding(Program(name, steps=steps, region="eu-west-1"), name, Catalogue(), Wire())
    compared: list[object] = []

    class Asked(dict[str, Any]):
        def items(self) -> Any:
            compared.append(self)
            return super().items()

    for at in (0, 50, 100):
        asked = Understood(steps[0].operation, "eu-west-1", Asked(CidrBlock=f"10.{at}.0.0/16"), "ec2")
        assert binding.match(asked, "").key == f"s-{at}"
    assert len(compared) == 3


def test_a_step_with_a_broken_reference_is_no_call(world: Any, name: str) -> None:
    broken = step("broken", "ec2:CreateVpc", {"CidrBlock": "${nothing..}"})
    with pytest.raises((ClientError, Usage)):
        credential = world.mint("perform", name, Program(name, steps=(broken,), region="eu-west-1"))
        world.client(credential, "ec2").create_vpc(CidrBlock="10.0.0.0/16")
