"""The account's resources, read through a caller: typed, with dependencies, without what moves by itself.

Owns the reading; what is read and where the ids are is `data/inventory.yaml`. Must not know how
calls get to the cloud, nor judge what it finds. States are kept, times are not: two inventories of
a cloud that nobody touched are equal.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from skywright.clouds.aws import tables
from skywright.clouds.aws.template import find
from skywright.clouds.calling import Caller
from skywright.errors import CloudFailed
from skywright.model.operation import Operation
from skywright.model.resource import Inventory, Resource, Survey, Unread
from skywright.model.values import Value

_AT_ONCE = 8
_MANAGERS = (
    ("aws:cloudformation:stack-name", "cloudformation"),
    ("aws:autoscaling:groupName", "autoscaling"),
    ("skywright:run", "skywright"),
)
_MANAGER_TAGS = ("managed-by", "ManagedBy", "managed_by")


@dataclass(frozen=True)
class Reading:
    """One row of the table, and where it is read. `row` holds what the format's comment describes."""

    type: str
    operation: Operation
    row: Mapping[str, Any]
    region: str = ""


def read_inventory(caller: Caller, regions: Iterable[str]) -> Inventory:
    """Every resource that we know how to read in the regions, by id.

    Raises:
        CloudFailed: A read that is not optional was refused or failed.
    """
    found: dict[str, Resource] = {}
    for reading, result in _all(caller, regions, readings()):
        if isinstance(result, CloudFailed):
            if not reading.row.get("optional"):
                raise result
        else:
            for resource in result:
                _put(found, resource)
    return dict(sorted(found.items()))


class Surveying:
    """Reading whole accounts, as `clouds.base.Surveying`."""

    containers = ("ec2:vpc", "ec2:subnet", "elbv2:loadbalancer")
    parts = ("ec2:volume", "ec2:network-interface")

    def regions(self, caller: Caller, region: str) -> Sequence[str]:
        """The regions that the account may use.

        Raises:
            CloudFailed: That may not be asked.
        """
        answer = caller.call(Operation("ec2", "DescribeRegions"), {}, region)
        return sorted(find("Regions[].RegionName", answer) or ())

    def survey(self, caller: Caller, regions: Iterable[str]) -> Survey:
        """As `read_inventory`, but what may not be read is told, not raised."""
        return survey(caller, regions, readings())


def survey(caller: Caller, regions: Iterable[str], wanted: Sequence["Reading"]) -> Survey:
    """What the given readings find in the regions; what may not be read is told."""
    found: dict[str, Resource] = {}
    covered: set[tuple[str, str]] = set()
    unread: list[Unread] = []
    for reading, result in _all(caller, regions, wanted):
        types = (reading.type, *(more["type"] for more in reading.row.get("also", ())))
        where = "" if reading.row.get("global") else reading.region
        if isinstance(result, CloudFailed):
            unread.append(Unread(types, where, str(result), bool(reading.row.get("optional"))))
            continue
        covered.update((type, where) for type in types)
        for resource in result:
            _put(found, resource)
    return Survey(dict(sorted(found.items())), frozenset(covered), tuple(unread))


@cache
def readings(table: str = "inventory") -> tuple[Reading, ...]:
    """What an inventory reads, or what another table says is read besides."""
    rows = tables.read(table)["reads"]
    return tuple(Reading(row["type"], Operation.parse(row["read"]), row) for row in rows)


def _all(
    caller: Caller, regions: Iterable[str], readings: Sequence[Reading]
) -> Iterator[tuple[Reading, Sequence[Resource] | CloudFailed]]:
    """What came of each reading in each region, several at once, in a fixed order."""
    wanted = tuple(dict.fromkeys(regions))
    work = [
        replace(reading, region=region)
        for reading in readings
        for number, region in enumerate(wanted)
        if number == 0 or not reading.row.get("global")
    ]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield from zip(work, pool.map(partial(_tried, caller), work), strict=True)


def _tried(caller: Caller, reading: Reading) -> Sequence[Resource] | CloudFailed:
    try:
        return _read(caller, reading)
    except CloudFailed as error:
        return error


def _read(caller: Caller, reading: Reading) -> Sequence[Resource]:
    row, region = reading.row, reading.region
    answer = caller.call(reading.operation, row.get("arguments", {}), region)
    found: list[Resource] = []
    for item in find(row["items"], answer) or ():
        extra: dict[str, Value] = {}
        for more in row.get("each", ()):
            told = caller.call(Operation.parse(more["read"]), {more["by"]: item[more["by"]]}, region)
            extra[more["as"]] = find(more["items"], told) or []
        found.append(_resource(reading.type, row, {**item, **extra}, region))
        for more in row.get("also", ()):
            told = caller.call(Operation.parse(more["read"]), {more["by"]: item[more["by"]]}, region)
            found += [_resource(more["type"], more, each, region) for each in find(more["items"], told) or ()]
    return found


def _resource(type: str, row: Mapping[str, Any], item: Mapping[str, Any], region: str) -> Resource:
    tags = {str(tag.get("Key")): str(tag.get("Value", "")) for tag in item.get("Tags") or ()}
    named = find(row["name"], item) if "name" in row else None
    dropped = frozenset(row.get("drop", ()))
    id = str(find(row["id"], item))
    return Resource(
        id=id,
        type=type,
        region=str(item.get("BucketRegion") or region),
        depends_on=tuple(sorted({each for path in row.get("depends_on", ()) for each in _ids(path, item)})),
        managed_by=_manager(tags)
        or str((find(row["managed_by"], item) if "managed_by" in row else None) or ""),
        name=tags.get("Name") or str(named or ""),
        properties={
            key: still(value) for key, value in item.items() if key not in dropped and not _moves(key)
        },
    )


def _ids(path: str, item: Mapping[str, Any]) -> Iterator[str]:
    value = find(path, item)
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str) and each:
            yield each


def _manager(tags: Mapping[str, str]) -> str:
    for key, manager in _MANAGERS:
        if key in tags:
            return manager
    return next((tags[key].lower() for key in _MANAGER_TAGS if key in tags), "")


def still(value: Any) -> Any:
    """Without what changes by itself, and with lists in an order of their own: AWS promises none."""
    if isinstance(value, Mapping):
        return {key: still(inner) for key, inner in value.items() if not _moves(key)}
    if isinstance(value, (list, tuple)):
        return sorted((still(inner) for inner in value), key=_order)
    return value


def _order(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _moves(member: str) -> bool:
    return _moving().fullmatch(member) is not None


@cache
def _moving() -> re.Pattern[str]:
    return re.compile(tables.read("inventory")["moves"])


def _put(found: dict[str, Resource], resource: Resource) -> None:
    """Names are unique in one region and of one type only: the second one gets a longer id."""
    other = found.get(resource.id)
    key = resource.id if other is None else f"{resource.region}/{resource.type}/{resource.id}"
    found[key] = resource if other is None else replace(resource, id=key)
