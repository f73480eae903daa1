"""Spot: requests and the machines that fulfil them.

Owns spot requests of RunInstances and RequestSpotInstances. Fleets keep moto's own records. A machine is
spot from its launch to its end; nothing turns one kind into the other.
"""

from collections.abc import Callable, Mapping
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response
from moto.ec2.utils import parse_user_data

from skywright_gym.aws.behaviour import interruptions, outages, pools, timing
from skywright_gym.aws.behaviour.agenda import Effect, schedule
from skywright_gym.aws.behaviour.errors import invalid_combination, refusal
from skywright_gym.aws.behaviour.launch_checks import check_groups, check_image, check_type, template_of
from skywright_gym.aws.behaviour.quotas import check_vcpus
from skywright_gym.aws.behaviour.rule import Rule, around, before
from skywright_gym.aws.behaviour.spot_request import SpotRequest

# assumption: how often a request is tried again for which there was no room.
_AGAIN_SECONDS = 60
_NO_CAPACITY = "There is no Spot capacity available that matches your request."
REQUESTS_PAGE = "specification: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-requests.html"


def _zone_of(backend: Any, launch: Mapping[str, Any]) -> str:
    if launch.get("subnet_id"):
        return backend.get_subnet(launch["subnet_id"]).availability_zone
    return launch.get("placement") or f"{backend.region_name}a"


def _fulfil(backend: Any, request_id: str, due: float) -> None:
    request = backend.spot_instance_requests.get(request_id)
    if request is None or request.state != "open":
        return
    launch = dict(request.launch)
    kind, zone = launch["instance_type"], _zone_of(backend, launch)
    price = pools.usd_hour(kind, zone, due)
    if request.spot_price is not None and float(request.spot_price) < price:
        request.put("open", "price-too-low")
        schedule(backend, "spot.fulfilled", request_id, pools.next_period(due))
        return
    if pools.is_out(kind, zone, due):
        request.put("open", "capacity-not-available")
        schedule(backend, "spot.fulfilled", request_id, pools.next_period(due))
        return
    if not outages.room(backend, zone, kind):
        request.put("open", "capacity-not-available")
        schedule(backend, "spot.fulfilled", request_id, due + _AGAIN_SECONDS)
        return
    image_id, user_data = launch.pop("image_id"), launch.pop("user_data", None)
    try:
        check_vcpus(backend, launch["instance_type"], 1, spot=True)
        reservation = backend.run_instances(image_id, 1, user_data, [], lifecycle="spot", **launch)
    except ServiceException:
        request.put("failed", "bad-parameters")
        return
    _bind(request, reservation.instances[0])


def _bind(request: SpotRequest, instance: Any) -> None:
    instance.lifecycle = "spot"
    instance.spot_instance_request_id = request.id
    instance.spot_type = request.type
    request.instance_id = instance.id
    request.launched_availability_zone = instance.placement.zone
    request.put("active", "fulfilled")


def follow_instance(backend: Any, instance_id: str, due: float) -> None:
    """Let the request of a spot machine follow what the machine does."""
    for request in list(backend.spot_instance_requests.values()):
        if not isinstance(request, SpotRequest) or request.instance_id != instance_id:
            continue
        instance = backend.get_instance_by_id(instance_id)
        taken_back = interruptions.code_of(request, instance)
        if instance is not None and instance.state in ("stopping", "stopped"):
            request.put("disabled", taken_back or "instance-stopped-by-user")
        elif instance is not None and instance.state in ("pending", "running"):
            if request.state == "disabled":
                request.put("active", "fulfilled")
            interruptions.watch(backend, request, instance, due)
        elif request.type == "persistent" and request.state in ("active", "disabled", "open"):
            request.instance_id = None
            request.put("open", "pending-evaluation")
            schedule(backend, "spot.fulfilled", request.id, due + timing.seconds("spot.evaluation"))
        elif request.state == "active":
            request.put("closed", taken_back or "instance-terminated-by-user")


EFFECTS: Mapping[str, Effect] = {"spot.fulfilled": _fulfil}


def _check_price(backend: Any, price: str | None, launch: Mapping[str, Any]) -> None:
    if not price:
        return
    least = pools.usd_hour(launch["instance_type"], _zone_of(backend, launch), timing.now())
    if float(price) < least:
        raise refusal(
            "SpotMaxPriceTooLow",
            f"Your Spot request price of {price} is lower than the minimum required Spot request "
            f"fulfillment price of {least}.",
        )


def _run_spot(original: Callable[..., Any], self: Any) -> Any:
    backend = self.ec2_backend
    template = template_of(backend, self._get_param("LaunchTemplate"))
    market = self._get_param("InstanceMarketOptions") or template.get("InstanceMarketOptions") or {}
    if market.get("MarketType") != "spot":
        return original(self)
    options = market.get("SpotOptions") or {}
    tags = self._parse_tag_specification()
    asked: dict[str, Any] = {
        "instance_type": self._get_param("InstanceType") or template.get("InstanceType") or "m1.small",
        "subnet_id": self._get_param("SubnetId"),
        "placement": self._get_param("Placement.AvailabilityZone"),
    }
    _check_price(backend, options.get("MaxPrice"), asked)
    if pools.is_out(asked["instance_type"], _zone_of(backend, asked), timing.now()):
        raise refusal("InsufficientInstanceCapacity", _NO_CAPACITY)
    result = original(self)
    for instance in result.result.instances:
        launch: dict[str, Any] = {
            "image_id": instance.image_id,
            "instance_type": instance.instance_type,
            "is_instance_type_default": False,
            "user_data": instance.user_data,
            "subnet_id": instance.subnet_id,
            "security_group_ids": [group.id for group in instance.security_groups],
            "region_name": backend.region_name,
            "key_name": instance.key_name,
            "monitoring_state": instance.monitoring_state,
            "ebs_optimized": instance.ebs_optimized,
            "block_device_mappings": [dict(m) for m in self._get_param("BlockDeviceMappings", [])],
            "tags": tags,
        }
        request: Any = SpotRequest(backend, options, launch)
        backend.spot_instance_requests[request.id] = request
        request.add_tags(tags.get("spot-instances-request", {}))
        _bind(request, instance)
    return result


def _check_market(self: Any) -> None:
    options = self._get_param("InstanceMarketOptions") or {}
    if options.get("MarketType") != "spot":
        return
    spot = options.get("SpotOptions") or {}
    behaviour = spot.get("InstanceInterruptionBehavior", "terminate")
    if behaviour != "terminate" and spot.get("SpotInstanceType") != "persistent":
        raise invalid_combination(
            f"{behaviour.capitalize()} interruption behavior is not supported for one-time Spot Instance "
            "requests."
        )


def _request(_original: Callable[..., Any], self: Any) -> ActionResult:
    backend, given = self.ec2_backend, self._get_param("LaunchSpecification") or {}
    count = int(self._get_param("InstanceCount", 1))
    subnet_id, groups = given.get("SubnetId"), list(given.get("SecurityGroupIds", []))
    placement = (given.get("Placement") or {}).get("AvailabilityZone")
    nics = [dict(nic) for nic in given.get("NetworkInterfaces", [])]
    instance_type = given.get("InstanceType") or "m1.small"
    check_image(backend, given.get("ImageId") or "")
    check_type(backend, instance_type, placement)
    check_vcpus(backend, instance_type, count, spot=True)
    subnet = backend.get_subnet(subnet_id) if subnet_id else None
    network = subnet.vpc_id if subnet is not None else backend.default_vpc.id
    for name in given.get("SecurityGroups", []):
        group = backend.get_security_group_from_name(name, network)
        groups.append(name if group is None else group.id)
    check_groups(backend, groups, subnet)
    launch: dict[str, Any] = {
        "image_id": given["ImageId"],
        "instance_type": instance_type,
        "is_instance_type_default": False,
        "user_data": parse_user_data(given.get("UserData")),
        "subnet_id": subnet_id,
        "security_group_ids": groups,
        "nics": nics,
        "placement": placement,
        "region_name": backend.region_name,
        "key_name": given.get("KeyName"),
        "monitoring_state": "enabled" if (given.get("Monitoring") or {}).get("Enabled") else "disabled",
        "ebs_optimized": bool(given.get("EbsOptimized")),
        "block_device_mappings": [dict(m) for m in given.get("BlockDeviceMappings", [])],
    }
    options = {
        "SpotInstanceType": self._get_param("Type"),
        "InstanceInterruptionBehavior": self._get_param("InstanceInterruptionBehavior"),
        "ValidUntil": self._get_param("ValidUntil"),
        "MaxPrice": self._get_param("SpotPrice"),
    }
    self.error_on_dryrun()
    tags = self._parse_tag_specification().get("spot-instances-request", {})
    requests: list[Any] = [SpotRequest(backend, options, dict(launch)) for _ in range(count)]
    for request in requests:
        backend.spot_instance_requests[request.id] = request
        request.add_tags(tags)
        schedule(backend, "spot.fulfilled", request.id, timing.due("spot.evaluation"))
    return ActionResult({"SpotInstanceRequests": requests})


def _describe(original: Callable[..., Any], self: Any) -> ActionResult:
    known = self.ec2_backend.spot_instance_requests
    for request_id in self._get_param("SpotInstanceRequestIds", []):
        _must_exist(known, request_id)
    return original(self)


def _must_exist(known: Mapping[str, Any], request_id: str) -> None:
    if request_id not in known:
        raise refusal(
            "InvalidSpotInstanceRequestID.NotFound",
            f"The spot instance request ID '{request_id}' does not exist",
        )


def _cancel(_original: Callable[..., Any], self: Any) -> ActionResult:
    self.error_on_dryrun()
    known = self.ec2_backend.spot_instance_requests
    ids = self._get_param("SpotInstanceRequestIds", [])
    for request_id in ids:
        _must_exist(known, request_id)
    for request_id in ids:
        request = known[request_id]
        if not isinstance(request, SpotRequest):
            request.state = "cancelled"
        elif request.state in ("open", "active", "disabled"):
            held = request.instance_id is not None
            reason = "request-canceled-and-instance-running" if held else "canceled-before-fulfillment"
            request.put("cancelled", reason)
    answers = [{"SpotInstanceRequestId": i, "State": known[i].state} for i in ids]
    return ActionResult({"CancelledSpotInstanceRequests": answers})


RULES = (
    Rule(
        "spot.run",
        ("ec2",),
        "A launch with a spot market makes a spot request that the machine names and that follows it; "
        "a price below the market's is refused.",
        REQUESTS_PAGE,
        (
            around(EC2Response, "run_instances", _run_spot),
            before(EC2Response, "run_instances", _check_market),
        ),
    ),
    Rule(
        "spot.request",
        ("ec2",),
        "A spot request is open, then active with a machine in the subnet and groups that it names; a "
        "one-time request closes with its machine, a persistent one opens again; cancelling leaves it.",
        REQUESTS_PAGE,
        (
            around(EC2Response, "request_spot_instances", _request),
            around(EC2Response, "describe_spot_instance_requests", _describe),
            around(EC2Response, "cancel_spot_instance_requests", _cancel),
        ),
    ),
)
