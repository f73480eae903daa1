"""That what an operation names is there, where moto would crash for want of it. Owns the table of which
parameters name what, and of the operations that need the check; the rest is moto's own to refuse.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.responses import AutoScalingResponse
from moto.ec2.responses import EC2Response

from skywright_gym.aws.behaviour.errors import refusal
from skywright_gym.aws.behaviour.rule import Rule, Wrap, before

Check = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Named:
    """A parameter that names things.

    Args:
        held: The back end's attribute in which moto keeps them, by name.
        code: The error's.
        what: What the error's sentence calls one.
        operations: Those that moto crashes on.
    """

    parameter: str
    held: str
    code: str
    what: str
    operations: tuple[str, ...]


_TABLE_AND_ATTACHMENT = (
    "associate_transit_gateway_route_table",
    "disassociate_transit_gateway_route_table",
    "enable_transit_gateway_route_table_propagation",
    "disable_transit_gateway_route_table_propagation",
)
EC2_NAMES: tuple[Named, ...] = (
    Named(
        "TransitGatewayId",
        "transit_gateways",
        "InvalidTransitGatewayID.NotFound",
        "Transit Gateway",
        ("delete_transit_gateway", "modify_transit_gateway", "create_transit_gateway_peering_attachment"),
    ),
    Named(
        "TransitGatewayAttachmentId",
        "transit_gateway_attachments",
        "InvalidTransitGatewayAttachmentID.NotFound",
        "Transit Gateway Attachment",
        (
            *_TABLE_AND_ATTACHMENT,
            "accept_transit_gateway_peering_attachment",
            "reject_transit_gateway_peering_attachment",
            "delete_transit_gateway_peering_attachment",
            "delete_transit_gateway_vpc_attachment",
            "modify_transit_gateway_vpc_attachment",
        ),
    ),
    Named(
        "TransitGatewayRouteTableId",
        "transit_gateways_route_tables",
        "InvalidRouteTableID.NotFound",
        "Transit Gateway Route Table",
        (
            *_TABLE_AND_ATTACHMENT,
            "create_transit_gateway_route",
            "delete_transit_gateway_route",
            "delete_transit_gateway_route_table",
        ),
    ),
    Named(
        "PrefixListId",
        "managed_prefix_lists",
        "InvalidPrefixListID.NotFound",
        "prefix list",
        ("delete_managed_prefix_list", "modify_managed_prefix_list"),
    ),
    Named("NatGatewayId", "nat_gateways", "NatGatewayNotFound", "NAT gateway", ("delete_nat_gateway",)),
    Named("HostIds", "hosts", "InvalidHostID.NotFound", "host", ("modify_hosts", "release_hosts")),
    Named("ImageId", "amis", "InvalidAMIID.NotFound", "image id", ("describe_image_attribute",)),
    Named(
        "TrafficMirrorSessionId",
        "traffic_mirror_sessions",
        "InvalidTrafficMirrorSessionId.NotFound",
        "traffic mirror session",
        ("modify_traffic_mirror_session",),
    ),
    Named(
        "SpotFleetRequestId",
        "spot_fleet_requests",
        "InvalidSpotFleetRequestId.NotFound",
        "spot fleet request",
        ("modify_spot_fleet_request",),
    ),
)
_GROUP_OPERATIONS = (
    "attach_instances",
    "attach_load_balancer_target_groups",
    "attach_load_balancers",
    "delete_warm_pool",
    "describe_load_balancer_target_groups",
    "describe_load_balancers",
    "describe_warm_pool",
    "detach_instances",
    "detach_load_balancer_target_groups",
    "detach_load_balancers",
    "enable_metrics_collection",
    "enter_standby",
    "exit_standby",
    "put_warm_pool",
    "resume_processes",
    "set_desired_capacity",
    "set_instance_protection",
    "suspend_processes",
)


def _names(response: Any, parameter: str) -> list[str]:
    given: Any = response._get_param(parameter, [])
    return [given] if isinstance(given, str) else list(given or [])


def _exists(named: Named) -> Check:
    def check(self: Any) -> None:
        held = getattr(self.ec2_backend, named.held)
        for name in _names(self, named.parameter):
            if name not in held:
                raise refusal(named.code, f"The {named.what} '{name}' does not exist")

    return check


def _check_association(self: Any) -> None:
    lists = self.ec2_backend.network_acls.values()
    for name in _names(self, "AssociationId"):
        if not any(name in one._associations for one in lists):
            raise refusal("InvalidAssociationID.NotFound", f"The association ID '{name}' does not exist")


def _check_groups(backend: Any, names: Iterable[str]) -> None:
    for name in names:
        if name not in backend.autoscaling_groups:
            raise ValidationError(f"AutoScalingGroup name not found - no such group: {name}")


def _check_group(self: Any) -> None:
    _check_groups(self.autoscaling_backend, _names(self, "AutoScalingGroupName"))


def _check_tagged(self: Any) -> None:
    tags: list[Mapping[str, Any]] = self._get_param("Tags", [])
    _check_groups(self.autoscaling_backend, (tag["ResourceId"] for tag in tags if "ResourceId" in tag))


def _check_machine(self: Any) -> None:
    groups = self.autoscaling_backend.autoscaling_groups.values()
    managed = {state.instance.id for group in groups for state in group.instance_states}
    for name in _names(self, "InstanceId"):
        if name not in managed:
            raise ValidationError(
                f"Instance Id not found - No managed instance found for instance ID: {name}"
            )


def _check_policy(self: Any) -> None:
    for name in _names(self, "PolicyName"):
        if name not in self.autoscaling_backend.policies:
            raise ValidationError(f"PolicyARN or PolicyName not found - no such policy: {name}")


def _check_token(held: str) -> Check:
    """A token of the next page is the name of one that is there, as moto makes it."""

    def check(self: Any) -> None:
        for token in _names(self, "NextToken"):
            if token not in getattr(self.autoscaling_backend, held):
                raise ValidationError("The token is not valid.")

    return check


def _ec2_wraps() -> Iterator[Wrap]:
    for named in EC2_NAMES:
        yield from (before(EC2Response, operation, _exists(named)) for operation in named.operations)


RULES = (
    Rule(
        "existence.named",
        ("ec2",),
        "A transit gateway, its tables and attachments, a prefix list, a host and the like are refused as "
        "not found where they are named and are not there.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html; "
        "assumption: the wording",
        (*_ec2_wraps(), before(EC2Response, "replace_network_acl_association", _check_association)),
    ),
    Rule(
        "existence.scaling",
        ("autoscaling",),
        "A group, a machine or a policy that is named and is not there is a ValidationError, as is a token "
        "that no page gave.",
        "specification: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/CommonErrors.html; "
        "assumption: the wording",
        (
            *(before(AutoScalingResponse, operation, _check_group) for operation in _GROUP_OPERATIONS),
            before(AutoScalingResponse, "create_or_update_tags", _check_tagged),
            before(AutoScalingResponse, "delete_tags", _check_tagged),
            before(AutoScalingResponse, "terminate_instance_in_auto_scaling_group", _check_machine),
            before(AutoScalingResponse, "execute_policy", _check_policy),
            before(AutoScalingResponse, "describe_auto_scaling_groups", _check_token("autoscaling_groups")),
            before(
                AutoScalingResponse, "describe_launch_configurations", _check_token("launch_configurations")
            ),
        ),
    ),
)
