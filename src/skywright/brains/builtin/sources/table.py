"""Finds a slot's source by the name that recipes use: `module.function`."""

from types import ModuleType
from typing import cast

from skywright.brains.builtin.filling import Source
from skywright.brains.builtin.sources import (
    balancers,
    buckets,
    creating,
    disks,
    firewall,
    groups,
    labels,
    machines,
    names,
    narrowing,
    network,
    present_disks,
    reading,
    respot,
    sizes,
    subnets,
    traffic,
    watching,
)

_MODULES: dict[str, ModuleType] = {
    "balancers": balancers,
    "buckets": buckets,
    "creating": creating,
    "disks": disks,
    "firewall": firewall,
    "groups": groups,
    "labels": labels,
    "machines": machines,
    "names": names,
    "narrowing": narrowing,
    "network": network,
    "present_disks": present_disks,
    "reading": reading,
    "respot": respot,
    "sizes": sizes,
    "subnets": subnets,
    "traffic": traffic,
    "watching": watching,
}


def source(name: str) -> Source:
    """The source of that name; a name that does not exist is a fault of the library."""
    module, _, function = name.partition(".")
    return cast(Source, getattr(_MODULES[module], function))
