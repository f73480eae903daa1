"""What one step costs a month, by its operation. Knows no program: a reference that is left is unknown.

A thing that is changed counts with its whole new price, which errs upwards where nobody knows what it costs
now. Not counted: traffic, requests, and what is stored, but for disks and databases.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from skywright.clouds.aws.template import find
from skywright.model.values import Value
from skywright_prices.aws import balancer_month, book, factor, hours_a_month, month_of, monthly

_UNKNOWN_TYPE = "m5.large"


class Rates(Protocol):
    """Prices as they are, or as they are at most."""

    def hourly(self, instance_type: str, region: str, spot: bool = False) -> float: ...

    def sized(self, size: Any, prefix: str, region: str, share: float) -> float: ...

    def disk_month(self, type: str, gb: float, region: str, iops: float = 0, mbps: float = 0) -> float: ...

    def members(self, group: Mapping[str, Any]) -> float: ...


def _machines(prices: Rates, arguments: Mapping[str, Any], region: str) -> float:
    spot = _inside(arguments.get("InstanceMarketOptions"), "MarketType") == "spot"
    count = number(arguments.get("MaxCount"), 1)
    return count * _machine(prices, arguments, region, spot)


def _spot_machines(prices: Rates, arguments: Mapping[str, Any], region: str) -> float:
    specification = arguments.get("LaunchSpecification") or {}
    return number(arguments.get("InstanceCount"), 1) * _machine(prices, specification, region, True)


def _machine(prices: Rates, arguments: Mapping[str, Any], region: str, spot: bool) -> float:
    usd = prices.hourly(type_of(arguments.get("InstanceType")), region, spot) * hours_a_month()
    root = book()["root_disk"]
    mappings = arguments.get("BlockDeviceMappings")
    disks = [each for each in find("[].Ebs", mappings) or () if isinstance(each, Mapping)] if mappings else []
    for disk in disks or [{}]:
        usd += prices.disk_month(
            str(disk.get("VolumeType", root["type"])), number(disk.get("VolumeSize"), root["gb"]), region
        )
    interfaces = arguments.get("NetworkInterfaces")
    public = (find("[].AssociatePublicIpAddress", interfaces) or []) if interfaces else []
    if True in public or not (public or arguments.get("SubnetId")):
        usd += month_of("public_ipv4")
    if _inside(arguments.get("Monitoring"), "Enabled"):
        usd += monthly("detailed_monitoring")
    return usd


def _disk(prices: Rates, arguments: Mapping[str, Any], region: str) -> float:
    return prices.disk_month(
        str(arguments.get("VolumeType", "gp2")),
        number(arguments.get("Size"), 0),
        region,
        number(arguments.get("Iops"), 0),
        number(arguments.get("Throughput"), 0),
    )


def _balancer(prices: Rates, arguments: Mapping[str, Any], region: str) -> float:
    zones = len(arguments.get("Subnets") or arguments.get("SubnetMappings") or ())
    public = zones if arguments.get("Scheme") != "internal" else 0
    return balancer_month(str(arguments.get("Type", "application")), region, public)


def _resized(prices: Rates, arguments: Mapping[str, Any], region: str) -> float:
    wanted = find("InstanceType.Value", arguments)
    if str(arguments.get("Attribute")).lower() == "instancetype":
        wanted = arguments.get("Value")
    return prices.hourly(type_of(wanted), region) * hours_a_month() if wanted else 0.0


def _alarm(prices: Rates, arguments: Mapping[str, Any], region: str) -> float:
    fast = number(arguments.get("Period"), 60) < 60
    return monthly("alarm_fast" if fast else "alarm")


def _monitored(prices: Rates, arguments: Mapping[str, Any], region: str) -> float:
    return len(arguments.get("InstanceIds") or ()) * monthly("detailed_monitoring")


def _address(prices: Rates, arguments: Mapping[str, Any], region: str) -> float:
    return month_of("public_ipv4")


def _nat(prices: Rates, arguments: Mapping[str, Any], region: str) -> float:
    return month_of("nat") * factor(region)


def _scaled(prices: Rates, arguments: Mapping[str, Any], region: str) -> float:
    return prices.members(arguments) * _machine(
        prices, {"SubnetId": "of the group", **arguments}, region, False
    )


def _fleet(prices: Rates, arguments: Mapping[str, Any], region: str) -> float:
    count = _inside(arguments.get("TargetCapacitySpecification"), "TotalTargetCapacity")
    return number(count, 1) * _machine(prices, arguments, region, False)


def _database(prices: Rates, arguments: Mapping[str, Any], region: str) -> float:
    its = book()["database"]
    licensed = str(arguments.get("Engine")).startswith("sqlserver")
    usd = prices.sized(
        arguments.get("DBInstanceClass"), "db.", region, its["licensed" if licensed else "machine"]
    )
    usd += number(arguments.get("AllocatedStorage"), 0) * its["gb"] * factor(region)
    return usd * (2 if arguments.get("MultiAZ") is True else 1)


def _cache(prices: Rates, arguments: Mapping[str, Any], region: str) -> float:
    nodes = number(arguments.get("NumCacheNodes"), number(arguments.get("NumCacheClusters"), 1))
    return nodes * prices.sized(arguments.get("CacheNodeType"), "cache.", region, book()["cache"]["machine"])


def _endpoint(prices: Rates, arguments: Mapping[str, Any], region: str) -> float:
    if arguments.get("VpcEndpointType") not in ("Interface", "GatewayLoadBalancer"):
        return 0.0
    return month_of("endpoint") * factor(region) * max(1, len(arguments.get("SubnetIds") or ()))


def _table(prices: Rates, arguments: Mapping[str, Any], region: str) -> float:
    units = arguments.get("ProvisionedThroughput")
    asked = sum(number(_inside(units, name), 0) * usd for name, usd in book()["capacity_units"].items())
    return asked * hours_a_month() * factor(region)


COUNTERS: Mapping[str, Callable[[Rates, Mapping[str, Any], str], float]] = {
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
    "autoscaling:UpdateAutoScalingGroup": _scaled,
    "ec2:ModifyVolume": _disk,
    "ec2:CreateVpcEndpoint": _endpoint,
    "ec2:CreateFleet": _fleet,
    "rds:CreateDBInstance": _database,
    "rds:RestoreDBInstanceFromDBSnapshot": _database,
    "rds:RestoreDBInstanceToPointInTime": _database,
    "rds:ModifyDBInstance": _database,
    "elasticache:CreateCacheCluster": _cache,
    "elasticache:CreateReplicationGroup": _cache,
    "dynamodb:CreateTable": _table,
    "dynamodb:UpdateTable": _table,
}

ENDED_BY: Mapping[str, tuple[str, ...]] = {
    "ec2:RunInstances": ("ec2:TerminateInstances",),
    "ec2:RequestSpotInstances": ("ec2:TerminateInstances",),
    "ec2:CreateVolume": ("ec2:DeleteVolume",),
    "ec2:AllocateAddress": ("ec2:ReleaseAddress",),
    "ec2:CreateNatGateway": ("ec2:DeleteNatGateway",),
    "elbv2:CreateLoadBalancer": ("elbv2:DeleteLoadBalancer",),
    "autoscaling:CreateAutoScalingGroup": ("autoscaling:DeleteAutoScalingGroup",),
    "ec2:CreateVpcEndpoint": ("ec2:DeleteVpcEndpoints",),
    "ec2:CreateFleet": ("ec2:DeleteFleets",),
    "rds:CreateDBInstance": ("rds:DeleteDBInstance",),
    "rds:RestoreDBInstanceFromDBSnapshot": ("rds:DeleteDBInstance",),
    "rds:RestoreDBInstanceToPointInTime": ("rds:DeleteDBInstance",),
    "elasticache:CreateCacheCluster": ("elasticache:DeleteCacheCluster",),
    "elasticache:CreateReplicationGroup": ("elasticache:DeleteReplicationGroup",),
    "dynamodb:CreateTable": ("dynamodb:DeleteTable",),
}
"""By what the cost of what a step makes ends. To take its tags away, or a listener, ends nothing."""


def _inside(value: Any, member: str) -> Any:
    return value.get(member) if isinstance(value, Mapping) else None


def type_of(value: Value) -> str:
    return value if isinstance(value, str) and "${" not in value else _UNKNOWN_TYPE


def number(value: Any, otherwise: float) -> float:
    return (
        float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else float(otherwise)
    )
