"""What cannot be deleted because something else stands on it.

Owns the refusals of deletions in networks. Disks and snapshots have their own in `volumes` and `images`.
"""

from collections.abc import Callable, Iterable
from typing import Any

from moto.ec2.responses import EC2Response

from skywright_gym.aws.behaviour.errors import dependency, invalid_value, refusal
from skywright_gym.aws.behaviour.rule import Rule, before

VPC_PAGE = "specification: https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html"
GROUPS_PAGE = "specification: https://docs.aws.amazon.com/vpc/latest/userguide/deleting-security-groups.html"


def _interfaces(backend: Any, wanted: Callable[[Any], bool]) -> Iterable[Any]:
    return (nic for nic in backend.enis.values() if wanted(nic))


def _all_groups(backend: Any) -> Iterable[Any]:
    for groups in backend.groups.values():
        yield from groups.values()


def _names(rules: Iterable[Any], group_id: str) -> bool:
    return any((rule.source_group or {}).get("GroupId") == group_id for rule in rules)


def _check_group(self: Any) -> None:
    backend = self.ec2_backend
    group_id, name = self._get_param("GroupId"), self._get_param("GroupName")
    group = (
        backend.get_security_group_from_id(group_id)
        if group_id
        else backend.get_security_group_by_name_or_id(name)
    )
    if group is None:
        return
    if group.name == "default":
        raise refusal(
            "CannotDelete", f'the specified group: "{group.id}" name: "default" cannot be deleted by a user'
        )
    in_use = any(_interfaces(backend, lambda nic: group in nic._group_set))
    named = any(
        _names(other.ingress_rules, group.id) or _names(other.egress_rules, group.id)
        for other in _all_groups(backend)
        if other is not group
    )
    if in_use or named:
        raise dependency(f"resource {group.id} has a dependent object")


def _check_subnet(self: Any) -> None:
    subnet_id = self._get_param("SubnetId")
    if any(_interfaces(self.ec2_backend, lambda nic: nic.subnet.id == subnet_id)):
        raise dependency(f"The subnet '{subnet_id}' has dependencies and cannot be deleted.")


def _check_vpc(self: Any) -> None:
    backend, vpc_id = self.ec2_backend, self._get_param("VpcId")
    if vpc_id not in backend.vpcs:
        return
    tables = backend.describe_route_tables(filters={"vpc-id": [vpc_id]})
    standing = (
        any(s.vpc_id == vpc_id for zone in backend.subnets.values() for s in zone.values())
        or any(group.name != "default" for group in backend.groups.get(vpc_id, {}).values())
        or any(igw.vpc is not None and igw.vpc.id == vpc_id for igw in backend.internet_gateways.values())
        or any(_interfaces(backend, lambda nic: nic.subnet.vpc_id == vpc_id))
        or len(tables) > 1
        or any(
            e.vpc_id == vpc_id and e.state not in ("deleted", "deleting")
            for e in backend.vpc_end_points.values()
        )
        or _peered(backend, vpc_id)
    )
    if standing:
        raise dependency(f"The vpc '{vpc_id}' has dependencies and cannot be deleted.")


def _peered(backend: Any, vpc_id: str) -> bool:
    return any(
        peering.status_code == "active" and vpc_id in (peering.vpc.id, peering.peer_vpc.id)
        for peering in backend.vpc_pcxs.values()
        if hasattr(peering, "status_code")
    )


def _check_gateway_attach(self: Any) -> None:
    backend, vpc_id = self.ec2_backend, self._get_param("VpcId")
    backend.get_internet_gateway(self._get_param("InternetGatewayId"))
    if any(igw.vpc is not None and igw.vpc.id == vpc_id for igw in backend.internet_gateways.values()):
        raise invalid_value(f"Network {vpc_id} already has an internet gateway attached")


def _check_gateway_detach(self: Any) -> None:
    backend, vpc_id = self.ec2_backend, self._get_param("VpcId")
    gateway = backend.get_internet_gateway(self._get_param("InternetGatewayId"))
    if gateway.vpc is None or gateway.vpc.id != vpc_id:
        return
    if any(_interfaces(backend, lambda nic: nic.subnet.vpc_id == vpc_id and nic.public_ip)):
        raise dependency(
            f"Network {vpc_id} has some mapped public address(es). Please unmap those public address(es) "
            "before detaching the gateway."
        )


def _check_gateway_delete(self: Any) -> None:
    gateway_id = self._get_param("InternetGatewayId")
    if self.ec2_backend.get_internet_gateway(gateway_id).vpc is not None:
        raise dependency(f"The internetGateway '{gateway_id}' has dependencies and cannot be deleted.")


def _check_interface(self: Any) -> None:
    nic = self.ec2_backend.get_network_interface(self._get_param("NetworkInterfaceId"))
    if nic.status == "in-use":
        raise invalid_value(f"Network interface '{nic.id}' is currently in use.")


def _check_interface_attach(self: Any) -> None:
    backend, index = self.ec2_backend, self._get_param("DeviceIndex")
    nic = backend.get_network_interface(self._get_param("NetworkInterfaceId"))
    instance = backend.get_instance(self._get_param("InstanceId"))
    if nic.status == "in-use":
        raise refusal("InvalidNetworkInterface.InUse", f"Interface: [{nic.id}] in use.")
    if nic.subnet.availability_zone != instance.placement.zone:
        raise refusal(
            "InvalidParameterCombination",
            "You may not attach a network interface to an instance if they are not in the same availability "
            "zone",
        )
    if index is not None and int(index) in instance.nics:
        raise invalid_value(
            f"Instance '{instance.id}' already has an interface attached at device index '{index}'."
        )
    if instance.state not in ("running", "stopped"):
        raise refusal("IncorrectInstanceState", f"Instance '{instance.id}' is not 'running' or 'stopped'.")


def _check_address(self: Any) -> None:
    allocation_id, public_ip = self._get_param("AllocationId"), self._get_param("PublicIp")
    for address in self.ec2_backend.addresses:
        named = address.allocation_id == allocation_id if allocation_id else address.public_ip == public_ip
        if named and address.association_id:
            raise refusal("InvalidIPAddress.InUse", f"Address {address.public_ip} is in use.")


RULES = (
    Rule(
        "dependencies.groups",
        ("ec2",),
        "A security group that an interface bears or another group's rule names cannot be deleted, nor can a "
        "default group.",
        GROUPS_PAGE,
        (before(EC2Response, "delete_security_group", _check_group),),
    ),
    Rule(
        "dependencies.networks",
        ("ec2",),
        "A subnet with interfaces, and a network with subnets, groups, gateways, route tables or interfaces, "
        "cannot be deleted.",
        VPC_PAGE,
        (
            before(EC2Response, "delete_subnet", _check_subnet),
            before(EC2Response, "delete_vpc", _check_vpc),
        ),
    ),
    Rule(
        "dependencies.gateways",
        ("ec2",),
        "A network has one internet gateway, which cannot be detached while the network has public addresses "
        "nor deleted while it is attached.",
        "specification: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html",
        (
            before(EC2Response, "attach_internet_gateway", _check_gateway_attach),
            before(EC2Response, "detach_internet_gateway", _check_gateway_detach),
            before(EC2Response, "delete_internet_gateway", _check_gateway_delete),
        ),
    ),
    Rule(
        "dependencies.interfaces",
        ("ec2",),
        "An interface in use is neither deleted nor attached again, and is attached in its zone at a free "
        "index.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html",
        (
            before(EC2Response, "delete_network_interface", _check_interface),
            before(EC2Response, "attach_network_interface", _check_interface_attach),
        ),
    ),
    Rule(
        "dependencies.addresses",
        ("ec2",),
        "An Elastic IP address that is associated cannot be released.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html",
        (before(EC2Response, "release_address", _check_address),),
    ),
)
