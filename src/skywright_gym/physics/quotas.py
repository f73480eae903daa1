"""How much of what an account may have. Owns the quotas that the gym enforces, their values in a world, and
requests for more; knows neither HTTP nor how what is there is counted.

A request for more is granted or denied when its time has come by the world's clock, as the world said when it
was made: nothing has to run for that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from skywright_gym.physics.fields import Unfit
from skywright_gym.world import World

EXTRAS = "quotas"
"""Under what name a world's extras hold what is not as usual with its quotas."""
GRANT_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class Quota:
    """A quota of each region.

    Attributes:
        usual: what an account gets without asking.
        applied: what an account of the gym has, if that is not the usual.
        provenance: where the usual value is known from.
    """

    service: str
    code: str
    name: str
    usual: float
    applied: float | None = None
    provenance: str = ""

    @property
    def key(self) -> str:
        return f"{self.service}/{self.code}"


_ON_DEMAND = "specification: https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html"
_VPC = "specification: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"
_ELB = (
    "specification: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/"
    "load-balancer-limits.html"
)
_NLB = (
    "specification: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html"
)
_EBS = "specification: https://docs.aws.amazon.com/general/latest/gr/ebs-service.html"


def _vcpus(code: str, name: str, usual: float, applied: float) -> Quota:
    return Quota("ec2", code, name, usual, applied, _ON_DEMAND)


def _storage(code: str, kind: str) -> Quota:
    return Quota("ebs", code, f"Storage for {kind} volumes, in TiB", 50, None, _EBS)


_STANDARD = "(A, C, D, H, I, M, R, T, Z)"
ON_DEMAND: Mapping[str, Quota] = {
    "standard": _vcpus("L-1216C47A", f"Running On-Demand Standard {_STANDARD} instances", 5, 640),
    "f": _vcpus("L-74FC7D96", "Running On-Demand F instances", 0, 64),
    "g": _vcpus("L-DB2E81BA", "Running On-Demand G and VT instances", 0, 64),
    "p": _vcpus("L-417A185B", "Running On-Demand P instances", 0, 64),
    "inf": _vcpus("L-1945791B", "Running On-Demand Inf instances", 0, 64),
    "x": _vcpus("L-7295265B", "Running On-Demand X instances", 0, 128),
    "u": _vcpus("L-43DA4232", "Running On-Demand High Memory instances", 0, 448),
    "dl": _vcpus("L-6E869C2A", "Running On-Demand DL instances", 0, 96),
    "trn": _vcpus("L-2C3B7624", "Running On-Demand Trn instances", 0, 128),
    "hpc": _vcpus("L-F7808C92", "Running On-Demand HPC instances", 0, 192),
}
"""By the bucket of instance types; in virtual processors. assumption: the applied values, those of an account
that has been in use for some time."""
SPOT: Mapping[str, Quota] = {
    "standard": _vcpus("L-34B43A08", f"All Standard {_STANDARD} Spot Instance Requests", 5, 640),
    "f": _vcpus("L-88CF9481", "All F Spot Instance Requests", 0, 64),
    "g": _vcpus("L-3819A6DF", "All G and VT Spot Instance Requests", 0, 64),
    "p": _vcpus("L-7212CCBC", "All P Spot Instance Requests", 0, 64),
    "inf": _vcpus("L-B5D1601B", "All Inf Spot Instance Requests", 0, 64),
    "x": _vcpus("L-E3A00192", "All X Spot Instance Requests", 0, 128),
    "dl": _vcpus("L-85EED4F7", "All DL Spot Instance Requests", 0, 96),
    "trn": _vcpus("L-6B0D517C", "All Trn Spot Instance Requests", 0, 128),
}
VPCS = Quota("vpc", "L-F678F1CE", "VPCs per Region", 5, None, _VPC)
SUBNETS = Quota("vpc", "L-407747CB", "Subnets per VPC", 200, None, _VPC)
GATEWAYS = Quota("vpc", "L-A4707A72", "Internet gateways per Region", 5, None, _VPC)
NAT_GATEWAYS = Quota("vpc", "L-FE5A380F", "NAT gateways per Availability Zone", 5, None, _VPC)
ROUTE_TABLES = Quota("vpc", "L-589F43AA", "Route tables per VPC", 200, None, _VPC)
GROUPS = Quota("vpc", "L-E79EC296", "VPC security groups per Region", 2500, None, _VPC)
RULES = Quota("vpc", "L-0EA8095F", "Inbound or outbound rules per security group", 60, None, _VPC)
ADDRESSES = Quota("ec2", "L-0263D0A3", "EC2-VPC Elastic IPs", 5, None, _VPC)
BALANCERS: Mapping[str, Quota] = {
    "application": Quota(
        "elasticloadbalancing", "L-53DA6B97", "Application Load Balancers per Region", 50, None, _ELB
    ),
    "network": Quota(
        "elasticloadbalancing", "L-69A177A2", "Network Load Balancers per Region", 50, None, _NLB
    ),
}
TARGET_GROUPS = Quota("elasticloadbalancing", "L-B22855CB", "Target Groups per Region", 3000, None, _ELB)
LISTENERS = Quota(
    "elasticloadbalancing", "L-B6DF7632", "Listeners per Application Load Balancer", 50, None, _ELB
)
VOLUMES: Mapping[str, Quota] = {
    "gp2": _storage("L-D18FCD1D", "General Purpose SSD (gp2)"),
    "gp3": _storage("L-7A658B76", "General Purpose SSD (gp3)"),
    "standard": _storage("L-9CF3C2EB", "Magnetic (standard)"),
}
ALL: tuple[Quota, ...] = (
    *ON_DEMAND.values(),
    *SPOT.values(),
    ADDRESSES,
    *(VPCS, SUBNETS, GATEWAYS, NAT_GATEWAYS, ROUTE_TABLES, GROUPS, RULES),
    *BALANCERS.values(),
    *(TARGET_GROUPS, LISTENERS),
    *VOLUMES.values(),
)
_BY_CODE: Mapping[str, Quota] = {quota.code: quota for quota in ALL}


def value(world: World | None, region: str, quota: Quota) -> float:
    """How much of it the account may have in a region now."""
    most = quota.usual if quota.applied is None else quota.applied
    held = _held(world)
    most = held.get("values", {}).get(quota.code, most)
    if world is None or "requests" not in held:
        return most
    for one in requests(world, region):
        if one["code"] == quota.code and status(world, one) == GRANTED:
            most = max(most, one["value"])
    return most


def are_enforced(world: World | None) -> bool:
    """Whether anything is refused for a quota."""
    return _held(world).get("enforced", True)


def _held(world: World | None) -> dict[str, Any]:
    return world.extras.get(EXTRAS, {}) if world is not None else {}


# ---- asking for more

PENDING, GRANTED, DENIED = "PENDING", "APPROVED", "DENIED"


class Open(Exception):
    """There is a request for this quota that has not been decided."""


def request(world: World, region: str, quota: Quota, wanted: float) -> dict[str, Any]:
    """Ask for more. Raises Open."""
    held = world.extras.setdefault(EXTRAS, {})
    made: list[dict[str, Any]] = held.setdefault("requests", [])
    for other in requests(world, region):
        if other["code"] == quota.code and status(world, other) == PENDING:
            raise Open
    one = {
        "number": len(made) + 1,
        "region": region,
        "code": quota.code,
        "value": wanted,
        "since": world.clock.now(),
        "due": world.clock.now() + held.get("grant_seconds", GRANT_SECONDS),
        "outcome": DENIED if held.get("deny") else GRANTED,
    }
    made.append(one)
    return one


def requests(world: World, region: str) -> Iterator[dict[str, Any]]:
    """What was asked for in a region, oldest first."""
    return (one for one in _held(world).get("requests", []) if one["region"] == region)


def status(world: World, one: Mapping[str, Any]) -> str:
    return one["outcome"] if world.clock.now() >= one["due"] else PENDING


# ---- from outside


def told(world: World) -> dict[str, Any]:
    """What is set, and the value of each quota unless a region was granted more."""
    held = _held(world)
    return {
        "enforced": are_enforced(world),
        "grant_seconds": held.get("grant_seconds", GRANT_SECONDS),
        "deny": held.get("deny", False),
        "quotas": [
            {
                "service": quota.service,
                "code": quota.code,
                "name": quota.name,
                "value": value(world, "", quota),
                "default": quota.usual,
            }
            for quota in ALL
        ],
        "requests": [{**one, "status": status(world, one)} for one in held.get("requests", [])],
    }


def change(world: World, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Set what is asked for, all of it or nothing, and tell how it is then.

    Args:
        asked: `enforced`; `values`, by quota code, in every region; `grant_seconds`, after which a request
            for more is decided, and `deny`, how. Any of them.

    Raises:
        Unfit: Something else is asked for, or a value that cannot be.
    """
    unknown = sorted(set(asked) - {"enforced", "values", "grant_seconds", "deny"})
    if unknown or not asked:
        found = f"not {unknown[0]!r}" if unknown else "and nothing was given"
        raise Unfit(f"of quotas one can set enforced, values, grant_seconds, deny, {found}")
    changed = dict(asked)
    for name in ("enforced", "deny"):
        if not isinstance(asked.get(name, False), bool):
            raise Unfit(f"{name!r} of quotas is true or false")
    if "grant_seconds" in asked:
        _check_number("grant_seconds", asked["grant_seconds"])
    if "values" in asked:
        changed["values"] = {**_held(world).get("values", {}), **_values(asked["values"])}
    world.extras.setdefault(EXTRAS, {}).update(changed)
    return told(world)


def _values(asked: Any) -> dict[str, float]:
    if not isinstance(asked, dict):
        raise Unfit("'values' of quotas is an object: quota code -> number")
    values: dict[str, float] = {}
    for code, number in asked.items():
        if code not in _BY_CODE:
            raise Unfit(f"the gym enforces no quota {code!r}")
        values[code] = _check_number(code, number)
    return values


def _check_number(name: str, number: Any) -> float:
    # Not "number < 0": NaN is to be refused too.
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= 1e9:
        raise Unfit(f"{name!r} of quotas is a number from 0 to 1e9")
    return float(number)
