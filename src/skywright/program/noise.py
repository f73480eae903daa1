"""What a trace says besides what was done: pages, idempotency tokens, our own tags, encodings.

Owns how a trace is made quiet before it is distilled. Knows shapes; must not know any service.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skywright.clouds.calling import Catalogue
from skywright.errors import NotFound
from skywright.model.call import Call, Trace
from skywright.model.operation import Effect, Operation
from skywright.model.shape import Shape
from skywright.model.values import Arguments, Value
from skywright.model.verdict import Decision

OUR_TAGS = "skywright:"
"""Tags that the gate adds to what is made begin with this."""


@dataclass(frozen=True, slots=True)
class Done:
    """One call of a trace without its noise.

    Attributes:
        code: the error's code if the cloud refused it; then there is no result.
    """

    operation: Operation
    effect: Effect
    region: str
    arguments: Arguments
    result: Value
    code: str | None
    input: Shape
    output: Shape


def quiet(trace: Trace, catalogue: Catalogue) -> list[Done]:
    """The calls that reached the cloud and were answered, pages merged, arguments without noise."""
    found: list[Done] = []
    for call in trace:
        # What a person would have to agree to is let through in a twin; it is done there like the rest.
        if call.outcome is None or call.verdict.decision is Decision.DENY:
            continue
        try:
            signature = catalogue.signature(call.operation)
        except NotFound:
            continue
        done = _done(call, signature.input, signature.output)
        last = found[-1] if found else None
        if last is not None and signature.pages and _continues(last, done):
            found[-1] = _merged(last, done, signature.pages)
        else:
            found.append(done)
    return found


def clean(arguments: Arguments, shape: Shape) -> dict[str, Value]:
    """Arguments without idempotency tokens, our own tags and what is empty.

    `UserData` stays as it is on the wire, base64: programs hold what the API takes.
    """
    cleaned: dict[str, Value] = {}
    for name, value in arguments.items():
        member = shape.members.get(name)
        if member is not None and member.token:
            continue
        kept = _without_empty(value)
        if kept in ({}, [], None):
            continue
        cleaned[name] = kept
    return cleaned


def timeless(value: Value, shape: Shape | None) -> Value:
    """The value without moments, which are of the day of the session."""
    if shape is None or isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        members = {name: shape.members.get(name) or shape.item for name in value}
        return {
            name: timeless(inner, members[name])
            for name, inner in value.items()
            if (known := members[name]) is None or known.kind != "timestamp"
        }
    if isinstance(value, list):
        return [timeless(inner, shape.item) for inner in value]
    return value


def _done(call: Call, given: Shape, output: Shape) -> Done:
    outcome = call.outcome
    assert outcome is not None
    return Done(
        operation=call.operation,
        effect=call.effect,
        region=call.region,
        arguments=clean(call.arguments, given),
        result=outcome.result,
        code=None if outcome.error is None else outcome.error.code,
        input=given,
        output=output,
    )


def _continues(last: Done, done: Done) -> bool:
    """Whether a call asks for the page after another's: the same, and a text that the other's answer gave."""
    if (last.operation, last.region) != (done.operation, done.region) or last.code or done.code:
        return False
    if not isinstance(last.result, Mapping):
        return False
    more = {name: value for name, value in done.arguments.items() if last.arguments.get(name) != value}
    gone = last.arguments.keys() - done.arguments.keys()
    given = [value for value in last.result.values() if isinstance(value, str)]
    return (
        bool(more) and not gone and all(isinstance(value, str) and value in given for value in more.values())
    )


def _merged(last: Done, done: Done, pages: Sequence[str]) -> Done:
    assert isinstance(last.result, Mapping)
    result: dict[str, Value] = dict(last.result)
    if isinstance(done.result, Mapping):
        for name in pages:
            before, after = result.get(name), done.result.get(name)
            if isinstance(before, list) and isinstance(after, list):
                result[name] = [*before, *after]
        for name in result.keys() - set(pages):
            if isinstance(result[name], str):
                result[name] = done.result.get(name)
    return Done(
        operation=last.operation,
        effect=last.effect,
        region=last.region,
        arguments=last.arguments,
        result={name: value for name, value in result.items() if value is not None},
        code=None,
        input=last.input,
        output=last.output,
    )


def _without_empty(value: Value) -> Value:
    """The value without our tags, and without lists and objects that hold nothing (the wire has none)."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        inner = {name: _without_empty(one) for name, one in value.items()}
        return {name: one for name, one in inner.items() if one not in ({}, [], None)}
    if isinstance(value, Sequence):
        kept = [_without_empty(one) for one in value if not _ours(one)]
        # A tag specification that held nothing but our tags is nothing.
        return [] if kept != list(value) and all(_untagged(one) for one in kept) else kept
    return value


def _ours(value: Value) -> bool:
    return isinstance(value, Mapping) and str(value.get("Key", "")).startswith(OUR_TAGS)


def _untagged(value: Value) -> bool:
    return isinstance(value, Mapping) and set(value) == {"ResourceType"}
