"""Groups come to another size by load, and alarms bring about what they say."""

import json
from typing import Any

import pytest

from skywright_gym.physics import faults, load

ACTIONS = "arn:aws:automate:eu-west-1:ec2"


@pytest.fixture
def site(cloud: Any) -> dict[str, Any]:
    """A load balancer before a group of one to six machines of two processors each."""
    ec2, elb, scaling = cloud.client("ec2"), cloud.client("elbv2"), cloud.client("autoscaling")
    subnets = [s["SubnetId"] for s in cloud.subnets()[:2]]
    vpc = cloud.subnets()[0]["VpcId"]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group, IpProtocol="tcp", FromPort=80, ToPort=80, CidrIp="0.0.0.0/0"
    )
    made = elb.create_load_balancer(Name="front", Subnets=subnets, SecurityGroups=[group])
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    made = elb.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)
    targets = made["TargetGroups"][0]["TargetGroupArn"]
    forward = {"Type": "forward", "TargetGroupArn": targets}
    elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[forward])
    template = {
        "ImageId": cloud.image(),
        "InstanceType": "t3.micro",
        "SecurityGroupIds": [group],
        "Monitoring": {"Enabled": True},
    }
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=template)
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="web",
        LaunchTemplate={"LaunchTemplateName": "web"},
        MinSize=1,
        MaxSize=6,
        DesiredCapacity=1,
        VPCZoneIdentifier=",".join(subnets),
        TargetGroupARNs=[targets],
    )
    return {"arn": arn, "group": targets}


def track(cloud: Any, aim: float = 50, **more: Any) -> dict[str, Any]:
    metric = {"PredefinedMetricType": "ASGAverageCPUUtilization"}
    return cloud.client("autoscaling").put_scaling_policy(
        AutoScalingGroupName="web",
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingConfiguration={"PredefinedMetricSpecification": metric, "TargetValue": aim, **more},
    )


def group(cloud: Any) -> dict[str, Any]:
    return cloud.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"][0]


def states(cloud: Any) -> list[str]:
    return [one["LifecycleState"] for one in group(cloud)["Instances"]]


def healths(cloud: Any, site: dict[str, Any]) -> list[str]:
    found = cloud.client("elbv2").describe_target_health(TargetGroupArn=site["group"])
    return [one["TargetHealth"]["State"] for one in found["TargetHealthDescriptions"]]


def put(cloud: Any, site: dict[str, Any], **how: Any) -> None:
    load.put(cloud.world, {"noise": 0, **how}, site["arn"])


def test_what_is_launched_boots_and_joins(cloud: Any, site: dict[str, Any]) -> None:
    cloud.client("autoscaling").set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=3)
    assert states(cloud) == ["Pending"] * 3 and healths(cloud, site) == []
    cloud.wait(3)
    assert states(cloud) == ["InService"] * 3 and healths(cloud, site) == ["initial"] * 3
    cloud.wait(60)
    assert healths(cloud, site) == ["healthy"] * 3
    zones = [one["AvailabilityZone"] for one in group(cloud)["Instances"]]
    assert sorted(zones.count(zone) for zone in set(zones)) == [1, 2]


def test_what_is_too_many_drains_and_goes(cloud: Any, site: dict[str, Any]) -> None:
    scaling = cloud.client("autoscaling")
    scaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=2)
    cloud.wait(60)
    scaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=1)
    assert sorted(states(cloud)) == ["InService", "Terminating"]
    assert sorted(healths(cloud, site)) == ["draining", "healthy"]
    cloud.wait(10)
    assert states(cloud) == ["InService"] and healths(cloud, site) == ["healthy"]


def test_a_size_beyond_the_bounds_is_refused(cloud: Any, site: dict[str, Any], refused: Any) -> None:
    with refused("ValidationError", "above max value 6"):
        cloud.client("autoscaling").set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=7)


def test_a_crowd_is_met_by_more_machines_and_they_go_with_it(cloud: Any, site: dict[str, Any]) -> None:
    made = track(cloud)
    assert sorted(alarm["AlarmName"].split("-")[2] for alarm in made["Alarms"]) == ["AlarmHigh", "AlarmLow"]
    cloud.wait(600)
    assert group(cloud)["DesiredCapacity"] == 1
    # 300 requests a second at 10 ms are three processors: three machines of two are half busy.
    put(cloud, site, shape="flash-crowd", base=5, peak=300, after_seconds=600, for_seconds=3600)
    cloud.wait(2400)
    assert 3 <= group(cloud)["DesiredCapacity"] <= 4 and set(states(cloud)) == {"InService"}
    told = cloud.client("autoscaling").describe_scaling_activities(AutoScalingGroupName="web")["Activities"]
    assert any("in state ALARM triggered policy cpu" in one["Cause"] for one in told)
    cloud.wait(4 * 3600)
    assert group(cloud)["DesiredCapacity"] == 1
    assert len(cloud.client("autoscaling").describe_policies()["ScalingPolicies"][0]["Alarms"]) == 2


def test_it_makes_no_difference_when_one_looks(cloud: Any, site: dict[str, Any]) -> None:
    track(cloud)
    put(cloud, site, base=300)
    begun = cloud.world.clock.now()
    cloud.wait(1800)
    scaling = cloud.client("autoscaling")
    told = scaling.describe_scaling_activities(AutoScalingGroupName="web")["Activities"]
    came = [one["StartTime"].timestamp() - begun for one in told if "cpu" in one["Cause"]]
    assert came and max(came) < 900
    launched = [cloud.instance(one["InstanceId"])["LaunchTime"] for one in group(cloud)["Instances"]]
    assert all(moment.timestamp() - begun < 900 for moment in launched)


def test_nothing_shrinks_if_it_is_not_to(cloud: Any, site: dict[str, Any]) -> None:
    assert len(track(cloud, DisableScaleIn=True)["Alarms"]) == 1
    scaling = cloud.client("autoscaling")
    scaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=3)
    cloud.wait(3600)
    assert group(cloud)["DesiredCapacity"] == 3
    scaling.delete_policy(AutoScalingGroupName="web", PolicyName="cpu")
    assert cloud.client("cloudwatch").describe_alarms()["MetricAlarms"] == []


def watch(cloud: Any, arn: str, metric: str = "CPUUtilization", **more: Any) -> None:
    cloud.client("cloudwatch").put_metric_alarm(
        **{
            "AlarmName": "watch",
            "Namespace": "AWS/EC2",
            "MetricName": metric,
            "Dimensions": [{"Name": "AutoScalingGroupName", "Value": "web"}],
            "ComparisonOperator": "GreaterThanThreshold",
            "Statistic": "Average",
            "EvaluationPeriods": 2,
            "Period": 60,
            "Threshold": 40,
            "AlarmActions": [arn],
            **more,
        }
    )


def test_steps_add_more_the_further_it_is_beyond(cloud: Any, site: dict[str, Any]) -> None:
    scaling = cloud.client("autoscaling")
    policy = scaling.put_scaling_policy(
        AutoScalingGroupName="web",
        PolicyName="steps",
        PolicyType="StepScaling",
        AdjustmentType="ChangeInCapacity",
        EstimatedInstanceWarmup=600,
        StepAdjustments=[
            {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 30, "ScalingAdjustment": 1},
            {"MetricIntervalLowerBound": 30, "ScalingAdjustment": 3},
        ],
    )
    watch(cloud, policy["PolicyARN"])
    put(cloud, site, base=200)  # all of the one machine
    cloud.wait(600)
    # Once, for what warms up counts.
    assert group(cloud)["DesiredCapacity"] == 4


def test_a_simple_policy_rests_between_two_steps(cloud: Any, site: dict[str, Any]) -> None:
    scaling = cloud.client("autoscaling")
    policy = scaling.put_scaling_policy(
        AutoScalingGroupName="web",
        PolicyName="one-more",
        AdjustmentType="PercentChangeInCapacity",
        ScalingAdjustment=10,
        Cooldown=900,
    )
    watch(cloud, policy["PolicyARN"])
    put(cloud, site, base=2000)
    cloud.wait(1000)
    assert group(cloud)["DesiredCapacity"] == 2
    cloud.wait(900)
    assert group(cloud)["DesiredCapacity"] == 3
    scaling.suspend_processes(AutoScalingGroupName="web", ScalingProcesses=["AlarmNotification"])
    cloud.wait(3600)
    assert group(cloud)["DesiredCapacity"] == 3


def test_no_room_is_told_and_nothing_else_happens(cloud: Any, site: dict[str, Any]) -> None:
    faults.add(cloud.world, {"kind": "zone-outage", "zone": "*"})
    scaling = cloud.client("autoscaling")
    scaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=2)
    first = scaling.describe_scaling_activities(AutoScalingGroupName="web")["Activities"][0]
    assert first["StatusCode"] == "Failed" and "sufficient" in first["StatusMessage"]
    assert len(group(cloud)["Instances"]) == 1 and group(cloud)["DesiredCapacity"] == 2


def test_a_message_is_sent_and_is_in_the_history(cloud: Any, site: dict[str, Any]) -> None:
    sns, sqs = cloud.client("sns"), cloud.client("sqs")
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    queue = sqs.create_queue(QueueName="alarms")["QueueUrl"]
    named = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=named)
    watch(cloud, topic, OKActions=[topic])
    put(cloud, site, shape="flash-crowd", base=1, peak=200, after_seconds=600, for_seconds=900)
    cloud.wait(7200)
    got = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    told = [json.loads(json.loads(one["Body"])["Message"]) for one in got]
    assert [one["NewStateValue"] for one in told] == ["OK", "ALARM", "OK"]
    history = cloud.client("cloudwatch").describe_alarm_history(AlarmName="watch", HistoryItemType="Action")
    assert len(history["AlarmHistoryItems"]) == 3
    assert history["AlarmHistoryItems"][0]["HistorySummary"] == f"Successfully executed action {topic}"


@pytest.mark.parametrize(
    ("what", "state"), [("stop", "stopped"), ("terminate", "terminated"), ("recover", "running")]
)
def test_an_ill_machine_is_dealt_with(cloud: Any, what: str, state: str) -> None:
    (machine,) = cloud.run()
    watch(
        cloud,
        f"{ACTIONS}:{what}",
        "StatusCheckFailed_System",
        Dimensions=[{"Name": "InstanceId", "Value": machine}],
        Threshold=0,
    )
    faults.add(cloud.world, {"kind": "impaired-machine", "instance": machine, "check": "system"})
    cloud.wait(600)
    assert cloud.instance(machine)["State"]["Name"] == state
    if what == "recover":
        told = cloud.client("ec2").describe_instance_status(InstanceIds=[machine])["InstanceStatuses"][0]
        assert told["SystemStatus"]["Status"] == "ok"


def test_silence_is_an_alarm_if_it_is_said_to_be(cloud: Any) -> None:
    (machine,) = cloud.run()
    of_it = [{"Name": "InstanceId", "Value": machine}]
    watch(
        cloud,
        f"{ACTIONS}:stop",
        "Heartbeat",
        Namespace="Own",
        Dimensions=of_it,
        ComparisonOperator="LessThanThreshold",
        TreatMissingData="breaching",
    )
    cloud.wait(300)
    assert cloud.instance(machine)["State"]["Name"] == "stopped"


def test_an_action_that_is_refused_is_in_the_history(cloud: Any) -> None:
    (machine,) = cloud.run()
    watch(cloud, f"{ACTIONS}:recover", Dimensions=[{"Name": "InstanceId", "Value": machine}])
    watcher = cloud.client("cloudwatch")
    watcher.set_alarm_state(AlarmName="watch", StateValue="ALARM", StateReason="to see")
    told = watcher.describe_alarm_history(AlarmName="watch", HistoryItemType="Action")["AlarmHistoryItems"]
    assert told[0]["HistorySummary"].startswith(f"Failed to execute action {ACTIONS}:recover")
    assert "does not fail its system check" in told[0]["HistoryData"]


def test_alarms_do_nothing_while_their_actions_are_off(cloud: Any) -> None:
    (machine,) = cloud.run()
    watch(
        cloud,
        f"{ACTIONS}:stop",
        Dimensions=[{"Name": "InstanceId", "Value": machine}],
        ActionsEnabled=False,
    )
    cloud.client("cloudwatch").set_alarm_state(AlarmName="watch", StateValue="ALARM", StateReason="to see")
    assert cloud.instance(machine)["State"]["Name"] == "running"
