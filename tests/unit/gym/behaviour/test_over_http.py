"""The same rules through the gym's own server, in accounts of their own."""

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError


def _image(ec2: Any) -> str:
    names = [{"Name": "name", "Values": ["al2023-ami-2*"]}, {"Name": "architecture", "Values": ["x86_64"]}]
    return ec2.describe_images(Owners=["amazon"], Filters=names)["Images"][0]["ImageId"]


def test_machines_live_and_forks_go_on_from_there(gym: Any) -> None:
    account = gym.fresh_account()
    ec2 = account.client("ec2")
    launched = ec2.run_instances(ImageId=_image(ec2), InstanceType="t3.micro", MinCount=1, MaxCount=1)
    (instance_id,) = [i["InstanceId"] for i in launched["Instances"]]
    fork = gym.fork(account)
    with pytest.raises(ClientError) as error:
        ec2.stop_instances(InstanceIds=[instance_id])
    assert error.value.response["Error"]["Code"] == "IncorrectInstanceState"
    for client in (ec2, fork.client("ec2")):
        client.get_waiter("instance_running").wait(
            InstanceIds=[instance_id], WaiterConfig={"Delay": 1, "MaxAttempts": 20}
        )
    fork.client("ec2").terminate_instances(InstanceIds=[instance_id])
    time.sleep(2.5)

    def state(client: Any) -> str:
        found = client.describe_instances(InstanceIds=[instance_id])["Reservations"][0]["Instances"][0]
        return found["State"]["Name"]

    assert (state(ec2), state(fork.client("ec2"))) == ("running", "terminated")


def test_refusals_have_the_words_of_the_cloud(gym: Any) -> None:
    ec2 = gym.fresh_account().client("ec2")
    with pytest.raises(ClientError) as error:
        ec2.run_instances(ImageId=_image(ec2), InstanceType="m5.24xlarge", MinCount=200, MaxCount=200)
    assert error.value.response["Error"]["Code"] == "VcpuLimitExceeded"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_only_the_named_owners_snapshots_are_described(gym: Any) -> None:
    ec2 = gym.fresh_account().client("ec2")
    zone = ec2.describe_availability_zones()["AvailabilityZones"][0]["ZoneName"]
    volume = ec2.create_volume(AvailabilityZone=zone, Size=1)["VolumeId"]
    ec2.get_waiter("volume_available").wait(VolumeIds=[volume], WaiterConfig={"Delay": 1})
    own = ec2.create_snapshot(VolumeId=volume)
    described = ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]
    assert [snapshot["SnapshotId"] for snapshot in described] == [own["SnapshotId"]]
    assert (
        ec2.describe_snapshots(OwnerIds=[own["OwnerId"]])["Snapshots"][0]["SnapshotId"] == own["SnapshotId"]
    )
