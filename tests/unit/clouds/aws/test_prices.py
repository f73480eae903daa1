"""Prices: those of the book, those worked out, and what a program adds."""

from typing import Any

import pytest

from skywright.clouds.aws import regions
from skywright.clouds.aws.prices import Prices
from skywright.model.operation import Operation
from skywright.model.program import Parameter, Program, Step
from skywright.model.resource import Resource

_PRICES = Prices()


def _step(id: str, operation: str, arguments: dict[str, Any], **more: Any) -> Step:
    return Step(id=id, operation=Operation.parse(operation), arguments=arguments, **more)


def _program(*steps: Step, **values: Any) -> Program:
    parameters = tuple(Parameter(name, "string", value) for name, value in values.items())
    return Program("p", steps, region="us-east-1", parameters=parameters)


_INSIDE = {"SubnetId": "subnet-1", "MaxCount": 1, "MinCount": 1}


def test_the_book() -> None:
    assert _PRICES.hourly("t3.micro", "us-east-1") == pytest.approx(0.0104)
    assert _PRICES.hourly("m5.2xlarge", "us-east-1") == pytest.approx(0.384)
    assert _PRICES.hourly("t3.micro", "eu-west-1") > _PRICES.hourly("t3.micro", "us-east-1")
    assert _PRICES.hourly("t3.micro", "us-east-1", spot=True) < 0.005
    assert not _PRICES.price("c7g.large", "us-east-1").estimated


def test_a_type_that_is_not_in_the_book_says_so() -> None:
    unknown = _PRICES.price("m99z.4xlarge", "us-east-1", cores=16, memory_gib=64)
    assert unknown.estimated
    assert unknown.usd_hour == pytest.approx(_PRICES.hourly("m5.4xlarge", "us-east-1"), rel=0.1)
    assert "as of" in _PRICES.provenance


def test_machines_counted_by_step_and_call() -> None:
    run = {**_INSIDE, "InstanceType": "${type}"}
    one = _PRICES.usd_month(_program(_step("vm", "ec2:RunInstances", run), type="t3.micro"))
    assert one == pytest.approx(0.0104 * 730 + 0.64, abs=0.01)
    many = _program(_step("vm", "ec2:RunInstances", run, repeat="${n}"), type="t3.micro", n=3)
    assert _PRICES.usd_month(many) == pytest.approx(3 * one, abs=0.02)
    left_out = _program(_step("vm", "ec2:RunInstances", run, when="!${no}"), type="t3.micro", no=True)
    assert _PRICES.usd_month(left_out) == 0


def test_disks() -> None:
    disk = {"Size": 100, "VolumeType": "gp3", "AvailabilityZone": "us-east-1a"}
    assert _PRICES.usd_month(_program(_step("d", "ec2:CreateVolume", disk))) == 8.0
    gone = _step("gone", "ec2:DeleteVolume", {"VolumeId": "${d.VolumeId}"})
    assert _PRICES.usd_month(_program(_step("d", "ec2:CreateVolume", disk), gone)) == 0
    fast = {**disk, "Iops": 4000, "Throughput": 225}
    assert _PRICES.usd_month(_program(_step("d", "ec2:CreateVolume", fast))) == 8.0 + 5.0 + 4.0


def test_a_group_counts_with_what_its_template_starts_and_at_most_with_its_largest_size() -> None:
    data = {"LaunchTemplateData": {"InstanceType": "t3.micro"}, "LaunchTemplateName": "web"}
    template = _step("lt", "ec2:CreateLaunchTemplate", data)
    by = {"LaunchTemplateId": "${lt.LaunchTemplate.LaunchTemplateId}"}
    sizes = {"MinSize": 1, "MaxSize": 10, "DesiredCapacity": 2, "LaunchTemplate": by}
    program = _program(template, _step("group", "autoscaling:CreateAutoScalingGroup", sizes))
    one = _PRICES.usd_month(
        _program(_step("vm", "ec2:RunInstances", {**_INSIDE, "InstanceType": "t3.micro"}))
    )
    assert _PRICES.usd_month(program) == pytest.approx(2 * one, abs=0.02)
    assert _PRICES.usd_month_most(program) == pytest.approx(10 * one, abs=0.1)


@pytest.mark.parametrize(
    ("operation", "arguments", "least"),
    [
        ("rds:CreateDBInstance", {"DBInstanceClass": "db.r5.4xlarge", "MultiAZ": True}, 2900),
        ("elasticache:CreateCacheCluster", {"CacheNodeType": "cache.m5.large", "NumCacheNodes": 2}, 220),
        ("dynamodb:CreateTable", {"ProvisionedThroughput": {"ReadCapacityUnits": 10_000}}, 940),
        ("dynamodb:CreateTable", {"BillingMode": "PAY_PER_REQUEST"}, 0),
    ],
)
def test_managed_things_cost_something_too(operation: str, arguments: dict[str, Any], least: float) -> None:
    usd = _PRICES.usd_month(_program(_step("it", operation, arguments)))
    assert least <= usd <= 1.3 * least


@pytest.mark.parametrize(
    ("place", "region"),
    [
        ("Ireland", "eu-west-1"),
        ("dublin", "eu-west-1"),
        ("Frankfurt", "eu-central-1"),
        ("N. Virginia", "us-east-1"),
        ("São  Paulo", "sa-east-1"),
        ("EU-WEST-2", "eu-west-2"),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_places(place: str, region: str | None) -> None:
    assert regions.called(place) == region


def _there(id: str, type: str, **properties: Any) -> dict[str, Resource]:
    return {id: Resource(id, type, "us-east-1", properties=properties)}


_SMALLER = _there("i-1", "ec2:instance", InstanceType="t3.micro", State={"Name": "stopped"})


@pytest.mark.parametrize(
    "wanted", [{"InstanceType": {"Value": "t3.small"}}, {"Attribute": "instanceType", "Value": "t3.small"}]
)
def test_a_resize_costs_the_difference_where_it_is_known_what_the_machine_is(wanted: dict[str, Any]) -> None:
    larger = _program(_step("it", "ec2:ModifyInstanceAttribute", {"InstanceId": "i-1", **wanted}))
    assert _PRICES.usd_month(larger, _SMALLER) == pytest.approx((0.0208 - 0.0104) * 730, abs=0.01)
    assert _PRICES.usd_month_most(larger, _SMALLER) == _PRICES.usd_month(larger, _SMALLER)
    assert _PRICES.usd_month(larger) == pytest.approx(0.0208 * 730, abs=0.01)


def test_of_several_resizes_of_one_machine_the_last_counts() -> None:
    steps = [
        _step(
            size,
            "ec2:ModifyInstanceAttribute",
            {"InstanceId": "i-1", "InstanceType": {"Value": f"t3.{size}"}},
        )
        for size in ("large", "small")
    ]
    assert _PRICES.usd_month(_program(*steps), _SMALLER) == _PRICES.usd_month(_program(steps[1]), _SMALLER)


def test_what_else_is_changed_of_a_machine_costs_nothing() -> None:
    closed = _step("it", "ec2:ModifyInstanceAttribute", {"InstanceId": "i-1", "Groups": ["sg-1"]})
    assert _PRICES.usd_month(_program(closed), _SMALLER) == 0


def test_a_grown_disk_costs_the_difference_and_keeps_what_is_not_said() -> None:
    there = _there("vol-1", "ec2:volume", VolumeType="gp3", Size=100, Iops=3000, Throughput=125)
    grown = _program(_step("it", "ec2:ModifyVolume", {"VolumeId": "vol-1", "Size": 150}))
    assert _PRICES.usd_month(grown, there) == 4.0
    faster = _program(_step("it", "ec2:ModifyVolume", {"VolumeId": "vol-1", "Iops": 4000}))
    assert _PRICES.usd_month(faster, there) == 5.0


def test_an_end_saves_what_the_thing_costs_and_the_disks_that_end_with_it_but_not_in_a_bound() -> None:
    disks = [
        {"DeviceName": f"/dev/sd{id}", "Ebs": {"VolumeId": id, "DeleteOnTermination": ends}}
        for id, ends in (("vol-a", True), ("vol-b", False))
    ]
    there = _there(
        "i-1", "ec2:instance", InstanceType="t3.micro", State={"Name": "running"}, BlockDeviceMappings=disks
    )
    for id in ("vol-a", "vol-b"):
        there |= _there(id, "ec2:volume", VolumeType="gp3", Size=100)
    end = _program(_step("it", "ec2:TerminateInstances", {"InstanceIds": ["i-1"]}))
    assert _PRICES.usd_month(end, there) == pytest.approx(-(0.0104 * 730 + 8), abs=0.01)
    assert _PRICES.usd_month_most(end, there) == 0
