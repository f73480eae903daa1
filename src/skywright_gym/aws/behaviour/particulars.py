"""Particulars that moto leaves out of its answers, or gets wrong: of zones, addresses, prefix lists, gateways
of private networks, endpoint services, and ClassicLink. Owns these members and filters only.
"""

from collections.abc import Callable, Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.availability_zones_and_regions import Zone
from moto.ec2.models.elastic_ip_addresses import ElasticAddress
from moto.ec2.models.managed_prefixes import ManagedPrefixList
from moto.ec2.models.security_groups import SecurityGroupBackend
from moto.ec2.models.vpcs import VPCBackend
from moto.ec2.models.vpn_gateway import VpnGatewayBackend
from moto.ec2.responses import EC2Response

from skywright_gym.aws.behaviour.errors import invalid_value
from skywright_gym.aws.behaviour.rule import Rule, around, computed, instead, new

# specification: CreateVpnGateway, "the default is 64512"
_DEFAULT_ASN = "64512"
_POOL = "amazon"


def _allocate(original: Callable[..., Any], self: Any) -> ActionResult:
    asked = self._get_param("NetworkBorderGroup")
    if asked not in (None, self.region):
        raise invalid_value(
            f"The network border group {asked} is none of a zone that this account has in {self.region}"
        )
    result = original(self)
    return ActionResult({**result.result, "NetworkBorderGroup": self.region, "PublicIpv4Pool": _POOL})


def _gateway(original: Callable[..., Any], self: Any, *arguments: Any, **named: Any) -> Any:
    gateway = original(self, *arguments, **named)
    if gateway.amazon_side_asn is None:
        gateway.amazon_side_asn = _DEFAULT_ASN
    return gateway


def _cidrs(prefixes: Any) -> list[str]:
    return [entry["Cidr"] for entry in prefixes.entries.get(prefixes.version) or []]


def _services(original: Callable[..., Any], self: Any, *arguments: Any, **named: Any) -> Any:
    """moto looks for a filter's values under a name that no client sends."""
    filters: list[Mapping[str, Any]] = named.get("filters") or []
    sent = [{**one, "Value": one["Values"]} if "Values" in one else one for one in filters]
    return original(self, *arguments, **{**named, "filters": sent})


def _classic_link(self: Any) -> ActionResult:
    filters = self._filters_from_querystring()
    wanted = filters.pop("is-classic-link-enabled", None)
    vpcs = self.ec2_backend.describe_vpcs(vpc_ids=self._get_param("VpcIds"), filters=filters)
    shown = [
        {"VpcId": vpc.id, "ClassicLinkEnabled": vpc.classic_link_enabled, "Tags": vpc.tag_list}
        for vpc in vpcs
        if wanted is None or str(vpc.classic_link_enabled).lower() in wanted
    ]
    return ActionResult({"Vpcs": shown})


def _connections(self: Any) -> ActionResult:
    """The account's endpoints to its own services: nobody else's can be known here."""
    self.error_on_dryrun()
    backend = self.ec2_backend
    services = {service.service_name: service.id for service in backend.configurations.values()}
    found = [
        {
            "ServiceId": services[endpoint.service_name],
            "VpcEndpointId": endpoint.id,
            "VpcEndpointOwner": self.current_account,
            "VpcEndpointState": endpoint.state,
        }
        for endpoint in backend.vpc_end_points.values()
        if endpoint.service_name in services
    ]
    for name, values in self._filters_from_querystring().items():
        member = _OF_A_CONNECTION.get(name)
        if member is None:
            raise invalid_value(f"The filter '{name}' is invalid")
        found = [one for one in found if one[member] in values]
    return ActionResult({"VpcEndpointConnections": found})


_OF_A_CONNECTION = {
    "service-id": "ServiceId",
    "vpc-endpoint-id": "VpcEndpointId",
    "vpc-endpoint-owner": "VpcEndpointOwner",
    "vpc-endpoint-state": "VpcEndpointState",
}


def _delete_group(
    original: Callable[..., None], self: Any, name: str | None = None, group_id: str | None = None
) -> None:
    """moto looks for a group of that name in no network."""
    found = self.get_security_group_by_name_or_id(name) if name and not group_id else None
    original(self, name=name, group_id=found.id if found else group_id)


RULES = (
    Rule(
        "particulars.zones",
        ("ec2",),
        "A zone has a group, the border group of its region, and needs no opting in.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AvailabilityZone.html; "
        "assumption: that all zones of a region are in one group",
        (
            computed(Zone, "group_name", lambda zone: f"{zone.region_name}-zg-1", is_new=True),
            computed(Zone, "network_border_group", lambda zone: zone.region_name, is_new=True),
            computed(Zone, "opt_in_status", lambda _zone: "opt-in-not-required", is_new=True),
        ),
    ),
    Rule(
        "particulars.addresses",
        ("ec2",),
        "An Elastic IP address comes from Amazon's pool and is advertised from its region, which has no "
        "other border group here.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html; "
        "assumption: the refusal of another border group",
        (
            around(EC2Response, "allocate_address", _allocate),
            computed(
                ElasticAddress, "network_border_group", lambda held: held.ec2_backend.region_name, is_new=True
            ),
            computed(ElasticAddress, "public_ipv4_pool", lambda _held: _POOL, is_new=True),
        ),
    ),
    Rule(
        "particulars.networks",
        ("ec2",),
        "A prefix list of the cloud's own shows its ranges, a private gateway has a number of its own, "
        "endpoint services are found by name and tag and show who is connected to them, and networks are "
        "found by whether they have ClassicLink; a security group can be deleted by its name.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePrefixLists.html, "
        "API_CreateVpnGateway.html, API_DescribeVpcEndpointServices.html, API_DescribeVpcClassicLink.html; "
        "assumption: that no other account connects to an endpoint service",
        (
            around(SecurityGroupBackend, "delete_security_group", _delete_group),
            computed(ManagedPrefixList, "cidrs", _cidrs, is_new=True),
            around(VpnGatewayBackend, "create_vpn_gateway", _gateway),
            around(VPCBackend, "describe_vpc_endpoint_services", _services),
            new(EC2Response, "describe_vpc_endpoint_connections", _connections),
            instead(EC2Response, "describe_vpc_classic_link", _classic_link),
        ),
    ),
)
