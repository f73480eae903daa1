"""An account read so that it can be made again: its inventory, further types, and more of each thing."""

from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from typing import Any

from skywright.clouds.aws import inventory, tables
from skywright.clouds.aws.template import filled, find
from skywright.clouds.calling import Caller
from skywright.errors import CloudFailed
from skywright.model.operation import Operation
from skywright.model.resource import Inventory, Resource, Survey
from skywright.model.values import texts

_AT_ONCE = 8
_OTHERS = (
    ("ami-", "ec2:DescribeImages", "Images", "image-id"),
    ("snap-", "ec2:DescribeSnapshots", "Snapshots", "snapshot-id"),
)


def survey(caller: Caller, regions: Iterable[str]) -> Survey:
    """All that is needed to make again what is in the regions; what may not be read is told."""
    read = inventory.survey(caller, regions, (*inventory.readings(), *inventory.readings("remaking")))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        known = tuple(pool.map(partial(_whole, caller), read.resources.values()))
    return replace(read, resources={resource.id: resource for resource in known})


@cache
def _details() -> Mapping[str, tuple[Mapping[str, Any], ...]]:
    found: dict[str, tuple[Mapping[str, Any], ...]] = {}
    for row in tables.read("remaking")["details"]:
        found[row["type"]] = (*found.get(row["type"], ()), row)
    return found


def _whole(caller: Caller, resource: Resource) -> Resource:
    """The thing with all that has to be asked for by itself; a refusal often means that there is nothing."""
    more: dict[str, Any] = {}
    for row in _details().get(resource.type, ()):
        arguments = filled(row["arguments"], resource.properties)
        try:
            told = caller.call(Operation.parse(row["read"]), arguments, resource.region)
        except CloudFailed:
            continue
        value = inventory.still(find(row["items"], told))
        if row.get("merge"):
            more |= value or {}
        elif value not in (None, [], {}):
            more[row["as"]] = value
    return replace(resource, properties={**resource.properties, **more}) if more else resource


def others(
    caller: Caller, inventory: Inventory, regions: Iterable[str], named: Collection[str] = ()
) -> Mapping[str, Mapping[str, Any]]:
    """Images and snapshots that things use and that are somebody else's, by region, then by operation.

    Args:
        named: ids of more of them, wanted in every region.
    """
    used: dict[str, set[str]] = {region: set(named) for region in regions}
    for resource in inventory.values():
        if resource.region in used:
            used[resource.region].update(set(texts(resource.properties)) - inventory.keys())
    found: dict[str, dict[str, Any]] = {}
    for region, ids in used.items():
        for prefix, name, member, by in _OTHERS:
            wanted = sorted(each for each in ids if each.startswith(prefix))
            # A filter, since an id that is gone would fail the whole call.
            asked = {"Filters": [{"Name": by, "Values": wanted}]}
            with suppress(CloudFailed):
                told = caller.call(Operation.parse(name), asked, region) if wanted else {}
                if told.get(member):
                    found.setdefault(region, {})[name] = {member: told[member]}
    return found
