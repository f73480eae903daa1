"""Values of existing machines, for reading and changing them."""

from collections.abc import Mapping
from typing import Any

from skywright.brains.builtin.filling import Filling
from skywright.model.values import Value


def ids(filling: Filling, options: Mapping[str, Any]) -> Value:
    return [machine.id for machine in filling.machines]


def one(filling: Filling, options: Mapping[str, Any]) -> Value:
    return filling.machine.id


def labels(filling: Filling, options: Mapping[str, Any]) -> Value:
    return [machine.label for machine in filling.machines]


def zones(filling: Filling, options: Mapping[str, Any]) -> Value:
    return [machine.zone for machine in filling.machines]


def number(filling: Filling, options: Mapping[str, Any]) -> Value:
    return len(filling.machines)


def places(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The machines by region: `key` for step names, the region, the ids."""
    regions = sorted({machine.region for machine in filling.machines})
    return [
        {
            "key": f"{key}",
            "region": region,
            "ids": [machine.id for machine in filling.machines if machine.region == region],
        }
        for key, region in enumerate(regions, start=1)
    ]


def cards(filling: Filling, options: Mapping[str, Any]) -> Value:
    """What an answer says of each machine that can't change meanwhile, with the key of its region's step."""
    regions = sorted({machine.region for machine in filling.machines})
    return [
        {
            "id": machine.id,
            "name": machine.name or None,
            "region": machine.region,
            "key": f"{regions.index(machine.region) + 1}",
        }
        for machine in filling.machines
    ]
