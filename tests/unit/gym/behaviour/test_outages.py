"""Zones without power or room, and machines that are ill."""

from typing import Any

import pytest

from skywright_gym.physics import faults


def fault(cloud: Any, **asked: Any) -> str:
    return faults.add(cloud.world, asked)


def launch(cloud: Any, least: int, most: int, **more: Any) -> list[dict[str, Any]]:
    asked = {"ImageId": cloud.image(), "InstanceType": "t3.micro", "MinCount": least, "MaxCount": most} | more
    return cloud.client("ec2").run_instances(**asked)["Instances"]


def zone(name: str) -> dict[str, Any]:
    return {"Placement": {"AvailabilityZone": name}}


def statuses(cloud: Any, instance_id: str) -> tuple[str, str]:
    (told,) = cloud.client("ec2").describe_instance_status(InstanceIds=[instance_id])["InstanceStatuses"]
    return told["InstanceStatus"]["Status"], told["SystemStatus"]["Status"]


def test_a_launch_gets_as_many_as_there_is_room_for(cloud: Any, refused: Any) -> None:
    fault(cloud, kind="capacity", zone="eu-west-1a", instance_type="t3.*", machines=3)
    assert len(launch(cloud, 1, 5, **zone("eu-west-1a"))) == 3
    with refused(
        "InsufficientInstanceCapacity", "sufficient t3.micro capacity in the Availability Zone you req"
    ):
        launch(cloud, 1, 1, **zone("eu-west-1a"))
    assert len(launch(cloud, 1, 2, **zone("eu-west-1a"), InstanceType="m5.large")) == 2
    assert len(launch(cloud, 1, 2, **zone("eu-west-1b"))) == 2


def test_room_for_fewer_than_the_least_is_none(cloud: Any, refused: Any) -> None:
    fault(cloud, kind="capacity", machines=2)
    with refused("InsufficientInstanceCapacity"):
        launch(cloud, 3, 5, **zone("eu-west-1a"))
    assert cloud.client("ec2").describe_instances()["Reservations"] == []
    subnet = cloud.subnets()[0]["SubnetId"]
    assert len(launch(cloud, 2, 5, SubnetId=subnet)) == 2


def test_a_launch_that_names_no_zone_goes_where_there_is_room(cloud: Any, refused: Any) -> None:
    fault(cloud, kind="capacity", zone="eu-west-1a", machines=1)
    fault(cloud, kind="capacity", zone="eu-west-1[bc]", machines=2)
    placed = [i["Placement"]["AvailabilityZone"] for i in launch(cloud, 2, 9)]
    assert placed == ["eu-west-1b"] * 2
    assert [i["Placement"]["AvailabilityZone"] for i in launch(cloud, 1, 1)] == ["eu-west-1a"]
    with refused("InsufficientInstanceCapacity"):
        launch(cloud, 3, 3)


def test_a_zone_without_power(cloud: Any, refused: Any) -> None:
    here, there = (launch(cloud, 1, 1, **zone(f"eu-west-1{z}"))[0]["InstanceId"] for z in "ab")
    cloud.wait(60)
    ec2 = cloud.client("ec2")
    stopped = cloud.run(**zone("eu-west-1a"))
    ec2.stop_instances(InstanceIds=stopped)
    cloud.wait(60)
    outage = fault(cloud, kind="zone-outage", zone="eu-west-1a", after_seconds=100, for_seconds=1000)
    assert statuses(cloud, here) == ("ok", "ok")
    cloud.wait(100)
    assert statuses(cloud, here) == ("impaired", "impaired")
    assert statuses(cloud, there) == ("ok", "ok")
    assert cloud.instance(here)["State"]["Name"] == "running"
    with refused("InsufficientInstanceCapacity", "or choosing eu-west-1b, eu-west-1c"):
        launch(cloud, 1, 1, **zone("eu-west-1a"))
    with refused("InsufficientInstanceCapacity"):
        ec2.start_instances(InstanceIds=stopped)
    assert launch(cloud, 1, 1)[0]["Placement"]["AvailabilityZone"] == "eu-west-1b"
    cloud.wait(1000)
    ec2.start_instances(InstanceIds=stopped)
    assert statuses(cloud, here) == ("ok", "ok")
    assert not faults.remove(cloud.world, outage), "it is over by itself"


def test_a_spot_request_waits_for_room(cloud: Any) -> None:
    ec2 = cloud.client("ec2")
    outage = fault(cloud, kind="zone-outage", zone="eu-west-1a")
    asked = {"ImageId": cloud.image(), "InstanceType": "t3.micro", **zone("eu-west-1a")}
    ec2.request_spot_instances(LaunchSpecification=asked)
    cloud.wait(300)

    def status() -> str:
        return ec2.describe_spot_instance_requests()["SpotInstanceRequests"][0]["Status"]["Code"]

    assert status() == "capacity-not-available"
    faults.remove(cloud.world, outage)
    cloud.wait(120)
    assert status() == "fulfilled"


@pytest.mark.parametrize(
    ("check", "expected"),
    [("instance", ("impaired", "ok")), ("system", ("ok", "impaired")), ("both", ("impaired", "impaired"))],
)
def test_a_machine_fails_its_status_checks(cloud: Any, check: str, expected: tuple[str, str]) -> None:
    ill, well = cloud.run(2)
    since = cloud.world.clock.now()
    fault(cloud, kind="impaired-machine", instance=ill, check=check)
    assert statuses(cloud, ill) == expected and statuses(cloud, well) == ("ok", "ok")
    told = cloud.client("ec2").describe_instance_status(
        Filters=[
            {"Name": f"{'system' if check == 'system' else 'instance'}-status.status", "Values": ["impaired"]}
        ]
    )["InstanceStatuses"]
    assert [one["InstanceId"] for one in told] == [ill]
    details = told[0]["SystemStatus" if check == "system" else "InstanceStatus"]["Details"]
    assert details[0]["Status"] == "failed"
    assert abs(details[0]["ImpairedSince"].timestamp() - since) < 2
    cloud.wait(300)
    name = "StatusCheckFailed_System" if check == "system" else "StatusCheckFailed_Instance"
    for machine, worst in ((ill, 1.0), (well, 0.0)):
        points = cloud.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/EC2", MetricName=name, Dimensions=[{"Name": "InstanceId", "Value": machine}],
            StartTime=since, EndTime=since + 300, Period=300, Statistics=["Maximum"],
        )["Datapoints"]  # fmt: skip
        assert {point["Maximum"] for point in points} == {worst}


def test_stopping_and_starting_moves_a_machine_to_another_host(cloud: Any) -> None:
    (machine,) = cloud.run()
    fault(cloud, kind="impaired-machine", instance="i-*", check="system")
    assert statuses(cloud, machine) == ("ok", "impaired")
    ec2 = cloud.client("ec2")
    ec2.stop_instances(InstanceIds=[machine])
    cloud.wait(60)
    ec2.start_instances(InstanceIds=[machine])
    cloud.wait(60)
    assert statuses(cloud, machine) == ("ok", "ok")
