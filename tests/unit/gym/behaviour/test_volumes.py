from typing import Any

import pytest


def volume(cloud: Any, size: int = 10, zone: str | None = None, **arguments: Any) -> str:
    zone = zone or cloud.subnets()[0]["AvailabilityZone"]
    made = cloud.client("ec2").create_volume(Size=size, AvailabilityZone=zone, **arguments)
    cloud.wait(10)
    return made["VolumeId"]


def described(cloud: Any, volume_id: str) -> dict[str, Any]:
    return cloud.client("ec2").describe_volumes(VolumeIds=[volume_id])["Volumes"][0]


def zone_of(cloud: Any, instance_id: str) -> str:
    return cloud.instance(instance_id)["Placement"]["AvailabilityZone"]


def test_creating_attaching_detaching(cloud: Any) -> None:
    ec2 = cloud.client("ec2")
    (instance_id,) = cloud.run()
    made = ec2.create_volume(Size=10, AvailabilityZone=zone_of(cloud, instance_id), VolumeType="gp3")
    volume_id = made["VolumeId"]
    assert described(cloud, volume_id)["State"] == "creating"
    cloud.wait(1)
    assert described(cloud, volume_id)["State"] == "available"
    assert (described(cloud, volume_id)["Iops"], described(cloud, volume_id)["Throughput"]) == (3000, 125)
    ec2.attach_volume(VolumeId=volume_id, InstanceId=instance_id, Device="/dev/sdf")
    attachment = described(cloud, volume_id)["Attachments"][0]
    assert (attachment["State"], attachment["DeleteOnTermination"]) == ("attaching", False)
    cloud.wait(1)
    assert described(cloud, volume_id)["Attachments"][0]["State"] == "attached"
    ec2.detach_volume(VolumeId=volume_id)
    assert described(cloud, volume_id)["Attachments"][0]["State"] == "detaching"
    assert described(cloud, volume_id)["State"] == "in-use"
    cloud.wait(2)
    assert described(cloud, volume_id)["State"] == "available"
    devices = [m["DeviceName"] for m in cloud.instance(instance_id)["BlockDeviceMappings"]]
    assert "/dev/sdf" not in devices


def test_attach_rules(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    (instance_id,) = cloud.run()
    zone = zone_of(cloud, instance_id)
    elsewhere = next(s["AvailabilityZone"] for s in cloud.subnets() if s["AvailabilityZone"] != zone)
    far, near, other = volume(cloud, zone=elsewhere), volume(cloud, zone=zone), volume(cloud, zone=zone)
    with refused("InvalidVolume.ZoneMismatch", "not in the same availability zone"):
        ec2.attach_volume(VolumeId=far, InstanceId=instance_id, Device="/dev/sdf")
    ec2.attach_volume(VolumeId=near, InstanceId=instance_id, Device="/dev/sdf")
    with refused("VolumeInUse", "already attached to an instance"):
        ec2.attach_volume(VolumeId=near, InstanceId=instance_id, Device="/dev/sdg")
    with refused("InvalidParameterValue", "Attachment point /dev/sdf is already in use"):
        ec2.attach_volume(VolumeId=other, InstanceId=instance_id, Device="/dev/sdf")
    with refused("VolumeInUse"):
        ec2.delete_volume(VolumeId=near)
    (pending,) = cloud.run(settle=False)
    with refused("IncorrectState", "is not 'running'"):
        ec2.attach_volume(VolumeId=other, InstanceId=pending, Device="/dev/sdf")


def test_root_is_detached_only_when_stopped(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    (instance_id,) = cloud.run()
    root = cloud.instance(instance_id)["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
    with refused("OperationNotPermitted", "Unable to detach root volume"):
        ec2.detach_volume(VolumeId=root)
    ec2.stop_instances(InstanceIds=[instance_id])
    cloud.wait(5)
    ec2.detach_volume(VolumeId=root)
    cloud.wait(5)
    with refused("IncorrectState", "is in the 'available' state"):
        ec2.detach_volume(VolumeId=root)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ({"Size": 70000, "VolumeType": "gp3"}, "InvalidParameterValue", "too large"),
        ({"Size": 1, "VolumeType": "st1"}, "InvalidParameterValue", "too small"),
        ({"Size": 10, "VolumeType": "io1", "Iops": 600}, "InvalidParameterValue", "ratio"),
        ({"Size": 100, "VolumeType": "gp3", "Iops": 100}, "InvalidParameterValue", "too low"),
        ({"Size": 10, "VolumeType": "gp2", "Iops": 3000}, "InvalidParameterCombination", "iops"),
        ({"Size": 10, "AvailabilityZone": "eu-west-1z"}, "InvalidZone.NotFound", "does not exist"),
    ],
)
def test_limits(cloud: Any, refused: Any, arguments: dict[str, Any], code: str, words: str) -> None:
    with refused(code, words):
        cloud.client("ec2").create_volume(**{"AvailabilityZone": "eu-west-1a", **arguments})


def test_modify_grows_once_in_six_hours(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    volume_id = volume(cloud, 10, VolumeType="gp2")
    with refused("InvalidParameterValue", "smaller than existing size"):
        ec2.modify_volume(VolumeId=volume_id, Size=5)
    with refused("InvalidVolumeModification.NotFound"):
        ec2.describe_volumes_modifications(VolumeIds=[volume_id])
    ec2.modify_volume(VolumeId=volume_id, Size=50, VolumeType="gp3")

    def modification() -> dict[str, Any]:
        return ec2.describe_volumes_modifications(VolumeIds=[volume_id])["VolumesModifications"][0]

    assert modification()["ModificationState"] == "modifying"
    with refused("IncorrectModificationState"):
        ec2.modify_volume(VolumeId=volume_id, Size=60)
    cloud.wait(2)
    assert modification()["ModificationState"] == "optimizing"
    cloud.wait(10)
    done = modification()
    assert (done["ModificationState"], done["Progress"]) == ("completed", 100)
    assert (done["OriginalSize"], done["TargetSize"], done["OriginalIops"]) == (10, 50, 100)
    with refused("VolumeModificationRateExceeded", "at least 6 hours"):
        ec2.modify_volume(VolumeId=volume_id, Size=60)
    cloud.wait(6 * 3600)
    ec2.modify_volume(VolumeId=volume_id, Size=60)
    assert described(cloud, volume_id)["Size"] == 60


def test_status_and_attributes(cloud: Any) -> None:
    ec2 = cloud.client("ec2")
    volume_id = volume(cloud)
    status = ec2.describe_volume_status(VolumeIds=[volume_id])["VolumeStatuses"][0]
    assert status["VolumeStatus"]["Status"] == "ok"
    ec2.modify_volume_attribute(VolumeId=volume_id, AutoEnableIO={"Value": True})
    attribute = ec2.describe_volume_attribute(VolumeId=volume_id, Attribute="autoEnableIO")
    assert attribute["AutoEnableIO"]["Value"] is True


def test_termination_deletes_the_root_and_keeps_the_data(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    (instance_id,) = cloud.run()
    root = cloud.instance(instance_id)["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
    data = volume(cloud, zone=zone_of(cloud, instance_id))
    ec2.attach_volume(VolumeId=data, InstanceId=instance_id, Device="/dev/sdf")
    ec2.terminate_instances(InstanceIds=[instance_id])
    assert described(cloud, data)["State"] == "in-use"
    cloud.wait(5)
    assert described(cloud, data)["State"] == "available"
    with refused("InvalidVolume.NotFound"):
        described(cloud, root)
