from typing import Any

import pytest


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ({"ImageId": "ami-0123456789abcdef0"}, "InvalidAMIID.NotFound", "does not exist"),
        ({"ImageId": "nonsense"}, "InvalidAMIID.Malformed", "Invalid id"),
        ({"InstanceType": "t3.gigantic"}, "InvalidParameterValue", "t3.gigantic"),
        ({"InstanceType": "t4g.micro"}, "InvalidParameterValue", "does not match the architecture"),
        ({"KeyName": "nobody"}, "InvalidKeyPair.NotFound", "nobody"),
        ({"SecurityGroupIds": ["sg-0123456789abcdef0"]}, "InvalidGroup.NotFound", ""),
        ({"SubnetId": "subnet-0123456789abcdef0"}, "InvalidSubnetID.NotFound", ""),
        ({"count": 10000}, "VcpuLimitExceeded", "640"),
        ({"InstanceType": "m5.24xlarge", "count": 7}, "VcpuLimitExceeded", ""),
        ({"Placement": {"AvailabilityZone": "eu-west-1q"}}, "InvalidParameterValue", "eu-west-1q"),
    ],
)
def test_refused_whole(cloud: Any, refused: Any, arguments: dict[str, Any], code: str, words: str) -> None:
    with refused(code, words):
        cloud.run(**arguments)
    assert cloud.client("ec2").describe_instances()["Reservations"] == []


def test_counts(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    image = cloud.image()
    with refused("InvalidParameterValue", "minCount"):
        ec2.run_instances(ImageId=image, InstanceType="t3.nano", MinCount=0, MaxCount=1)
    with refused("InvalidParameterValue", "maxCount"):
        ec2.run_instances(ImageId=image, InstanceType="t3.nano", MinCount=3, MaxCount=1)
    made = ec2.run_instances(ImageId=image, InstanceType="t3.nano", MinCount=1, MaxCount=3)
    assert len(made["Instances"]) == 3


def test_groups_of_the_interface_are_kept(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    subnet = cloud.subnets()[0]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=subnet["VpcId"])["GroupId"]
    nic = {
        "DeviceIndex": 0,
        "SubnetId": subnet["SubnetId"],
        "Groups": [group],
        "AssociatePublicIpAddress": False,
    }
    (instance_id,) = cloud.run(NetworkInterfaces=[nic])
    found = cloud.instance(instance_id)
    assert [g["GroupId"] for g in found["SecurityGroups"]] == [group]
    assert "PublicIpAddress" not in found
    other = ec2.create_security_group(GroupName="db", Description="db", VpcId=subnet["VpcId"])["GroupId"]
    ec2.modify_instance_attribute(InstanceId=instance_id, Groups=[other])
    found = cloud.instance(instance_id)
    assert [g["GroupId"] for g in found["SecurityGroups"]] == [other]
    assert [g["GroupId"] for g in found["NetworkInterfaces"][0]["Groups"]] == [other]
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    foreign = ec2.create_security_group(GroupName="x", Description="x", VpcId=vpc)["GroupId"]
    with refused("InvalidParameter", "belong to different networks"):
        cloud.run(SubnetId=subnet["SubnetId"], SecurityGroupIds=[foreign])


def test_without_a_subnet_it_is_in_the_default_one(cloud: Any) -> None:
    (instance_id,) = cloud.run(Placement={"AvailabilityZone": "eu-west-1b"})
    found = cloud.instance(instance_id)
    subnet = next(s for s in cloud.subnets() if s["SubnetId"] == found["SubnetId"])
    assert subnet["AvailabilityZone"] == "eu-west-1b"
    assert [g["GroupName"] for g in found["SecurityGroups"]] == ["default"]
    assert found["PublicIpAddress"]
    assert found["NetworkInterfaces"][0]["Attachment"]["DeleteOnTermination"] is True


def test_root_disk_comes_from_the_image_and_can_be_changed(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    image = ec2.describe_images(ImageIds=[cloud.image()])["Images"][0]
    root = image["RootDeviceName"]
    (instance_id,) = cloud.run(BlockDeviceMappings=[{"DeviceName": root, "Ebs": {"VolumeSize": 30}}])
    (disk,) = cloud.instance(instance_id)["BlockDeviceMappings"]
    volume = ec2.describe_volumes(VolumeIds=[disk["Ebs"]["VolumeId"]])["Volumes"][0]
    assert (disk["DeviceName"], volume["Size"], volume["VolumeType"]) == (root, 30, "gp3")
    assert disk["Ebs"]["DeleteOnTermination"] is True
    with refused("InvalidBlockDeviceMapping", "smaller than snapshot"):
        cloud.run(BlockDeviceMappings=[{"DeviceName": root, "Ebs": {"VolumeSize": 2}}])
