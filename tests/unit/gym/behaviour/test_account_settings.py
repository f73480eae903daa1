"""What is set for an account's region, and what follows from it."""

from typing import Any

import pytest

SWITCHES = [
    (
        "serial_console_access",
        "get_serial_console_access_status",
        {},
        "SerialConsoleAccessEnabled",
        (False, True),
    ),
    (
        "image_block_public_access",
        "get_image_block_public_access_state",
        {"ImageBlockPublicAccessState": "block-new-sharing"},
        "ImageBlockPublicAccessState",
        ("unblocked", "block-new-sharing"),
    ),
    (
        "snapshot_block_public_access",
        "get_snapshot_block_public_access_state",
        {"State": "block-all-sharing"},
        "State",
        ("unblocked", "block-all-sharing"),
    ),
]


@pytest.mark.parametrize(
    ("what", "read", "asked", "member", "values"), SWITCHES, ids=[s[0] for s in SWITCHES]
)
def test_a_switch_is_read_as_it_was_set(
    cloud: Any, what: str, read: str, asked: dict[str, str], member: str, values: tuple[Any, Any]
) -> None:
    ec2, (off, on) = cloud.client("ec2"), values
    seen = [getattr(ec2, read)()[member]]
    for operation, arguments in ((f"enable_{what}", asked), (f"disable_{what}", {})):
        assert getattr(ec2, operation)(**arguments)[member] in values
        seen.append(getattr(ec2, read)()[member])
    assert seen == [off, on, off]


def test_a_value_that_there_is_not_is_refused(cloud: Any, refused: Any) -> None:
    with refused("InvalidParameterValue"):
        cloud.client("ec2").enable_snapshot_block_public_access(State="block-some")


def test_nothing_is_shared_with_the_public_while_that_is_blocked(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    volume = ec2.create_volume(Size=8, AvailabilityZone="eu-west-1a")["VolumeId"]
    cloud.wait(5)
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    everybody = {"SnapshotId": snapshot, "CreateVolumePermission": {"Add": [{"Group": "all"}]}}
    ec2.enable_snapshot_block_public_access(State="block-new-sharing")
    with refused("OperationNotPermitted", "block public access"):
        ec2.modify_snapshot_attribute(**everybody)
    with refused("OperationNotPermitted"):
        ec2.modify_snapshot_attribute(SnapshotId=snapshot, OperationType="add", GroupNames=["all"])
    somebody = {"Add": [{"UserId": "111122223333"}]}
    ec2.modify_snapshot_attribute(SnapshotId=snapshot, CreateVolumePermission=somebody)
    ec2.disable_snapshot_block_public_access()
    ec2.modify_snapshot_attribute(**everybody)


def test_no_image_is_made_public_while_that_is_blocked(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    image = ec2.create_image(InstanceId=cloud.run()[0], Name="mine")["ImageId"]
    ec2.enable_image_block_public_access(ImageBlockPublicAccessState="block-new-sharing")
    with refused("OperationNotPermitted"):
        ec2.modify_image_attribute(ImageId=image, LaunchPermission={"Add": [{"Group": "all"}]})
    ec2.disable_image_block_public_access()
    ec2.modify_image_attribute(ImageId=image, LaunchPermission={"Add": [{"Group": "all"}]})


def test_new_disks_are_encrypted_while_that_is_the_default(cloud: Any) -> None:
    ec2 = cloud.client("ec2")
    assert ec2.create_volume(Size=8, AvailabilityZone="eu-west-1a")["Encrypted"] is False
    ec2.enable_ebs_encryption_by_default()
    assert ec2.create_volume(Size=8, AvailabilityZone="eu-west-1a")["Encrypted"] is True
    machine = cloud.instance(cloud.run()[0])
    root = machine["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
    assert ec2.describe_volumes(VolumeIds=[root])["Volumes"][0]["Encrypted"] is True


def test_the_key_of_encryption_is_the_one_chosen(cloud: Any) -> None:
    ec2 = cloud.client("ec2")
    assert ec2.get_ebs_default_kms_key_id()["KmsKeyId"] == "alias/aws/ebs"
    key = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    ec2.modify_ebs_default_kms_key_id(KmsKeyId=key)
    assert ec2.get_ebs_default_kms_key_id()["KmsKeyId"] == key
    disk = {"Size": 8, "AvailabilityZone": "eu-west-1a", "Encrypted": True}
    assert ec2.create_volume(**disk)["KmsKeyId"] == key
    assert ec2.reset_ebs_default_kms_key_id()["KmsKeyId"] == "alias/aws/ebs"
    assert ec2.create_volume(**disk)["KmsKeyId"] != key


def test_credits_are_kept_for_each_family(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")

    def option(family: str) -> str:
        told = ec2.get_default_credit_specification(InstanceFamily=family)
        return told["InstanceFamilyCreditSpecification"]["CpuCredits"]

    assert (option("t2"), option("t3")) == ("standard", "unlimited")
    ec2.modify_default_credit_specification(InstanceFamily="t3", CpuCredits="standard")
    assert (option("t2"), option("t3")) == ("standard", "standard")
    with refused("InvalidParameterValue"):
        option("m5")


def test_notices_show_the_tags_that_were_registered(cloud: Any) -> None:
    ec2 = cloud.client("ec2")
    shown = ec2.describe_instance_event_notification_attributes
    assert shown()["InstanceTagAttribute"] == {"InstanceTagKeys": [], "IncludeAllTagsOfInstance": False}
    ec2.register_instance_event_notification_attributes(InstanceTagAttribute={"InstanceTagKeys": ["a", "b"]})
    ec2.deregister_instance_event_notification_attributes(InstanceTagAttribute={"InstanceTagKeys": ["a"]})
    assert shown()["InstanceTagAttribute"]["InstanceTagKeys"] == ["b"]
    everything = {"IncludeAllTagsOfInstance": True}
    ec2.register_instance_event_notification_attributes(InstanceTagAttribute=everything)
    assert shown()["InstanceTagAttribute"] == {"InstanceTagKeys": [], "IncludeAllTagsOfInstance": True}


def test_subscriptions_are_shown_until_they_are_ended(cloud: Any) -> None:
    ec2 = cloud.client("ec2")
    wanted = {
        "Source": "us-east-1",
        "Destination": "eu-west-1",
        "Metric": "aggregate-latency",
        "Statistic": "p50",
    }
    ec2.enable_aws_network_performance_metric_subscription(**wanted)
    (held,) = ec2.describe_aws_network_performance_metric_subscriptions()["Subscriptions"]
    assert held == {**wanted, "Period": "five-minutes"}
    ec2.disable_aws_network_performance_metric_subscription(**wanted)
    assert ec2.describe_aws_network_performance_metric_subscriptions()["Subscriptions"] == []


def test_identifiers_are_long_and_stay_so(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    (status,) = ec2.describe_id_format(Resource="instance")["Statuses"]
    assert status["UseLongIds"] is True
    ec2.modify_id_format(Resource="instance", UseLongIds=True)
    with refused("OperationNotPermitted"):
        ec2.modify_id_format(Resource="instance", UseLongIds=False)
