"""What Auto Scaling knows of itself: its kinds of adjustment, notification, process and the like, and its
limits. Owns these tables; groups and their policies are moto's own.
"""

from collections.abc import Callable, Mapping
from typing import Any

from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult

from skywright_gym.aws.behaviour.rule import Rule, new

_PREFIX = "autoscaling:EC2_INSTANCE_"
# specification: the pages of these operations at https://docs.aws.amazon.com/autoscaling/ec2/APIReference/
FACTS: Mapping[str, Mapping[str, Any]] = {
    "describe_adjustment_types": {
        "AdjustmentTypes": [
            {"AdjustmentType": kind}
            for kind in ("ChangeInCapacity", "ExactCapacity", "PercentChangeInCapacity")
        ]
    },
    "describe_auto_scaling_notification_types": {
        "AutoScalingNotificationTypes": [
            *(f"{_PREFIX}{kind}" for kind in ("LAUNCH", "LAUNCH_ERROR", "TERMINATE", "TERMINATE_ERROR")),
            "autoscaling:TEST_NOTIFICATION",
        ]
    },
    "describe_lifecycle_hook_types": {"LifecycleHookTypes": [f"{_PREFIX}LAUNCHING", f"{_PREFIX}TERMINATING"]},
    "describe_metric_collection_types": {
        "Metrics": [
            {"Metric": f"Group{kind}"}
            for kind in (
                "MinSize",
                "MaxSize",
                "DesiredCapacity",
                *(
                    f"{state}{unit}"
                    for state in ("InService", "Pending", "Standby", "Terminating", "Total")
                    for unit in ("Instances", "Capacity")
                ),
            )
        ],
        "Granularities": [{"Granularity": "1Minute"}],
    },
    "describe_scaling_process_types": {
        "Processes": [
            {"ProcessName": kind}
            for kind in (
                "AZRebalance",
                "AddToLoadBalancer",
                "AlarmNotification",
                "HealthCheck",
                "InstanceRefresh",
                "Launch",
                "ReplaceUnhealthy",
                "ScheduledActions",
                "Terminate",
            )
        ]
    },
    "describe_termination_policy_types": {
        "TerminationPolicyTypes": [
            "AllocationStrategy",
            "ClosestToNextInstanceHour",
            "Default",
            "NewestInstance",
            "OldestInstance",
            "OldestLaunchConfiguration",
            "OldestLaunchTemplate",
        ]
    },
}
_MOST_GROUPS, _MOST_CONFIGURATIONS = 500, 200


def _told(facts: Mapping[str, Any]) -> Callable[[Any], ActionResult]:
    return lambda _self: ActionResult(dict(facts))


def _limits(self: Any) -> ActionResult:
    backend = self.autoscaling_backend
    return ActionResult(
        {
            "MaxNumberOfAutoScalingGroups": _MOST_GROUPS,
            "MaxNumberOfLaunchConfigurations": _MOST_CONFIGURATIONS,
            "NumberOfAutoScalingGroups": len(backend.autoscaling_groups),
            "NumberOfLaunchConfigurations": len(backend.launch_configurations),
        }
    )


RULES = (
    Rule(
        "scaling.types",
        ("autoscaling",),
        "Auto Scaling tells which adjustments, notifications, lifecycle hooks, metrics, processes and "
        "policies of termination there are.",
        "specification: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Operations.html",
        tuple(new(AutoScalingResponse, name, _told(facts)) for name, facts in FACTS.items()),
    ),
    Rule(
        "scaling.limits",
        ("autoscaling",),
        "An account has at most 500 groups and 200 launch configurations in a region, and is told "
        "how many it has.",
        "specification: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html; "
        "assumption: that the limits are told, but not held to here",
        (new(AutoScalingResponse, "describe_account_limits", _limits),),
    ),
)
