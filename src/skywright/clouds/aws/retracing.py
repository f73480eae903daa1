"""The way from how things are back to how they were, whoever made them otherwise, and by whatever calls.

Owns the order: first what is gone is made again, what others need before them; then what is otherwise is set
again; at last what is new is taken away, what needs others before them. How each is done is told by
`data/retracing.yaml` and by what is known of ways back. Judges nothing, and calls nobody.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from skywright.clouds.aws import inverse, kinds
from skywright.clouds.aws.back import taken_by
from skywright.clouds.aws.inverse import by_steps
from skywright.clouds.aws.models import members, operation_model, output_shape
from skywright.clouds.aws.retelling import (
    Leg,
    Otherwise,
    call_of,
    described,
    follows,
    kind_row,
    legs,
    named,
    place_of,
)
from skywright.clouds.aws.template import filled, find
from skywright.clouds.restoring import Departure, Return, WayBack
from skywright.model.operation import Operation, Undoability
from skywright.model.resource import Resource
from skywright.model.values import Value

_ENDS_WITH = "it is not known how it is made again"


class Retracing:
    """The way back from what nobody saw happen, as `clouds.base.Retracing`."""

    def returns(self, departures: Sequence[Departure]) -> Sequence[Return]:
        """How each departure is taken back, in the order in which that is to be done."""
        return _returns(departures)

    def follows(self, type: str, path: str) -> bool:
        """Whether a field of that kind changes only with something else."""
        return follows(type, path)


def _returns(departures: Sequence[Departure]) -> tuple[Return, ...]:
    gone = {one.was.id: one.was for one in departures if one.was is not None and one.now is None}
    new = {one.now.id: one.now for one in departures if one.now is not None and one.was is None}
    found: list[Return] = []
    for was in _in_order(gone):
        if not _with_another(was, gone, "comes_with"):
            found += [_return(was, leg) for leg in _again(was)]
    for was in _in_order(gone):
        if _comes_back(was) and not _with_another(was, gone, "comes_with"):
            found += [_return(was, leg) for leg in legs(_fresh(was, back=True))]
    for one in sorted(departures, key=lambda one: place_of((one.was or one.now).type)):  # type: ignore[union-attr]
        if one.was is not None and one.now is not None:
            found += [_return(one.now, leg) for leg in legs(Otherwise(one.was, one.now, one.fields))]
    for now in reversed(_in_order(new)):
        if not _with_another(now, new, "goes_with", "comes_with"):
            found += [_return(now, leg) for leg in (*_parted(now), _taken_away(now))]
    return tuple(_each_once(found))


def _return(of: Resource, leg: Leg) -> Return:
    return Return(of, leg.way, leg.renames)


def _each_once(found: Sequence[Return]) -> Iterator[Return]:
    """Without ways that are there already: what two things tell, such as a disk and its machine, is one."""
    seen: list[Any] = []
    for one in found:
        steps = [(step.operation, step.waiter, step.arguments, one.of.region) for step in one.way.steps]
        if steps and steps in seen:
            continue
        seen.append(steps)
        yield one


def _in_order(things: Mapping[str, Resource]) -> list[Resource]:
    """What others need before those; else as the table has their kinds."""
    found: dict[str, Resource] = {}
    begun: set[str] = set()

    def put(one: Resource) -> None:
        if one.id in begun:
            return
        begun.add(one.id)
        for need in one.depends_on:
            if need in things:
                put(things[need])
        found[one.id] = one

    for one in sorted(things.values(), key=lambda one: (place_of(one.type), one.id)):
        put(one)
    return list(found.values())


def _with_another(one: Resource, others: Mapping[str, Resource], *how: str) -> bool:
    """Whether it comes, or goes, with another of them."""
    row = kind_row(one.type)
    path = next((row[name] for name in how if name in row), None)
    owners = find(path, dict(one.properties)) if path else ()
    return any(owner in others for owner in ([owners] if isinstance(owners, str) else owners or ()))


def _comes_back(was: Resource) -> bool:
    return "again" in kind_row(was.type)


def _again(was: Resource) -> Iterator[Leg]:
    """How a thing that is gone is made again, and what of it does not come back."""
    row = kind_row(was.type)
    if "deletes" in row:
        ends = Operation.parse(row["deletes"])
        way = inverse.way_back(call_of(ends, named(ends, was), was.region, before=described(was)))
        yield Leg(way, _new_name(was, way))
        return
    if "again" not in row:
        yield Leg(WayBack(Undoability.NONE, reason=_ends_with(was)))
        return
    again: Mapping[str, Any] = row["again"]
    scope: dict[str, Value] = {"id": was.id, "was": was.properties}
    makes = Operation.parse(again["call"])
    wanted = again.get("takes", "").split()
    taken = {name: value for name, value in taken_by(makes, was.properties).items() if name in wanted}
    given = {name: value for name, value in filled(again.get("arguments", {}), scope).items() if value != {}}
    step = {"call": str(makes), "arguments": {**taken, **given}}
    way = by_steps((step,), scope, was.region)
    if "lost" in again:
        way = replace(way, undoability=Undoability.LOSSY, reason=again["lost"])
    yield Leg(way, _new_name(was, way))
    if "wait" in again:
        yield Leg(by_steps((again["wait"],), scope, was.region))


def _ends_with(was: Resource) -> str:
    """Why a thing does not come back: what is known of the operation that ends it."""
    ends = _by_noun(was, ("Delete", "Terminate", "Release", "Deregister"))
    known = inverse.undoability(ends, {}).reason if ends is not None else ""
    return known or _ENDS_WITH


def _fresh(was: Resource, *, back: bool) -> Otherwise:
    """A thing as it is when it was just made, and as it was (or is, before it is taken away)."""
    fresh: Mapping[str, Any] = kind_row(was.type).get("fresh", {})
    anew = replace(was, properties={**was.properties, **fresh, **({"Tags": []} if back else {})})
    paths = [path for name in fresh for path in _paths(name, was.properties.get(name), fresh[name])]
    if back:
        tags = cast("list[dict[str, Any]]", was.properties.get("Tags") or was.properties.get("TagSet") or [])
        paths += [f"Tags.{tag['Key']}" for tag in tags if not str(tag["Key"]).startswith("aws:")]
    return Otherwise(was, anew, tuple(paths)) if back else Otherwise(anew, was, tuple(paths))


def _paths(name: str, one: Value, other: Value) -> Iterator[str]:
    if one == other:
        return
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        yield from (f"{name}.{key}" for key in other if one.get(key) != other[key])
    else:
        yield name


def _parted(now: Resource) -> Iterator[Leg]:
    """A new thing freed of what holds it, so that it can be taken away."""
    for leg in legs(_fresh(now, back=False)):
        if leg.way.steps:
            yield leg


def _taken_away(now: Resource) -> Leg:
    """How a new thing is taken away: the way back of the call that must have made it."""
    row = kind_row(now.type)
    makes = Operation.parse(row["makes"]) if "makes" in row else _by_noun(now, ("Create",))
    if makes is None:
        return Leg(WayBack(Undoability.NONE, reason="it is not known how it is taken away"))
    arguments = {**taken_by(makes, now.properties), **named(makes, now)}
    return Leg(inverse.way_back(call_of(makes, arguments, now.region, _answer(makes, now), {})))


def _answer(makes: Operation, now: Resource) -> Value:
    """What the making would have answered: the thing, wherever the answer has room for one."""
    answer: dict[str, Value] = {}
    model = operation_model(makes)
    for name, shape in members(output_shape(model) if model else None).items():
        inner = members(cast("Any", shape).member) if shape.type_name == "list" else members(shape)
        if name in now.properties:
            answer[name] = now.properties[name]
        elif inner and inner.keys() & now.properties.keys():
            answer[name] = [now.properties] if shape.type_name == "list" else now.properties
    return answer


def _new_name(was: Resource, way: WayBack) -> Mapping[str, str]:
    """Where the answer of the making has the id under which a thing comes back; nothing: it keeps its own."""
    kind = kinds.kinds().get(was.type)
    made = next((step.operation for step in way.steps if step.operation is not None), None)
    model = operation_model(made) if made is not None else None
    if kind is None or model is None or was.id not in was.properties.values():
        return {}
    for name, shape in members(output_shape(model)).items():
        inner = members(cast("Any", shape).member) if shape.type_name == "list" else members(shape)
        member = next((each for each in inner if was.properties.get(each) == was.id), None)
        if was.properties.get(name) == was.id:
            return {was.id: name}
        if member is not None:
            return {was.id: f"{name}[0].{member}" if shape.type_name == "list" else f"{name}.{member}"}
    return {}


def _by_noun(one: Resource, verbs: Sequence[str]) -> Operation | None:
    kind = kinds.kinds().get(one.type)
    nouns = sorted(kind.nouns) if kind is not None else ()
    found = (
        Operation(kind.service, verb + noun + plural)
        for verb in verbs
        for noun in nouns
        for plural in ("", "s", "es")
        if kind is not None
    )
    return next((each for each in found if operation_model(each) is not None), None)
