"""Load balancers: what one needs, when it works, and the interfaces it holds in its subnets.

Owns the rules of ELBv2 load balancers. Targets and their health are in `targets`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import InvalidSubnetIdError
from moto.ec2.utils import random_public_ip
from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer
from moto.elbv2.responses import ELBV2Response

from skywright_gym.aws.behaviour import timing
from skywright_gym.aws.behaviour.agenda import Effect, schedule
from skywright_gym.aws.behaviour.rule import Rule, around, before, instead

CREATE_PAGE = (
    "specification: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/"
    "API_CreateLoadBalancer.html; wording from recordings in public issue reports"
)


def _interface_gone(backend: Any, nic_id: str, _due: float) -> None:
    backend.enis.pop(nic_id, None)


EFFECTS: Mapping[str, Effect] = {"loadbalancer.interface": _interface_gone}


def _invalid(message: str) -> ELBClientError:
    return ELBClientError("ValidationError", message)


def _misconfigured(message: str) -> ELBClientError:
    return ELBClientError("InvalidConfigurationRequest", message)


def _subnets(backend: Any, ids: list[str]) -> list[Any]:
    found: list[Any] = []
    for subnet_id in ids:
        try:
            found.append(backend.get_subnet(subnet_id))
        except InvalidSubnetIdError:
            raise ELBClientError("SubnetNotFound", f"The subnet ID '{subnet_id}' does not exist") from None
    return found


def _subnet_ids(response: Any) -> list[str]:
    mapped = [m["SubnetId"] for m in response._get_param("SubnetMappings", [])]
    return [*response._get_param("Subnets", []), *mapped]


def check_name(name: str) -> None:
    """The name is one that a load balancer may have."""
    if len(name) > 32:
        raise _invalid(f"Load balancer name '{name}' cannot be longer than '32' characters")
    if not re.fullmatch(r"[A-Za-z0-9-]+", name):
        raise _invalid(
            f"Load balancer name '{name}' can only contain characters that are alphanumeric characters and "
            "hyphens(-)"
        )
    if name.startswith("-") or name.endswith("-"):
        raise _invalid(f"Load balancer name '{name}' cannot begin or end with '-'")
    if name.startswith("internal-"):
        raise _invalid(f"Load balancer name '{name}' cannot begin with 'internal-'")


def check_subnets(subnets: list[Any], kind: str) -> None:
    """The subnets are in one network, each in a zone of its own, two at least for an application's."""
    zones = {s.availability_zone for s in subnets}
    if kind == "application" and len(zones) < 2:
        raise _invalid("At least two subnets in two different Availability Zones must be specified")
    if not subnets:
        raise _invalid("At least one subnet must be specified")
    if len(zones) < len(subnets):
        raise _misconfigured(
            "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
        )
    if len({s.vpc_id for s in subnets}) > 1:
        ids = ", ".join(s.id for s in subnets)
        raise _misconfigured(f"All subnets must belong to the same VPC: '{ids}'")


def check_groups(backend: Any, group_ids: list[str], vpc_id: str) -> None:
    """The groups exist, in that network."""
    for group_id in group_ids:
        group = backend.get_security_group_from_id(group_id)
        if group is None:
            raise ELBClientError("InvalidSecurityGroup", f"The security group '{group_id}' does not exist")
        if group.vpc_id != vpc_id:
            raise _misconfigured("One or more security groups are invalid")


def _same(balancer: Any, response: Any, subnets: list[Any]) -> bool:
    groups = response._get_param("SecurityGroups", [])
    return (
        {s.id for s in balancer.subnets} == {s.id for s in subnets}
        and balancer.type == response._get_param("Type", "application")
        and balancer.scheme == response._get_param("Scheme", "internet-facing")
        and (not groups or set(groups) == set(balancer.security_groups))
    )


def _create(original: Callable[..., ActionResult], self: Any) -> ActionResult:
    name, kind = self._get_param("Name") or "", self._get_param("Type", "application")
    check_name(name)
    ec2 = self.elbv2_backend.ec2_backend
    subnets = _subnets(ec2, _subnet_ids(self))
    check_subnets(subnets, kind)
    for balancer in self.elbv2_backend.load_balancers.values():
        if balancer.name == name:
            if _same(balancer, self, subnets):
                return ActionResult({"LoadBalancers": [balancer]})
            raise ELBClientError(
                "DuplicateLoadBalancerName",
                f"A load balancer with the same name '{name}' exists, but with different settings",
            )
    check_groups(ec2, self._get_param("SecurityGroups", []), subnets[0].vpc_id)
    if not self._get_param("Scheme"):
        self.params["Scheme"] = "internet-facing"
    if self._get_param("Scheme") == "internet-facing":
        _check_gateway(ec2, subnets[0].vpc_id)
    if kind == "application" and not self._get_param("SecurityGroups"):
        self.params["SecurityGroups"] = [ec2.get_default_security_group(subnets[0].vpc_id).id]
    result: Any = original(self)
    _give_interfaces(ec2, result.result["LoadBalancers"][0])
    return result


def _check_gateway(ec2: Any, vpc_id: str) -> None:
    # moto's default network comes without the gateway that the cloud's has.
    if ec2.get_vpc(vpc_id).is_default:
        return
    if not any(igw.vpc is not None and igw.vpc.id == vpc_id for igw in ec2.internet_gateways.values()):
        raise ELBClientError("InvalidSubnet", f"VPC {vpc_id} has no internet gateway")


def _begin(original: Callable[..., None], self: Any, *args: Any, **kwargs: Any) -> None:
    original(self, *args, **kwargs)
    self.active_at = timing.due("loadbalancer.provisioning")


def _activate(self: Any) -> None:
    if self.state == "provisioning" and timing.now() >= vars(self).get("active_at", 0.0):
        self.state = "active"


def _give_interfaces(ec2: Any, balancer: Any) -> None:
    held: dict[str, str] = vars(balancer).setdefault("interfaces", {})
    wanted = {s.id: s for s in balancer.subnets}
    for subnet_id in set(held) - set(wanted):
        _release(ec2, held.pop(subnet_id))
    suffix = balancer.arn.split(":loadbalancer/")[1]
    for subnet_id, subnet in wanted.items():
        if subnet_id in held:
            continue
        nic = ec2.create_network_interface(
            subnet,
            subnet.get_available_subnet_ip(instance=None),
            group_ids=list(balancer.security_groups or []),
        )
        nic.description = f"ELB {suffix}"
        nic.status = "in-use"
        nic.requester_managed, nic.requester_id = True, "amazon-elb"
        if balancer.type == "network":
            nic.interface_type = "network_load_balancer"
        if balancer.scheme == "internet-facing":
            nic.public_ip = random_public_ip()
        held[subnet_id] = nic.id


def _release(ec2: Any, nic_id: str) -> None:
    schedule(ec2, "loadbalancer.interface", nic_id, timing.due("loadbalancer.interfaces"))


def _check_delete(self: Any) -> None:
    arn = self._get_param("LoadBalancerArn")
    balancer = self.elbv2_backend.load_balancers.get(arn)
    if balancer is not None and balancer.attrs.get("deletion_protection.enabled") == "true":
        raise ELBClientError(
            "OperationNotPermitted",
            f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
        )


def _delete(original: Callable[..., None], self: Any, arn: str) -> None:
    balancer = self.load_balancers.get(arn)
    original(self, arn)
    if balancer is None:
        return
    for nic_id in vars(balancer).pop("interfaces", {}).values():
        _release(self.ec2_backend, nic_id)
    for group in self.target_groups.values():
        group.load_balancer_arns = [other for other in group.load_balancer_arns if other != arn]


def _set_subnets(original: Callable[..., Any], self: Any, arn: str, *args: Any, **kwargs: Any) -> Any:
    changed = original(self, arn, *args, **kwargs)
    _give_interfaces(self.ec2_backend, self.load_balancers[arn])
    return changed


def _set_groups(original: Callable[..., Any], self: Any, arn: str, sec_groups: list[str]) -> Any:
    balancer = self.load_balancers.get(arn)
    if balancer is not None:
        check_groups(self.ec2_backend, sec_groups, balancer.vpc_id)
    original(self, arn, sec_groups)
    for nic_id in vars(balancer).get("interfaces", {}).values():
        nic = self.ec2_backend.get_network_interface(nic_id)
        nic._group_set = [self.ec2_backend.get_security_group_from_id(g) for g in sec_groups]


RULES = (
    Rule(
        "loadbalancers.create",
        ("elbv2",),
        "An application load balancer needs subnets in two zones, one each, of one network with an internet "
        "gateway if it faces the internet, groups of that network, and a name that is free: the same name "
        "with the same settings answers the existing one.",
        CREATE_PAGE,
        (around(ELBV2Response, "create_load_balancer", _create),),
    ),
    Rule(
        "loadbalancers.states",
        ("elbv2",),
        "A load balancer is provisioning before it is active.",
        "specification: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html",
        (around(FakeLoadBalancer, "__init__", _begin), instead(FakeLoadBalancer, "activate", _activate)),
    ),
    Rule(
        "loadbalancers.interfaces",
        ("elbv2", "ec2"),
        "A load balancer holds an interface with its groups in each of its subnets, which is gone some time "
        "after the load balancer.",
        "specification: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-delete.html",
        (
            around(ELBv2Backend, "delete_load_balancer", _delete),
            around(ELBv2Backend, "set_subnets", _set_subnets),
            around(ELBv2Backend, "set_security_groups", _set_groups),
        ),
    ),
    Rule(
        "loadbalancers.protection",
        ("elbv2",),
        "A load balancer with deletion protection cannot be deleted.",
        "specification: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html",
        (before(ELBV2Response, "delete_load_balancer", _check_delete),),
    ),
)
