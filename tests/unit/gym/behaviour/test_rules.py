import pickle
import time
from typing import Any

import pytest
from moto.ec2.models.instances import Instance

from skywright_gym.aws.behaviour import Rule, install, rules, timing
from skywright_gym.aws.behaviour.rule import MotoChanged, instead, lay


def test_every_rule_says_what_it_does_and_where_that_comes_from() -> None:
    names = [rule.name for rule in rules()]
    assert len(names) == len(set(names)) > 30
    for rule in rules():
        assert rule.statement.endswith(".") and rule.services and rule.wraps
        assert rule.provenance.startswith(("specification: ", "recording: ", "assumption: "))


@pytest.mark.usefixtures("laid_rules")
def test_laying_twice_is_harmless_and_a_changed_moto_is_not() -> None:
    install()
    first = Instance.start
    install()
    assert Instance.start is first
    gone = Rule("test.gone", ("ec2",), "None.", "assumption: none", (instead(Instance, "no_such", print),))
    with pytest.raises(MotoChanged, match="no_such"):
        lay([gone])


def test_without_a_world_it_is_real_time() -> None:
    assert abs(timing.now() - time.time()) < 5
    assert timing.seconds("instance.pending") == 2


def test_a_world_can_make_everything_immediate(cloud: Any) -> None:
    cloud.world.extras["duration_scale"] = 0
    (instance_id,) = cloud.run(settle=False)
    assert cloud.instance(instance_id)["State"]["Name"] == "running"


def test_a_region_pickles_with_everything_under_way(cloud: Any) -> None:
    from moto.ec2.models import ec2_backends

    ec2 = cloud.client("ec2")
    (instance_id,) = cloud.run(InstanceMarketOptions={"MarketType": "spot"}, ClientToken="once", settle=False)
    ec2.create_image(InstanceId=cloud.run()[0], Name="golden")
    backend = ec2_backends["123456789012"]["eu-west-1"]
    copy = pickle.loads(pickle.dumps(backend))
    assert copy.agenda.transitions == backend.agenda.transitions != []
    assert copy.get_instance_by_id(instance_id).spot_instance_request_id in copy.spot_instance_requests


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("instance-lifecycle", "spot"),
        ("instance-state-code", "16"),
        ("instance-type", "t3.mi*"),
        ("monitoring-state", "disabled"),
        ("block-device-mapping.delete-on-termination", "true"),
        ("network-interface.availability-zone", "eu-west-1?"),
        ("private-ip-address", "172.31.*"),
        ("tag:Name", "we?"),
        ("instance.group-name", "default"),
    ],
)
def test_filters(cloud: Any, refused: Any, name: str, value: str) -> None:
    ec2 = cloud.client("ec2")
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}]
    (instance_id,) = cloud.run(InstanceMarketOptions={"MarketType": "spot"}, TagSpecifications=tags)

    def found(wanted: str) -> list[str]:
        filters = [{"Name": name, "Values": [wanted]}]
        reservations = ec2.describe_instances(Filters=filters)["Reservations"]
        return [i["InstanceId"] for r in reservations for i in r["Instances"]]

    assert found(value) == [instance_id]
    assert found("nothing-like-it") == []
    with refused("InvalidParameterValue", "is invalid"):
        ec2.describe_instances(Filters=[{"Name": "no-such-filter", "Values": ["x"]}])


def test_autoscaling_launches_through_the_same_states(cloud: Any) -> None:
    scaling = cloud.client("autoscaling")
    scaling.create_launch_configuration(
        LaunchConfigurationName="web", ImageId=cloud.image(), InstanceType="t3.micro"
    )
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="web",
        LaunchConfigurationName="web",
        MinSize=1,
        MaxSize=2,
        AvailabilityZones=["eu-west-1a"],
    )
    instance_id = scaling.describe_auto_scaling_groups()["AutoScalingGroups"][0]["Instances"][0]["InstanceId"]
    assert cloud.instance(instance_id)["State"]["Name"] == "pending"
    cloud.wait(5)
    assert cloud.instance(instance_id)["State"]["Name"] == "running"
    assert len(cloud.instance(instance_id)["BlockDeviceMappings"]) == 1
