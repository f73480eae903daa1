"""Filters of DescribeInstances and DescribeInstanceStatus.

Owns what each filter of instances looks at, and how values are compared: exactly, or with * and ?.
"""

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from moto.ec2 import utils
from moto.ec2.models.instances import InstanceBackend

from skywright_gym.aws.behaviour.errors import invalid_value
from skywright_gym.aws.behaviour.rule import Rule, around

STATUS_PAGE = (
    "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html"
)
PAGE = "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html"

Read = Callable[[Any], Any]


def _nics(read: Read) -> Read:
    return lambda instance: [read(nic) for nic in instance.nics.values()]


def _disks(read: Callable[[str, Any], Any]) -> Read:
    return lambda instance: [read(device, mapped) for device, mapped in instance.block_device_mapping.items()]


FILTERS: Mapping[str, Read] = {
    "instance-state-code": lambda i: i.state_code,
    "instance-lifecycle": lambda i: i.lifecycle,
    "spot-instance-request-id": lambda i: vars(i).get("spot_instance_request_id"),
    "launch-time": lambda i: i.launch_time.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    "monitoring-state": lambda i: i.monitoring_state,
    "client-token": lambda i: i.client_token,
    "root-device-name": lambda i: i.root_device_name,
    "root-device-type": lambda i: i.root_device_type,
    "hypervisor": lambda i: i.hypervisor,
    "virtualization-type": lambda i: i.virtualization_type,
    "tenancy": lambda i: i.placement.tenancy,
    "placement-group-name": lambda i: i.placement.group_name,
    "host-id": lambda i: i.placement.host_id,
    "platform": lambda i: i.platform,
    "ebs-optimized": lambda i: i.ebs_optimized,
    "reason": lambda i: i._reason,
    "launch-index": lambda i: i.ami_launch_index,
    "group-name": lambda i: [g.name for g in i.security_groups],
    "instance.group-name": lambda i: [g.name for g in i.security_groups],
    "group-id": lambda i: [g.id for g in i.security_groups],
    "instance.group-id": lambda i: [g.id for g in i.security_groups],
    "iam-instance-profile.arn": lambda i: (i.iam_instance_profile or {}).get("Arn"),
    "block-device-mapping.device-name": _disks(lambda device, _mapped: device),
    "block-device-mapping.volume-id": _disks(lambda _device, mapped: mapped.volume_id),
    "block-device-mapping.delete-on-termination": _disks(
        lambda _device, mapped: mapped.delete_on_termination
    ),
    "network-interface.network-interface-id": _nics(lambda n: n.id),
    "network-interface.subnet-id": _nics(lambda n: n.subnet.id),
    "network-interface.vpc-id": _nics(lambda n: n.subnet.vpc_id),
    "network-interface.status": _nics(lambda n: n.status),
    "network-interface.availability-zone": _nics(lambda n: n.subnet.availability_zone),
    "network-interface.group-id": lambda i: [g.id for n in i.nics.values() for g in n._group_set],
    "network-interface.group-name": lambda i: [g.name for n in i.nics.values() for g in n._group_set],
    "network-interface.addresses.private-ip-address": _nics(lambda n: n.private_ip_address),
    "network-interface.addresses.association.public-ip": _nics(lambda n: n.public_ip),
    "network-interface.association.public-ip": _nics(lambda n: n.public_ip),
}


def _reachability(status: Mapping[str, Any]) -> list[str]:
    return [detail["Status"] for detail in status.get("Details", [])]


STATUS_FILTERS: Mapping[str, Read] = {
    "availability-zone": lambda i: i.placement.zone,
    "instance-state-code": lambda i: i.state_code,
    "instance-state-name": lambda i: i.state,
    "instance-status.status": lambda i: i.instance_status["Status"],
    "instance-status.reachability": lambda i: _reachability(i.instance_status),
    "system-status.status": lambda i: i.system_status["Status"],
    "system-status.reachability": lambda i: _reachability(i.system_status),
    # What the gym's machines never have.
    "event.code": lambda _i: None,
    "event.description": lambda _i: None,
    "event.instance-event-id": lambda _i: None,
    "event.not-after": lambda _i: None,
    "event.not-before": lambda _i: None,
    "event.not-before-deadline": lambda _i: None,
    "attached-ebs-status.status": lambda _i: "ok",
}


def _shown(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, (list, tuple, set)):
        return [text for one in value for text in _shown(one)]
    return [str(value).lower() if isinstance(value, bool) else str(value)]


def matches(value: Any, wanted: list[str]) -> bool:
    """Whether any of the values is one of those wanted, in which * and ? stand for others."""
    return any(fnmatchcase(shown, pattern) for shown in _shown(value) for pattern in wanted)


def _passes(original: Callable[..., bool], instance: Any, filter_dict: Mapping[str, list[str]]) -> bool:
    for name, wanted in filter_dict.items():
        if name in FILTERS:
            if not matches(FILTERS[name](instance), wanted):
                return False
        elif name in utils.filter_dict_attribute_mapping:
            value = utils.get_object_value(instance, utils.filter_dict_attribute_mapping[name])
            if not matches(value, wanted):
                return False
        elif utils.is_tag_filter(name):
            if not original(instance, {name: wanted}):
                return False
        else:
            raise invalid_value(f"The filter '{name}' is invalid")
    return True


def _statuses(
    original: Callable[..., list[Any]], self: Any, ids: list[str], everything: bool, filters: Any
) -> list[Any]:
    found = original(self, ids, everything, [])
    for one in filters:
        read = STATUS_FILTERS.get(one["name"])
        if read is None:
            raise invalid_value(f"The filter '{one['name']}' is invalid")
        found = [instance for instance in found if matches(read(instance), one["values"])]
    return found


RULES = (
    Rule(
        "filters.statuses",
        ("ec2",),
        "Statuses of instances are found by state, zone and the outcome of the checks; a filter that does "
        "not exist is refused.",
        STATUS_PAGE + "; assumption: disks have no troubles of their own, and nothing is scheduled",
        (around(InstanceBackend, "describe_instance_status", _statuses),),
    ),
    Rule(
        "filters.instances",
        ("ec2",),
        "Instances are found by their life, disks, interfaces, monitoring and more, with * and ?; a filter "
        "that does not exist is refused.",
        PAGE,
        (around(utils, "passes_filter_dict", _passes),),
    ),
)
