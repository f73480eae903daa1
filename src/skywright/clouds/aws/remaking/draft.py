"""What a remaking is made of: calls as they would have been made where the things are, with their ids.

Owns the words that recipes speak; knows no kind of thing. That ids are others where the things are made again
is `remake`'s affair.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from skywright.model.operation import Operation
from skywright.model.resource import Inventory, Resource
from skywright.model.values import Arguments, Value


@dataclass(frozen=True, slots=True)
class Draft:
    """One call.

    Attributes:
        gives: ids of things, and where in its answer the id of the one made again stands.
        also: ids of what else it makes, in the order in which it makes them.
        until: JMESPath over its answer; it is asked again until that is true.
        last: whether it has to wait for everything else.
        tolerate: error codes that mean that its work is done already.
    """

    operation: Operation
    arguments: Arguments
    gives: Mapping[str, str] = field(default_factory=dict[str, str])
    also: tuple[str, ...] = ()
    until: str = ""
    last: bool = False
    tolerate: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """What is to be made, and all that is known of where it comes from.

    Attributes:
        given: ids of what is there already, under the same ids.
    """

    wanted: Inventory
    given: frozenset[str] = frozenset()

    def of(self, type: str) -> Iterator[Resource]:
        """The things to be made of one type."""
        return (resource for resource in self.wanted.values() if resource.type == type)


Recipe = tuple[tuple[Draft, ...], tuple[str, ...]]
"""The calls that make a thing, in order, and a sentence for each thing about it that they do not."""


def ec2(name: str, arguments: Arguments, gives: Mapping[str, str] | None = None, **more: Any) -> Draft:
    """A call of EC2."""
    return Draft(Operation("ec2", name), arguments, gives or {}, **more)


def described(resource: Resource) -> Mapping[str, Any]:
    """What the cloud says of a thing, as its models have it: recipes know which types that are."""
    return cast("Mapping[str, Any]", resource.properties)


def chosen(properties: Mapping[str, Any], *names: str) -> dict[str, Value]:
    """Those of the properties that say something."""
    return {name: properties[name] for name in names if properties.get(name) not in (None, "", [])}


def tags_of(properties: Mapping[str, Any]) -> list[dict[str, str]]:
    """The tags that somebody may set: the cloud's own begin with `aws:`."""
    tags: Sequence[Mapping[str, str]] = properties.get("Tags") or properties.get("TagSet") or ()
    return [dict(tag) for tag in tags if not str(tag.get("Key", "")).startswith("aws:")]


def tagged(resource: Resource) -> dict[str, Value]:
    """The argument by which EC2 tags what it makes; nothing if there are no tags."""
    tags = tags_of(resource.properties)
    kind = resource.type.partition(":")[2]
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tags}]} if tags else {}


def tag(resource: Resource) -> tuple[Draft, ...]:
    """The call that tags what was there already."""
    tags = tags_of(resource.properties)
    return (ec2("CreateTags", {"Resources": [resource.id], "Tags": tags}),) if tags else ()
