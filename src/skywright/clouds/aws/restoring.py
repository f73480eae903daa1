"""Ways back that set a thing again to what a read before the change said of it.

Owns the finding of what of a read (`readings.py`) the operation takes again: the same member, under the
same name and of the same shape, in the thing that the answer describes. What is marked as sensitive is not
kept, and cannot be set again. Must not know any operation.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, cast

from botocore.model import OperationModel, Shape

from skywright.clouds.aws import kinds, tables
from skywright.clouds.aws.back import NOT_READ, Back, Row, Ways, is_a_page
from skywright.clouds.aws.effect_names import effect
from skywright.clouds.aws.models import (
    input_shape,
    item,
    members,
    operation_model,
    output_shape,
    required_members,
)
from skywright.clouds.aws.nouns import noun_of, verb_of
from skywright.clouds.aws.readings import Reading, readings, required_of
from skywright.clouds.aws.template import find
from skywright.model.call import Call
from skywright.model.operation import Effect, Operation, Undoability
from skywright.model.values import Value

_SETS = frozenset({"Update", "Modify", "Put", "Set"})
_WHOLE = "Put"


@dataclass(frozen=True, slots=True)
class Restoring:
    """How an operation's thing is set again.

    Attributes:
        root: JMESPath to the thing in the answer of the read before; empty: the answer itself.
        kept: what names the thing; taken from the call.
        again: what can be set again to what it was.
        parts: of that, the structures whose parts the thing has as its own.
        how: what says how it is done, and holds for the way back as well.
        remover: what takes away what was set for the first time; None: nothing known does.
        unknown: what cannot.
    """

    writer: Operation
    root: str
    kept: frozenset[str]
    again: frozenset[str]
    unknown: frozenset[str]
    required: frozenset[str]
    parts: Mapping[str, frozenset[str]]
    how: frozenset[str]
    remover: Operation | None

    @property
    def whole(self) -> bool:
        """Whether the writer replaces all that was set, so that what is not said is unset."""
        return verb_of(self.writer) == _WHOLE


def rows(operation: Operation) -> tuple[Row, ...]:
    """The ways back from what changes something in place, or ends what is a setting only."""
    found = _restoring(operation)
    if found is None:
        return ()
    row = Row(Undoability.EXACT, by="restored")
    if not found.unknown:
        return (row,)
    names = sorted(found.unknown)
    because = (
        f"how {', '.join(names[:3])}{' and others' if len(names) > 3 else ''} was before is not read whole"
    )
    lossy = Row(Undoability.LOSSY, because, by="restored")
    if found.whole:
        return (lossy,)
    given = " || ".join(f"contains(keys(arguments), '{name}')" for name in names)
    return (replace(lossy, when=given), row)


def restored(call: Call) -> Ways:
    """The thing as it was, in as far as the call changed it."""
    found = _restoring(call.operation)
    if found is None or is_a_page(call.before):
        return NOT_READ
    nothing = call.before == {} or (found.root.endswith("[0]") and find(found.root[:-3], call.before) == [])
    if nothing and found.writer != call.operation:
        return []
    if nothing and found.remover is not None:
        return [Back(found.remover, {name: call.arguments.get(name) for name in sorted(found.kept)})]
    thing = _thing(found.root, call.before)
    if not isinstance(thing, Mapping):
        return NOT_READ
    thing = cast("Mapping[str, Value]", thing)
    wanted = found.again if found.whole else found.again & (call.arguments.keys() | found.required)
    given = {name: _described(thing, name, found.parts.get(name)) for name in sorted(wanted)}
    values = {name: value for name, value in given.items() if value is not None}
    missing = sorted((found.required | (frozenset() if found.whole else wanted)) - values.keys() - found.kept)
    if missing:
        return f"there was no {missing[0]} before, or it was not told, and it cannot be unset"
    kept = {name: call.arguments[name] for name in sorted(found.kept | found.how) if name in call.arguments}
    if all(name in call.arguments and call.arguments[name] == value for name, value in values.items()):
        return []
    return [Back(found.writer, {**kept, **values})]


def _described(thing: Mapping[str, Value], name: str, parts: frozenset[str] | None) -> Value:
    """The member of the thing; where its parts are the thing's own, those that there are."""
    if parts is None:
        return thing.get(name)
    return {part: thing[part] for part in sorted(parts) if thing.get(part) is not None} or None


def _thing(root: str, before: Value) -> Any:
    """What a read describes; nothing if it describes several, as if it had not been asked about one."""
    if not root.endswith("[0]"):
        return find(root, before) if root else before
    several = find(root.removesuffix("[0]"), before)
    return several[0] if isinstance(several, list) and len(cast("list[Any]", several)) == 1 else None


@cache
def _restoring(operation: Operation) -> Restoring | None:
    writer = _writer(operation)
    read = _read(operation)
    if writer is None or read is None:
        return None
    taken = input_shape(cast("OperationModel", operation_model(writer)))
    own = members(input_shape(cast("OperationModel", operation_model(operation)))).keys()
    kept = frozenset(member for member, _ in read.takes.values())
    settable = {
        name: shape
        for name, shape in members(taken).items()
        if name not in kept | _how("ways") and not _is_token(shape) and not _locks().fullmatch(name)
    }
    answer = members(output_shape(cast("OperationModel", operation_model(read.read))))
    root, thing = max(_things(answer), key=lambda each: len(_again(settable, each[1])))
    again = _again(settable, thing)
    required = required_members(taken)
    if not again or not required <= again | kept or not kept <= own or "IfMatch" in members(taken):
        return None
    unknown = frozenset(settable) - again
    parts = {name: frozenset(members(settable[name])) for name in again if name not in thing}
    known = kept & members(taken).keys()
    remover = Operation(operation.service, "Delete" + noun_of(operation))
    removes = writer == operation and known == required_of(remover)
    return Restoring(
        writer,
        root,
        known,
        again,
        unknown,
        required,
        parts,
        _how("again") & members(taken).keys(),
        remover if removes else None,
    )


def _writer(operation: Operation) -> Operation | None:
    does, verb = effect(operation), verb_of(operation)
    if does is Effect.CHANGE and verb in _SETS:
        return operation
    # What is put and deleted is a setting of something else, and no thing with content of its own.
    put = Operation(operation.service, _WHOLE + noun_of(operation))
    return put if does is Effect.DESTROY and verb == "Delete" and effect(put) is Effect.CHANGE else None


def _read(operation: Operation) -> Reading | None:
    """The read whose answer is the image before, where it is the same for every call."""
    if str(operation) in kinds.befores():
        return None
    required = required_members(input_shape(cast("OperationModel", operation_model(operation))))
    whole = [
        each for each in readings(operation) if {member for member, _ in each.takes.values()} <= required
    ]
    return whole[0] if whole else None


def _things(answer: Mapping[str, Shape]) -> Iterator[tuple[str, Mapping[str, Shape]]]:
    """What an answer may describe: itself, a structure in it, or the one item of a list."""
    yield "", answer
    for name, shape in answer.items():
        inner = item(shape) if shape.type_name == "list" else shape
        if members(inner):
            yield (f"{name}[0]" if shape.type_name == "list" else name), members(inner)


def _again(settable: Mapping[str, Shape], thing: Mapping[str, Shape]) -> frozenset[str]:
    found = [name for name, shape in settable.items() if _is_in(name, shape, thing) and not _secret(shape)]
    return frozenset(found)


def _is_in(name: str, shape: Shape, thing: Mapping[str, Shape]) -> bool:
    """Whether a thing has a member, or each of its parts, as its own."""
    if name in thing:
        return _same(shape, thing[name])
    parts = members(shape)
    return bool(parts) and all(part in thing and _same(inner, thing[part]) for part, inner in parts.items())


def _same(one: Shape, other: Shape) -> bool:
    """Whether a described value can be given as it is: of one shape, or of none with parts."""
    if one.type_name != other.type_name:
        return False
    if one.name == other.name:
        return True
    first, second = item(one), item(other)
    if first is not None and second is not None:
        return _same(first, second)
    return one.type_name != "structure"


def _secret(shape: Shape, seen: frozenset[str] = frozenset()) -> bool:
    """Whether what is marked as sensitive is anywhere in it: it is not kept."""
    if cast("dict[str, Any]", shape.metadata).get("sensitive"):
        return True
    inner = [*members(shape).values(), *([cast("Shape", item(shape))] if item(shape) is not None else [])]
    return any(_secret(each, seen | {shape.name}) for each in inner if each.name not in seen)


def _is_token(shape: Shape) -> bool:
    return bool(cast("dict[str, Any]", shape.metadata).get("idempotencyToken"))


@cache
def _how(kind: str) -> frozenset[str]:
    return frozenset(tables.read("inverses")["how"][kind].split())


@cache
def _locks() -> re.Pattern[str]:
    """Members that must name the present version: what a read before the change says of them is stale."""
    return re.compile(tables.read("inverses")["locks"], re.IGNORECASE)
