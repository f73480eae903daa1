"""Alarms that follow their metric, and their history.

Owns the state of metric alarms. What they look at comes from moto and `metrics`.
"""

import json
import operator
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.models import Alarm, CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

from skywright_gym.aws.behaviour import timing
from skywright_gym.aws.behaviour.rule import Rule, around, before, new

PAGE = (
    "specification: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html"
)
COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
# A state set by hand holds until the alarm is evaluated the next time.
HELD_SECONDS = 60.0
# How many periods that nobody looked at are gone through; more of them are passed over.
_MOST_MISSED = 240


def _begin(original: Callable[..., None], self: Any, *args: Any, **kwargs: Any) -> None:
    original(self, *args, **kwargs)
    self.state_value = "INSUFFICIENT_DATA"
    self.created_at = timing.naive_moment()
    self.configuration_updated_timestamp = self.state_updated_timestamp = self.created_at
    self.changes = []


def _change(
    original: Callable[..., None], self: Any, reason: str, reason_data: str, state_value: str
) -> None:
    old = self.state_value
    original(self, reason, reason_data, state_value)
    self.state_updated_timestamp = timing.naive_moment()
    if old != state_value:
        vars(self).setdefault("changes", []).append((self.state_updated_timestamp, old, state_value, reason))


def _set_by_hand(
    original: Callable[..., None], self: Any, alarm_name: str, *args: Any, **kwargs: Any
) -> None:
    original(self, alarm_name, *args, **kwargs)
    self.alarms[alarm_name].held_until = timing.now() + HELD_SECONDS


def _count(alarm: Any) -> int:
    """How many periods an evaluation looks at."""
    return max(int(alarm.evaluation_periods), 1)


def _measured(backend: Any, alarm: Any, since: float) -> list[tuple[float, float]]:
    """The moments and values that an alarm's metric had from `since` on."""
    found = backend.get_metric_statistics(
        alarm.namespace,
        alarm.metric_name,
        datetime.fromtimestamp(since, UTC).replace(tzinfo=None),
        datetime.fromtimestamp(timing.now() + 1, UTC).replace(tzinfo=None),
        int(alarm.period),
        [alarm.statistic],
        [{"Name": d.name, "Value": d.value} for d in alarm.dimensions],
    )
    values = ((one.timestamp, one.get_statistics_for_type(alarm.statistic)) for one in found)
    return [(timing.epoch(at), float(value)) for at, value in values if value is not None]


def _values(backend: Any, alarm: Any) -> list[float]:
    period, now = int(alarm.period), timing.now()
    since = now - now % period - period * (_count(alarm) + 1)
    return [value for _, value in _measured(backend, alarm, since)][-_count(alarm) :]


def _catch_up(backend: Any, alarm: Any) -> None:
    """Evaluate an alarm for the periods that ended since it was looked at last, each at its own moment.

    Only where each of the values that it looks at is there: what missing ones mean is decided at present.
    """
    period, count, now = int(alarm.period), _count(alarm), timing.now()
    created: datetime = vars(alarm).get("created_at") or alarm.configuration_updated_timestamp
    last = vars(alarm).get("looked_at", timing.epoch(created))
    alarm.looked_at = now
    last = max(last, now - _MOST_MISSED * period)
    ends = [end for end in _period_ends(last, now, period) if end >= vars(alarm).get("held_until", 0.0)]
    if not ends:
        return
    measured = _measured(backend, alarm, ends[0] - period * count)
    for end in ends:
        values = [value for at, value in measured if end - period * count <= at <= end - period]
        if len(values) == count:
            with timing.standing_at(end):
                _judge(alarm, values)


def _period_ends(last: float, now: float, period: int) -> list[float]:
    first = (last // period + 1) * period
    return [first + n * period for n in range(int(max(0.0, now - first) // period) + 1) if first <= now]


def _evaluate(backend: Any, alarm: Any) -> None:
    if not alarm.metric_name or not alarm.statistic or alarm.comparison_operator not in COMPARISONS:
        return
    _catch_up(backend, alarm)
    if timing.now() >= vars(alarm).get("held_until", 0.0):
        _judge(alarm, _values(backend, alarm))


def _judge(alarm: Any, values: list[float]) -> None:
    """Change the state of an alarm that looks at these values, if they say so."""
    count = _count(alarm)
    crossing = [v for v in values if COMPARISONS[alarm.comparison_operator](v, float(alarm.threshold))]
    needed = int(alarm.datapoints_to_alarm or count)
    missing = alarm.treat_missing_data or "missing"
    breaching = len(crossing) + (count - len(values) if missing == "breaching" else 0)
    if not values and missing == "ignore":
        return
    if not values and missing == "missing":
        state = "INSUFFICIENT_DATA"
    else:
        state = "ALARM" if breaching >= needed else "OK"
    if state != alarm.state_value:
        shown = ", ".join(f"{v:g}" for v in values) or "no datapoints"
        reason = (
            f"Threshold Crossed: {len(crossing)} out of the last {count} datapoints [{shown}] compared with "
            f"{float(alarm.threshold):g}."
        )
        data = {"version": "1.0", "recentDatapoints": values, "threshold": float(alarm.threshold)}
        alarm.update_state(reason, json.dumps(data), state)


def _evaluate_all(self: Any) -> None:
    backend = self.cloudwatch_backend
    for alarm in backend.alarms.values():
        _evaluate(backend, alarm)


def _history(self: Any) -> ActionResult:
    _evaluate_all(self)
    name, kind = self._get_param("AlarmName"), self._get_param("HistoryItemType")
    items: list[dict[str, Any]] = []
    for alarm in self.cloudwatch_backend.alarms.values():
        if name and alarm.name != name:
            continue
        shared = {"AlarmName": alarm.name, "AlarmType": "CompositeAlarm" if alarm.rule else "MetricAlarm"}
        created = vars(alarm).get("created_at", alarm.configuration_updated_timestamp)
        items.append(
            {
                **shared,
                "Timestamp": created,
                "HistoryItemType": "ConfigurationUpdate",
                "HistorySummary": f'Alarm "{alarm.name}" created',
                "HistoryData": json.dumps({"version": "1.0", "type": "Create"}),
            }
        )
        for at, old, state, reason in vars(alarm).get("changes", []):
            data = {"oldState": {"stateValue": old}, "newState": {"stateValue": state, "stateReason": reason}}
            items.append(
                {
                    **shared,
                    "Timestamp": at,
                    "HistoryItemType": "StateUpdate",
                    "HistorySummary": f"Alarm updated from {old} to {state}",
                    "HistoryData": json.dumps({"version": "1.0", **data}),
                }
            )
    items = [i for i in items if kind in (None, i["HistoryItemType"])]
    ascending = self._get_param("ScanBy") == "TimestampAscending"
    items.sort(key=lambda i: i["Timestamp"], reverse=not ascending)
    return ActionResult({"AlarmHistoryItems": items[: int(self._get_param("MaxRecords", 100))]})


RULES = (
    Rule(
        "alarms.states",
        ("cloudwatch",),
        "An alarm has insufficient data at first, then is OK or in ALARM as its metric says; a state set by "
        "hand holds until the next evaluation; each change is in its history.",
        PAGE + "; assumption: periods that nobody looked at are gone through later, 240 of them at most",
        (
            around(Alarm, "__init__", _begin),
            around(Alarm, "update_state", _change),
            around(CloudWatchBackend, "set_alarm_state", _set_by_hand),
            before(CloudWatchResponse, "describe_alarms", _evaluate_all),
            before(CloudWatchResponse, "describe_alarms_for_metric", _evaluate_all),
            new(CloudWatchResponse, "describe_alarm_history", _history),
        ),
    ),
)
