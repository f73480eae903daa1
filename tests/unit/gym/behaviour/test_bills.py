"""What an account is billed for, to the second, and how Cost Explorer tells it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from skywright_gym.aws.billing import ledger
from skywright_gym.physics.clock import Clock
from skywright_gym.world import World, inside
from skywright_prices import aws as book

_REGION = "eu-west-1"
_NOON = datetime(2026, 11, 10, 12, tzinfo=UTC).timestamp()
_HOUR, _DAY = 3600, 86400
_NOVEMBER = {"Start": "2026-11-01", "End": "2026-12-01"}


@pytest.fixture
def cloud(cloud: Any) -> Iterator[Any]:
    """At noon of a day in the middle of a month of thirty days."""
    world = World("123456789012", Clock(scale=0, epoch_seconds=_NOON))
    cloud.world = world
    with inside(world):
        yield cloud


def costs(cloud: Any, by: str = "USAGE_TYPE", **asked: Any) -> dict[str, tuple[float, float]]:
    """USD and quantity by a dimension, of November."""
    asked = {"TimePeriod": _NOVEMBER, "Granularity": "MONTHLY", **asked}
    kind = "TAG" if by.islower() else "DIMENSION"
    told = cloud.client("ce").get_cost_and_usage(
        Metrics=["UnblendedCost", "UsageQuantity"], GroupBy=[{"Type": kind, "Key": by}], **asked
    )
    return {
        group["Keys"][0]: (
            float(group["Metrics"]["UnblendedCost"]["Amount"]),
            float(group["Metrics"]["UsageQuantity"]["Amount"]),
        )
        for row in told["ResultsByTime"]
        for group in row["Groups"]
    }


def hourly(kind: str) -> float:
    return book.machine(kind, _REGION).usd_hour


def test_a_machine_costs_by_the_second_while_it_runs(cloud: Any) -> None:
    ec2 = cloud.client("ec2")
    (machine,) = cloud.run(settle=False)
    cloud.wait(2 + 600)  # two of them pending
    ec2.stop_instances(InstanceIds=[machine])
    cloud.wait(_DAY)
    ec2.modify_instance_attribute(InstanceId=machine, InstanceType={"Value": "t3.small"})
    ec2.start_instances(InstanceIds=[machine])
    cloud.wait(2 + 2 * _HOUR)
    ec2.terminate_instances(InstanceIds=[machine])
    ended = cloud.world.clock.now()
    cloud.wait(_DAY)
    told = costs(cloud)
    assert told["EU-BoxUsage:t3.micro"] == pytest.approx((hourly("t3.micro") / 6, 1 / 6))
    assert told["EU-BoxUsage:t3.small"] == pytest.approx((2 * hourly("t3.small"), 2))
    assert told["EU-PublicIPv4:InUseAddress"][1] == pytest.approx(1 / 6 + 2)
    # Its disk was there from the launch until it had shut down, which takes two seconds.
    disk_seconds = ended + 2 - _NOON
    assert told["EU-EBS:VolumeUsage.gp3"][1] == pytest.approx(8 * disk_seconds / (30 * _DAY))


def test_a_minute_is_the_least(cloud: Any) -> None:
    (machine,) = cloud.run(settle=False)
    cloud.wait(2 + 5)
    cloud.client("ec2").stop_instances(InstanceIds=[machine])
    cloud.wait(_HOUR)
    assert costs(cloud)["EU-BoxUsage:t3.micro"][1] == pytest.approx(60 / _HOUR)


def test_a_disk_costs_at_each_of_its_sizes_also_when_it_is_gone(cloud: Any) -> None:
    ec2 = cloud.client("ec2")
    disk = ec2.create_volume(Size=100, VolumeType="gp3", AvailabilityZone="eu-west-1a", Iops=4000)["VolumeId"]
    cloud.wait(3 * _DAY)
    ec2.modify_volume(VolumeId=disk, Size=300, VolumeType="gp2")
    cloud.wait(3 * _DAY)
    before = costs(cloud)
    ec2.delete_volume(VolumeId=disk)
    cloud.wait(3 * _DAY)
    told = costs(cloud)
    assert told == before
    tenth = 3 / 30
    factor = book.factor(_REGION)
    assert told["EU-EBS:VolumeUsage.gp3"] == pytest.approx((8 * factor * tenth, 100 * tenth))
    assert told["EU-EBS:VolumeP-IOPS.gp3"] == pytest.approx((5 * factor * tenth, 1000 * tenth))
    assert told["EU-EBS:VolumeUsage.gp2"] == pytest.approx((30 * factor * tenth, 300 * tenth))


def test_everything_else_that_costs(cloud: Any) -> None:
    ec2, elb, watch, s3 = (cloud.client(name) for name in ("ec2", "elbv2", "cloudwatch", "s3"))
    cloud.run(Monitoring={"Enabled": True})
    subnets = [one["SubnetId"] for one in cloud.subnets()[:2]]
    started = cloud.world.clock.now()
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    idle = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=subnets[0], AllocationId=address)["NatGateway"]["NatGatewayId"]
    balancer = elb.create_load_balancer(Name="front", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    watch.put_metric_alarm(
        AlarmName="busy",
        Namespace="AWS/EC2",
        MetricName="CPUUtilization",
        Statistic="Average",
        Period=300,
        EvaluationPeriods=1,
        Threshold=90,
        ComparisonOperator="GreaterThanThreshold",
    )
    disk = ec2.describe_volumes()["Volumes"][0]["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=disk)["SnapshotId"]
    s3.create_bucket(Bucket="things", CreateBucketConfiguration={"LocationConstraint": _REGION})
    s3.put_object(Bucket="things", Key="one", Body=b"x" * 1024**2)
    cloud.wait(_DAY)
    ec2.delete_nat_gateway(NatGatewayId=gateway)
    elb.delete_load_balancer(LoadBalancerArn=balancer)
    watch.delete_alarms(AlarmNames=["busy"])
    ec2.delete_snapshot(SnapshotId=snapshot)
    ec2.release_address(AllocationId=idle)
    s3.delete_object(Bucket="things", Key="one")
    lasted = cloud.world.clock.now() - started
    assert lasted == _DAY
    cloud.wait(_DAY)
    told = costs(cloud)
    assert told["EU-NatGateway-Hours"] == pytest.approx((24 * 0.045 * book.factor(_REGION), 24))
    assert told["EU-LoadBalancerUsage"] == pytest.approx((24 * 0.0225 * book.factor(_REGION), 24))
    assert told["EU-CW:AlarmMonitorUsage"] == pytest.approx((0.10 / 30, 1 / 30))
    assert told["EU-EBS:SnapshotUsage"][1] == pytest.approx(8 / 30)
    assert told["EU-PublicIPv4:IdleAddress"] == pytest.approx((24 * 0.005, 24))
    # The machine's own and the gateway's for two days, the balancer's two for one.
    assert told["EU-PublicIPv4:InUseAddress"][1] == pytest.approx(48 + 48 + 48, abs=0.05)
    assert told["EU-TimedStorage-ByteHrs"][1] == pytest.approx(1 / 1024 / 30, rel=0.01)
    assert told["EU-CW:MetricMonitorUsage"][1] == pytest.approx(7 * 2 / 30, abs=0.01)
    assert set(costs(cloud, "SERVICE")) == {
        "Amazon Elastic Compute Cloud - Compute",
        "Amazon Elastic Load Balancing",
        "Amazon Simple Storage Service",
        "Amazon Virtual Private Cloud",
        "AmazonCloudWatch",
        "EC2 - Other",
    }


def test_by_tag_and_with_filters(cloud: Any) -> None:
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "red"}]}]
    cloud.run(TagSpecifications=tags)
    cloud.run(InstanceType="m5.large")
    cloud.wait(_HOUR)
    by_tag = costs(cloud, "team")
    assert set(by_tag) == {"team$", "team$red"}
    machines = {"Dimensions": {"Key": "SERVICE", "Values": ["Amazon Elastic Compute Cloud - Compute"]}}
    red = {"Tags": {"Key": "team", "Values": ["red"]}}
    only = costs(cloud, "INSTANCE_TYPE", Filter={"And": [machines, red]})
    assert set(only) == {"t3.micro"}
    rest = costs(cloud, "INSTANCE_TYPE", Filter={"And": [machines, {"Not": red}]})
    assert set(rest) == {"m5.large"}
    ce = cloud.client("ce")
    assert ce.get_tags(TimePeriod=_NOVEMBER)["Tags"] == ["team"]
    regions = ce.get_dimension_values(TimePeriod=_NOVEMBER, Dimension="REGION")["DimensionValues"]
    assert [one["Value"] for one in regions] == [_REGION]


def test_days_add_up_to_the_month_and_the_forecast_goes_on(cloud: Any, refused: Any) -> None:
    ce = cloud.client("ce")
    cloud.run()
    cloud.wait(2 * _DAY)
    asked = {"TimePeriod": _NOVEMBER, "Metrics": ["UnblendedCost"]}
    days = ce.get_cost_and_usage(Granularity="DAILY", **asked)["ResultsByTime"]
    (month,) = ce.get_cost_and_usage(Granularity="MONTHLY", **asked)["ResultsByTime"]
    amounts = [float(day["Total"]["UnblendedCost"]["Amount"]) for day in days]
    assert len(days) == 30 and sum(amount > 0 for amount in amounts) == 3
    assert sum(amounts) == pytest.approx(float(month["Total"]["UnblendedCost"]["Amount"]))
    assert month["Estimated"] and month["Groups"] == []
    ahead = {"Start": "2026-11-13", "End": "2026-11-14"}
    told = ce.get_cost_forecast(TimePeriod=ahead, Granularity="DAILY", Metric="UNBLENDED_COST")
    # A whole day of the same, as the second one was.
    assert float(told["Total"]["Amount"]) == pytest.approx(amounts[10], rel=1e-6)
    with refused("ValidationException", "before end date"):
        ce.get_cost_and_usage(
            TimePeriod={"Start": "2026-11-02", "End": "2026-11-01"},
            Granularity="DAILY",
            Metrics=["UnblendedCost"],
        )
    with refused("ValidationException", "at most 14 days"):
        ce.get_cost_and_usage(Granularity="HOURLY", **asked)
    with refused("ValidationException", "not a valid metric"):
        ce.get_cost_and_usage(TimePeriod=_NOVEMBER, Granularity="DAILY", Metrics=["Cost"])
    with refused("ValidationException", "exactly one root"):
        ce.get_cost_and_usage(Filter={"And": [{}, {}], "Not": {}}, Granularity="DAILY", **asked)


def test_an_account_that_is_not_billed_keeps_no_ledger(cloud: Any) -> None:
    cloud.world.extras[ledger.SWITCH] = False
    ec2 = cloud.client("ec2")
    disk = ec2.create_volume(Size=100, AvailabilityZone="eu-west-1a")["VolumeId"]
    cloud.wait(_DAY)
    ec2.delete_volume(VolumeId=disk)
    assert costs(cloud) == {} and ledger.written(cloud.world) == []


def test_a_budget_tells_what_is_spent_and_when_it_is_too_much(cloud: Any) -> None:
    budgets, account = cloud.client("budgets"), cloud.world.account_id
    notification = {
        "NotificationType": "ACTUAL",
        "ComparisonOperator": "GREATER_THAN",
        "Threshold": 50.0,
        "ThresholdType": "PERCENTAGE",
    }
    budgets.create_budget(
        AccountId=account,
        Budget={
            "BudgetName": "machines",
            "BudgetLimit": {"Amount": "4", "Unit": "USD"},
            "BudgetType": "COST",
            "TimeUnit": "MONTHLY",
            "CostFilters": {"Service": ["Amazon Elastic Compute Cloud - Compute"]},
        },
        NotificationsWithSubscribers=[
            {
                "Notification": notification,
                "Subscribers": [{"SubscriptionType": "EMAIL", "Address": "a@example.com"}],
            }
        ],
    )

    def told() -> tuple[float, float, str]:
        budget = budgets.describe_budget(AccountId=account, BudgetName="machines")["Budget"]
        states = budgets.describe_notifications_for_budget(AccountId=account, BudgetName="machines")
        spend = budget["CalculatedSpend"]
        amounts = (float(spend[name]["Amount"]) for name in ("ActualSpend", "ForecastedSpend"))
        return (*amounts, states["Notifications"][0]["NotificationState"])

    assert told() == (0, 0, "OK")
    cloud.run(InstanceType="m5.large", settle=False)
    cloud.wait(2 + 10 * _HOUR)
    rate = hourly("m5.large")
    actual, forecasted, state = told()
    assert (actual, state) == (pytest.approx(10 * rate, abs=0.001), "OK")
    left = (datetime(2026, 12, 1, tzinfo=UTC).timestamp() - _NOON - 2) / _HOUR
    assert forecasted == pytest.approx(left * rate, abs=0.001)
    cloud.wait(10 * _HOUR)
    assert told()[2] == "ALARM"


def test_an_alarm_on_the_bill(cloud: Any) -> None:
    watch = cloud.client("cloudwatch", "us-east-1")
    watch.put_metric_alarm(
        AlarmName="bill",
        Namespace="AWS/Billing",
        MetricName="EstimatedCharges",
        Dimensions=[{"Name": "Currency", "Value": "USD"}],
        Statistic="Maximum",
        Period=21600,
        EvaluationPeriods=1,
        Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold",
    )

    def state() -> str:
        return watch.describe_alarms()["MetricAlarms"][0]["StateValue"]

    cloud.run(InstanceType="m5.large")
    cloud.wait(7 * _HOUR)
    assert state() == "OK"
    cloud.wait(6 * _HOUR)
    assert state() == "ALARM"
    asked = {"StartTime": datetime.fromtimestamp(_NOON, UTC), "EndTime": datetime(2026, 11, 12, tzinfo=UTC)}
    points = watch.get_metric_statistics(
        Namespace="AWS/Billing",
        MetricName="EstimatedCharges",
        Dimensions=[{"Name": "ServiceName", "Value": "AmazonEC2"}, {"Name": "Currency", "Value": "USD"}],
        Period=21600,
        Statistics=["Maximum"],
        **asked,
    )["Datapoints"]
    assert [point["Maximum"] for point in sorted(points, key=lambda one: one["Timestamp"])] == [
        0.0,
        pytest.approx(6 * hourly("m5.large"), rel=0.03),
        pytest.approx(12 * hourly("m5.large"), rel=0.03),
    ]
    listed = watch.list_metrics(Namespace="AWS/Billing")["Metrics"]
    assert {"ServiceName": "AmazonVPC", "Currency": "USD"} in [
        {one["Name"]: one["Value"] for one in metric["Dimensions"]} for metric in listed
    ]
