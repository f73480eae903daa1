"""What AWS asks for its things: the book `aws.yaml`, and how a price is looked up in it or worked out.

Owns the book and its honesty: where a price is worked out and not looked up, `Price.estimated` says so.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

_TYPE = re.compile(r"([a-z]+)(\w*(?:-\w+)*)\.([\w-]+)")


@dataclass(frozen=True, slots=True)
class Price:
    """USD an hour. `estimated`: worked out from cores and memory, not from a row of the book."""

    usd_hour: float
    estimated: bool = False


@cache
def book() -> Mapping[str, Any]:
    """The book itself; it ships with us, so what is wrong in it is our bug."""
    return yaml.load(_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def edition() -> str:
    """Another one for another book; the book need not be read for it."""
    return hashlib.sha256(_text().encode()).hexdigest()[:16]


def _text() -> str:
    return files("skywright_prices").joinpath("aws.yaml").read_text(encoding="utf-8")


def provenance() -> str:
    """Where the prices are from and of when, in one sentence."""
    return f"{book()['source']}, as of {book()['as_of']}; before taxes, discounts, credits and traffic"


@lru_cache(maxsize=4096)
def machine(instance_type: str, region: str, cores: int = 0, memory_gib: float = 0.0) -> Price:
    """One Linux machine on demand.

    Args:
        cores, memory_gib: used for types that the book does not have; 0: guessed from the name.
    """
    base = _looked_up(instance_type)
    price = base if base is not None else _estimated(instance_type, cores, memory_gib)
    return Price(price * factor(region), estimated=base is None)


def disk_month(type: str, gb: float, region: str, iops: float = 0, mbps: float = 0) -> float:
    """USD a month of one disk."""
    return sum(part.usd_month for part in disk_parts(type, gb, region, iops, mbps))


@dataclass(frozen=True, slots=True)
class Part:
    """What one thing of a disk costs: `gb`, or `iops` or `mbps` above what is included."""

    name: str
    amount: float
    usd_month: float


def disk_parts(type: str, gb: float, region: str, iops: float = 0, mbps: float = 0) -> tuple[Part, ...]:
    """A disk's price in its parts; those that cost nothing are left out."""
    row = book()["disks"].get(type, book()["disks"]["gp3"])
    above = {
        "gb": gb,
        "iops": max(0.0, iops - row.get("iops_included", 0)),
        "mbps": max(0.0, mbps - row.get("mbps_included", 0)),
    }
    return tuple(
        Part(name, amount, amount * row[name] * factor(region))
        for name, amount in above.items()
        if amount and row.get(name)
    )


def hourly(name: str) -> float:
    """USD an hour in us-east-1, of addresses, balancers and the like."""
    return float(book()["hourly"][name])


def hours_a_month() -> float:
    """How many hours a month has."""
    return float(book()["hours_a_month"])


def month_of(name: str) -> float:
    """USD a month in us-east-1, of what costs by the hour."""
    return hourly(name) * hours_a_month()


def balancer_month(kind: str, region: str, public_zones: int) -> float:
    """USD a month of a load balancer, with an address of the public internet in so many zones."""
    name = kind if kind in book()["hourly"] else "application"
    return month_of(name) * factor(region) + month_of("public_ipv4") * public_zones


def monthly(name: str) -> float:
    """USD a month in us-east-1, of what CloudWatch does."""
    return float(book()["monthly"][name])


def snapshot_month(gb: float, region: str) -> float:
    """USD a month of a snapshot that holds so much."""
    return gb * float(book()["snapshot_gb"]) * factor(region)


def objects_month(storage_class: str, gb: float, region: str) -> float:
    """USD a month of objects in S3."""
    rows = book()["objects_gb"]
    return gb * float(rows.get(storage_class, rows["STANDARD"])) * factor(region)


def factor(region: str) -> float:
    """How many times more a region asks than us-east-1."""
    return float(book()["factors"].get(region, book()["factor_elsewhere"]))


def usage_prefix(region: str) -> str:
    """What bills put before a region's types of usage: `EU-`; nothing for us-east-1."""
    if region == "us-east-1":
        return ""
    return f"{book()['usage_prefixes'].get(region, region)}-"


def _looked_up(instance_type: str) -> float | None:
    exact = book()["types"].get(instance_type)
    if exact is not None:
        return float(exact)
    family, _, size = instance_type.partition(".")
    large, share = book()["families"].get(family), book()["sizes"].get(size)
    return None if large is None or share is None else float(large) * float(share)


def _estimated(instance_type: str, cores: int, memory_gib: float) -> float:
    rules = book()["estimate"]
    match = _TYPE.fullmatch(instance_type)
    letter, size = (match[1][0], match[3]) if match else ("m", "large")
    guessed = cores or max(1.0, rules["cores_of_large"] * book()["sizes"].get(size, 48))
    memory = memory_gib or guessed * rules["gib_a_core"].get(letter, 4)
    return float(rules["core"] * guessed + rules["gib"] * memory)
