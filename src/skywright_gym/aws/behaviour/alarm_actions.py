"""What alarms bring about when their state changes: a message, another size of a group, a machine's stop.

Owns which action an ARN means, carrying it out, and its place in the alarm's history. When a state changes is
in `alarms`; what a policy makes of it in `scaling_policies`.
"""

import json
from typing import Any

from moto.autoscaling.models import autoscaling_backends
from moto.cloudwatch.models import Alarm
from moto.core.exceptions import ServiceException
from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends
from moto.sns.models import sns_backends
from werkzeug.exceptions import HTTPException

from skywright_gym.aws.behaviour import lifecycle, outages, scaling_policies, timing
from skywright_gym.aws.behaviour.errors import incorrect_instance_state
from skywright_gym.aws.behaviour.rule import Rule, around

_LISTS = {
    "ALARM": "alarm_actions",
    "OK": "ok_actions",
    "INSUFFICIENT_DATA": "insufficient_data_actions",
}
_MACHINE_ACTIONS = ("stop", "terminate", "reboot", "recover")


def actions_of(alarm: Any, state: str) -> list[str]:
    """What the alarm brings about in a state."""
    return list(getattr(alarm, _LISTS[state]) or []) if alarm.actions_enabled else []


def has_actions(alarm: Any) -> bool:
    """Whether an alarm brings anything about."""
    return any(actions_of(alarm, state) for state in _LISTS)


def policies_of(alarm: Any) -> list[Any]:
    """The scaling policies that the alarm's present state runs, again each minute while it holds."""
    found = (_policy(arn) for arn in actions_of(alarm, alarm.state_value) if _service(arn) == "autoscaling")
    return [policy for policy in found if policy is not None]


def _service(arn: str) -> str:
    return arn.split(":")[2] if arn.count(":") >= 5 else ""


def _where(alarm: Any) -> tuple[str, str]:
    parts = alarm.alarm_arn.split(":")
    return parts[4], parts[3]


def _changed(original: Any, self: Any, reason: str, reason_data: str, state_value: str) -> None:
    old = self.state_value
    original(self, reason, reason_data, state_value)
    if old != state_value:
        for arn in actions_of(self, state_value):
            _act(self, arn, old)


def _act(alarm: Any, arn: str, old: str) -> None:
    why = ""
    try:
        if _service(arn) == "sns":
            _tell(alarm, arn, old)
        elif _service(arn) == "autoscaling":
            _scale(alarm, arn)
        elif _service(arn) in ("automate", "swf"):
            _deal_with_machine(alarm, arn)
        else:
            why = "the gym does not carry out such an action"
    except (ServiceException, HTTPException) as refused:
        # As there: what the action names is gone, or does not lend itself to it.
        why = str(getattr(refused, "message", refused))
    vars(alarm).setdefault("acted", []).append((timing.naive_moment(), arn, why))


# ---- a message


def _tell(alarm: Any, arn: str, old: str) -> None:
    """Publish what happened; shape: .../monitoring/Notify_Users_Alarm_Changes.html."""
    account, region = _where(alarm)
    message = {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": account,
        "AlarmConfigurationUpdatedTimestamp": _written(alarm.configuration_updated_timestamp),
        "NewStateValue": alarm.state_value,
        "NewStateReason": alarm.state_reason,
        "StateChangeTime": _written(alarm.state_updated_timestamp),
        "Region": region,
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": old,
        "OKActions": list(alarm.ok_actions or []),
        "AlarmActions": list(alarm.alarm_actions or []),
        "InsufficientDataActions": list(alarm.insufficient_data_actions or []),
        "Trigger": {
            "MetricName": alarm.metric_name,
            "Namespace": alarm.namespace,
            "StatisticType": "Statistic",
            "Statistic": (alarm.statistic or "").upper(),
            "Unit": alarm.unit,
            "Dimensions": [{"name": one.name, "value": one.value} for one in alarm.dimensions],
            "Period": int(alarm.period or 0),
            "EvaluationPeriods": int(alarm.evaluation_periods or 0),
            "ComparisonOperator": alarm.comparison_operator,
            "Threshold": float(alarm.threshold or 0),
            "TreatMissingData": alarm.treat_missing_data or "",
        },
    }
    topics: Any = sns_backends[account][arn.split(":")[3]]
    subject = f'{alarm.state_value}: "{alarm.name}" in {region}'
    topics.publish(message=json.dumps(message), arn=arn, subject=subject[:100])


def _written(moment: Any) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}+0000"


# ---- another size of a group


def _policy(arn: str) -> Any | None:
    """The policy that an ARN of Auto Scaling's names: `…:autoScalingGroupName/GROUP:policyName/NAME`."""
    parts = arn.split(":")
    backend: Any = autoscaling_backends[parts[4]].get(parts[3])
    policy = backend.policies.get(arn.rpartition("policyName/")[2]) if backend is not None else None
    return policy if policy is not None and policy.arn == arn else None


def _scale(alarm: Any, arn: str) -> None:
    policy = _policy(arn)
    if policy is None:
        raise ServiceException("ValidationError", "PolicyARN or PolicyName not found")
    values = json.loads(alarm.state_reason_data or "{}").get("recentDatapoints") or [None]
    scaling_policies.run(policy, alarm, values[-1])


# ---- a machine's stop, end, new beginning


def _deal_with_machine(alarm: Any, arn: str) -> None:
    """Specification: .../AmazonCloudWatch/latest/monitoring/UsingAlarmActions.html for both forms of ARN."""
    account, region = _where(alarm)
    words = arn.replace("/", ":").replace(".", ":").lower().split(":")
    what = next(word for word in words if word in _MACHINE_ACTIONS)
    machine_id = next((one.value for one in alarm.dimensions if one.name == "InstanceId"), "")
    backend: Any = ec2_backends[account][region]
    machine = backend.get_instance(machine_id)
    if what == "recover":
        if outages.ails_since(machine, "system") is None:
            raise incorrect_instance_state(f"The instance '{machine_id}' does not fail its system check.")
        lifecycle.recover(machine)
        return
    getattr(backend, f"{what}_instances")([machine_id])
    if what == "terminate":
        # As moto does where a user terminates: they do not look for themselves.
        autoscaling_backends[account][region].notify_terminate_instances([machine_id])
        elbv2_backends[account][region].notify_terminate_instances([machine_id])


RULES = (
    Rule(
        "alarms.actions",
        ("cloudwatch", "sns", "ec2", "autoscaling"),
        "When an alarm's state changes its actions for the new state are carried out: a message to a "
        "topic, a scaling policy, or a machine's stop, end, reboot or recovery; each is in its history, "
        "refused or not.",
        "specification: "
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html "
        "and UsingAlarmActions.html; assumption: a recovery is a reboot on another host that takes as long "
        "as a launch, and is refused to a machine that passes the system's check",
        (around(Alarm, "update_state", _changed),),
    ),
)
