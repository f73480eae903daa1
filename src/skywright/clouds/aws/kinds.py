"""The kinds of resources and their ids, as `data/resources.yaml` tells them. Owns that file's format only."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from skywright.clouds.aws import tables
from skywright.model.operation import Operation


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of resource.

    Attributes:
        ids: members that hold its ids.
        read, by: the describing operation, and its argument for the id (a list if `many`).
        nouns: what creating operations call it.
        prefix: how its ids begin; empty if nothing tells them.
        alias, alias_by: another unique name of it in arguments, and the read's argument for that.
    """

    type: str
    ids: frozenset[str]
    read: Operation
    by: str
    many: bool
    nouns: frozenset[str]
    prefix: str = ""
    alias: str = ""
    alias_by: str = ""

    @property
    def service(self) -> str:
        return self.read.service


@dataclass(frozen=True, slots=True)
class Before:
    """Which read shows what an operation is about to change, under a condition (empty: always)."""

    when: str
    read: Operation
    arguments: Mapping[str, Any]


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by its type."""
    return {type: _kind(type, row) for type, row in _data()["types"].items()}


@cache
def of_member(service: str, member: str) -> Kind | None:
    """The kind whose ids a member of that service holds; None if it holds none that we know."""
    return next((kind for kind in kinds().values() if kind.service == service and member in kind.ids), None)


def of_id(id: str) -> Kind | None:
    """The kind that an id's own form tells; None if it tells none."""
    if id.startswith("arn:"):
        return _of_arn(id)
    return next((kind for kind in kinds().values() if kind.prefix and id.startswith(kind.prefix)), None)


@cache
def of_noun(service: str, noun: str) -> Kind | None:
    """The kind that operations of that service call by that noun, in the singular or the plural."""
    names = {noun, noun.removesuffix("s"), noun.removesuffix("es")}
    return next((kind for kind in kinds().values() if kind.service == service and names & kind.nouns), None)


@cache
def also_makes() -> Mapping[str, tuple[Kind, ...]]:
    """What operations make besides what their names say."""
    return {op: tuple(kinds()[type] for type in row.split()) for op, row in _data()["also_makes"].items()}


@cache
def changed_by() -> Mapping[str, str]:
    """Operations named as if they made something, and the type that they change."""
    return _data()["changes"]


@cache
def any_kind() -> frozenset[str]:
    """Members that take ids of any kind."""
    return frozenset(_data()["any_kind"].split())


@cache
def befores() -> Mapping[str, tuple[Before, ...]]:
    """Reads before a change by operation, in the order in which their conditions are tried."""
    rows: dict[str, tuple[Before, ...]] = {}
    for row in _data()["before"]:
        before = Before(row.get("when", ""), Operation.parse(row["read"]), row["arguments"])
        for operation in row["operations"].split():
            rows[operation] = (*rows.get(operation, ()), before)
    return rows


def _of_arn(arn: str) -> Kind | None:
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return None
    service = {"elasticloadbalancing": "elbv2", "monitoring": "cloudwatch"}.get(parts[2], parts[2])
    noun = parts[5].replace(":", "/").split("/")[0]
    return kinds().get(f"{service}:{noun}")


@cache
def _data() -> dict[str, Any]:
    return tables.read("resources")


def _kind(type: str, row: Mapping[str, Any]) -> Kind:
    service = type.partition(":")[0]
    return Kind(
        type=type,
        ids=frozenset(row["ids"].split()),
        read=Operation(service, row["read"]),
        by=row["by"],
        many=row.get("many", True),
        nouns=frozenset(row["nouns"].split()),
        prefix=row.get("prefix", ""),
        alias=row.get("alias", ""),
        alias_by=row.get("alias_by", ""),
    )
