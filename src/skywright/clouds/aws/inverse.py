"""The way back from a call, from its arguments, its result and what was there before.

Owns the reading of `data/inverses.yaml` and its rule for the rest: what no row knows, and `derived`
cannot work out, has no way back, which is always the safe thing to say. What a template cannot say is in
`special.py`. A way back that needs what was there before says `none` where that was not read.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from skywright.clouds.aws import opposites, restoring, special, special_net, tables, tagging
from skywright.clouds.aws.back import NOT_READ, Back, Row, taken_by
from skywright.clouds.aws.effect_names import effect
from skywright.clouds.aws.models import input_shape, members, operation_model, required_members
from skywright.clouds.aws.template import escaped, filled, find
from skywright.clouds.restoring import WayBack
from skywright.model.call import Call
from skywright.model.operation import Effect, Operation, Undoability
from skywright.model.program import Step
from skywright.model.values import Arguments, Value

_WAYS = {
    **special.WAYS,
    **special_net.WAYS,
    "restored": restoring.restored,
    "resource_tags": tagging.back,
}


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
        return WayBack(Undoability.NONE, reason=_unknown(call.operation))
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


def by_steps(steps: Sequence[Mapping[str, Any]], scope: Mapping[str, Value], region: str) -> WayBack:
    """A way back by steps in the table's form, filled from a scope of one's own."""
    backs = tuple(_backs(Row(Undoability.EXACT, steps=steps), scope))
    if any(_incomplete(back) for back in backs):
        return WayBack(Undoability.NONE, reason=NOT_READ)
    return WayBack(Undoability.EXACT, _steps(backs, region))


def undoability(operation: Operation, arguments: Arguments | None = None) -> WayBack:
    """What can be said before the call is made: the worst of what may hold then; `steps` is empty.

    Args:
        arguments: those of the call, as far as they are known; None: whatever they are.
    """
    if effect(operation) is Effect.READ:
        return WayBack(Undoability.EXACT)
    found = rows(operation) if arguments is None else tuple(_possible(operation, arguments))
    if not found:
        return WayBack(Undoability.NONE, reason=_unknown(operation))
    order = list(Undoability)
    worst = max(found, key=lambda row: order.index(row.undo))
    return WayBack(worst.undo, reason=worst.because)


def _possible(operation: Operation, arguments: Arguments) -> Iterator[Row]:
    """The rows that may be the first to hold for a call of which only the arguments are known."""
    for row in rows(operation):
        if "before" in row.when or "result" in row.when:
            yield row
        elif not row.when or find(row.when, {"arguments": arguments}):
            yield row
            return


@cache
def rows(operation: Operation) -> tuple[Row, ...]:
    """What the table says of an operation; where it is silent, what the models tell."""
    stated = rows_of().get(str(operation))
    if stated is not None or effect(operation) in (Effect.READ, Effect.UNKNOWN):
        return stated or ()
    told = tagging.row(operation) or opposites.row(operation)
    return restoring.rows(operation) if told is None else (told,)


@cache
def rows_of() -> Mapping[str, tuple[Row, ...]]:
    """The table's rows by operation, in their order."""
    found: dict[str, tuple[Row, ...]] = {}
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
            found[operation] = (*found.get(operation, ()), row)
    return found


def _unknown(operation: Operation) -> str:
    """Why there is no way back where nothing tells one."""
    return _silent()[effect(operation).value]


@cache
def _silent() -> Mapping[str, str]:
    return tables.read("inverses")["silent"]


def _row(operation: Operation, scope: Mapping[str, Value]) -> Row | None:
    return next((row for row in rows(operation) if not row.when or find(row.when, scope)), None)


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
