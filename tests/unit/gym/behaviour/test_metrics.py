from datetime import UTC, datetime, timedelta
from typing import Any

import pytest


def statistics(
    cloud: Any, resource: str, metric: str = "CPUUtilization", **changes: Any
) -> list[dict[str, Any]]:
    now = datetime.fromtimestamp(cloud.world.clock.now(), UTC)
    machine = resource.startswith("i-")
    arguments = {
        "Namespace": "AWS/EC2" if machine else "AWS/EBS",
        "MetricName": metric,
        "Dimensions": [{"Name": "InstanceId" if machine else "VolumeId", "Value": resource}],
        "StartTime": now - timedelta(hours=1),
        "EndTime": now,
        "Period": 300,
        "Statistics": ["Average"],
        **changes,
    }
    points = cloud.client("cloudwatch").get_metric_statistics(**arguments)["Datapoints"]
    return sorted(points, key=lambda p: p["Timestamp"])


def test_a_running_machine_has_a_value_each_five_minutes(cloud: Any) -> None:
    (instance_id,) = cloud.run()
    assert statistics(cloud, instance_id) == []
    cloud.wait(1800)
    points = statistics(cloud, instance_id)
    assert 5 <= len(points) <= 7
    assert all(0 <= p["Average"] <= 100 and p["Unit"] == "Percent" for p in points)
    assert points == statistics(cloud, instance_id)
    assert {p["Average"] for p in statistics(cloud, instance_id, "StatusCheckFailed")} == {0}
    cloud.client("ec2").stop_instances(InstanceIds=[instance_id])
    cloud.wait(7200)
    assert statistics(cloud, instance_id) == []


def test_detailed_monitoring_gives_a_value_each_minute(cloud: Any) -> None:
    (instance_id,) = cloud.run(Monitoring={"Enabled": True})
    cloud.wait(1800)
    assert 28 <= len(statistics(cloud, instance_id, Period=60)) <= 31


def test_data_and_listing(cloud: Any) -> None:
    watch = cloud.client("cloudwatch")
    (instance_id,) = cloud.run()
    cloud.wait(1800)
    dimensions = [{"Name": "InstanceId", "Value": instance_id}]
    listed = watch.list_metrics(Namespace="AWS/EC2", Dimensions=dimensions)["Metrics"]
    assert {"CPUUtilization", "NetworkIn", "StatusCheckFailed"} <= {m["MetricName"] for m in listed}
    metric = {"Namespace": "AWS/EC2", "MetricName": "NetworkOut", "Dimensions": dimensions}
    query = {"Id": "out", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Maximum"}}
    now = datetime.fromtimestamp(cloud.world.clock.now(), UTC)
    data = watch.get_metric_data(MetricDataQueries=[query], StartTime=now - timedelta(hours=1), EndTime=now)
    assert len(data["MetricDataResults"][0]["Values"]) >= 5
    (disk,) = cloud.instance(instance_id)["BlockDeviceMappings"]
    assert len(statistics(cloud, disk["Ebs"]["VolumeId"], "VolumeWriteBytes")) >= 5


@pytest.mark.parametrize(("threshold", "state"), [(-1.0, "ALARM"), (101.0, "OK")])
def test_alarms_follow_their_metric(cloud: Any, threshold: float, state: str) -> None:
    watch = cloud.client("cloudwatch")
    (instance_id,) = cloud.run()
    watch.put_metric_alarm(
        AlarmName="busy",
        Namespace="AWS/EC2",
        MetricName="CPUUtilization",
        Dimensions=[{"Name": "InstanceId", "Value": instance_id}],
        ComparisonOperator="GreaterThanThreshold",
        Statistic="Average",
        EvaluationPeriods=2,
        Period=300,
        Threshold=threshold,
    )

    def shown() -> str:
        return watch.describe_alarms(AlarmNames=["busy"])["MetricAlarms"][0]["StateValue"]

    assert shown() == "INSUFFICIENT_DATA"
    cloud.wait(1800)
    assert shown() == state
    watch.set_alarm_state(AlarmName="busy", StateValue="INSUFFICIENT_DATA", StateReason="by hand")
    assert shown() == "INSUFFICIENT_DATA"
    cloud.wait(300)
    assert shown() == state
    history = watch.describe_alarm_history(AlarmName="busy", ScanBy="TimestampAscending")["AlarmHistoryItems"]
    kinds = [item["HistoryItemType"] for item in history]
    assert kinds == ["ConfigurationUpdate", "StateUpdate", "StateUpdate", "StateUpdate"]
    assert history[1]["HistorySummary"] == f"Alarm updated from INSUFFICIENT_DATA to {state}"
