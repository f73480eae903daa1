"""The way back from a call, from its arguments, its result and what was there before.

Owns the reading of `data/inverses.yaml` and its rule for the rest: what no row knows has no way
back, which is always the safe thing to say. What a template cannot say is in `special.py`. A way
back that needs what was there before says `none` where that was not read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from skywright.clouds.aws import special, special_net, tables
from skywright.clouds.aws.back import NOT_READ, Back, taken_by
from skywright.clouds.aws.effect_names import effect
from skywright.clouds.aws.models import input_shape, members, operation_model, required_members
from skywright.clouds.aws.template import escaped, filled, find
from skywright.clouds.base import WayBack
from skywright.model.call import Call
from skywright.model.operation import Effect, Operation, Undoability
from skywright.model.program import Step
from skywright.model.values import Value

_WAYS = {**special.WAYS, **special_net.WAYS}
_NO_ROW = "no way back from this operation is known"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table. `needs_before`: whether its steps are made from what was there before."""

    when: str
    undo: Undoability
    because: str
    steps: Sequence[Mapping[str, Any]]
    by: str
    needs_before: bool


def way_back(call: Call) -> WayBack:
    """How to take back a call that succeeded. A call that failed or changed nothing needs no steps."""
    if call.outcome is None or not call.outcome.ok or call.arguments.get("DryRun") is True:
        return WayBack(Undoability.EXACT)
    if effect(call.operation) is Effect.READ:
        return WayBack(Undoability.EXACT)
    scope: dict[str, Value] = {
        "arguments": call.arguments,
        "result": call.outcome.result,
        "before": call.before,
    }
    row = _row(call.operation, scope)
    if row is None:
        return WayBack(Undoability.NONE, reason=_NO_ROW)
    if row.needs_before and not call.before:
        return WayBack(Undoability.NONE, reason=NOT_READ)
    if row.by:
        backs = _WAYS[row.by](call)
        if isinstance(backs, str):
            return WayBack(Undoability.NONE, reason=backs)
    else:
        backs = tuple(_backs(row, scope))
    if any(_incomplete(back) for back in backs):
        return WayBack(Undoability.NONE, reason=NOT_READ)
    return WayBack(row.undo, _steps(backs, call.region), row.because)


def undoability(operation: Operation) -> WayBack:
    """What can be said before the call is made: the worst that its rows say; `steps` is empty."""
    if effect(operation) is Effect.READ:
        return WayBack(Undoability.EXACT)
    rows = rows_of().get(str(operation), ())
    if not rows:
        return WayBack(Undoability.NONE, reason=_NO_ROW)
    order = list(Undoability)
    worst = max(rows, key=lambda row: order.index(row.undo))
    return WayBack(worst.undo, reason=worst.because)


@cache
def rows_of() -> Mapping[str, tuple[Row, ...]]:
    """The table's rows by operation, in their order."""
    rows: dict[str, tuple[Row, ...]] = {}
    for given in tables.read("inverses")["inverses"]:
        steps: Sequence[Mapping[str, Any]] = given.get("steps", ())
        row = Row(
            when=given.get("when", ""),
            undo=Undoability(given["undo"]),
            because=given.get("because", ""),
            steps=steps,
            by=given.get("by", ""),
            needs_before="before" in str([{**step, "tolerate": ()} for step in steps]),
        )
        for operation in given["operations"].split():
            rows[operation] = (*rows.get(operation, ()), row)
    return rows


def _row(operation: Operation, scope: Mapping[str, Value]) -> Row | None:
    rows = rows_of().get(str(operation), ())
    return next((row for row in rows if not row.when or find(row.when, scope)), None)


def _backs(row: Row, scope: Mapping[str, Value]) -> Iterator[Back]:
    for step in row.steps:
        if "if" in step and not find(step["if"], scope):
            continue
        items = find(step["each"], scope) or () if "each" in step else (None,)
        for item in items:
            yield _back(step, {**scope, "item": item})


def _back(step: Mapping[str, Any], scope: Mapping[str, Value]) -> Back:
    arguments: dict[str, Value] = filled(step.get("arguments", {}), scope)
    target = Operation.parse(step.get("call") or step["wait"])
    if "restore" in step:
        arguments = {**taken_by(target, find(step["restore"], scope)), **arguments}
    return Back(target, arguments, wait="wait" in step, tolerate=tuple(step.get("tolerate", ())))


def _incomplete(back: Back) -> bool:
    """Whether the call gave too little to fill what the operation requires."""
    model = None if back.wait else operation_model(back.operation)
    if model is None:
        return back.wait and not all(back.arguments.values())
    shape = input_shape(model)
    required = required_members(shape)
    given = {**back.arguments, **back.references}.keys()
    return not required <= given or not given <= members(shape).keys()


def _steps(backs: Sequence[Back], region: str) -> tuple[Step, ...]:
    return tuple(
        Step(
            id=f"back_{number}",
            operation=None if back.wait else back.operation,
            waiter=back.operation if back.wait else None,
            arguments={**escaped(back.arguments), **back.references},
            region=region,
            tolerate=back.tolerate,
            note=back.note,
        )
        for number, back in enumerate(backs, 1)
    )
