from typing import Any


def test_an_image_holds_all_disks_and_gives_them_back(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    mappings = [
        {"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 33, "VolumeType": "gp3", "Throughput": 200}},
        {"DeviceName": "/dev/sdg", "Ebs": {"VolumeSize": 7, "DeleteOnTermination": False}},
    ]
    (instance_id,) = cloud.run(BlockDeviceMappings=mappings)
    image_id = ec2.create_image(InstanceId=instance_id, Name="golden", NoReboot=True)["ImageId"]
    image = ec2.describe_images(ImageIds=[image_id])["Images"][0]
    assert image["State"] == "pending"
    with refused("InvalidAMIID.Unavailable"):
        cloud.run(ImageId=image_id)
    with refused("InvalidAMIName.Duplicate"):
        ec2.create_image(InstanceId=instance_id, Name="golden")
    cloud.wait(10)
    image = ec2.describe_images(ImageIds=[image_id])["Images"][0]
    assert image["State"] == "available"
    sizes = {m["DeviceName"]: m["Ebs"]["VolumeSize"] for m in image["BlockDeviceMappings"]}
    assert sizes[image["RootDeviceName"]] == 8
    assert (sizes["/dev/sdf"], sizes["/dev/sdg"]) == (33, 7)
    (copy_id,) = cloud.run(ImageId=image_id)
    ids = [m["Ebs"]["VolumeId"] for m in cloud.instance(copy_id)["BlockDeviceMappings"]]
    disks = ec2.describe_volumes(VolumeIds=ids)["Volumes"]
    kinds = sorted((d["Size"], d["VolumeType"], d.get("Throughput")) for d in disks)
    assert kinds == [(7, "gp2", None), (8, "gp3", 125), (33, "gp3", 200)]
    snapshot_id = image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    with refused("InvalidSnapshot.InUse"):
        ec2.delete_snapshot(SnapshotId=snapshot_id)
    ec2.deregister_image(ImageId=image_id)
    ec2.delete_snapshot(SnapshotId=snapshot_id)
    with refused("InvalidAMIID.Unavailable"):
        cloud.run(ImageId=image_id)


def test_image_tags_and_reboot(cloud: Any) -> None:
    ec2 = cloud.client("ec2")
    (instance_id,) = cloud.run()
    tags = [{"Key": "run", "Value": "7"}]
    specifications = [{"ResourceType": kind, "Tags": tags} for kind in ("image", "snapshot")]
    image_id = ec2.create_image(InstanceId=instance_id, Name="one", TagSpecifications=specifications)[
        "ImageId"
    ]
    image = ec2.describe_images(ImageIds=[image_id])["Images"][0]
    assert image["Tags"] == tags
    snapshot_id = image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    assert ec2.describe_snapshots(SnapshotIds=[snapshot_id])["Snapshots"][0]["Tags"] == tags
    status = ec2.describe_instance_status(InstanceIds=[instance_id])["InstanceStatuses"][0]
    assert status["InstanceStatus"]["Status"] == "initializing"


def test_snapshot_is_pending_and_keeps_its_size(cloud: Any) -> None:
    ec2 = cloud.client("ec2")
    volume_id = ec2.create_volume(Size=10, AvailabilityZone="eu-west-1a")["VolumeId"]
    cloud.wait(5)
    snapshot_id = ec2.create_snapshot(VolumeId=volume_id)["SnapshotId"]

    def snapshot() -> dict[str, Any]:
        return ec2.describe_snapshots(SnapshotIds=[snapshot_id])["Snapshots"][0]

    assert (snapshot()["State"], snapshot()["Progress"]) == ("pending", "0%")
    cloud.wait(5)
    ec2.modify_volume(VolumeId=volume_id, Size=20)
    assert (snapshot()["State"], snapshot()["Progress"], snapshot()["VolumeSize"]) == (
        "completed",
        "100%",
        10,
    )
    again = ec2.create_volume(SnapshotId=snapshot_id, AvailabilityZone="eu-west-1b")
    assert again["Size"] == 10


def test_a_copy_holds_the_same_disks_and_its_own_tags(cloud: Any) -> None:
    ec2 = cloud.client("ec2")
    mappings = [{"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 33}}]
    (instance_id,) = cloud.run(BlockDeviceMappings=mappings)
    source = ec2.create_image(InstanceId=instance_id, Name="golden")["ImageId"]
    cloud.wait(10)
    tags = [{"Key": "a", "Value": "b"}]
    specifications = [{"ResourceType": "image", "Tags": tags}]
    made = ec2.copy_image(
        SourceImageId=source, SourceRegion="eu-west-1", Name="copy", TagSpecifications=specifications
    )
    cloud.wait(10)
    image = ec2.describe_images(ImageIds=[made["ImageId"]])["Images"][0]
    assert (image["State"], image["Tags"]) == ("available", tags)
    assert sorted(m["Ebs"]["VolumeSize"] for m in image["BlockDeviceMappings"]) == [8, 33]
    (copy_id,) = cloud.run(ImageId=made["ImageId"])
    assert len(cloud.instance(copy_id)["BlockDeviceMappings"]) == 2
