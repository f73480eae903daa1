"""What a program adds to the monthly bill, by the one price book that the gym bills by too.

Owns how a step's cost is counted; the book is in `skywright_prices`. Must not know the target: what a
deletion saves is known only for what the same program made; a resized machine counts with its whole new
price, which errs upwards.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from skywright.clouds.aws import standing
from skywright.clouds.aws.template import find
from skywright.model.operation import Operation
from skywright.model.program import Program, Step
from skywright.model.resource import Resource
from skywright.model.values import Value
from skywright_prices.aws import (
    Price,
    balancer_month,
    book,
    disk_month,
    factor,
    hours_a_month,
    machine,
    month_of,
    monthly,
    provenance,
)

_REFERENCE = re.compile(r"\$\{([A-Za-z_][\w-]*)(?:\.([^}]*))?\}")
_UNKNOWN_TYPE = "m5.large"
_GUESSED = 1.5


@dataclass(frozen=True, slots=True)
class Line:
    """What one step adds to the monthly bill, with why it is less than certain (empty: it is not)."""

    step: str
    usd_month: float
    doubt: str = ""


class Prices:
    """The book as `clouds.base.Prices`, and more."""

    @property
    def provenance(self) -> str:
        """Where the prices are from and of when, in one sentence."""
        return provenance()

    def hourly(self, instance_type: str, region: str, spot: bool = False) -> float:
        """USD an hour of one Linux machine of that type."""
        return self.price(instance_type, region, spot).usd_hour

    def price(
        self, instance_type: str, region: str, spot: bool = False, cores: int = 0, memory_gib: float = 0.0
    ) -> Price:
        """The price of a machine.

        Args:
            cores, memory_gib: used for types that the book does not have; 0: guessed from the name.
        """
        price = machine(instance_type, region, cores, memory_gib)
        share = float(book()["spot_factor"]) if spot else 1.0
        return Price(round(price.usd_hour * share, 6), price.estimated)

    def sized(self, size: Any, prefix: str, region: str, share: float) -> float:
        """USD a month of a managed machine, by what the same machine costs by itself; an assumption."""
        return self.hourly(_type(size).removeprefix(prefix), region) * share * hours_a_month()

    def disk_month(self, type: str, gb: float, region: str, iops: float = 0, mbps: float = 0) -> float:
        """USD a month of one disk."""
        return disk_month(type, gb, region, iops, mbps)

    def usd_month(self, program: Program) -> float:
        """What performing the program adds to (or takes from) the monthly bill, at full use."""
        return round(sum(line.usd_month for line in self.lines(program)), 2)

    def usd_month_of(self, resource: Resource) -> float:
        """What a thing costs a month as it stands there; 0 if nothing is known."""
        return standing.usd_month(resource)

    def usd_month_most(self, program: Program) -> float:
        """The same, with every price at the top of its range.

        A spot machine costs at most what the same machine costs on demand, unless more is bid. What the
        book does not have is counted half as much again (assumption: it is guessed from the machine's size).
        """
        return _Dearest().usd_month(program)

    def lines(self, program: Program) -> tuple[Line, ...]:
        """The same, by step; steps that cost nothing are left out."""
        values = program.values()
        found: dict[str, Line] = {}
        templates = {step.id: _started(step, values) for step in program.steps if _is_template(step)}
        for step in program.steps:
            if step.operation is None or not _happens(step, values):
                continue
            counter = _COUNTERS.get(str(step.operation))
            if counter is not None:
                arguments = _resolved(step.arguments, values)
                for name in sorted(_referred(step.arguments) & templates.keys()):
                    arguments = {**templates[name], **arguments}
                region = str(_resolved(step.region or program.region, values))
                usd = counter(self, arguments, region) * _times(step, values)
                doubt = (
                    "the machine's present price is not taken off" if "Modify" in step.operation.name else ""
                )
                found[step.id] = Line(step.id, usd, doubt)
            elif _ends(step.operation):
                for made in sorted(_referred(step.arguments) & found.keys()):
                    found[step.id] = Line(step.id, -found[made].usd_month)
        return tuple(line for line in found.values() if line.usd_month)

    def members(self, group: Mapping[str, Any]) -> float:
        """How many machines a group that scales holds."""
        return _number(group.get("DesiredCapacity"), _number(group.get("MinSize"), 1))


class _Dearest(Prices):
    """Every price at the top of its range, and every group at its largest."""

    def members(self, group: Mapping[str, Any]) -> float:
        return _number(group.get("MaxSize"), super().members(group))

    def sized(self, size: Any, prefix: str, region: str, share: float) -> float:
        return super().sized(size, prefix, region, share) * _GUESSED

    def hourly(self, instance_type: str, region: str, spot: bool = False) -> float:
        price = self.price(instance_type, region)
        return price.usd_hour * (_GUESSED if price.estimated else 1.0)


def _machines(prices: Prices, arguments: Mapping[str, Any], region: str) -> float:
    spot = _inside(arguments.get("InstanceMarketOptions"), "MarketType") == "spot"
    count = _number(arguments.get("MaxCount"), 1)
    return count * _machine(prices, arguments, region, spot)


def _spot_machines(prices: Prices, arguments: Mapping[str, Any], region: str) -> float:
    specification = arguments.get("LaunchSpecification") or {}
    return _number(arguments.get("InstanceCount"), 1) * _machine(prices, specification, region, True)


def _machine(prices: Prices, arguments: Mapping[str, Any], region: str, spot: bool) -> float:
    usd = prices.hourly(_type(arguments.get("InstanceType")), region, spot) * hours_a_month()
    root = book()["root_disk"]
    mappings = arguments.get("BlockDeviceMappings")
    disks = [each for each in find("[].Ebs", mappings) or () if isinstance(each, Mapping)] if mappings else []
    for disk in disks or [{}]:
        usd += prices.disk_month(
            str(disk.get("VolumeType", root["type"])), _number(disk.get("VolumeSize"), root["gb"]), region
        )
    interfaces = arguments.get("NetworkInterfaces")
    public = (find("[].AssociatePublicIpAddress", interfaces) or []) if interfaces else []
    if True in public or not (public or arguments.get("SubnetId")):
        usd += month_of("public_ipv4")
    if _inside(arguments.get("Monitoring"), "Enabled"):
        usd += monthly("detailed_monitoring")
    return usd


def _disk(prices: Prices, arguments: Mapping[str, Any], region: str) -> float:
    return prices.disk_month(
        str(arguments.get("VolumeType", "gp2")),
        _number(arguments.get("Size"), 0),
        region,
        _number(arguments.get("Iops"), 0),
        _number(arguments.get("Throughput"), 0),
    )


def _balancer(prices: Prices, arguments: Mapping[str, Any], region: str) -> float:
    zones = len(arguments.get("Subnets") or arguments.get("SubnetMappings") or ())
    public = zones if arguments.get("Scheme") != "internal" else 0
    return balancer_month(str(arguments.get("Type", "application")), region, public)


def _resized(prices: Prices, arguments: Mapping[str, Any], region: str) -> float:
    wanted = find("InstanceType.Value", arguments)
    return prices.hourly(_type(wanted), region) * hours_a_month() if wanted else 0.0


def _alarm(prices: Prices, arguments: Mapping[str, Any], region: str) -> float:
    fast = _number(arguments.get("Period"), 60) < 60
    return monthly("alarm_fast" if fast else "alarm")


def _monitored(prices: Prices, arguments: Mapping[str, Any], region: str) -> float:
    return len(arguments.get("InstanceIds") or ()) * monthly("detailed_monitoring")


def _address(prices: Prices, arguments: Mapping[str, Any], region: str) -> float:
    return month_of("public_ipv4")


def _nat(prices: Prices, arguments: Mapping[str, Any], region: str) -> float:
    return month_of("nat") * factor(region)


def _scaled(prices: Prices, arguments: Mapping[str, Any], region: str) -> float:
    return prices.members(arguments) * _machine(
        prices, {"SubnetId": "of the group", **arguments}, region, False
    )


def _fleet(prices: Prices, arguments: Mapping[str, Any], region: str) -> float:
    count = _inside(arguments.get("TargetCapacitySpecification"), "TotalTargetCapacity")
    return _number(count, 1) * _machine(prices, arguments, region, False)


def _database(prices: Prices, arguments: Mapping[str, Any], region: str) -> float:
    its = book()["database"]
    licensed = str(arguments.get("Engine")).startswith("sqlserver")
    usd = prices.sized(
        arguments.get("DBInstanceClass"), "db.", region, its["licensed" if licensed else "machine"]
    )
    usd += _number(arguments.get("AllocatedStorage"), 0) * its["gb"] * factor(region)
    return usd * (2 if arguments.get("MultiAZ") is True else 1)


def _cache(prices: Prices, arguments: Mapping[str, Any], region: str) -> float:
    nodes = _number(arguments.get("NumCacheNodes"), _number(arguments.get("NumCacheClusters"), 1))
    return nodes * prices.sized(arguments.get("CacheNodeType"), "cache.", region, book()["cache"]["machine"])


def _table(prices: Prices, arguments: Mapping[str, Any], region: str) -> float:
    units = arguments.get("ProvisionedThroughput")
    asked = sum(_number(_inside(units, name), 0) * usd for name, usd in book()["capacity_units"].items())
    return asked * hours_a_month() * factor(region)


_COUNTERS: Mapping[str, Callable[[Prices, Mapping[str, Any], str], float]] = {
    "ec2:RunInstances": _machines,
    "ec2:RequestSpotInstances": _spot_machines,
    "ec2:CreateVolume": _disk,
    "ec2:ModifyInstanceAttribute": _resized,
    "ec2:AllocateAddress": _address,
    "ec2:CreateNatGateway": _nat,
    "ec2:MonitorInstances": _monitored,
    "elbv2:CreateLoadBalancer": _balancer,
    "cloudwatch:PutMetricAlarm": _alarm,
    "autoscaling:CreateAutoScalingGroup": _scaled,
    "ec2:CreateFleet": _fleet,
    "rds:CreateDBInstance": _database,
    "elasticache:CreateCacheCluster": _cache,
    "elasticache:CreateReplicationGroup": _cache,
    "dynamodb:CreateTable": _table,
}


def _is_template(step: Step) -> bool:
    return str(step.operation) in ("ec2:CreateLaunchTemplate", "autoscaling:CreateLaunchConfiguration")


def _started(step: Step, values: Mapping[str, Value]) -> Mapping[str, Any]:
    """What a launch template or configuration says of the machines that are started by it."""
    arguments = _resolved(step.arguments, values)
    data = arguments.get("LaunchTemplateData", arguments)
    return data if isinstance(data, Mapping) else {}


def _inside(value: Any, member: str) -> Any:
    return value.get(member) if isinstance(value, Mapping) else None


def _type(value: Value) -> str:
    return value if isinstance(value, str) and "${" not in value else _UNKNOWN_TYPE


def _number(value: Any, otherwise: float) -> float:
    return (
        float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else float(otherwise)
    )


def _times(step: Step, values: Mapping[str, Value]) -> float:
    return 1.0 if step.repeat is None else _number(_resolved(step.repeat, values), 1)


def _happens(step: Step, values: Mapping[str, Value]) -> bool:
    if step.when is None:
        return True
    text = step.when.strip()
    negated = text.startswith("!")
    name = text.removeprefix("!").strip()
    value = _resolved(name if name.startswith("${") else f"${{{name}}}", values)
    return bool(value) is not negated


def _ends(operation: Operation) -> bool:
    return operation.name.startswith(("Terminate", "Delete", "Release", "Cancel"))


def _referred(value: Value) -> frozenset[str]:
    return frozenset(match[1] for match in _REFERENCE.finditer(str(value)))


def _resolved(value: Value, values: Mapping[str, Value]) -> Any:
    """The value with references to parameters replaced; others stay as they are."""
    if isinstance(value, str):
        match = _REFERENCE.fullmatch(value) if "${" in value else None
        if match and match[1] in values:
            return find(match[2], values[match[1]]) if match[2] else values[match[1]]
        return value
    if isinstance(value, Mapping):
        return {key: _resolved(item, values) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_resolved(item, values) for item in value]
    return value
