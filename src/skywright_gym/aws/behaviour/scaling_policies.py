"""What a scaling policy makes of an alarm: another size of its group, now, later or not at all.

Owns the three kinds of policies that alarms run (simple, step, target tracking) and the alarms that target
tracking makes for itself. How a group comes to its new size is in `scaling_groups`.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.models import AutoScalingBackend, FakeScalingPolicy
from moto.autoscaling.responses import AutoScalingResponse
from moto.cloudwatch.models import cloudwatch_backends
from moto.core.responses import ActionResult, EmptyResult
from moto.moto_api._internal import mock_random

from skywright_gym.aws.behaviour import scaling_groups
from skywright_gym.aws.behaviour.rule import Rule, around, computed

_PAGES = "https://docs.aws.amazon.com/autoscaling/ec2/userguide/"
HIGH, LOW = "AlarmHigh", "AlarmLow"
_HIGH_PERIODS, _LOW_PERIODS = 3, 15
_LOW_SHARE = 0.9
"""Under which share of its target a metric is low enough for fewer machines."""


# ---- how many there are to be


def _added(base: int, kind: str, amount: float, least: int) -> int:
    """The size that an adjustment of so much leads to; specification: as-scaling-simple-step.html."""
    if kind == "ExactCapacity":
        return int(amount)
    change = amount
    if kind == "PercentChangeInCapacity":
        share = base * amount / 100
        # Between nothing and one it is one; beyond that it is rounded towards nothing.
        change = math.copysign(max(1, int(abs(share))), share) if share else 0
        if change and abs(change) < least:
            change = math.copysign(least, change)
    return base + int(change)


def _step(policy: Any, beyond: float) -> Mapping[str, Any] | None:
    """The step of a policy whose interval holds how far the metric is beyond the alarm's threshold."""
    for step in policy.step_adjustments or []:
        lower = float(step.get("MetricIntervalLowerBound", -math.inf))
        upper = float(step.get("MetricIntervalUpperBound", math.inf))
        if (lower <= beyond < upper) if beyond >= 0 else (lower < beyond <= upper):
            return step
    return None


def _simple(policy: Any, group: Any, _alarm: Any, _value: float | None) -> int | None:
    if scaling_groups.is_cooling(group) or policy.scaling_adjustment is None:
        return None
    return _added(group.desired_capacity, policy.adjustment_type, policy.scaling_adjustment, _least(policy))


def _by_steps(policy: Any, group: Any, alarm: Any, value: float | None) -> int | None:
    step = None if value is None else _step(policy, value - float(alarm.threshold))
    if step is None:
        return None
    warming = scaling_groups.warming(group)
    size = group.desired_capacity
    wanted = _added(size - warming, policy.adjustment_type, float(step["ScalingAdjustment"]), _least(policy))
    # What is on its way counts for this: no second time for the same step, and nothing goes meanwhile.
    return max(size, wanted) if warming else wanted


def _by_target(policy: Any, group: Any, alarm: Any, value: float | None) -> int | None:
    if value is None:
        return None
    size, warming = group.desired_capacity, scaling_groups.warming(group)
    aim = float(vars(policy.target_tracking_configuration)["TargetValue"])
    # Rounded first: 3.0000000001 machines are three.
    wanted = math.ceil(round((size - warming) * value / aim, 6))
    if HIGH in alarm.name:
        return max(size, wanted)
    return size if warming else min(size, wanted)


_KINDS: Mapping[str, Callable[[Any, Any, Any, float | None], int | None]] = {
    "SimpleScaling": _simple,
    "StepScaling": _by_steps,
    "TargetTrackingScaling": _by_target,
}


def _least(policy: Any) -> int:
    return int(policy.min_adjustment_magnitude or 1)


def _group(policy: Any) -> Any | None:
    return policy.autoscaling_backend.autoscaling_groups.get(policy.auto_scaling_group_name)


def wanted(policy: Any, alarm: Any, value: float | None) -> int | None:
    """The size that a policy would give its group now; None if it leaves it as it is."""
    group = _group(policy)
    decide = _KINDS.get(policy.policy_type)
    if group is None or decide is None or scaling_groups.is_suspended(group, "AlarmNotification"):
        return None
    size = decide(policy, group, alarm, value)
    if size is None:
        return None
    size = min(max(size, int(group.min_size or 0)), int(group.max_size or 0))
    return None if size == group.desired_capacity else size


def run(policy: Any, alarm: Any, value: float | None) -> None:
    """Give the policy's group the size that the policy would give it, because of an alarm."""
    size = wanted(policy, alarm, value)
    if size is not None:
        state = f"monitor alarm {alarm.name} in state {alarm.state_value} triggered policy {policy.name}"
        _resize(policy, size, state)


def _resize(policy: Any, size: int, why: str) -> None:
    group = _group(policy)
    if group is not None:
        seconds = float(policy.estimated_instance_warmup or group.default_cooldown)
        scaling_groups.resize(group, size, scaling_groups.Reason(why, seconds, policy.cooldown))


# ---- by hand


def _execute(_original: Callable[..., Any], self: Any) -> Any:
    policy = self.autoscaling_backend.policies[self._get_param("PolicyName")]
    group = _group(policy)
    if policy.policy_type == "TargetTrackingScaling" or group is None:
        raise ValidationError("You cannot execute a policy of this type")
    amount: Any = policy.scaling_adjustment
    if policy.policy_type == "StepScaling":
        value, threshold = self._get_param("MetricValue"), self._get_param("BreachThreshold")
        if value is None or threshold is None:
            raise ValidationError("MetricValue and BreachThreshold are required for a policy with steps")
        step = _step(policy, float(value) - float(threshold))
        amount = None if step is None else float(step["ScalingAdjustment"])
    if amount is not None and not (
        self._get_bool_param("HonorCooldown") and scaling_groups.is_cooling(group)
    ):
        size = _added(group.desired_capacity, policy.adjustment_type, float(amount), _least(policy))
        size = min(max(size, int(group.min_size or 0)), int(group.max_size or 0))
        if size != group.desired_capacity:
            _resize(policy, size, f"user executed policy {policy.name}")
    return EmptyResult()


# ---- the alarms of target tracking


def _put(original: Callable[..., Any], self: Any, *args: Any, **kwargs: Any) -> Any:
    name = kwargs.get("name") or args[0]
    before = self.policies.get(name)
    policy = original(self, *args, **kwargs)
    if before is not None:
        _drop_alarms(before)
    if policy.policy_type == "TargetTrackingScaling":
        _make_alarms(policy)
    return policy


def _make_alarms(policy: Any) -> None:
    tracked = vars(policy.target_tracking_configuration)
    metric, aim = _metric(policy, tracked), float(tracked["TargetValue"])
    if metric is None:
        return  # metric mathematics, which moto does not know: it follows nothing
    ends = [(HIGH, "GreaterThanThreshold", _HIGH_PERIODS, aim)]
    if not tracked.get("DisableScaleIn"):
        ends.append((LOW, "LessThanThreshold", _LOW_PERIODS, aim * _LOW_SHARE))
    for which, operator, periods, threshold in ends:
        _alarms(policy).put_metric_alarm(
            name=f"TargetTracking-{policy.auto_scaling_group_name}-{which}-{mock_random.uuid4()}",
            comparison_operator=operator,
            evaluation_periods=periods,
            period=60,
            threshold=threshold,
            description="DO NOT EDIT OR DELETE. For TargetTrackingScaling policy " + policy.arn + ".",
            alarm_actions=[policy.arn],
            **metric,
        )


def _metric(policy: Any, tracked: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the alarms of a policy look at, as moto's alarms are told."""
    group = {"Name": "AutoScalingGroupName", "Value": policy.auto_scaling_group_name}
    named = tracked.get("PredefinedMetricSpecification")
    if named and named["PredefinedMetricType"] == "ALBRequestCountPerTarget":
        # app/NAME/ID/targetgroup/NAME/ID
        _balancer, found, of_group = str(named.get("ResourceLabel", "")).partition("/targetgroup/")
        if not found:
            raise ValidationError("ALBRequestCountPerTarget needs a ResourceLabel")
        target = {"Name": "TargetGroup", "Value": f"targetgroup/{of_group}"}
        return _looked_at("AWS/ApplicationELB", "RequestCountPerTarget", [target], "Sum")
    if named:
        metric = str(named["PredefinedMetricType"]).removeprefix("ASGAverage")
        return _looked_at("AWS/EC2", metric, [group], "Average")
    own = tracked.get("CustomizedMetricSpecification") or {}
    if "MetricName" not in own:
        return None
    return _looked_at(own["Namespace"], own["MetricName"], own.get("Dimensions") or [], own["Statistic"])


def _looked_at(
    namespace: str, metric: str, dimensions: list[dict[str, str]], statistic: str
) -> dict[str, Any]:
    return {
        "namespace": namespace,
        "metric_name": metric,
        "dimensions": dimensions,
        "statistic": statistic,
    }


def _alarms(policy: Any) -> Any:
    backend = policy.autoscaling_backend
    return cloudwatch_backends[backend.account_id][backend.region_name]


def _alarms_of(policy: Any) -> list[Any]:
    return [alarm for alarm in _alarms(policy).alarms.values() if policy.arn in (alarm.alarm_actions or [])]


def _told_alarms(policy: Any) -> list[dict[str, str]]:
    return [{"AlarmName": alarm.name, "AlarmARN": alarm.alarm_arn} for alarm in _alarms_of(policy)]


def _drop_alarms(policy: Any) -> None:
    if policy.policy_type == "TargetTrackingScaling":
        _alarms(policy).delete_alarms([alarm.name for alarm in _alarms_of(policy)])


def _answer_put(original: Callable[..., Any], self: Any) -> ActionResult:
    original(self)
    policy = self.autoscaling_backend.policies[self._get_param("PolicyName")]
    return ActionResult({"PolicyARN": policy.arn, "Alarms": _told_alarms(policy)})


def _delete(original: Callable[..., None], self: Any, name: str) -> None:
    # The policy's own name, or its ARN; moto knows the name alone.
    name = name.rpartition("policyName/")[2]
    if name in self.policies:
        _drop_alarms(self.policies[name])
    original(self, name)


def _delete_with_group(original: Callable[..., None], self: Any, group_name: str) -> None:
    original(self, group_name)
    for policy in [one for one in self.policies.values() if one.auto_scaling_group_name == group_name]:
        self.delete_policy(policy.name)


RULES = (
    Rule(
        "scaling.policies",
        ("autoscaling", "cloudwatch"),
        "An alarm runs a policy, which gives its group another size within the group's bounds: by a fixed "
        "adjustment after a cooldown, by steps or in proportion to a target, where what is still warming up "
        "counts as there; again each minute while the alarm's state holds.",
        f"specification: {_PAGES}as-scaling-simple-step.html and as-scaling-target-tracking.html; "
        "assumption: in proportion means the size times the metric over its target, rounded up, also on the "
        "way down",
        (around(AutoScalingResponse, "execute_policy", _execute),),
    ),
    Rule(
        "scaling.tracking",
        ("autoscaling", "cloudwatch"),
        "A target tracking policy makes two alarms for itself and shows them: one over its target for three "
        "minutes, one under 90 % of it for fifteen, unless it is not to scale in; they go with it.",
        f"specification: {_PAGES}as-scaling-target-tracking.html; assumption: the numbers, as they are seen "
        "in accounts",
        (
            around(AutoScalingBackend, "put_scaling_policy", _put),
            around(AutoScalingBackend, "delete_policy", _delete),
            around(AutoScalingBackend, "delete_auto_scaling_group", _delete_with_group),
            around(AutoScalingResponse, "put_scaling_policy", _answer_put),
            computed(FakeScalingPolicy, "alarms", _told_alarms, is_new=True),
        ),
    ),
)
