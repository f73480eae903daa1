"""Changes that nobody saw, told again: what must have been called for a thing to be otherwise than it was.

Owns the reading of `data/retracing.yaml` and the telling of fields. What is told is a call as the gate would
have recorded it, so that what is known of ways back (`inverse.py`) holds for it as for any other. What no row
tells, the models may: the operation that takes the thing's id and a member of the field's name.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from skywright.clouds.aws import inventory, inverse, kinds, rules, tables
from skywright.clouds.aws.effect_names import effect
from skywright.clouds.aws.models import input_shape, members, operation_model
from skywright.clouds.aws.template import filled, find
from skywright.clouds.restoring import WayBack
from skywright.model.call import Call, Outcome
from skywright.model.operation import Effect, Operation, Undoability
from skywright.model.resource import Resource
from skywright.model.values import Value
from skywright.model.verdict import Decision, Principal, Verdict

_SETTERS = ("Modify", "Update", "Put", "Set")
_NOBODY = Principal("", "guest", "", "", "")
_UNSEEN = Verdict(Decision.ALLOW, "unseen")


@dataclass(frozen=True, slots=True)
class Leg:
    """One way back, and the identifiers under which things come back: the old one to a path in its result."""

    way: WayBack
    renames: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A thing that is there and was there, and the paths of what of it is otherwise."""

    was: Resource
    now: Resource
    fields: tuple[str, ...]

    @property
    def region(self) -> str:
        return self.now.region


def legs(one: Otherwise) -> Iterator[Leg]:
    """The ways back of all that is otherwise, in the order in which they are to be gone."""
    told: set[str] = set()
    scope = _scope(one)
    for row in rows(one.was.type):
        about = [path for path in one.fields if re.fullmatch(row["of"], path)]
        if not about or ("when" in row and not find(row["when"], scope)):
            continue
        found = tuple(_of_row(row, one, scope))
        if found or not {"calls", "steps"} & row.keys():
            told.update(about)
        yield from found
    follows = kind_row(one.was.type).get("follows")
    for path in one.fields:
        if path not in told and not (follows and re.fullmatch(follows, path)):
            yield Leg(_by_the_models(one, path))


def follows(type: str, path: str) -> bool:
    """Whether a field changes only with something else."""
    pattern = kind_row(type).get("follows")
    return bool(pattern) and re.fullmatch(pattern, path) is not None


def rows(type: str) -> Sequence[Mapping[str, Any]]:
    """What is told of the fields of a kind, in the order in which they are taken back."""
    service = type.partition(":")[0]
    return (*kind_row(type).get("fields", ()), *_data()["tags"].get(service, ()))


def kind_row(type: str) -> Mapping[str, Any]:
    """What the table says of a kind."""
    return _data()["types"].get(type, {})


def place_of(type: str) -> int:
    """When, among those of other kinds, the things of a kind are set again."""
    known = [*_data()["types"]]
    return known.index(type) if type in known else len(known)


def call_of(
    operation: Operation,
    arguments: Mapping[str, Value],
    region: str,
    result: Value = None,
    before: Value = None,
) -> Call:
    """A call as it would be on record, had anybody seen it."""
    outcome = Outcome(200, result if result is not None else {}, None, 0.0)
    does = effect(operation)
    return Call("", _NOBODY, operation, does, region, arguments, 0.0, _UNSEEN, before=before, outcome=outcome)


def described(resource: Resource) -> Value:
    """The thing as the read that shows it would answer."""
    rows = [each for reading in inventory.readings() for each in (reading.row, *reading.row.get("also", ()))]
    path = next((str(row["items"]) for row in rows if row["type"] == resource.type), "")
    answer: Any = dict(resource.properties)
    for name in reversed([name for name in path.split(".") if name]):
        answer = {name.removesuffix("[]"): [answer] if name.endswith("[]") else answer}
    return answer


def id_member(operation: Operation, type: str) -> tuple[str, bool] | None:
    """The member that takes the id of a kind, and whether it takes several; None if none does."""
    model, kind = operation_model(operation), kinds.kinds().get(type)
    if model is None or kind is None:
        return None
    taken = members(input_shape(model))
    found = next((name for name in taken if name in kind.ids), None)
    return None if found is None else (found, taken[found].type_name == "list")


def named(operation: Operation, resource: Resource) -> dict[str, Value]:
    """The arguments that say which thing is meant."""
    member = id_member(operation, resource.type)
    if member is None:
        return {}
    return {member[0]: [resource.id] if member[1] else resource.id}


def _of_row(row: Mapping[str, Any], one: Otherwise, scope: Mapping[str, Value]) -> Iterator[Leg]:
    items = _items(row, one) if "each" in row else (None,)
    for item in items:
        inner = {**scope, "item": item}
        renames = {
            str(find(old, inner)): new for old, new in row.get("renames", {}).items() if find(old, inner)
        }
        if "steps" in row:
            yield Leg(inverse.by_steps(row["steps"], inner, one.region), renames)
        for told in reversed(row.get("calls", ())):
            if "if" not in told or find(told["if"], inner):
                yield Leg(inverse.way_back(_told(told, one, inner)), renames)


def _told(told: Mapping[str, Any], one: Otherwise, scope: Mapping[str, Value]) -> Call:
    before = filled(told["before"], scope) if "before" in told else described(one.was)
    arguments, result = filled(told["arguments"], scope), filled(told.get("result", {}), scope)
    return call_of(Operation.parse(told["call"]), arguments, one.region, result, before)


def _items(row: Mapping[str, Any], one: Otherwise) -> list[Any]:
    """What came to a list or went from it, or is otherwise there; told apart by what names each."""
    before, after = (
        {str(find(row["by"], item)): item for item in find(row["list"], dict(each.properties)) or ()}
        for each in (one.was, one.now)
    )
    if row["each"] == "added":
        return [item for key, item in after.items() if key not in before]
    if row["each"] == "removed":
        return [item for key, item in before.items() if key not in after]
    return [item for key, item in before.items() if key in after and after[key] != item]


def _scope(one: Otherwise) -> Mapping[str, Value]:
    heads = ((path.partition(".")[0], path.partition(".")[2]) for path in one.fields)
    # Those of the cloud itself nobody sets.
    keys = [key for head, key in heads if head in ("Tags", "TagSet") and not key.startswith("aws:")]
    was, now = (
        cast("list[dict[str, Any]]", each.properties.get("Tags") or each.properties.get("TagSet") or [])
        for each in (one.was, one.now)
    )
    there = {tag["Key"] for tag in was}
    return {
        "id": one.was.id,
        "was": one.was.properties,
        "now": one.now.properties,
        "fields": list(one.fields),
        "tags": {
            "touched": [{"Key": key} for key in keys],
            "described": [
                {"ResourceId": one.was.id, "Key": tag["Key"], "Value": tag.get("Value", "")} for tag in was
            ],
            "again": [tag for tag in was if tag["Key"] in keys],
            "new": [tag for tag in now if tag["Key"] in keys and tag["Key"] not in there],
        },
        "rules": {
            f"{what}{'_egress' if egress else ''}": found
            for egress in (False, True)
            for what, found in zip(("added", "removed"), _rules(one, egress), strict=True)
        },
    }


def _rules(one: Otherwise, egress: bool) -> tuple[list[Value], list[Value]]:
    """The rules that came to a security group, and those that went."""
    was, now = (rules.rules_of_group(each.properties, egress) for each in (one.was, one.now))
    bare_was, bare_now = ({rule.bare() for rule in each} for each in (was, now))
    return (
        [rules.permission(rule) for rule in now if rule.bare() not in bare_was],
        [rules.permission(rule) for rule in was if rule.bare() not in bare_now],
    )


def _by_the_models(one: Otherwise, path: str) -> WayBack:
    """The way back of whatever sets a member of the field's name; the reason, if there is none."""
    name = path.partition(".")[0]
    reasons: list[str] = []
    for setter in _setters(one.was.type, name):
        shape = members(input_shape(cast("Any", operation_model(setter))))[name]
        value = one.now.properties.get(name)
        given = {"Value": value} if [*members(shape)] == ["Value"] else value
        call = call_of(setter, {**named(setter, one.was), name: given}, one.region, before=described(one.was))
        way = inverse.way_back(call)
        if any(name in step.arguments for step in way.steps):
            return way
        if way.undoability is Undoability.NONE:
            reasons.append(way.reason)
    return WayBack(
        Undoability.NONE, reason=reasons[0] if reasons else f"it is not known how {path} is set again"
    )


@cache
def _setters(type: str, name: str) -> tuple[Operation, ...]:
    """Operations that take the id of a kind and a member of that name, and set it."""
    kind = kinds.kinds().get(type)
    if kind is None:
        return ()
    nouns = [tail for noun in sorted(kind.nouns) for tail in (noun, f"{noun}Attribute", f"{noun}{name}")]
    found = (Operation(kind.service, verb + noun) for verb in _SETTERS for noun in (*nouns, name))
    return tuple(
        each
        for each in found
        if (model := operation_model(each)) is not None
        and name in members(input_shape(model))
        and id_member(each, type) is not None
        and effect(each) in (Effect.CHANGE, Effect.CREATE)
    )


@cache
def _data() -> Mapping[str, Any]:
    return tables.read("retracing")
