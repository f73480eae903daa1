"""Placement groups, capacity reservations, windows for events, and what is told of machines beside."""

from datetime import timedelta
from typing import Any

from skywright_gym.aws.behaviour import timing

RESERVED = {"InstanceType": "t3.micro", "InstancePlatform": "Linux/UNIX", "AvailabilityZone": "eu-west-1a"}


def test_a_placement_group_lives_until_it_is_empty(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    made = ec2.create_placement_group(GroupName="near", Strategy="cluster")["PlacementGroup"]
    ec2.create_placement_group(GroupName="far", Strategy="partition", PartitionCount=5)
    with refused("InvalidPlacementGroup.Duplicate"):
        ec2.create_placement_group(GroupName="near", Strategy="spread")
    with refused("InvalidParameterCombination"):
        ec2.create_placement_group(GroupName="odd", Strategy="cluster", PartitionCount=2)
    spread = [{"Name": "strategy", "Values": ["partition"]}]
    (found,) = ec2.describe_placement_groups(Filters=spread)["PlacementGroups"]
    assert (found["GroupName"], found["PartitionCount"]) == ("far", 5)
    assert ec2.describe_placement_groups(GroupIds=[made["GroupId"]])["PlacementGroups"][0] == made
    with refused("InvalidPlacementGroup.Unknown"):
        cloud.run(Placement={"GroupName": "nowhere"})
    (machine,) = cloud.run(Placement={"GroupName": "near"})
    assert cloud.instance(machine)["Placement"]["GroupName"] == "near"
    with refused("InvalidPlacementGroup.InUse"):
        ec2.delete_placement_group(GroupName="near")
    ec2.terminate_instances(InstanceIds=[machine])
    cloud.wait(60)
    ec2.delete_placement_group(GroupName="near")
    with refused("InvalidPlacementGroup.Unknown"):
        ec2.describe_placement_groups(GroupNames=["near"])


def test_a_reservation_covers_running_machines_until_it_ends(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")

    def shown() -> tuple[str, int]:
        (one,) = ec2.describe_capacity_reservations(CapacityReservationIds=[made])["CapacityReservations"]
        return one["State"], one["AvailableInstanceCount"]

    end = timing.moment() + timedelta(hours=1)
    wanted = {**RESERVED, "InstanceCount": 3, "EndDateType": "limited", "EndDate": end}
    made = ec2.create_capacity_reservation(**wanted)["CapacityReservation"]["CapacityReservationId"]
    assert shown() == ("active", 3)
    cloud.run(Placement={"AvailabilityZone": "eu-west-1a"})
    assert shown() == ("active", 2)
    ec2.modify_capacity_reservation(CapacityReservationId=made, InstanceCount=5)
    assert shown() == ("active", 4)
    cloud.wait(3600)
    assert shown() == ("expired", 0)
    with refused("IncorrectState"):
        ec2.cancel_capacity_reservation(CapacityReservationId=made)


def test_a_reservation_that_cannot_be_is_refused(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    with refused("VcpuLimitExceeded"):
        ec2.create_capacity_reservation(**RESERVED, InstanceCount=10_000)
    with refused("InvalidParameterValue", "in the past"):
        ec2.create_capacity_reservation(
            **RESERVED, InstanceCount=1, EndDateType="limited", EndDate="2019-08-31T23:59:59Z"
        )
    with refused("InvalidParameterCombination"):
        ec2.create_capacity_reservation(**RESERVED, InstanceCount=1, EndDateType="limited")
    with refused("InvalidCapacityReservationId.NotFound"):
        ec2.cancel_capacity_reservation(CapacityReservationId="cr-1")


def test_a_window_has_stretches_or_an_expression(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    stretch = {"StartWeekDay": "monday", "StartHour": 2, "EndWeekDay": "wednesday", "EndHour": 8}
    made = ec2.create_instance_event_window(Name="mine", TimeRanges=[stretch])["InstanceEventWindow"]
    assert (made["State"], made["TimeRanges"]) == ("creating", [stretch])
    with refused("InvalidParameterCombination"):
        ec2.create_instance_event_window(TimeRanges=[stretch], CronExpression="* 21-23 * * 2,3")
    number = made["InstanceEventWindowId"]
    ec2.modify_instance_event_window(InstanceEventWindowId=number, CronExpression="* 21-23 * * 2,3")
    (seen,) = ec2.describe_instance_event_windows(InstanceEventWindowIds=[number])["InstanceEventWindows"]
    assert seen["CronExpression"] == "* 21-23 * * 2,3" and "TimeRanges" not in seen
    ec2.delete_instance_event_window(InstanceEventWindowId=number)
    assert ec2.describe_instance_event_windows()["InstanceEventWindows"] == []


def test_the_image_of_each_machine_is_told(cloud: Any) -> None:
    (machine,) = cloud.run()
    (told,) = cloud.client("ec2").describe_instance_image_metadata()["InstanceImageMetadata"]
    assert (told["InstanceId"], told["ImageMetadata"]["ImageId"]) == (machine, cloud.image())
    assert told["ImageMetadata"]["ImageOwnerAlias"] == "amazon"


def test_machines_for_clusters_know_their_nodes(cloud: Any) -> None:
    ec2 = cloud.client("ec2")
    ec2.create_placement_group(GroupName="near", Strategy="cluster")
    cloud.run()
    near = {"GroupName": "near", "AvailabilityZone": "eu-west-1b"}
    cloud.run(2, InstanceType="hpc7a.12xlarge", Placement=near)
    first, second = ec2.describe_instance_topology()["Instances"]
    assert first["NetworkNodes"] == second["NetworkNodes"] and len(first["NetworkNodes"]) == 3
