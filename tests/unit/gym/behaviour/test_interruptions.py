"""Spot machines that the cloud takes back: the notice, the two minutes, the end, the bill."""

import json
from typing import Any

import pytest

from skywright_gym.aws.behaviour import pools, spot_market
from skywright_gym.aws.behaviour.settling import settle_region
from skywright_gym.aws.billing import statement
from skywright_gym.physics.clock import Clock

_HOUR, _ZONE, _TYPE = 3600, "eu-west-1a", "m5.large"


def _request(cloud: Any, machine: str) -> tuple[str, str]:
    name = cloud.instance(machine)["SpotInstanceRequestId"]
    ec2 = cloud.client("ec2")
    found = ec2.describe_spot_instance_requests(SpotInstanceRequestIds=[name])["SpotInstanceRequests"][0]
    return found["State"], found["Status"]["Code"]


def _state(cloud: Any, machine: str) -> str:
    return cloud.instance(machine)["State"]["Name"]


def _launch(cloud: Any, **options: Any) -> str:
    market = {"MarketType": "spot", "SpotOptions": options}
    (machine,) = cloud.run(
        InstanceType=_TYPE,
        InstanceMarketOptions=market,
        Placement={"AvailabilityZone": _ZONE},
        settle=False,
    )
    cloud.wait(5)
    return machine


def _go_to(cloud: Any, moment: float) -> None:
    cloud.wait(moment - cloud.world.clock.now())


@pytest.fixture
def rising(cloud: Any) -> tuple[Any, float, float]:
    """A market that jumps; at some moment, a price to offer, and when the price has passed it by."""
    cloud.world.clock = Clock(scale=0, epoch_seconds=1_800_000_000)
    spot_market.change(cloud.world, {"seed": 11, "volatility": 0.4})
    at = 1_800_000_000 + 2 * _HOUR
    while True:
        now, then = (pools.usd_hour(_TYPE, _ZONE, at + hours * _HOUR) for hours in (0, 3))
        between = max(pools.usd_hour(_TYPE, _ZONE, at + hours * _HOUR) for hours in (0, 1, 2))
        if between < then * 0.9:
            break
        at += _HOUR
    _go_to(cloud, at + 600)
    assert now < then
    return cloud, (between + then) / 2, at + 3 * _HOUR


def test_a_machine_goes_when_the_price_passes_its_maximum(rising: Any) -> None:
    cloud, offer, passes = rising
    machine = _launch(cloud, MaxPrice=f"{offer:.6f}")
    began = cloud.instance(machine)["LaunchTime"].timestamp() + 2
    _go_to(cloud, passes - 1)
    assert _request(cloud, machine) == ("active", "fulfilled")
    _go_to(cloud, passes)
    assert (_state(cloud, machine), _request(cloud, machine)) == (
        "running",
        ("active", "marked-for-termination"),
    )
    (notice,) = spot_market.told(cloud.world)["notices"]
    assert (notice["instance"], notice["action"], notice["reason"]) == (machine, "terminate", "price")
    cloud.wait(120)
    assert _state(cloud, machine) == "shutting-down"
    cloud.wait(5)
    assert (_state(cloud, machine), _request(cloud, machine)) == (
        "terminated",
        ("closed", "instance-terminated-by-price"),
    )
    reason = cloud.instance(machine)["StateReason"]["Code"]
    assert reason == "Server.SpotInstanceTermination"
    (line,) = [one for one in statement.told(cloud.world)["lines"] if "SpotUsage" in one["usage_type"]]
    assert line["quantity"] == pytest.approx((passes + 120 - began) / _HOUR)
    asked, at = 0.0, began
    while at < passes + 120:
        ends = min(pools.next_period(at), passes + 120)
        asked += pools.usd_hour(_TYPE, _ZONE, at) * (ends - at) / _HOUR
        at = ends
    assert line["usd"] == pytest.approx(asked)


def test_the_history_is_what_machines_pay(rising: Any) -> None:
    cloud, offer, passes = rising
    _go_to(cloud, passes + 60)
    rows = cloud.client("ec2").describe_spot_price_history(
        InstanceTypes=[_TYPE], AvailabilityZone=_ZONE, StartTime=passes - 3 * _HOUR, EndTime=passes
    )["SpotPriceHistory"]
    prices = {row["Timestamp"].timestamp(): float(row["SpotPrice"]) for row in rows}
    assert prices == {at: pools.usd_hour(_TYPE, _ZONE, at) for at in sorted(prices)}
    assert prices[passes] > offer > prices[passes - _HOUR] and len(prices) == 4


def test_a_long_time_that_passes_at_once_is_the_same(rising: Any) -> None:
    cloud, offer, passes = rising
    machine = _launch(cloud, MaxPrice=f"{offer:.6f}", SpotInstanceType="persistent")
    assert _state(cloud, machine) == "running"
    _go_to(cloud, passes + 40 * _HOUR)
    lines = statement.told(cloud.world)["lines"]
    machines = {one["resource"] for one in lines if "SpotUsage" in one["usage_type"]}
    # It was terminated when it had to be, and others came and went after it, whenever the price allowed.
    assert machine in machines and len(machines) > 1
    first = next(one for one in lines if one["resource"] == machine and "SpotUsage" in one["usage_type"])
    assert 2.5 < first["quantity"] < 3.5


def test_no_capacity_is_told_at_once_and_the_first_hour_is_free(cloud: Any) -> None:
    machine = _launch(cloud)
    spot_market.change(cloud.world, {"interrupt": machine})
    assert (_state(cloud, machine), _request(cloud, machine)) == (
        "running",
        ("closed", "instance-terminated-no-capacity"),
    )
    cloud.wait(125)
    assert _state(cloud, machine) == "terminated"
    usages = {one["usage_type"] for one in statement.told(cloud.world)["lines"]}
    assert usages and not any("SpotUsage" in usage for usage in usages)


def test_what_the_cloud_stopped_it_starts_again(cloud: Any, refused: Any) -> None:
    machine = _launch(cloud, SpotInstanceType="persistent", InstanceInterruptionBehavior="stop")
    spot_market.change(cloud.world, {"interrupt": machine})
    assert _request(cloud, machine) == ("active", "marked-for-stop")
    cloud.wait(130)
    assert (_state(cloud, machine), _request(cloud, machine)) == (
        "stopped",
        ("disabled", "instance-stopped-no-capacity"),
    )
    with refused("IncorrectSpotRequestState"):
        cloud.client("ec2").start_instances(InstanceIds=[machine])
    cloud.wait(_HOUR)
    assert (_state(cloud, machine), _request(cloud, machine)) == ("running", ("active", "fulfilled"))


def test_a_pool_with_nothing_left_takes_and_gives_nothing(cloud: Any, refused: Any) -> None:
    spot_market.change(cloud.world, {"seed": 2, "reclaims_month": 100})
    cloud.wait(_HOUR)
    machine = _launch(cloud)
    trouble = pools.trouble(_TYPE, _ZONE, None, (cloud.world.clock.now(), 4e9))
    assert trouble is not None and trouble[1] == pools.CAPACITY
    _go_to(cloud, trouble[0])
    assert _request(cloud, machine)[1] == "instance-terminated-no-capacity"
    with refused("InsufficientInstanceCapacity", "no Spot capacity"):
        _launch(cloud)


def test_a_machine_with_nothing_to_fear_is_not_looked_at(cloud: Any) -> None:
    _launch(cloud)
    settle_region(cloud.world.account_id, "eu-west-1")
    from moto.ec2.models import ec2_backends

    agenda = ec2_backends[cloud.world.account_id]["eu-west-1"].agenda
    assert not [one for one in agenda.transitions if one.kind.startswith("spot.watched")]


def test_a_user_who_is_quicker_ends_it_by_himself(cloud: Any) -> None:
    machine = _launch(cloud, SpotInstanceType="persistent", InstanceInterruptionBehavior="stop")
    spot_market.change(cloud.world, {"interrupt": machine})
    ec2 = cloud.client("ec2")
    ec2.stop_instances(InstanceIds=[machine])
    cloud.wait(5)
    assert _request(cloud, machine) == ("disabled", "instance-stopped-by-user")
    cloud.wait(200)
    ec2.start_instances(InstanceIds=[machine])
    cloud.wait(300)
    assert (_state(cloud, machine), _request(cloud, machine)) == ("running", ("active", "fulfilled"))
    assert spot_market.told(cloud.world)["notices"] == []


def test_the_notice_is_an_event(cloud: Any) -> None:
    events, sqs = cloud.client("events"), cloud.client("sqs")
    queue = sqs.create_queue(QueueName="notices")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["aws.ec2"], "detail-type": ["EC2 Spot Instance Interruption Warning"]}
    events.put_rule(Name="notices", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="notices", Targets=[{"Id": "1", "Arn": arn}])
    machine = _launch(cloud)
    spot_market.change(cloud.world, {"interrupt": machine})
    (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    told = json.loads(message["Body"])
    assert told["detail"] == {"instance-id": machine, "instance-action": "terminate"}
    assert told["resources"] == [f"arn:aws:ec2:{_ZONE}:instance/{machine}"]
    # A target that is gone is nobody else's trouble.
    other = _launch(cloud)
    sqs.delete_queue(QueueUrl=queue)
    spot_market.change(cloud.world, {"interrupt": other})
    cloud.wait(125)
    assert _state(cloud, other) in ("shutting-down", "terminated")
