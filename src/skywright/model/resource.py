"""Resources and inventories: the things in a cloud, typed, with what each depends on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from skywright.model.values import Value


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing in the cloud.

    Attributes:
        id: the cloud's own identifier (an ARN where it has no shorter one).
        type: `ec2:instance`, `ec2:volume`, `elbv2:loadbalancer`, …
        depends_on: ids of what it cannot be without.
        properties: as the cloud describes it, without what changes by itself.
    """

    id: str
    type: str
    region: str
    depends_on: tuple[str, ...] = ()
    managed_by: str = ""
    name: str = ""
    properties: Mapping[str, Value] = field(default_factory=dict[str, Value])


Inventory = Mapping[str, Resource]
"""Resources by id."""


def row_of(resource: Resource) -> dict[str, Value]:
    """A resource as JSON."""
    return {name: getattr(resource, name) for name in Resource.__dataclass_fields__}


def resource_of(row: Mapping[str, Any]) -> Resource:
    """The resource that `row_of` made a row of."""
    return replace(Resource(**row), depends_on=tuple(row["depends_on"]))


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of an account that could not be read: these types there.

    Attributes:
        region: empty where it is all of them.
        optional: not every account of the cloud has it.
    """

    types: tuple[str, ...]
    region: str
    why: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Survey:
    """An account as somebody found it who may not be allowed to see all of it.

    Attributes:
        covered: (type, region) of what was read, empty or not; the region is empty where it is all of them.
    """

    resources: Inventory
    covered: frozenset[tuple[str, str]]
    unread: tuple[Unread, ...] = ()

    def covers(self, resource: Resource) -> bool:
        """Whether that resource would be here if it were there."""
        return not self.covered.isdisjoint({(resource.type, resource.region), (resource.type, "")})

    def lacking(self) -> tuple[Unread, ...]:
        """What could not be read though every account has it."""
        return tuple(one for one in self.unread if not one.optional)
