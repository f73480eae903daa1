"""Ways back from tags that are set or taken, told by the three operations with which services do that.

Owns the pairing of `TagResource`, `UntagResource` and the read that lists a thing's tags, whatever a service
calls their members. What its own table knows (`inverses.yaml`) comes first. Must not know any service.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from botocore.model import Shape

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
from skywright.clouds.aws.nouns import same_name
from skywright.model.call import Call
from skywright.model.operation import Effect, Operation, Undoability
from skywright.model.values import Arguments, Value

_FAMILIES = (
    (("TagResource", "AddTagsToResource", "AddTags"),
     ("UntagResource", "RemoveTagsFromResource", "RemoveTags"),
     ("ListTagsForResource", "ListTags", "ListResourceTags", "ListTagsOfResource", "GetTags")),
)  # fmt: skip
"""What services call the setting, the taking and the listing of tags."""

_OF_ONE = re.compile(r"(?:Tag|Untag)([A-Z]\w+)")


@dataclass(frozen=True, slots=True)
class Tagging:
    """How a service tags.

    Attributes:
        thing, asked: what names the thing tagged, in the writers and in the read.
        tags, keys: what holds the tags set, and the keys taken.
        listed: what holds the tags in the answer of the read.
        pair: what a tag's key and value are called; None: tags are a map.
    """

    put: Operation
    take: Operation
    read: Operation
    thing: str
    asked: str
    tags: str
    keys: str
    listed: str
    pair: tuple[str, str] | None

    def taken(self, tags: Value) -> dict[str, Value]:
        """Tags, in the service's form, by their keys."""
        if self.pair is None:
            return dict(tags) if isinstance(tags, Mapping) else {}
        key, value = self.pair
        rows = cast("list[dict[str, Any]]", tags) if isinstance(tags, list) else []
        return {str(row.get(key)): row.get(value) for row in rows}

    def given(self, tags: Mapping[str, Value]) -> Value:
        """The service's form of tags."""
        if self.pair is None:
            return dict(tags)
        key, value = self.pair
        return [{key: name, **({} if text is None else {value: text})} for name, text in tags.items()]


def read(operation: Operation, arguments: Arguments) -> tuple[Operation, Arguments] | None:
    """The read that shows a thing's tags before they change."""
    tagging = _of(operation)
    if tagging is None or tagging.thing not in arguments:
        return None
    return tagging.read, {tagging.asked: arguments[tagging.thing]}


def row(operation: Operation) -> Row | None:
    """The way back from setting or taking tags; None if the models tell none."""
    if _of(operation) is None:
        return None
    return Row(Undoability.EXACT, by="resource_tags")


def back(call: Call) -> Ways:
    """Every touched key as it was, or gone where it was not there."""
    tagging = _of(call.operation)
    if tagging is None or not isinstance(call.before, Mapping) or tagging.listed not in call.before:
        return NOT_READ
    if is_a_page(call.before):
        return NOT_READ
    before = tagging.taken(call.before[tagging.listed])
    sets = call.operation == tagging.put
    given = call.arguments.get(tagging.tags if sets else tagging.keys)
    touched = tagging.taken(given) if sets else {str(key): None for key in cast("list[Any]", given or ())}
    thing = {tagging.thing: call.arguments[tagging.thing]}
    again = {
        key: before[key]
        for key, value in touched.items()
        if key in before and not (sets and before[key] == value)
    }
    fresh: list[Value] = [key for key in touched if sets and key not in before]
    backs = [Back(tagging.put, {**thing, tagging.tags: tagging.given(again)})] if again else []
    return [*backs, *([Back(tagging.take, {**thing, tagging.keys: fresh})] if fresh else [])]


@cache
def _of(operation: Operation) -> Tagging | None:
    """How the operation tags, if that is what it does."""
    one = _OF_ONE.fullmatch(operation.name)
    families = [
        *_FAMILIES,
        *([((f"Tag{one[1]}",), (f"Untag{one[1]}",), (f"List{one[1]}Tags",))] if one else []),
    ]
    found = (_tagging(operation.service, *family) for family in families)
    return next((each for each in found if each and operation in (each.put, each.take)), None)


@cache
def _tagging(
    service: str, puts: tuple[str, ...], removals: tuple[str, ...], lists: tuple[str, ...]
) -> Tagging | None:
    put, take, listing = (_first(service, names) for names in (puts, removals, lists))
    if put is None or take is None or listing is None or effect(listing) is not Effect.READ:
        return None
    sets, takes, asks = (_taken(each) for each in (put, take, listing))
    answer = members(output_shape(cast("Any", operation_model(listing))))
    things = [name for name, shape in sets.items() if shape.type_name == "string" and name in takes]
    asked = [name for name in asks if things and same_name(name, things[0])]
    tags = [name for name, shape in sets.items() if shape.type_name in ("list", "map")]
    keys = [name for name, shape in takes.items() if shape.type_name == "list"]
    listed = [
        name for name, shape in answer.items() if "tag" in name.lower() and shape.type_name in ("list", "map")
    ]
    if not all(len(each) == 1 for each in (things, asked, tags, keys, listed)):
        return None
    pair = _pair(sets[tags[0]])
    if pair != _pair(answer[listed[0]]) or (pair is None and sets[tags[0]].type_name != "map"):
        return None
    return Tagging(put, take, listing, things[0], asked[0], tags[0], keys[0], listed[0], pair)


def _first(service: str, names: tuple[str, ...]) -> Operation | None:
    found = (Operation(service, name) for name in names)
    return next((each for each in found if operation_model(each) is not None), None)


def _taken(operation: Operation) -> dict[str, Shape]:
    """What an operation has to be given; its other arguments are no part of who is tagged with what."""
    shape = input_shape(cast("Any", operation_model(operation)))
    return {name: each for name, each in members(shape).items() if name in required_members(shape)}


def _pair(tags: Shape) -> tuple[str, str] | None:
    inner = members(item(tags)) if tags.type_name == "list" else {}
    keys = [name for name in inner if name.lower() in ("key", "tagkey")]
    values = [name for name in inner if name.lower() in ("value", "tagvalue")]
    return (keys[0], values[0]) if keys and values and len(inner) == 2 else None
