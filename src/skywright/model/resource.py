"""Resources and inventories: the things in a cloud, typed, with what each depends on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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
