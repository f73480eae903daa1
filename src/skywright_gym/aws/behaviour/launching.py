"""How a machine is made: its network interface, its groups, its disks.

Owns what a launch makes. Whether it may is in `launch_checks`.
"""

from collections.abc import Callable
from typing import Any

from moto.core.exceptions import ServiceException
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.instances import Instance, InstanceBackend
from moto.ec2.responses import EC2Response

from skywright_gym.aws.behaviour.errors import refusal
from skywright_gym.aws.behaviour.images import disks_of
from skywright_gym.aws.behaviour.launch_checks import RUN_PAGE, default_subnet, template_of
from skywright_gym.aws.behaviour.outages import Wanted
from skywright_gym.aws.behaviour.rule import Rule, around, computed, instead

MAPPING_PAGE = (
    "specification: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-device-mapping-concepts.html"
)


def _groups(self: Any) -> list[Any]:
    nics = vars(self).get("nics")
    return nics[0]._group_set if nics and 0 in nics else vars(self).get("given_groups", [])


def _set_groups(self: Any, groups: list[Any]) -> None:
    vars(self)["given_groups"] = groups
    nics = vars(self).get("nics")
    if nics and 0 in nics:
        nics[0]._group_set = list(groups)


def _nics(original: Callable[..., None], self: Any, nic_spec: list[dict[str, Any]], **kwargs: Any) -> None:
    specs = nic_spec or [{"DeviceIndex": 0, "Description": ""}]
    for spec in specs:
        if "NetworkInterfaceId" not in spec:
            spec.setdefault("DeleteOnTermination", True)
    original(self, specs, **kwargs)
    vars(self)["given_groups"] = _groups(self)


def _own_groups(self: Any) -> list[Any]:
    return self._group_set


def _launch(
    original: Callable[..., Any],
    self: Any,
    image_id: str,
    count: int,
    user_data: Any,
    security_group_names: list[str],
    **kwargs: Any,
) -> Any:
    template = template_of(self, kwargs.get("launch_template"))
    _choose_network(self, template, count, kwargs)
    given = kwargs.pop("block_device_mappings", None)
    if given is None and kwargs.get("launch_config") is not None:
        given = kwargs["launch_config"].block_device_mapping_dict
    image = self.amis.get(image_id or template.get("ImageId"))
    disks = _disks(image, given or template.get("BlockDeviceMappings") or [])
    _check_disks(self, disks)
    volume_tags = (kwargs.get("tags") or {}).get("volume", {})
    known = set(self.reservations)
    try:
        reservation = original(
            self, image_id, count, user_data, security_group_names, block_device_mappings=[], **kwargs
        )
    except ServiceException:
        for reservation_id in set(self.reservations) - known:
            if not self.reservations[reservation_id].instances:
                del self.reservations[reservation_id]
        raise
    for instance in reservation.instances:
        for disk in disks:
            _give_disk(self, instance, disk, volume_tags)
        for nic in instance.nics.values():
            nic.add_tags((kwargs.get("tags") or {}).get("network-interface", {}))
    return reservation


def _choose_network(backend: Any, template: dict[str, Any], count: int, kwargs: dict[str, Any]) -> None:
    if not kwargs.get("nics") and template.get("NetworkInterfaces"):
        kwargs["nics"] = template["NetworkInterfaces"]
    nics = kwargs.get("nics") or []
    named = kwargs.get("subnet_id") or any("SubnetId" in n or "NetworkInterfaceId" in n for n in nics)
    if not named:
        given = None if kwargs.get("is_instance_type_default") else kwargs.get("instance_type")
        wanted = Wanted(given or template.get("InstanceType") or "m1.small", count, count)
        kwargs["subnet_id"] = default_subnet(backend, kwargs.get("placement"), wanted).id
    kwargs.setdefault("associate_public_ip", None)
    kwargs.setdefault("is_instance_type_default", False)
    existing = next((n["NetworkInterfaceId"] for n in nics if "NetworkInterfaceId" in n), None)
    if existing and not kwargs.get("subnet_id"):
        nic = backend.get_network_interface(existing)
        if nic.status == "in-use":
            raise refusal("InvalidNetworkInterface.InUse", f"Interface: [{existing}] in use.")
        kwargs["subnet_id"] = nic.subnet.id


def _disks(image: Any, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The image's disks with the request's laid over them, by device name."""
    merged: dict[str, dict[str, Any]] = {}
    for mapping in disks_of(image) if image is not None else []:
        if mapping.get("Ebs"):
            merged[mapping["DeviceName"]] = dict(mapping["Ebs"])
    for mapping in given:
        device = mapping["DeviceName"]
        if mapping.get("NoDevice") is not None:
            merged.pop(device, None)
            continue
        ebs = {k: v for k, v in (mapping.get("Ebs") or {}).items() if v is not None}
        base = merged.get(device, {"DeleteOnTermination": True, "VolumeType": "gp2"})
        if "VolumeType" in ebs and ebs["VolumeType"] != base.get("VolumeType"):
            base = {k: v for k, v in base.items() if k not in ("Iops", "Throughput")}
        merged[device] = {**base, **ebs}
    return [{"DeviceName": device, **ebs} for device, ebs in merged.items()]


def _check_disks(backend: Any, disks: list[dict[str, Any]]) -> None:
    for disk in disks:
        snapshot_id, size = disk.get("SnapshotId"), disk.get("VolumeSize")
        if not snapshot_id:
            if not size:
                raise refusal("MissingParameter", "The request must contain the parameter size or snapshotId")
            continue
        least = backend.get_snapshot(snapshot_id).volume_size
        if size and int(size) < least:
            raise refusal(
                "InvalidBlockDeviceMapping",
                f"Volume of size {size}GB is smaller than snapshot '{snapshot_id}', expect size>= {least}GB",
            )


def _give_disk(backend: Any, instance: Any, disk: dict[str, Any], tags: dict[str, str]) -> None:
    size = disk.get("VolumeSize")
    volume = backend.create_volume(
        size=int(size) if size else None,
        zone_name=instance.placement.zone,
        snapshot_id=disk.get("SnapshotId"),
        encrypted=bool(disk.get("Encrypted", False)),
        kms_key_id=disk.get("KmsKeyId"),
        volume_type=disk.get("VolumeType"),
        iops=disk.get("Iops"),
        throughput=disk.get("Throughput"),
    )
    backend.attach_volume(volume.id, instance.id, disk["DeviceName"], disk.get("DeleteOnTermination", True))
    volume.add_tags(tags)


def _mappings(_original: Callable[..., Any], self: Any) -> list[dict[str, Any]]:
    return [dict(mapping) for mapping in self._get_param("BlockDeviceMappings", [])]


def _device_status(volume_status: str) -> str:
    return {"in-use": "attached", "creating": "attaching", "available": "detached"}.get(
        volume_status, volume_status
    )


RULES = (
    Rule(
        "launch.network",
        ("ec2",),
        "A machine launched without a subnet is in its zone's default subnet; its primary interface bears "
        "its groups, also those named with the interface, and goes with it when it is terminated.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html",
        (
            computed(Instance, "security_groups", _groups, _set_groups, is_new=True),
            around(Instance, "prep_nics", _nics),
            computed(NetworkInterface, "group_set", _own_groups),
        ),
    ),
    Rule(
        "launch.disks",
        ("ec2",),
        "A machine gets every disk that its image holds, changed and added to by the request; disks "
        "of the launch are deleted with it unless it says otherwise; a failed launch leaves nothing behind.",
        MAPPING_PAGE + " and " + RUN_PAGE,
        (
            around(InstanceBackend, "run_instances", _launch),
            around(EC2Response, "_parse_block_device_mapping", _mappings),
            instead(Instance, "get_block_device_status", staticmethod(_device_status)),
        ),
    ),
)
