from typing import Any

import pytest


def state(cloud: Any, instance_id: str) -> str:
    return cloud.instance(instance_id)["State"]["Name"]


def test_launch_is_pending_and_then_running(cloud: Any) -> None:
    (instance_id,) = cloud.run(settle=False)
    assert state(cloud, instance_id) == "pending"
    cloud.wait(3)
    assert state(cloud, instance_id) == "running"


def test_stop_and_start_pass_through_their_states(cloud: Any) -> None:
    ec2 = cloud.client("ec2")
    (instance_id,) = cloud.run()
    change = ec2.stop_instances(InstanceIds=[instance_id])["StoppingInstances"][0]
    assert (change["PreviousState"]["Name"], change["CurrentState"]["Name"]) == ("running", "stopping")
    assert state(cloud, instance_id) == "stopping"
    cloud.wait(3)
    assert state(cloud, instance_id) == "stopped"
    again = ec2.stop_instances(InstanceIds=[instance_id])["StoppingInstances"][0]
    assert again["CurrentState"]["Name"] == "stopped"
    change = ec2.start_instances(InstanceIds=[instance_id])["StartingInstances"][0]
    assert change["CurrentState"]["Name"] == "pending"
    cloud.wait(3)
    assert state(cloud, instance_id) == "running"


def test_wrong_states_are_refused(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    (instance_id,) = cloud.run(settle=False)
    with refused("IncorrectInstanceState", "not in a state from which it can be stopped"):
        ec2.stop_instances(InstanceIds=[instance_id])
    cloud.wait(3)
    ec2.stop_instances(InstanceIds=[instance_id])
    with refused("IncorrectInstanceState", "not in a state from which it can be started"):
        ec2.start_instances(InstanceIds=[instance_id])
    with refused("IncorrectState"):
        ec2.reboot_instances(InstanceIds=[instance_id])


def test_terminated_stays_visible_and_then_goes(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    (instance_id,) = cloud.run()
    change = ec2.terminate_instances(InstanceIds=[instance_id])["TerminatingInstances"][0]
    assert change["CurrentState"]["Name"] == "shutting-down"
    cloud.wait(3)
    assert state(cloud, instance_id) == "terminated"
    again = ec2.terminate_instances(InstanceIds=[instance_id])["TerminatingInstances"][0]
    assert again["CurrentState"]["Name"] == "terminated"
    cloud.wait(4000)
    with refused("InvalidInstanceID.NotFound"):
        ec2.describe_instances(InstanceIds=[instance_id])


def test_protected_instance_keeps_all_from_terminating(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    first, second = cloud.run(2)
    ec2.modify_instance_attribute(InstanceId=second, DisableApiTermination={"Value": True})
    with refused("OperationNotPermitted", "may not be terminated"):
        ec2.terminate_instances(InstanceIds=[first, second])
    assert state(cloud, first) == "running"


def test_checks_initialize_and_then_pass(cloud: Any) -> None:
    ec2 = cloud.client("ec2")
    (instance_id,) = cloud.run(settle=False)
    cloud.wait(3)

    def status() -> str:
        found = ec2.describe_instance_status(InstanceIds=[instance_id])["InstanceStatuses"][0]
        return found["InstanceStatus"]["Status"]

    assert status() == "initializing"
    cloud.wait(15)
    assert status() == "ok"


@pytest.mark.parametrize("elastic", [False, True])
def test_address_changes_on_stop_unless_elastic(cloud: Any, elastic: bool) -> None:
    ec2 = cloud.client("ec2")
    (instance_id,) = cloud.run()
    if elastic:
        allocation = ec2.allocate_address(Domain="vpc")["AllocationId"]
        ec2.associate_address(AllocationId=allocation, InstanceId=instance_id)
    address = cloud.instance(instance_id)["PublicIpAddress"]
    ec2.stop_instances(InstanceIds=[instance_id])
    cloud.wait(3)
    assert cloud.instance(instance_id).get("PublicIpAddress") == (address if elastic else None)
    ec2.start_instances(InstanceIds=[instance_id])
    cloud.wait(3)
    assert (cloud.instance(instance_id)["PublicIpAddress"] == address) is elastic
