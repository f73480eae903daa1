"""What an Auto Scaling group tells of itself: what came and went, why, and what it may be asked for.

Owns the activities, which are kept on the group.
"""

from typing import Any

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult
from moto.moto_api._internal import mock_random

from skywright_gym.aws.behaviour import timing
from skywright_gym.aws.behaviour.rule import Rule, before, instead

_PAGES = "https://docs.aws.amazon.com/autoscaling/ec2/userguide/"
_MOST_ACTIVITIES = 100


def note_change(group: Any, was: int, cause: str) -> None:
    """The group has another size than it had; what comes of that has this cause."""
    change = f"changing the desired capacity from {was} to {group.desired_capacity}"
    vars(group)["cause"] = f"At {timing.told(timing.now())} a {cause} {change}."


def note(group: Any, what: str, status: str, why: str = "") -> None:
    """Something came or went, or could not come."""
    activity = {
        "ActivityId": str(mock_random.uuid4()),
        "AutoScalingGroupName": group.name,
        "AutoScalingGroupARN": group.arn,
        "Description": what,
        "Cause": vars(group).get("cause", ""),
        "StartTime": timing.naive_moment(),
        "EndTime": timing.naive_moment(),
        "StatusCode": status,
        "StatusMessage": why or None,
        "Progress": 100,
        "Details": "{}",
    }
    activities = vars(group).setdefault("activities", [])
    activities.insert(0, {name: value for name, value in activity.items() if value is not None})
    del activities[_MOST_ACTIVITIES:]


def _activities(self: Any) -> ActionResult:
    name, ids = self._get_param("AutoScalingGroupName"), self._get_param("ActivityIds", [])
    groups = [g for g in self.autoscaling_backend.autoscaling_groups.values() if name in (None, "", g.name)]
    found = [one for group in groups for one in vars(group).get("activities", [])]
    found = [one for one in found if not ids or one["ActivityId"] in ids]
    found.sort(key=lambda one: one["StartTime"], reverse=True)
    return ActionResult({"Activities": found[: int(self._get_param("MaxRecords", _MOST_ACTIVITIES))]})


def _check_size(self: Any) -> None:
    group = self.autoscaling_backend.autoscaling_groups.get(self._get_param("AutoScalingGroupName"))
    size = self._get_int_param("DesiredCapacity")
    if group is None or size is None:
        return
    for bound, beyond, word in (
        (int(group.max_size or 0), size > int(group.max_size or 0), "above max"),
        (int(group.min_size or 0), size < int(group.min_size or 0), "below min"),
    ):
        if beyond:
            raise ValidationError(
                f"New SetDesiredCapacity value {size} is {word} value {bound} for the AutoScalingGroup."
            )


RULES = (
    Rule(
        "scaling.activities",
        ("autoscaling",),
        "A group tells what came and went and why, also what could not come for want of room or by a "
        "quota; a size beyond its bounds is refused.",
        f"specification: {_PAGES}as-verify-scaling-activity.html; assumption: a launch that failed is not "
        "tried again, and an activity is over at once",
        (
            instead(AutoScalingResponse, "describe_scaling_activities", _activities),
            before(AutoScalingResponse, "set_desired_capacity", _check_size),
        ),
    ),
)
