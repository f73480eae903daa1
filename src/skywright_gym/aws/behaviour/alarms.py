"""Alarms that follow their metric, and their history.

Owns the state of metric alarms. What they look at comes from moto and `metrics`.
"""

import json
import operator
from collections.abc import Callable, Iterator, Mapping
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
# specification: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
# says that an evaluation looks further back than it needs; assumption: how far, which is enough for what is
# measured each five minutes.
_FURTHER_PERIODS, _FURTHER_SECONDS = 2, 600


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


def _range_seconds(alarm: Any) -> int:
    """How far back an evaluation looks for values: somewhat further than those that it needs."""
    period = int(alarm.period)
    return period * _count(alarm) + max(_FURTHER_PERIODS * period, _FURTHER_SECONDS)


def _seen_at(alarm: Any, measured: list[tuple[float, float]], end: float) -> list[float]:
    """The newest values that an evaluation at the end of a period looks at."""
    first, last = end - _range_seconds(alarm), end - int(alarm.period)
    return [value for at, value in measured if first <= at <= last][-_count(alarm) :]


def _values(backend: Any, alarm: Any) -> list[float]:
    period, now = int(alarm.period), timing.now()
    end = now - now % period
    # Whatever there is of the period that is not over counts too: a bill is told as it stands.
    measured = _measured(backend, alarm, end - _range_seconds(alarm))
    return [value for _, value in measured][-_count(alarm) :]


def is_followed(alarm: Any) -> bool:
    """Whether an alarm has a metric that it can be held against."""
    return bool(alarm.metric_name and alarm.statistic and alarm.comparison_operator in COMPARISONS)


def looked_at(alarm: Any) -> float:
    """Until when the alarm was evaluated."""
    created: datetime = vars(alarm).get("created_at") or alarm.configuration_updated_timestamp
    return float(vars(alarm).get("looked_at", timing.epoch(created)))


def missed(backend: Any, alarm: Any) -> Iterator[tuple[float, list[float]]]:
    """The ends of the periods since it was looked at last, and what it would have looked at then.

    Only where there is any value, or the alarm says what it means that there is none; else that is decided
    at present.
    """
    period, now = int(alarm.period), timing.now()
    last = max(looked_at(alarm), now - _MOST_MISSED * period)
    ends = [end for end in _period_ends(last, now, period) if end >= vars(alarm).get("held_until", 0.0)]
    if not ends:
        return
    measured = _measured(backend, alarm, ends[0] - _range_seconds(alarm))
    for end in ends:
        values = _seen_at(alarm, measured, end)
        if values or alarm.treat_missing_data in ("breaching", "notBreaching"):
            yield end, values


def _period_ends(last: float, now: float, period: int) -> list[float]:
    first = (last // period + 1) * period
    return [first + n * period for n in range(int(max(0.0, now - first) // period) + 1) if first <= now]


def _evaluate(backend: Any, alarm: Any) -> None:
    if not is_followed(alarm):
        return
    for end, values in list(missed(backend, alarm)):
        with timing.standing_at(end):
            judge(alarm, values)
    alarm.looked_at = timing.now()
    if timing.now() >= vars(alarm).get("held_until", 0.0):
        judge(alarm, _values(backend, alarm))


def state_for(alarm: Any, values: list[float]) -> str:
    """The state of an alarm that looks at these values."""
    count = _count(alarm)
    missing = alarm.treat_missing_data or "missing"
    if not values and missing in ("missing", "ignore"):
        return "INSUFFICIENT_DATA" if missing == "missing" else str(alarm.state_value)
    breaching = sum(COMPARISONS[alarm.comparison_operator](v, float(alarm.threshold)) for v in values)
    needed = int(alarm.datapoints_to_alarm or count)
    if missing == "missing":
        # What is missing says nothing: fewer values are enough if all of them breach.
        needed = min(needed, len(values))
    elif missing == "breaching":
        breaching += count - len(values)
    return "ALARM" if breaching >= needed else "OK"


def judge(alarm: Any, values: list[float]) -> None:
    """Change the state of an alarm that looks at these values, if they say so."""
    state = state_for(alarm, values)
    if state == alarm.state_value:
        return
    crossing = [v for v in values if COMPARISONS[alarm.comparison_operator](v, float(alarm.threshold))]
    shown = ", ".join(f"{v:g}" for v in values) or "no datapoints"
    reason = (
        f"Threshold Crossed: {len(crossing)} out of the last {_count(alarm)} datapoints [{shown}] compared "
        f"with {float(alarm.threshold):g}."
    )
    data = {"version": "1.0", "recentDatapoints": values, "threshold": float(alarm.threshold)}
    alarm.update_state(reason, json.dumps(data), state)


def _evaluate_all(self: Any) -> None:
    backend = self.cloudwatch_backend
    for alarm in backend.alarms.values():
        _evaluate(backend, alarm)


Item = tuple[datetime, str, str, dict[str, Any]]
"""What is in an alarm's history: when, of which kind, in a sentence, and its details."""


def _items(alarm: Any) -> Iterator[Item]:
    created = vars(alarm).get("created_at", alarm.configuration_updated_timestamp)
    yield created, "ConfigurationUpdate", f'Alarm "{alarm.name}" created', {"type": "Create"}
    for at, old, state, reason in vars(alarm).get("changes", []):
        data = {"oldState": {"stateValue": old}, "newState": {"stateValue": state, "stateReason": reason}}
        yield at, "StateUpdate", f"Alarm updated from {old} to {state}", data
    for at, arn, refused in vars(alarm).get("acted", []):
        did = "Failed to execute" if refused else "Successfully executed"
        data = {"actionState": "Failed" if refused else "Succeeded", "notificationResource": arn}
        yield at, "Action", f"{did} action {arn}", {**data, "error": refused} if refused else data


def _history(self: Any) -> ActionResult:
    _evaluate_all(self)
    name, kind = self._get_param("AlarmName"), self._get_param("HistoryItemType")
    items: list[dict[str, Any]] = []
    for alarm in self.cloudwatch_backend.alarms.values():
        if name and alarm.name != name:
            continue
        for at, of_kind, sentence, data in _items(alarm):
            items.append(
                {
                    "AlarmName": alarm.name,
                    "AlarmType": "CompositeAlarm" if alarm.rule else "MetricAlarm",
                    "Timestamp": at,
                    "HistoryItemType": of_kind,
                    "HistorySummary": sentence,
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
