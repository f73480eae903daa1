"""What is refused because there is as much of it as a quota allows.

Owns counting what is there and the refusals, but for virtual processors, which are in `quotas`. The values
are in `physics/quotas`. An account whose quotas are not enforced is asked for that and nothing is counted.
"""

from collections.abc import Callable, Iterable
from typing import Any

from moto.ec2.models.security_groups import SecurityGroupBackend
from moto.ec2.responses import EC2Response
from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend

from skywright_gym.aws.behaviour import disks
from skywright_gym.aws.behaviour.errors import refusal
from skywright_gym.aws.behaviour.rule import Rule, before, instead
from skywright_gym.physics import quotas
from skywright_gym.physics.quotas import Quota
from skywright_gym.world import world_if_any

_ERRORS = (
    "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html for the codes"
)


def _full(region: str, quota: Quota, count: int, more: float = 1) -> bool:
    return count + more > quotas.value(world_if_any(), region, quota)


def _enforced(response: Any = None) -> bool:
    # What is only tried out is not counted: it asks for permissions.
    dry = response is not None and response._get_bool_param("DryRun", False)
    return not dry and quotas.are_enforced(world_if_any())


def _count(things: Iterable[bool]) -> int:
    return sum(1 for thing in things if thing)


def _check_vpcs(self: Any) -> None:
    if _enforced(self) and _full(self.region, quotas.VPCS, len(self.ec2_backend.vpcs)):
        raise refusal("VpcLimitExceeded", "The maximum number of VPCs has been reached.")


def _check_addresses(self: Any) -> None:
    if _enforced(self) and _full(self.region, quotas.ADDRESSES, len(self.ec2_backend.addresses)):
        raise refusal("AddressLimitExceeded", "The maximum number of addresses has been reached.")


def _check_gateways(self: Any) -> None:
    if _enforced(self) and _full(self.region, quotas.GATEWAYS, len(self.ec2_backend.internet_gateways)):
        raise refusal(
            "InternetGatewayLimitExceeded", "The maximum number of internet gateways has been reached."
        )


def _check_subnets(self: Any) -> None:
    if not _enforced(self):
        return
    vpc_id = self._get_param("VpcId")
    zones: Iterable[dict[str, Any]] = self.ec2_backend.subnets.values()
    count = _count(subnet.vpc_id == vpc_id for zone in zones for subnet in zone.values())
    if _full(self.region, quotas.SUBNETS, count):
        raise refusal("SubnetLimitExceeded", "The maximum number of subnets has been reached.")


def _check_route_tables(self: Any) -> None:
    if not _enforced(self):
        return
    vpc_id = self._get_param("VpcId")
    count = _count(table.vpc_id == vpc_id for table in self.ec2_backend.route_tables.values())
    if _full(self.region, quotas.ROUTE_TABLES, count):
        raise refusal("RouteTableLimitExceeded", "The maximum number of route tables has been reached.")


def _check_nat_gateways(self: Any) -> None:
    if not _enforced(self):
        return
    backend = self.ec2_backend
    zone = backend.get_subnet(self._get_param("SubnetId")).availability_zone
    there = (one for one in backend.nat_gateways.values() if one.state in ("pending", "available"))
    count = _count(backend.get_subnet(one.subnet_id).availability_zone == zone for one in there)
    if _full(self.region, quotas.NAT_GATEWAYS, count):
        most = quotas.value(world_if_any(), self.region, quotas.NAT_GATEWAYS)
        raise refusal(
            "NatGatewayLimitExceeded",
            f"Performing this operation would exceed the limit of {most:g} NAT gateways",
        )


def _check_groups(self: Any) -> None:
    backend = self.ec2_backend
    if _enforced(self) and _full(self.region, quotas.GROUPS, sum(map(len, backend.groups.values()))):
        vpc_id = self._get_param("VpcId") or backend.default_vpc.id
        raise refusal(
            "SecurityGroupLimitExceeded",
            f"The maximum number of security groups for VPC '{vpc_id}' has been reached.",
        )


def _check_rules(self: Any, group: Any, current_rule_nb: int, *more: Any, **named: Any) -> None:
    added = [*more, *(named[name] for name in ("ip_ranges", "source_groups") if name in named)][:2]
    count = sum(len(one) for one in added if one)
    if _enforced() and _full(self.region_name, quotas.RULES, current_rule_nb, count):
        raise refusal(
            "RulesPerSecurityGroupLimitExceeded",
            "The maximum number of rules per security group has been reached.",
        )


def _check_volumes(self: Any) -> None:
    kind = self._get_param("VolumeType") or "gp2"
    quota = quotas.VOLUMES.get(kind)
    if quota is None or not _enforced(self):
        return
    there = (one for one in self.ec2_backend.volumes.values() if one.volume_type == kind)
    snapshot = self.ec2_backend.snapshots.get(self._get_param("SnapshotId"))
    asked = int(self._get_param("Size") or (snapshot.volume_size if snapshot is not None else 1))
    # What no disk of the type may be is refused as such.
    disks.check(disks.Disk(kind, asked, None, None))
    if _full(self.region, quota, 0, (sum(one.size for one in there) + asked) / 1024):
        most = quotas.value(world_if_any(), self.region, quota)
        raise refusal(
            "VolumeLimitExceeded",
            f"You have exceeded your maximum {kind} storage limit of {most:g} TiB in this region. Please "
            "contact AWS Support to request an Elastic Block Store service limit increase.",
        )


# ---- load balancers


def _too_many(code: str, what: str) -> ELBClientError:
    return ELBClientError(code, f"The maximum number of {what} has been reached")


def _check_balancers(self: Any, *_args: Any, **named: Any) -> None:
    kind = named.get("loadbalancer_type") or "application"
    quota = quotas.BALANCERS.get(kind)
    if quota is None or not _enforced():
        return
    if _full(self.region_name, quota, _count(one.type == kind for one in self.load_balancers.values())):
        raise _too_many("TooManyLoadBalancers", "load balancers")


def _check_target_groups(self: Any, *_args: Any, **_named: Any) -> None:
    if _enforced() and _full(self.region_name, quotas.TARGET_GROUPS, len(self.target_groups)):
        raise _too_many("TooManyTargetGroups", "target groups")


def _check_listeners(self: Any, load_balancer_arn: str, *_args: Any, **_named: Any) -> None:
    balancer = self.load_balancers.get(load_balancer_arn)
    if balancer is None or not _enforced():
        return
    if _full(self.region_name, quotas.LISTENERS, len(balancer.listeners)):
        raise _too_many("TooManyListeners", f"listeners on load balancer '{load_balancer_arn}'")


_CHECKS: dict[str, Callable[..., None]] = {
    "create_vpc": _check_vpcs,
    "create_default_vpc": _check_vpcs,
    "allocate_address": _check_addresses,
    "create_internet_gateway": _check_gateways,
    "create_subnet": _check_subnets,
    "create_route_table": _check_route_tables,
    "create_nat_gateway": _check_nat_gateways,
    "create_security_group": _check_groups,
    "create_volume": _check_volumes,
}
RULES = (
    Rule(
        "limits.networks",
        ("ec2",),
        "An account has so many networks, addresses, gateways, subnets, route tables, security groups and "
        "rules of a group, and so much storage in disks of a type, as its quotas allow; more is refused.",
        _ERRORS + "; wording from recordings of public issue reports; assumption: disks that come with a "
        "launch are counted but not refused, and all groups of a region are counted for any of its networks",
        (
            *(before(EC2Response, operation, check) for operation, check in _CHECKS.items()),
            instead(SecurityGroupBackend, "_verify_group_will_respect_rule_count_limit", _check_rules),
        ),
    ),
    Rule(
        "limits.balancers",
        ("elbv2",),
        "There are so many load balancers of a kind, target groups, and listeners of a load balancer, as the "
        "quotas allow; more is refused.",
        "specification: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/"
        "API_CreateLoadBalancer.html; wording from recordings of public issue reports",
        (
            before(ELBv2Backend, "create_load_balancer", _check_balancers),
            before(ELBv2Backend, "create_target_group", _check_target_groups),
            before(ELBv2Backend, "create_listener", _check_listeners),
        ),
    ),
)
