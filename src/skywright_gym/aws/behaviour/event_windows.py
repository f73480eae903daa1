"""Windows of time for scheduled events: made, shown, changed and deleted. Owns the windows of a region; no
event is ever scheduled here, so none has an effect.
"""

from dataclasses import dataclass
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response
from moto.moto_api._internal import mock_random

from skywright_gym.aws.behaviour.errors import invalid_combination, invalid_value, refusal
from skywright_gym.aws.behaviour.filters import matches
from skywright_gym.aws.behaviour.keeping import Kept
from skywright_gym.aws.behaviour.rule import Rule, new

_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_FILTERS = {"event-window-name": "Name", "event-window-state": "State"}


@dataclass
class Window:
    """One window: some stretches of the week, or a cron expression, but not both."""

    id: str
    name: str | None
    ranges: list[dict[str, Any]]
    cron: str | None


_kept = Kept("event_windows", dict[str, Window])


def _shown(backend: Any, window: Window, state: str) -> dict[str, Any]:
    return {
        "InstanceEventWindowId": window.id,
        "Name": window.name,
        "TimeRanges": window.ranges or None,
        "CronExpression": window.cron,
        "State": state,
        "Tags": [{"Key": k, "Value": v} for k, v in backend.tags.get(window.id, {}).items()],
    }


def _times(response: Any) -> tuple[list[dict[str, Any]], str | None]:
    """The stretches and the expression of a request, of which at most one is given."""
    cron = response._get_param("CronExpression")
    # The API names the parameter otherwise than the answer's member.
    ranges = response._get_param("TimeRanges", []) or response._get_param("TimeRange", [])
    if ranges and cron:
        raise invalid_combination("Time ranges and a cron expression cannot be specified together")
    for one in ranges:
        for end in ("Start", "End"):
            day, hour = one.get(f"{end}WeekDay"), int(one.get(f"{end}Hour", -1))
            if day not in _DAYS or not 0 <= hour <= 23:
                raise invalid_value(f"A time range has a day of the week and an hour: {day}, {hour}")
    hours = ("StartHour", "EndHour")
    return [{k: int(v) if k in hours else v for k, v in one.items()} for one in ranges], cron


def _create(self: Any) -> ActionResult:
    self.error_on_dryrun()
    ranges, cron = _times(self)
    if not ranges and not cron:
        raise refusal("MissingParameter", "The request must contain time ranges or a cron expression")
    window = Window(f"iew-{mock_random.get_random_hex(17)}", self._get_param("Name"), ranges, cron)
    _kept(self.ec2_backend)[window.id] = window
    tags = self._parse_tag_specification().get("instance-event-window", {})
    if tags:
        self.ec2_backend.create_tags([window.id], tags)
    return ActionResult({"InstanceEventWindow": _shown(self.ec2_backend, window, "creating")})


def _one(backend: Any, number: str) -> Window:
    found = _kept(backend).get(number)
    if found is None:
        raise refusal("InvalidInstanceEventWindowId.NotFound", f"The event window '{number}' does not exist")
    return found


def _describe(self: Any) -> ActionResult:
    self.error_on_dryrun()
    backend, ids = self.ec2_backend, self._get_param("InstanceEventWindowIds", [])
    wanted = [_one(backend, number) for number in ids] if ids else list(_kept(backend).values())
    shown = [_shown(backend, one, "active") for one in wanted]
    for name, values in self._filters_from_querystring().items():
        shown = [one for one in shown if matches(_read(one, name), values)]
    return ActionResult({"InstanceEventWindows": shown})


def _read(shown: dict[str, Any], name: str) -> Any:
    tags = {tag["Key"]: tag["Value"] for tag in shown["Tags"]}
    if name in ("tag-key", "tag-value"):
        return list(tags if name == "tag-key" else tags.values())
    if name.startswith("tag:"):
        return tags.get(name.removeprefix("tag:"))
    # Nothing can be associated with a window here.
    return shown[_FILTERS[name]] if name in _FILTERS else None


def _modify(self: Any) -> ActionResult:
    self.error_on_dryrun()
    window = _one(self.ec2_backend, self._get_param("InstanceEventWindowId"))
    ranges, cron = _times(self)
    if ranges or cron:
        window.ranges, window.cron = ranges, cron
    window.name = self._get_param("Name") or window.name
    return ActionResult({"InstanceEventWindow": _shown(self.ec2_backend, window, "active")})


def _delete(self: Any) -> ActionResult:
    self.error_on_dryrun()
    window = _one(self.ec2_backend, self._get_param("InstanceEventWindowId"))
    del _kept(self.ec2_backend)[window.id]
    self.ec2_backend.tags.pop(window.id, None)
    state = {"InstanceEventWindowId": window.id, "State": "deleting"}
    return ActionResult({"InstanceEventWindowState": state})


RULES = (
    Rule(
        "instances.windows",
        ("ec2",),
        "A window for scheduled events has stretches of the week or a cron expression, not both.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/event-windows.html; "
        "assumption: that no event is ever scheduled, so that a window has no effect here",
        (
            new(EC2Response, "create_instance_event_window", _create),
            new(EC2Response, "describe_instance_event_windows", _describe),
            new(EC2Response, "modify_instance_event_window", _modify),
            new(EC2Response, "delete_instance_event_window", _delete),
        ),
    ),
)
