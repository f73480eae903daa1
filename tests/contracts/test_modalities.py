"""What every modality has to do, one suite over all: the same programs, the same clouds afterwards."""

import json
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from skywright.clouds.aws.catalogue import Catalogue
from skywright.errors import Unavailable
from skywright.modalities.base import Attempt, Modality, Workplace
from skywright.modalities.cli import Cli
from skywright.modalities.failure import failure
from skywright.modalities.sdk import Sdk
from skywright.model.operation import Operation
from skywright.model.program import Parameter, Program, Step
from skywright.model.target import Credential

pytestmark = pytest.mark.slow

REGION = "eu-west-1"
CATALOGUE = Catalogue()
MODALITIES: dict[str, Modality] = {"cli": Cli(CATALOGUE), "sdk": Sdk(CATALOGUE)}

Performs = Callable[[Program], Attempt]


def op(text: str) -> Operation:
    return Operation.parse(text)


@pytest.fixture(params=sorted(MODALITIES))
def modality(request: pytest.FixtureRequest) -> Modality:
    return MODALITIES[request.param]


@pytest.fixture
def account(gym: Any) -> Any:
    fresh = gym.fresh_account()
    yield fresh
    gym.delete(fresh)


@pytest.fixture
def workplace(account: Any, tmp_path: Path) -> Workplace:
    said: list[str] = []
    credential = Credential(account.access_key_id, account.secret_access_key)
    return Workplace(account.endpoint, credential, REGION, tmp_path / "work", said.append, 120)


NETWORK = Program(
    name="a network",
    region=REGION,
    request="two subnets\nplease",
    parameters=(
        Parameter("name", "string", "net"),
        Parameter("zones", "list", ["eu-west-1a", "eu-west-1b"]),
        Parameter("count", "integer", 2),
    ),
    steps=(
        Step(
            "vpc",
            op("ec2:CreateVpc"),
            arguments={
                "CidrBlock": "10.0.0.0/16",
                "TagSpecifications": [{"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": "${name}"}]}],
            },
        ),
        Step("up", waiter=op("ec2:vpc_available"), arguments={"VpcIds": ["${vpc.Vpc.VpcId}"]}),
        Step(
            "names",
            op("ec2:ModifyVpcAttribute"),
            arguments={"VpcId": "${vpc.Vpc.VpcId}", "EnableDnsHostnames": {"Value": True}},
        ),
        Step(
            "subnet",
            op("ec2:CreateSubnet"),
            repeat="${count}",
            arguments={
                "VpcId": "${vpc.Vpc.VpcId}",
                "CidrBlock": "10.0.${number}.0/24",
                "AvailabilityZone": "${zones[index]}",
            },
        ),
        Step(
            "tagged",
            op("ec2:CreateTags"),
            repeat=2,
            arguments={
                "Resources": ["${subnet[index].Subnet.SubnetId}"],
                "Tags": [
                    {"Key": "Name", "Value": "${name}-${number}"},
                    {"Key": "In", "Value": "${vpc.Vpc.VpcId}"},
                ],
            },
        ),
        Step(
            "group",
            op("ec2:CreateSecurityGroup"),
            arguments={"GroupName": "${name}", "Description": "x", "VpcId": "${vpc.Vpc.VpcId}"},
        ),
        Step(
            "again",
            op("ec2:CreateSecurityGroup"),
            arguments={"GroupName": "${name}", "Description": "x", "VpcId": "${vpc.Vpc.VpcId}"},
            tolerate=("InvalidGroup.Duplicate",),
        ),
        Step(
            "look",
            op("ec2:DescribeSubnets"),
            arguments={"SubnetIds": "${subnet[].Subnet.SubnetId}"},
            until="length(Subnets[?State=='available']) == `2`",
        ),
        Step(
            "all_tagged",
            op("ec2:CreateTags"),
            arguments={
                "Resources": "${look.Subnets[].SubnetId}",
                "Tags": [{"Key": "Free", "Value": "${look.Subnets[0].AvailableIpAddressCount} of them"}],
            },
        ),
    ),
    answer={
        "vpc": "${vpc.Vpc.VpcId}",
        "subnets": "${subnet[].Subnet.{id: SubnetId, zone: AvailabilityZone}}",
        "nothing": "${look.Subnets[0].OutpostArn}",
        "left": "${gone.Id}",
    },
)


def network_of(account: Any) -> dict[str, Any]:
    """What the program made, without what differs from run to run."""
    ec2 = account.client("ec2", REGION)
    own = {"Name": "vpc-id"}
    vpc = next(v for v in ec2.describe_vpcs()["Vpcs"] if not v["IsDefault"])
    subnets = ec2.describe_subnets(Filters=[own | {"Values": [vpc["VpcId"]]}])["Subnets"]
    groups = ec2.describe_security_groups(Filters=[own | {"Values": [vpc["VpcId"]]}])["SecurityGroups"]
    hostnames = ec2.describe_vpc_attribute(VpcId=vpc["VpcId"], Attribute="enableDnsHostnames")

    def tags(thing: dict[str, Any]) -> dict[str, str]:
        return {tag["Key"]: tag["Value"].replace(vpc["VpcId"], "VPC") for tag in thing["Tags"]}

    return {
        "vpc": (vpc["CidrBlock"], tags(vpc), hostnames["EnableDnsHostnames"]["Value"]),
        "subnets": sorted((s["CidrBlock"], s["AvailabilityZone"], sorted(tags(s).items())) for s in subnets),
        "groups": sorted(group["GroupName"] for group in groups),
    }


EXPECTED = {
    "vpc": ("10.0.0.0/16", {"Name": "net"}, True),
    "subnets": [
        ("10.0.1.0/24", "eu-west-1a", [("Free", "251 of them"), ("In", "VPC"), ("Name", "net-1")]),
        ("10.0.2.0/24", "eu-west-1b", [("Free", "251 of them"), ("In", "VPC"), ("Name", "net-2")]),
    ],
    "groups": ["default", "net"],
}


def test_a_program_is_performed_exactly(modality: Modality, workplace: Workplace, account: Any) -> None:
    attempt = modality.perform(NETWORK, workplace)
    assert attempt.ok, attempt.output
    assert attempt.error == ""
    assert network_of(account) == EXPECTED


def test_the_answer_is_printed(modality: Modality, workplace: Workplace, account: Any) -> None:
    attempt = modality.perform(NETWORK, workplace)
    answer = json.loads(attempt.output[attempt.output.index("\n{\n") :].partition("\n-- ")[0])
    assert answer["vpc"].startswith("vpc-")
    assert [subnet["zone"] for subnet in answer["subnets"]] == ["eu-west-1a", "eu-west-1b"]
    assert answer["nothing"] is None
    assert answer["left"] is None


def test_steps_are_told_as_they_begin(modality: Modality, workplace: Workplace) -> None:
    said: list[str] = []
    modality.perform(
        replace(NETWORK, steps=NETWORK.steps[:4], answer={}), replace(workplace, say=said.append)
    )
    assert said == ["-- vpc", "-- up", "-- names", "-- subnet[0]", "-- subnet[1]"]


def test_a_failure_names_step_code_and_message(modality: Modality, workplace: Workplace) -> None:
    steps = (
        Step("fine", op("ec2:CreateInternetGateway")),
        Step("bad", op("ec2:DeleteVolume"), arguments={"VolumeId": "vol-0123456789abcdef0"}),
        Step("never", op("ec2:CreateInternetGateway")),
    )
    attempt = modality.perform(Program("p", steps, region=REGION), workplace)
    assert not attempt.ok
    assert attempt.error.startswith("step bad: An error occurred (InvalidVolume.NotFound) when calling the")
    cause = failure(attempt.error)
    assert cause is not None
    assert (cause.code, cause.operation) == ("InvalidVolume.NotFound", "DeleteVolume")
    assert "Traceback" not in attempt.output
    assert "-- never" not in attempt.output


def test_nothing_where_a_value_is_needed_is_a_failure(modality: Modality, workplace: Workplace) -> None:
    steps = (
        Step("images", op("ec2:DescribeVolumes")),
        Step("tag", op("ec2:DeleteVolume"), arguments={"VolumeId": "${images.Volumes[0].VolumeId}"}),
    )
    attempt = modality.perform(Program("p", steps, region=REGION), workplace)
    assert not attempt.ok
    assert attempt.error.startswith("step ")


def test_the_artefact_is_kept_for_its_owner_alone(modality: Modality, workplace: Workplace) -> None:
    attempt = modality.perform(
        Program("p", (Step("vpcs", op("ec2:DescribeVpcs")),), region=REGION), workplace
    )
    files = [path for path in workplace.folder.iterdir() if path.is_file()]
    assert [path.read_text() for path in files] == [attempt.artefact]
    assert stat.S_IMODE(workplace.folder.stat().st_mode) == 0o700
    assert workplace.credential.secret_access_key not in attempt.artefact


def test_a_step_can_be_in_another_region(modality: Modality, workplace: Workplace, account: Any) -> None:
    steps = (
        Step("here", op("ec2:CreateKeyPair"), arguments={"KeyName": "here"}),
        Step("there", op("ec2:CreateKeyPair"), arguments={"KeyName": "there"}, region="us-east-1"),
    )
    assert modality.perform(Program("p", steps, region=REGION), workplace).ok
    for region, name in ((REGION, "here"), ("us-east-1", "there")):
        pairs = account.client("ec2", region).describe_key_pairs()["KeyPairs"]
        assert [pair["KeyName"] for pair in pairs] == [name]


def test_the_time_is_limited(modality: Modality, workplace: Workplace) -> None:
    never = Step("never", op("ec2:DescribeVpcs"), until="`false`")
    attempt = modality.perform(Program("p", (never,), region=REGION), replace(workplace, timeout_seconds=3))
    assert not attempt.ok
    assert "step never: it did not end within 3 s" in attempt.error


def test_user_data_arrives_as_it_is(modality: Modality, workplace: Workplace, account: Any) -> None:
    # base64 of '#!/bin/sh\necho "it'"'"'s $HOME"\n', as it goes over the wire.
    wire = "IyEvYmluL3NoCmVjaG8gIml0J3MgJEhPTUUiCg=="
    steps = (
        Step("images", op("ec2:DescribeImages"), arguments={"Owners": ["amazon"]}),
        Step(
            "vm",
            op("ec2:RunInstances"),
            arguments={
                "ImageId": "${images.Images[0].ImageId}",
                "InstanceType": "t3.micro",
                "MinCount": 1,
                "MaxCount": 1,
                "UserData": wire,
            },
        ),
    )
    attempt = modality.perform(Program("p", steps, region=REGION), workplace)
    assert attempt.ok, attempt.output
    ec2 = account.client("ec2", REGION)
    (vm,) = ec2.describe_instances()["Reservations"][0]["Instances"]
    told = ec2.describe_instance_attribute(InstanceId=vm["InstanceId"], Attribute="userData")
    assert told["UserData"]["Value"] == wire


def test_without_aws_one_is_told_how_to_get_it(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    with pytest.raises(Unavailable, match=r"'aws' is not on the path; .*pip install awscli"):
        MODALITIES["cli"].perform(NETWORK, workplace)
    assert not (workplace.folder / "program.sh").exists()


def test_the_environment_holds_nothing_of_ours(
    modality: Modality, workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "the-real-one")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("PYTHONPATH", "/nonexistent")
    assert os.environ["AWS_PROFILE"]
    attempt = modality.perform(
        Program("p", (Step("vpcs", op("ec2:DescribeVpcs")),), region=REGION), workplace
    )
    assert attempt.ok, attempt.output
