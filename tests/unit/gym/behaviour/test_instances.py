from typing import Any


def test_type_changes_only_when_stopped(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    (instance_id,) = cloud.run()
    with refused("IncorrectInstanceState", "is not in the 'stopped' state"):
        ec2.modify_instance_attribute(InstanceId=instance_id, InstanceType={"Value": "t3.large"})
    ec2.stop_instances(InstanceIds=[instance_id])
    cloud.wait(5)
    with refused("InvalidParameterValue", "t3.gigantic"):
        ec2.modify_instance_attribute(InstanceId=instance_id, InstanceType={"Value": "t3.gigantic"})
    with refused("InvalidParameterValue", "does not match the architecture"):
        ec2.modify_instance_attribute(InstanceId=instance_id, InstanceType={"Value": "t4g.large"})
    ec2.modify_instance_attribute(InstanceId=instance_id, Attribute="instanceType", Value="t3.large")
    assert cloud.instance(instance_id)["InstanceType"] == "t3.large"


def test_attributes(cloud: Any) -> None:
    ec2 = cloud.client("ec2")
    (instance_id,) = cloud.run(DisableApiTermination=True)
    behaviour = {"Value": "terminate"}
    ec2.modify_instance_attribute(InstanceId=instance_id, InstanceInitiatedShutdownBehavior=behaviour)
    assert cloud.instance(instance_id)["SecurityGroups"]

    def read(attribute: str) -> dict[str, Any]:
        return ec2.describe_instance_attribute(InstanceId=instance_id, Attribute=attribute)

    assert read("instanceInitiatedShutdownBehavior")["InstanceInitiatedShutdownBehavior"] == behaviour
    assert read("disableApiTermination")["DisableApiTermination"]["Value"] is True
    assert len(read("blockDeviceMapping")["BlockDeviceMappings"]) == 1
    for attribute in (
        "kernel",
        "ramdisk",
        "userData",
        "groupSet",
        "productCodes",
        "sourceDestCheck",
        "ebsOptimized",
    ):
        assert read(attribute)["InstanceId"] == instance_id
    assert read("enaSupport")["EnaSupport"]["Value"] is True


def test_monitoring(cloud: Any) -> None:
    ec2 = cloud.client("ec2")
    (instance_id,) = cloud.run()
    answer = ec2.monitor_instances(InstanceIds=[instance_id])["InstanceMonitorings"][0]
    assert answer["Monitoring"]["State"] == "pending"
    cloud.wait(3)
    assert cloud.instance(instance_id)["Monitoring"]["State"] == "enabled"
    answer = ec2.unmonitor_instances(InstanceIds=[instance_id])["InstanceMonitorings"][0]
    assert answer["Monitoring"]["State"] == "disabling"
    cloud.wait(3)
    assert cloud.instance(instance_id)["Monitoring"]["State"] == "disabled"
    (watched,) = cloud.run(Monitoring={"Enabled": True}, settle=False)
    assert cloud.instance(watched)["Monitoring"]["State"] == "pending"


def test_console(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    (instance_id,) = cloud.run()
    assert instance_id in ec2.get_console_output(InstanceId=instance_id)["Output"]
    assert ec2.get_console_screenshot(InstanceId=instance_id)["ImageData"]
    ec2.stop_instances(InstanceIds=[instance_id])
    with refused("IncorrectInstanceState"):
        ec2.get_console_screenshot(InstanceId=instance_id)


def test_tokens(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    first, again = cloud.run(ClientToken="once"), cloud.run(ClientToken="once")
    assert first == again
    with refused("IdempotentParameterMismatch", "same client token"):
        cloud.run(ClientToken="once", InstanceType="t3.small")
    volumes = [
        ec2.create_volume(Size=5, AvailabilityZone="eu-west-1a", ClientToken="disk")["VolumeId"] for _ in "ab"
    ]
    assert volumes[0] == volumes[1]


def test_dry_run_changes_nothing(cloud: Any, refused: Any) -> None:
    ec2 = cloud.client("ec2")
    with refused("DryRunOperation"):
        cloud.run(DryRun=True)
    (instance_id,) = cloud.run()
    for call in (ec2.stop_instances, ec2.monitor_instances, ec2.terminate_instances, ec2.reboot_instances):
        with refused("DryRunOperation"):
            call(InstanceIds=[instance_id], DryRun=True)
    assert cloud.instance(instance_id)["State"]["Name"] == "running"
