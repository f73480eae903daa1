"""Calls as records of the journal, and back. Owns the record kinds of calls; decides nothing.

A read is one record, `call.read`, with its outcome. A change is two: `call.intent` before it is
forwarded and `call.outcome` after. An intent without an outcome is a call in doubt: it may or
may not have happened. A refused call is one record, `call.refused`. The stages of a run write
records of kind `run.<stage>`, whose bodies are their own affair.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, cast

from skywright.errors import Corrupt
from skywright.journal.chain import Entry, Journal, entry
from skywright.journal.record import Record
from skywright.model.call import Call, CallError, Outcome, Trace
from skywright.model.operation import Effect, Operation
from skywright.model.values import Value
from skywright.model.verdict import Decision, Principal, Verdict

READ: Final = "call.read"
INTENT: Final = "call.intent"
OUTCOME: Final = "call.outcome"
REFUSED: Final = "call.refused"
ALL: Final = "call."
"""For `Journal.read`: every kind of this module."""


def read_entry(call: Call) -> Entry:
    """A read with what came of it."""
    return entry(READ, encode(call), call.principal.run)


def intent_entry(call: Call) -> Entry:
    """A change that is about to be forwarded; its outcome, if there is one, is left out."""
    body = encode(call)
    body["outcome"] = None
    return entry(INTENT, body, call.principal.run)


def outcome_entry(call: Call) -> Entry:
    """What came of a change whose intent was recorded.

    Raises:
        ValueError: The call has no outcome.
    """
    if call.outcome is None:
        raise ValueError(f"call {call.id} has no outcome to record")
    body: dict[str, Value] = {"call": call.id, "outcome": encode_outcome(call.outcome)}
    return entry(OUTCOME, body, call.principal.run)


def refused_entry(call: Call) -> Entry:
    """A call that was not forwarded, with the verdict that says why."""
    return entry(REFUSED, encode(call), call.principal.run)


def note_read(journal: Journal, call: Call) -> None:
    """Record a read with what came of it."""
    journal.extend((read_entry(call),))


def note_intent(journal: Journal, call: Call) -> None:
    """Record a change that is about to be forwarded."""
    journal.extend((intent_entry(call),))


def note_outcome(journal: Journal, call: Call) -> None:
    """Record what came of a change whose intent was recorded.

    Raises:
        ValueError: The call has no outcome.
    """
    journal.extend((outcome_entry(call),))


def note_refused(journal: Journal, call: Call) -> None:
    """Record a call that was not forwarded, with the verdict that says why."""
    journal.extend((refused_entry(call),))


def calls(journal: Journal, run: str) -> Trace:
    """The calls of a run, in the order in which they were recorded, intents merged with outcomes.

    Of several outcomes of one call (it was in doubt, and then read back) the last counts.

    Raises:
        Corrupt: An outcome belongs to no intent; a record is not of a call's form, or not as signed.
    """
    found: dict[str, Call] = {}
    for record in journal.read(run, (ALL,), checked=True):
        if record.kind != OUTCOME:
            call = decode(record)
            found[call.id] = call
            continue
        call_id = record.body.get("call")
        if not isinstance(call_id, str) or call_id not in found:
            raise Corrupt(f"the journal's record {record.seq} is the outcome of a call that is not recorded")
        outcome = decode_outcome(record, record.body.get("outcome"))
        found[call_id] = replace(found[call_id], outcome=outcome)
    return tuple(found.values())


def changes_since(journal: Journal, since: float) -> Trace:
    """The changes of all runs that were answered since a moment (seconds since the epoch), in order."""
    asked: dict[str, Call] = {}
    done: list[Call] = []
    for record in journal.read(kinds=(INTENT, OUTCOME), since=since):
        if record.kind == INTENT:
            call = decode(record)
            asked[call.id] = call
            continue
        call = asked.pop(str(record.body.get("call")), None)
        outcome = decode_outcome(record, record.body.get("outcome"))
        if call is not None and outcome is not None:
            done.append(replace(call, outcome=outcome))
    return tuple(done)


def encode(call: Call) -> dict[str, Value]:
    """The call as JSON values."""
    principal = call.principal
    return {
        "id": call.id,
        "principal": {
            "run": principal.run,
            "kind": principal.kind,
            "brain": principal.brain,
            "modality": principal.modality,
            "target": principal.target,
        },
        "operation": str(call.operation),
        "effect": call.effect.value,
        "region": call.region,
        "arguments": call.arguments,
        "at": call.at,
        "verdict": {
            "decision": call.verdict.decision.value,
            "rule": call.verdict.rule,
            "reason": call.verdict.reason,
        },
        "step": call.step,
        "before": call.before,
        "fence": call.fence,
        "outcome": encode_outcome(call.outcome) if call.outcome else None,
    }


def encode_outcome(outcome: Outcome) -> dict[str, Value]:
    """The outcome as JSON values."""
    error = outcome.error
    return {
        "status": outcome.status,
        "result": outcome.result,
        "error": {"code": error.code, "message": error.message} if error else None,
        "seconds": outcome.seconds,
        "replayed": outcome.replayed,
        **({"read_back": True} if outcome.read_back else {}),
    }


def decode(record: Record) -> Call:
    """The call that `encode` made the record's body of.

    Raises:
        Corrupt: The body is not of that form.
    """
    body = record.body
    try:
        step = body["step"]
        return Call(
            id=_text(body["id"]),
            principal=Principal(**{name: _text(item) for name, item in _mapping(body["principal"]).items()}),
            operation=Operation(*_text(body["operation"]).split(":", 1)),
            effect=Effect(_text(body["effect"])),
            region=_text(body["region"]),
            arguments=_mapping(body["arguments"]),
            at=_number(body["at"]),
            verdict=_verdict(_mapping(body["verdict"])),
            step=None if step is None else _text(step),
            before=body["before"],
            outcome=decode_outcome(record, body["outcome"]),
            fence=int(_number(body.get("fence", 0))),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Corrupt(f"the journal's record {record.seq} is not a call: {error}") from error


def decode_outcome(record: Record, value: Value) -> Outcome | None:
    """The outcome that `encode_outcome` made the value of; None of None.

    Raises:
        Corrupt: The value is not of that form.
    """
    if value is None:
        return None
    try:
        body = _mapping(value)
        error = body["error"]
        return Outcome(
            status=int(_number(body["status"])),
            result=body["result"],
            error=None if error is None else CallError(**{k: _text(v) for k, v in _mapping(error).items()}),
            seconds=_number(body["seconds"]),
            replayed=body["replayed"] is True,
            read_back=body.get("read_back") is True,
        )
    except (KeyError, TypeError, ValueError) as wrong:
        raise Corrupt(f"the journal's record {record.seq} holds no outcome: {wrong}") from wrong


def _verdict(body: Mapping[str, Value]) -> Verdict:
    return Verdict(Decision(_text(body["decision"])), _text(body["rule"]), _text(body["reason"]))


def _mapping(value: Value) -> Mapping[str, Value]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is not an object")
    return cast("Mapping[str, Value]", value)


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a string")
    return value


def _number(value: Value) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is not a number")
    return value
