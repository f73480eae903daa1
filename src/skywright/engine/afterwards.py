"""What each change did and how it is taken back, written into the journal once a run has acted.

The gate records a change with what was there before it; what is there after it is read here, when
nobody waits for an answer any more. Owns the records of kind `run.change`.
"""

from contextlib import ExitStack

from skywright.clouds.base import Cloud
from skywright.clouds.calling import Caller
from skywright.engine.account import rollback_of, writes
from skywright.engine.look import reader
from skywright.engine.parts import Parts
from skywright.errors import CloudFailed, Refused, Unavailable
from skywright.gate.secrecy import strike
from skywright.journal.calls import calls
from skywright.model.call import Call, Trace
from skywright.model.values import Value
from skywright.program.text import row_of
from skywright.state.runs import Run

CHANGE = "run.change"


def note_changes(run: Run, parts: Parts) -> None:
    """Write a record for each change of the run, and of its rollback, that has none yet.

    The body is `{"call", "operation", "region", "before", "after", "undo": {"class", "why", "steps"}}`:
    `call` is the id in the call's own records; `before` and `after` are what the same read says, or for a
    creation nothing and its result; `class` is the undoability, `steps` are as in a program file.
    """
    noted = {str(record.body.get("call")) for record in parts.journal.read(run.id, (CHANGE,))}
    trace = (*calls(parts.journal, run.id), *calls(parts.journal, rollback_of(run.id)))
    _note(tuple(call for call in writes(trace) if call.id not in noted), run, parts)


def _note(trace: Trace, run: Run, parts: Parts) -> None:
    if not trace:
        return
    cloud = parts.cloud(run)
    with ExitStack() as sessions:
        try:
            look = reader(run, parts, parts.accounts.reach(parts.target(run)), sessions)
        except (Refused, Unavailable):
            # What became of the run is known; that it cannot be looked at any more does not change it.
            look = None
        for call in trace:
            way_back = cloud.effects.way_back(call)
            undo: dict[str, Value] = {
                "class": way_back.undoability.value,
                "why": way_back.reason,
                "steps": [row_of(step) for step in way_back.steps],
            }
            parts.record(
                run,
                "change",
                call=call.id,
                operation=str(call.operation),
                region=call.region,
                before=call.before,
                after=_after(call, cloud, look),
                undo=undo,
            )


def _after(call: Call, cloud: Cloud, look: Caller | None) -> Value:
    """What the change led to: for a creation what the cloud answered, else what is there now; or None.

    An object's content is no image to keep, so there what the cloud answered has to do.
    """
    image = cloud.effects.before_image(call.operation, call.arguments)
    signature = cloud.catalogue.signature(image[0]) if image else None
    if image is None or signature is None or signature.streams:
        return call.outcome.result if call.outcome else None
    if look is None:
        return None
    operation, arguments = image
    try:
        return strike(look.call(operation, arguments, call.region), signature.output)
    except (CloudFailed, Unavailable):
        return None
