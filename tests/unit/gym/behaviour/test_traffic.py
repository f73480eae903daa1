"""Load balancers get traffic, machines work on it, and CloudWatch tells it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from skywright_gym.physics import faults, load


@pytest.fixture
def site(cloud: Any) -> dict[str, Any]:
    """A load balancer with two machines of two processors each behind it."""
    ec2, elb = cloud.client("ec2"), cloud.client("elbv2")
    subnets = [s["SubnetId"] for s in cloud.subnets()[:2]]
    vpc = cloud.subnets()[0]["VpcId"]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group, IpProtocol="tcp", FromPort=80, ToPort=80, CidrIp="0.0.0.0/0"
    )
    machines = [
        *cloud.run(SubnetId=subnets[0], SecurityGroupIds=[group], Monitoring={"Enabled": True}),
        *cloud.run(SubnetId=subnets[1], SecurityGroupIds=[group]),
    ]
    made = elb.create_load_balancer(Name="front", Subnets=subnets, SecurityGroups=[group])
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    made = elb.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)
    targets = made["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=targets, Targets=[{"Id": machine} for machine in machines])
    forward = {"Type": "forward", "TargetGroupArn": targets}
    elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[forward])
    cloud.wait(120)
    return {"arn": arn, "group": targets, "machines": machines}


def asked(site: dict[str, Any], metric: str) -> list[dict[str, str]]:
    """The dimensions that a metric of the site is asked for with."""
    balancer = {"Name": "LoadBalancer", "Value": site["arn"].partition(":loadbalancer/")[2]}
    group = {"Name": "TargetGroup", "Value": site["group"].rpartition(":")[2]}
    return [group, balancer] if "Host" in metric else [balancer]


@pytest.fixture
def told(cloud: Any, site: dict[str, Any]) -> Callable[..., list[float]]:
    """`told("RequestCount")`: the values of the last ten minutes, one each minute, oldest first."""

    def values(metric: str, machine: str | None = None, minutes: int = 10, period: int = 60) -> list[float]:
        now = datetime.fromtimestamp(cloud.world.clock.now() // 60 * 60, UTC)
        machines = [{"Name": "InstanceId", "Value": machine}]
        points = cloud.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/EC2" if machine else "AWS/ApplicationELB",
            MetricName=metric,
            Dimensions=machines if machine else asked(site, metric),
            StartTime=now - timedelta(minutes=minutes),
            EndTime=now,
            Period=period,
            Statistics=["Average"],
        )["Datapoints"]
        return [p["Average"] for p in sorted(points, key=lambda p: p["Timestamp"])]

    return values


def put(cloud: Any, site: dict[str, Any], **how: Any) -> None:
    load.put(cloud.world, {"noise": 0, **how}, site["arn"])


def test_without_load_machines_idle_and_targets_are_counted(
    cloud: Any, site: dict[str, Any], told: Any
) -> None:
    cloud.wait(600)
    assert told("RequestCount") == told("TargetResponseTime") == []
    assert set(told("HealthyHostCount")) == {2} and set(told("UnHealthyHostCount")) == {0}
    assert all(0.5 <= value <= 6 for value in told("CPUUtilization", site["machines"][0]))


def test_machines_share_the_requests(cloud: Any, site: dict[str, Any], told: Any) -> None:
    put(cloud, site, base=200)
    cloud.wait(900)
    assert told("RequestCount") == [12000] * 10 == told("HTTPCode_Target_2XX_Count")
    # A hundred requests a second at 10 ms keep one of two processors busy, beside what idles.
    busy = told("CPUUtilization", site["machines"][0])
    assert len(busy) == 10 and all(50.5 <= value <= 56 for value in busy)
    assert told("TargetResponseTime") == [pytest.approx(0.02)] * 10
    (sent,) = told("NetworkOut", site["machines"][1], minutes=10, period=600)
    assert 100 * 300 * 20_000 <= sent <= 100 * 300 * 20_000 + 6_000_000
    assert told("HTTPCode_Target_5XX_Count") == []


def test_too_much_is_slow_and_then_fails(cloud: Any, site: dict[str, Any], told: Any) -> None:
    put(cloud, site, base=800)
    cloud.wait(900)
    assert set(told("CPUUtilization", site["machines"][0])) == {100}
    assert told("HTTPCode_Target_5XX_Count") == [24000] * 10
    assert all(value > 5 for value in told("TargetResponseTime"))


def test_the_other_works_for_one_that_stopped(cloud: Any, site: dict[str, Any], told: Any) -> None:
    put(cloud, site, base=200)
    cloud.wait(600)
    cloud.client("ec2").stop_instances(InstanceIds=[site["machines"][1]])
    cloud.wait(600)
    assert told("CPUUtilization", site["machines"][0])[-1] == 100
    # The past is as it was.
    assert told("CPUUtilization", site["machines"][0], minutes=18)[0] < 56
    load.end(cloud.world, site["arn"])
    cloud.wait(900)
    assert told("RequestCount") == [] and told("CPUUtilization", site["machines"][0])[-1] <= 6


def test_nobody_there_is_the_balancers_own_error(cloud: Any, site: dict[str, Any], told: Any) -> None:
    put(cloud, site, base=10)
    faults.add(cloud.world, {"kind": "zone-outage", "zone": "*"})
    cloud.wait(900)
    assert told("HTTPCode_ELB_5XX_Count") == [600] * 10 and told("TargetResponseTime") == []
    assert set(told("UnHealthyHostCount")) == {2}


def test_an_alarm_follows_a_flash_crowd(cloud: Any, site: dict[str, Any]) -> None:
    watch = cloud.client("cloudwatch")
    watch.put_metric_alarm(
        AlarmName="slow",
        Namespace="AWS/ApplicationELB",
        MetricName="TargetResponseTime",
        Dimensions=asked(site, "TargetResponseTime"),
        ComparisonOperator="GreaterThanThreshold",
        Statistic="Average",
        EvaluationPeriods=3,
        Period=60,
        Threshold=0.1,
    )
    put(cloud, site, shape="flash-crowd", base=100, peak=390, after_seconds=600, for_seconds=1200)

    def state() -> str:
        return watch.describe_alarms(AlarmNames=["slow"])["MetricAlarms"][0]["StateValue"]

    states = [state()]
    for _ in range(5):
        cloud.wait(600)
        states.append(state())
    assert states == ["INSUFFICIENT_DATA", "OK", "ALARM", "ALARM", "OK", "OK"]


def test_a_crowd_that_nobody_saw_is_in_the_alarms_history(cloud: Any, site: dict[str, Any]) -> None:
    watch = cloud.client("cloudwatch")
    watch.put_metric_alarm(
        AlarmName="busy",
        Namespace="AWS/EC2",
        MetricName="CPUUtilization",
        Dimensions=[{"Name": "InstanceId", "Value": site["machines"][0]}],
        ComparisonOperator="GreaterThanThreshold",
        Statistic="Average",
        EvaluationPeriods=2,
        Period=60,
        Threshold=80,
    )
    begun = cloud.world.clock.now()
    put(cloud, site, shape="flash-crowd", base=1, peak=380, after_seconds=600, for_seconds=1200)
    cloud.wait(3 * 3600)
    told = watch.describe_alarm_history(
        AlarmName="busy", HistoryItemType="StateUpdate", ScanBy="TimestampAscending"
    )
    items = told["AlarmHistoryItems"]
    states = [item["HistorySummary"].removeprefix("Alarm updated from ") for item in items]
    assert states == ["INSUFFICIENT_DATA to OK", "OK to ALARM", "ALARM to OK"]
    rose, fell = (item["Timestamp"].timestamp() - begun for item in items[1:])
    assert 700 <= rose <= 900 and 1800 <= fell <= 2000


def test_data_and_listing(cloud: Any, site: dict[str, Any]) -> None:
    put(cloud, site, base=7, shape="daily", peak=7)
    cloud.wait(900)
    watch = cloud.client("cloudwatch")
    listed = watch.list_metrics(Namespace="AWS/ApplicationELB")["Metrics"]
    assert {"HealthyHostCount", "RequestCount"} <= {metric["MetricName"] for metric in listed}
    metric = {"Namespace": "AWS/ApplicationELB", "MetricName": "RequestCount"}
    metric["Dimensions"] = asked(site, "RequestCount")
    query = {"Id": "all", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Sum"}}
    now = datetime.fromtimestamp(cloud.world.clock.now() // 300 * 300, UTC)
    found = watch.get_metric_data(
        MetricDataQueries=[query], StartTime=now - timedelta(minutes=10), EndTime=now
    )
    assert found["MetricDataResults"][0]["Values"] == [2100, 2100]
