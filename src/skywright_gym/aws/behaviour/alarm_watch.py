"""Alarms that bring something about are watched as time passes, whether or not anybody asks for them.

Owns when: at the end of each of their periods, at that moment. Between two of them nothing happens in the
account but what is on its agenda, so a whole stretch is looked through at once, up to the first period in
which an alarm does something.
"""

from dataclasses import dataclass
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from skywright_gym.aws.behaviour import alarm_actions, alarms, scaling_policies, timing

_STRETCH_SECONDS = 7200.0
"""How much is looked through at once: what is found is thrown away when something happens in it."""
_MOST_SECONDS = 14 * 86400.0
"""Of what passed at once, alarms are watched for the last two weeks."""


@dataclass(frozen=True)
class _Due:
    """What an alarm does at the end of a period, and the values that it looks at."""

    at: float
    alarm: Any
    values: list[float]


def watched(account_id: str, region: str) -> list[Any]:
    """The alarms of a region that bring something about."""
    if account_id not in cloudwatch_backends:
        return []
    backend: Any = cloudwatch_backends[account_id].get(region)
    if backend is None:
        return []
    return [
        one for one in backend.alarms.values() if alarms.is_followed(one) and alarm_actions.has_actions(one)
    ]


def go_on(account_id: str, region: str, until: float) -> bool:
    """Let the watched alarms do the first thing that they do by then; whether they may do more by then."""
    found = watched(account_id, region)
    if not found:
        return False
    for alarm in found:
        alarm.looked_at = max(alarms.looked_at(alarm), until - _MOST_SECONDS)
    end = min(until, min(alarm.looked_at for alarm in found) + _STRETCH_SECONDS)
    backend: Any = cloudwatch_backends[account_id][region]
    with timing.standing_at(end):
        due = [one for one in (_first(backend, alarm) for alarm in found if alarm.looked_at < end) if one]
    if not due:
        for alarm in found:
            alarm.looked_at = max(alarm.looked_at, end)
        return end < until
    first = min(due, key=lambda one: (one.at, one.alarm.name))
    first.alarm.looked_at = first.at
    with timing.standing_at(first.at):
        _do(first)
    return True


def _first(backend: Any, alarm: Any) -> _Due | None:
    policies = alarm_actions.policies_of(alarm)
    for at, values in alarms.missed(backend, alarm):
        if alarms.state_for(alarm, values) != alarm.state_value:
            return _Due(at, alarm, values)
        with timing.standing_at(at):
            if any(scaling_policies.wanted(one, alarm, _latest(values)) is not None for one in policies):
                return _Due(at, alarm, values)
    return None


def _do(due: _Due) -> None:
    before = due.alarm.state_value
    alarms.judge(due.alarm, due.values)
    if due.alarm.state_value == before:
        for policy in alarm_actions.policies_of(due.alarm):
            scaling_policies.run(policy, due.alarm, _latest(due.values))


def _latest(values: list[float]) -> float | None:
    return values[-1] if values else None
