"""Polling in a trace: the same question asked again until the answer pleased, as one wait.

Owns the recognition of polls and what they waited for. Must not know any service: waiters come
from the catalogue, and where none fits, what changed between the answers says it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from skywright.clouds.calling import Catalogue
from skywright.model.operation import Effect, Operation
from skywright.model.shape import Shape
from skywright.model.values import Value
from skywright.program import wait
from skywright.program.identify import leaves
from skywright.program.noise import Done

_STATES = ("state", "status", "code", "progress", "health", "lifecycle")


@dataclass(frozen=True, slots=True)
class Poll:
    """What was waited for: a waiter of the API's models, or else a condition on the answer."""

    waiter: Operation | None = None
    until: str | None = None


def polls(calls: Sequence[Done]) -> dict[int, list[int]]:
    """The repeated questions of a trace: by the number of the last, the numbers of all of them.

    Between two of them nothing was changed.
    """
    found: dict[int, list[int]] = {}
    asked: dict[str, list[int]] = {}
    for number, done in enumerate(calls):
        if done.effect is not Effect.READ:
            if done.code is None:
                asked.clear()
            continue
        key = f"{done.operation} {done.region} {json.dumps(done.arguments, sort_keys=True)}"
        before = asked.setdefault(key, [])
        if len(before) > 1:
            found.pop(before[-1], None)
        before.append(number)
        if len(before) > 1:
            found[number] = list(before)
    return {last: numbers for last, numbers in found.items() if calls[last].code is None or len(numbers) > 1}


def meaning(calls: Sequence[Done], catalogue: Catalogue) -> Poll | None:
    """What a poll waited for; None if its answers do not tell (asked twice for the same)."""
    last = calls[-1]
    answers = [wait.Answer(call.result, call.code) for call in calls]
    for waiter in catalogue.waiters(last.operation.service):
        if waiter.operation != last.operation:
            continue
        states = [wait.state(waiter.acceptors, answer) for answer in answers]
        if states[-1] == "success" and all(state in (None, "retry") for state in states[:-1]):
            return Poll(waiter=Operation(last.operation.service, waiter.name))
    return Poll(until=until) if last.code is None and (until := _changed(calls)) else None


def _changed(calls: Sequence[Done]) -> str:
    """JMESPath that is true of the last answer alone, by what reads like a state; empty if there is none."""
    last = calls[-1]
    befores = [dict(_scalars(call.result, call.output)) for call in calls[:-1]]
    candidates = [
        (path, value)
        for path, value in _scalars(last.result, last.output)
        if all(before.get(path) != value for before in befores)
    ]
    for path, value in candidates:
        if any(word in path.rpartition(".")[2].lower() for word in _STATES):
            return f"{path} == `{json.dumps(value)}`".replace("\\`", "`")
    return ""


def _scalars(value: Value, shape: Shape | None) -> Iterator[tuple[str, Value]]:
    for leaf in leaves(value, shape):
        yield leaf.path, leaf.value
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if isinstance(inner, bool | int):
                yield name, inner
