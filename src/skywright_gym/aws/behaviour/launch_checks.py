"""What a launch must satisfy before anything is made.

Owns the checks of RunInstances, in about the order in which the cloud makes them. Making the machine is in
`launching`, the quotas in `quotas`.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS, INSTANCE_TYPES
from moto.ec2.models.instances import InstanceBackend
from moto.ec2.responses import EC2Response

from skywright_gym.aws.behaviour import outages
from skywright_gym.aws.behaviour.errors import invalid_combination, invalid_value, refusal
from skywright_gym.aws.behaviour.outages import Wanted
from skywright_gym.aws.behaviour.quotas import check_vcpus
from skywright_gym.aws.behaviour.rule import Rule, around, before

RUN_PAGE = "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html"
ERRORS_PAGE = (
    "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html; "
    "wording from recordings of public issue reports"
)


def template_of(backend: Any, given: Any) -> dict[str, Any]:
    """What the launch template that a request names says; empty without one."""
    return dict(backend._get_template_from_args(given).data) if given else {}


def _asked(response: Any, template: dict[str, Any], name: str) -> Any:
    given = response._get_param(name)
    return template.get(name) if given is None else given


def check_counts(least: int, most: int) -> None:
    """MinCount and MaxCount are at least one, and in order."""
    if least < 1:
        raise invalid_value(f"Value ({least}) for parameter minCount is invalid. Must be greater than 0.")
    if most < least:
        raise invalid_value(
            f"Value ({most}) for parameter maxCount is invalid. Must be greater than or equal to minCount."
        )


def check_image(backend: Any, image_id: str) -> Any:
    """The image of that id, if machines can be launched from it."""
    if not image_id.startswith("ami-"):
        raise refusal("InvalidAMIID.Malformed", f'Invalid id: "{image_id}" (expecting "ami-...")')
    image = backend.amis.get(image_id)
    if image is None:
        if image_id in backend.deleted_amis:
            raise refusal("InvalidAMIID.Unavailable", f"The image id '[{image_id}]' is no longer available")
        raise refusal("InvalidAMIID.NotFound", f"The image id '[{image_id}]' does not exist")
    if image.state != "available":
        raise refusal(
            "InvalidAMIID.Unavailable",
            f"The image ID '{image_id}' is not available. The current state is {image.state}.",
        )
    return image


def check_type(backend: Any, instance_type: str, zone: str | None) -> None:
    """The type exists, and is offered in the region and the zone."""
    if instance_type not in INSTANCE_TYPES:
        raise invalid_value(f"Invalid value '{instance_type}' for InstanceType.")
    region = backend.region_name
    offered = INSTANCE_TYPE_OFFERINGS["availability-zone"].get(region)
    if not offered:
        return
    zones = sorted({o["Location"] for o in offered if o["InstanceType"] == instance_type})
    if not zones:
        raise refusal(
            "Unsupported",
            "The requested configuration is currently not supported. Please check the documentation for "
            "supported configurations.",
        )
    if zone and zone not in zones:
        raise refusal(
            "Unsupported",
            f"Your requested instance type ({instance_type}) is not supported in your requested "
            f"Availability Zone ({zone}). Please retry your request by not specifying an Availability Zone "
            f"or choosing {', '.join(zones)}.",
        )


def check_architecture(image: Any, instance_type: str) -> None:
    """The image runs on the processors of the type."""
    supported = INSTANCE_TYPES[instance_type]["ProcessorInfo"]["SupportedArchitectures"]
    if image.architecture and image.architecture not in supported:
        named = next((a for a in supported if a != "i386"), supported[0])
        raise invalid_value(
            f"The architecture '{named}' of the specified instance type does not match the architecture "
            f"'{image.architecture}' of the specified AMI. Specify an instance type and an AMI that have "
            "matching architectures, and try again. You can use 'describe-instance-types' or "
            "'describe-images' to discover the architecture of the instance type or AMI."
        )


def check_groups(backend: Any, group_ids: list[str], subnet: Any) -> None:
    """The groups exist and are in the subnet's network."""
    for group_id in group_ids:
        group = backend.get_security_group_from_id(group_id)
        if group is None:
            raise refusal("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
        if subnet is not None and group.vpc_id != subnet.vpc_id:
            raise refusal(
                "InvalidParameter",
                f"Security group {group_id} and subnet {subnet.id} belong to different networks.",
            )


def default_subnet(backend: Any, zone: str | None, wanted: Wanted) -> Any:
    """The default subnet of a zone, or of the first zone that has room when none is named."""
    subnets = backend.get_default_subnets()
    if not subnets:
        raise refusal(
            "VPCIdNotSpecified",
            "No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.",
        )
    found = subnets.get(zone or outages.roomiest(backend, subnets, wanted))
    if found is None:
        raise refusal("MissingInput", f"No default subnet for availability zone: '{zone}'.")
    return found


def _placed(self: Any, nics: list[Any]) -> tuple[str | None, str | None]:
    """The subnet that a request names, and the existing interface."""
    given = self._get_param("SubnetId") or next((n["SubnetId"] for n in nics if "SubnetId" in n), None)
    return given, next((n["NetworkInterfaceId"] for n in nics if "NetworkInterfaceId" in n), None)


def _subnet(self: Any, nics: list[Any], wanted: Wanted) -> Any:
    """The subnet in which a request's machines are to be."""
    given, existing = _placed(self, nics)
    if existing:
        return self.ec2_backend.get_network_interface(existing).subnet
    if given:
        return self.ec2_backend.get_subnet(given)
    return default_subnet(self.ec2_backend, self._get_param("Placement.AvailabilityZone"), wanted)


def _check_network(self: Any, template: dict[str, Any], wanted: Wanted) -> Any:
    backend = self.ec2_backend
    nics: list[Any] = _asked(self, template, "NetworkInterfaces") or []
    group_ids: list[str] = list(_asked(self, template, "SecurityGroupIds") or [])
    names: list[str] = list(_asked(self, template, "SecurityGroups") or [])
    if nics and (self._get_param("SecurityGroupIds") or self._get_param("SecurityGroups")):
        raise invalid_combination(
            "Network interfaces and an instance-level security groups may not be specified on the same "
            "request"
        )
    zone = self._get_param("Placement.AvailabilityZone")
    if zone and backend.get_zone_by_name(zone) is None:
        raise invalid_value(f"Invalid availability zone: [{zone}]")
    given, existing = _placed(self, nics)
    subnet = _subnet(self, nics, wanted)
    if zone and given and subnet.availability_zone != zone:
        raise invalid_value(
            f"The availability zone '{zone}' does not match the subnet's, '{subnet.availability_zone}'."
        )
    groups = [*group_ids, *(g for n in nics for g in n.get("Groups", []))]
    for name in names:
        found = backend.get_security_group_from_name(name, subnet.vpc_id)
        if found is None and not name.startswith("sg-"):
            raise refusal(
                "InvalidGroup.NotFound",
                f"The security group '{name}' does not exist in VPC '{subnet.vpc_id}'",
            )
    check_groups(backend, groups, subnet)
    if not existing and subnet.available_ip_address_count < wanted.least:
        raise refusal(
            "InsufficientFreeAddressesInSubnet",
            f"There are not enough free addresses in subnet '{subnet.id}' to satisfy the requested number "
            "of instances.",
        )
    return subnet


def _check_launch(self: Any) -> None:
    backend = self.ec2_backend
    template = template_of(backend, self._get_param("LaunchTemplate"))
    least = int(self._get_param("MinCount", 1))
    most = int(self._get_param("MaxCount", least))
    check_counts(least, most)
    image_id = _asked(self, template, "ImageId")
    if not image_id:
        raise refusal("MissingParameter", "The request must contain the parameter ImageId")
    image = check_image(backend, image_id)
    instance_type = _asked(self, template, "InstanceType") or "m1.small"
    key_name = _asked(self, template, "KeyName")
    if key_name and key_name not in backend.key_pairs:
        raise refusal("InvalidKeyPair.NotFound", f"The key pair '{key_name}' does not exist")
    check_type(backend, instance_type, None)
    # Before the network is looked at: ten thousand machines are refused for what they are.
    market = _asked(self, template, "InstanceMarketOptions") or {}
    check_vcpus(backend, instance_type, least, market.get("MarketType") == "spot")
    subnet = _check_network(self, template, Wanted(instance_type, least, most))
    check_type(backend, instance_type, subnet.availability_zone)
    check_architecture(image, instance_type)


def _launch_most(original: Callable[..., Any], self: Any) -> Any:
    # moto launches MinCount; the cloud launches as many as it can up to MaxCount.
    least = int(self._get_param("MinCount", 1))
    most = int(self._get_param("MaxCount", least))
    if outages.are_set():
        template = template_of(self.ec2_backend, self._get_param("LaunchTemplate"))
        wanted = Wanted(_asked(self, template, "InstanceType") or "m1.small", least, most)
        subnet = _subnet(self, _asked(self, template, "NetworkInterfaces") or [], wanted)
        most = outages.fitting(self.ec2_backend, subnet.availability_zone, wanted)
    self.params["MinCount"] = most
    return original(self)


def _check_start(self: Any, instance_ids: list[str]) -> None:
    for instance in self.get_multi_instances_by_id(instance_ids):
        if instance.state == "stopped":
            check_vcpus(self, instance.instance_type, 1, instance.lifecycle == "spot")
    if outages.are_set():
        _check_room(self, instance_ids)


def _check_room(backend: Any, instance_ids: list[str]) -> None:
    stopped = [i for i in backend.get_multi_instances_by_id(instance_ids) if i.state == "stopped"]
    for (zone, kind), count in Counter((i.placement.zone, i.instance_type) for i in stopped).items():
        outages.fitting(backend, zone, Wanted(kind, count, count))


RULES = (
    Rule(
        "launch.capacity",
        ("ec2",),
        "A launch gets as many machines, from MinCount to MaxCount, as its zone has room for, and a start "
        "all or none; else it is InsufficientInstanceCapacity. A launch that names no zone goes where there "
        "is room.",
        f"{RUN_PAGE}; recording: public issue reports, for the error; assumption: which zone is taken",
        (
            around(EC2Response, "run_instances", _launch_most),
            before(InstanceBackend, "start_instances", _check_start),
        ),
    ),
    Rule(
        "launch.checks",
        ("ec2",),
        "A launch is refused whole when its image, type, key, groups, zone, network or counts do not exist "
        "or do not fit each other, or when it exceeds the quota of virtual processors.",
        ERRORS_PAGE,
        (before(EC2Response, "run_instances", _check_launch),),
    ),
)
