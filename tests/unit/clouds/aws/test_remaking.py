"""What an inventory describes becomes a program that makes it again, in order, referring to its own steps."""

from typing import Any

from skywright.clouds.aws.catalogue import Catalogue
from skywright.clouds.aws.remaking.face import Remaking
from skywright.clouds.restoring import Remade
from skywright.model.resource import Resource
from skywright.program.check import check
from skywright.program.text import dump, load

REGION = "eu-west-1"


def thing(type: str, id: str, **properties: Any) -> Resource:
    return Resource(id, type, REGION, properties=properties)


def group(id: str, name: str, *sources: str) -> Resource:
    pairs = [{"GroupId": source, "UserId": "123456789012"} for source in sources]
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": pairs}
    everywhere = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    return thing(
        "ec2:security-group", id, GroupId=id, GroupName=name, Description=name, VpcId="vpc-00000001",
        IpPermissions=[rule] if pairs else [], IpPermissionsEgress=[everywhere],
    )  # fmt: skip


VPC = thing("ec2:vpc", "vpc-00000001", VpcId="vpc-00000001", CidrBlock="10.0.0.0/16", IsDefault=False)
SUBNET = thing(
    "ec2:subnet", "subnet-00000001", SubnetId="subnet-00000001", VpcId="vpc-00000001",
    CidrBlock="10.0.1.0/24", AvailabilityZone="eu-west-1a",
)  # fmt: skip
VOLUME = thing(
    "ec2:volume", "vol-00000002", VolumeId="vol-00000002", AvailabilityZone="eu-west-1a", Size=9,
    VolumeType="gp3", Iops=3000, Attachments=[{"InstanceId": "i-00000001", "Device": "/dev/sdf"}],
)  # fmt: skip
MACHINE = thing(
    "ec2:instance", "i-00000001", InstanceId="i-00000001", ImageId="ami-0000000a", InstanceType="t3.micro",
    SubnetId="subnet-00000001", SecurityGroups=[{"GroupId": "sg-00000001"}], State={"Name": "stopped"},
    RootDeviceName="/dev/xvda", Tags=[{"Key": "Name", "Value": "${web}"}, {"Key": "aws:x", "Value": "y"}],
    BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": "vol-00000001"}}],
)  # fmt: skip


def remake(*things: Resource, given: tuple[str, ...] = ()) -> Remade:
    return Remaking().remake({each.id: each for each in things}, given)


def calls(remade: Remade) -> list[str]:
    return [str(step.operation) for step in remade.program.steps]


def test_everything_comes_after_what_it_needs_and_refers_to_it_and_the_program_type_checks() -> None:
    remade = remake(MACHINE, VOLUME, SUBNET, group("sg-00000001", "web"), VPC)
    assert check(remade.program, Catalogue()) == ()
    assert load(dump(remade.program)) == remade.program
    steps = {step.id: step for step in remade.program.steps}
    launch = steps["instance_1"].arguments
    assert launch["SubnetId"] == "${subnet_1.Subnet.SubnetId}"
    assert launch["SecurityGroupIds"] == ["${security_group_1.GroupId}"]
    assert launch["TagSpecifications"][0]["Tags"] == [{"Key": "Name", "Value": "$${web}"}]
    names = calls(remade)
    assert names.index("ec2:AttachVolume") > names.index("ec2:RunInstances") > names.index("ec2:CreateSubnet")
    assert names[-1] == "ec2:StopInstances"
    assert remade.made["i-00000001"] == ("instance_1_2", "Reservations[0].Instances[0].InstanceId")
    assert remade.wishes["instance_1"] == ("i-00000001", "vol-00000001")


def test_groups_that_name_each_other_are_made_before_any_of_their_rules() -> None:
    remade = remake(VPC, group("sg-00000001", "a", "sg-00000002"), group("sg-00000002", "b", "sg-00000001"))
    names = calls(remade)
    assert names.count("ec2:AuthorizeSecurityGroupIngress") == 2
    assert max(i for i, name in enumerate(names) if name == "ec2:CreateSecurityGroup") < min(
        i for i, name in enumerate(names) if name == "ec2:AuthorizeSecurityGroupIngress"
    )


def test_what_came_with_a_network_is_found_and_not_made_and_what_is_given_is_left() -> None:
    default = group("sg-00000009", "default", "sg-00000001")
    remade = remake(VPC, default, group("sg-00000001", "a"))
    assert calls(remade).count("ec2:CreateSecurityGroup") == 1
    assert remade.made["sg-00000009"][1] == "SecurityGroups[0].GroupId"
    assert remade.wishes["vpc_1"] == ("vpc-00000001", "sg-00000009")
    left = remake(VPC, default, group("sg-00000001", "a"), given=("vpc-00000001", "sg-00000009"))
    assert "ec2:CreateVpc" not in calls(left) and "sg-00000009" not in left.made
    authorised = [step for step in left.program.steps if "Authorize" in str(step.operation)]
    assert [step.arguments["GroupId"] for step in authorised] == ["sg-00000009"]


def test_an_id_in_a_longer_text_is_referred_to_as_well() -> None:
    machines = thing(
        "autoscaling:group", "web", AutoScalingGroupName="web", MinSize=1, MaxSize=1,
        VPCZoneIdentifier="subnet-00000001,subnet-000000ff",
    )  # fmt: skip
    step = remake(VPC, SUBNET, machines).program.steps[-1]
    assert step.arguments["VPCZoneIdentifier"] == "${subnet_1.Subnet.SubnetId},subnet-000000ff"


def test_a_type_that_no_table_knows_is_made_by_its_model_or_told() -> None:
    space = thing("ecs:cluster", "arn:x", clusterName="jobs")
    odd = thing("ecs:oddity", "arn:y")
    remade = remake(space, odd)
    assert calls(remade) == ["ecs:CreateCluster"]
    assert [(one.id, one.whole) for one in remade.lacking] == [("arn:y", True)]


def test_secrets_and_contents_are_told_to_be_lacking() -> None:
    key = thing("ec2:key-pair", "key-00000001", KeyPairId="key-00000001", KeyName="deploy", KeyType="rsa")
    bucket = thing("s3:bucket", "logs", Name="logs")
    lacking = {one.type: one for one in remake(key, bucket).lacking}
    assert "private half" in lacking["ec2:key-pair"].why
    assert lacking["s3:bucket"].why == "the objects in it" and not lacking["s3:bucket"].whole
