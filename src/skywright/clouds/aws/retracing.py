"""The way from how things are back to how they were, whoever made them otherwise, and by whatever calls.

Owns the order: first what is gone is made again; then what is otherwise is set again; at last what is new is
taken away, what needs others before them. How a thing is made is known to `remaking`; the rest is told by
`data/retracing.yaml` and by what is known of ways back. Judges nothing, and calls nobody.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from skywright.clouds.aws import inverse, kinds
from skywright.clouds.aws.back import taken_by
from skywright.clouds.aws.models import members, operation_model, output_shape
from skywright.clouds.aws.remaking.draft import Scene
from skywright.clouds.aws.remaking.remake import alone, making
from skywright.clouds.aws.remaking.table import stands_in
from skywright.clouds.aws.retelling import (
    Leg,
    Otherwise,
    call_of,
    follows,
    kind_row,
    legs,
    named,
    place_of,
)
from skywright.clouds.aws.template import find
from skywright.clouds.restoring import Departure, Return, WayBack
from skywright.model.operation import Operation, Undoability
from skywright.model.resource import Inventory, Resource
from skywright.model.values import Value

_ENDS_WITH = "it is not known how it is made again"


class Retracing:
    """The way back from what nobody saw happen, as `clouds.base.Retracing`."""

    def returns(self, departures: Sequence[Departure], there: Inventory) -> Sequence[Return]:
        """How each departure is taken back, in the order in which that is to be done."""
        return _returns(departures, there)

    def follows(self, type: str, path: str) -> bool:
        """Whether a field of that kind changes only with something else."""
        return follows(type, path)


def _returns(departures: Sequence[Departure], there: Inventory) -> tuple[Return, ...]:
    gone = {one.was.id: one.was for one in departures if one.was is not None and one.now is None}
    new = {one.now.id: one.now for one in departures if one.now is not None and one.was is None}
    found = [*_again(gone, {id: one for id, one in there.items() if id not in gone})]
    for one in sorted(departures, key=lambda one: place_of((one.was or one.now).type)):  # type: ignore[union-attr]
        if one.was is not None and one.now is not None:
            found += [_return(one.now, leg) for leg in legs(Otherwise(one.was, one.now, one.fields))]
    for now in reversed(_in_order(new)):
        if not _with_another(now, new):
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


def _with_another(one: Resource, others: Mapping[str, Resource]) -> bool:
    """Whether it goes with another of them."""
    path = kind_row(one.type).get("goes_with")
    owners = find(path, dict(one.properties)) if path else ()
    return any(owner in others for owner in ([owners] if isinstance(owners, str) else owners or ()))


def _again(gone: Mapping[str, Resource], there: Inventory) -> Iterator[Return]:
    """How what is gone is made again, and what of it does not come back."""
    wanted: list[Resource] = []
    for was in gone.values():
        if stands_in(was.type):
            yield Return(was, WayBack(Undoability.NONE, reason=_ends_with(was)))
        else:
            wanted.append(was)
    nodes, lacking = making(wanted, Scene({**there, **gone}, frozenset(there)))
    lost = {one.id: f"it comes back without {one.why}" for one in lacking if not one.whole}
    lost |= {one.id: kind_row(one.type)["lost"] for one in wanted if "lost" in kind_row(one.type)}
    for one in lacking:
        if one.whole:
            yield Return(gone[one.id], WayBack(Undoability.NONE, reason=one.why))
    for node in nodes:
        why = lost.pop(node.resource.id, "")
        does = Undoability.LOSSY if why else Undoability.EXACT
        yield Return(node.resource, WayBack(does, (alone(node),), why), node.draft.gives)


def _ends_with(was: Resource) -> str:
    """Why a thing does not come back: what is known of the operation that ends it."""
    ends = _by_noun(was, ("Delete", "Terminate", "Release", "Deregister"))
    known = inverse.undoability(ends, {}).reason if ends is not None else ""
    return known or _ENDS_WITH


def _parted(now: Resource) -> Iterator[Leg]:
    """A new thing freed of what holds it, so that it can be taken away."""
    freed: Mapping[str, Any] = kind_row(now.type).get("freed", {})
    paths = [path for name in freed for path in _paths(name, now.properties.get(name), freed[name])]
    for leg in legs(Otherwise(replace(now, properties={**now.properties, **freed}), now, tuple(paths))):
        if leg.way.steps:
            yield leg


def _paths(name: str, one: Value, other: Value) -> Iterator[str]:
    if one == other:
        return
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        yield from (f"{name}.{key}" for key in other if one.get(key) != other[key])
    else:
        yield name


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
