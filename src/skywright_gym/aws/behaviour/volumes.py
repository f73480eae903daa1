"""Disks: what they may be, where they may be attached, how they come and go, how they change.

Owns the rules of EBS volumes. What an image or a launch does with disks is in `images` and `launching`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.elastic_block_store import EBSBackend, Volume, VolumeAttachment
from moto.ec2.responses import EC2Response

from skywright_gym.aws.behaviour import timing
from skywright_gym.aws.behaviour.agenda import Effect, schedule
from skywright_gym.aws.behaviour.disks import Disk, check, given_iops, given_throughput
from skywright_gym.aws.behaviour.errors import (
    incorrect_state,
    invalid_value,
    not_permitted,
    refusal,
)
from skywright_gym.aws.behaviour.rule import Rule, around, before, computed, new

ATTACH_PAGE = "specification: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-attaching-volume.html"


def _detached(backend: Any, volume_id: str, _due: float) -> None:
    volume = backend.volumes.get(volume_id)
    if volume is not None and volume.attachment is not None and _leaving(volume.attachment):
        volume.attachment.instance.block_device_mapping.pop(volume.attachment.device, None)
        volume.attachment = None


EFFECTS: Mapping[str, Effect] = {"volume.detached": _detached}


def _leaving(attachment: Any) -> bool:
    return vars(attachment).get("is_leaving", False)


def _check_new(self: Any, size: int | None, zone_name: str, *args: Any, **given: Any) -> None:
    names = ("snapshot_id", "encrypted", "kms_key_id", "volume_type", "iops", "throughput")
    given = {**dict(zip(names, args, strict=False)), **given}
    snapshot_id = given.get("snapshot_id")
    if snapshot_id:
        snapshot = self.get_snapshot(snapshot_id)
        if snapshot.status != "completed":
            raise incorrect_state(f"Snapshot is in invalid state - {snapshot.status}")
        size = size or snapshot.volume_size
        if size < snapshot.volume_size:
            raise invalid_value(
                f"Volume of {size}GiB is smaller than snapshot '{snapshot_id}', "
                f"expect size >= {snapshot.volume_size}GiB."
            )
    if size is not None:
        kind = given.get("volume_type") or "gp2"
        check(Disk(kind, int(size), given.get("iops"), given.get("throughput")))


def _create(
    original: Callable[..., Any], self: Any, size: int | None, zone_name: str, *a: Any, **k: Any
) -> Any:
    snapshot_id = k.get("snapshot_id") or (a[0] if a else None)
    if size is None and snapshot_id:
        size = self.get_snapshot(snapshot_id).volume_size
    return original(self, size, zone_name, *a, **k)


def _check_zone(self: Any) -> None:
    zone = self._get_param("AvailabilityZone")
    if zone and self.ec2_backend.get_zone_by_name(zone) is None:
        raise refusal("InvalidZone.NotFound", f"The zone '{zone}' does not exist.")


def _begin(original: Callable[..., None], self: Any, *args: Any, **kwargs: Any) -> None:
    original(self, *args, **kwargs)
    self.available_at = timing.due("volume.creating")
    self.create_time = timing.naive_moment()
    self.iops = given_iops(self.volume_type, self.size, self.iops)
    self.throughput = given_throughput(self.volume_type, self.throughput)


def _status(self: Any) -> str:
    if self.attachment:
        return "in-use"
    return "creating" if timing.now() < vars(self).get("available_at", 0.0) else "available"


def _check_attach(self: Any) -> None:
    backend, device = self.ec2_backend, self._get_param("Device")
    volume = backend.get_volume(self._get_param("VolumeId"))
    instance = backend.get_instance(self._get_param("InstanceId"))
    if volume.attachment is not None:
        raise refusal("VolumeInUse", f"{volume.id} is already attached to an instance")
    if volume.status != "available":
        raise incorrect_state(f"{volume.id} is not 'available'.")
    if instance.state not in ("running", "stopped"):
        raise incorrect_state(f"Instance '{instance.id}' is not 'running'.")
    if volume.zone is not None and volume.zone.name != instance.placement.zone:
        raise refusal(
            "InvalidVolume.ZoneMismatch",
            f"The volume '{volume.id}' is not in the same availability zone as instance '{instance.id}'",
        )
    if device in instance.block_device_mapping:
        raise invalid_value(
            f"Invalid value '{device}' for unixDevice. Attachment point {device} is already in use"
        )
    if not device.startswith(("/dev/", "xvd", "sd")):
        raise invalid_value(
            f"Value ({device}) for parameter device is invalid. {device} is not a valid EBS device name."
        )


def _attached_status(self: Any) -> str:
    status = vars(self).get("plain_status", "attached")
    if _leaving(self):
        return "detaching"
    if status == "attached" and timing.now() < vars(self).get("attached_at", 0.0):
        return "attaching"
    return status


def _set_attached_status(self: Any, status: str) -> None:
    if "plain_status" not in vars(self):
        self.attached_at = timing.due("volume.attaching")
    self.plain_status = status


def _check_detach(self: Any) -> None:
    backend = self.ec2_backend
    volume = backend.get_volume(self._get_param("VolumeId"))
    instance_id, device = self._get_param("InstanceId"), self._get_param("Device")
    attachment = volume.attachment
    if attachment is None:
        raise incorrect_state(f"Volume '{volume.id}' is in the 'available' state.")
    if instance_id and attachment.instance.id != instance_id:
        backend.get_instance(instance_id)
        raise refusal(
            "InvalidAttachment.NotFound", f"Volume '{volume.id}' is not attached to instance '{instance_id}'"
        )
    if device and device != attachment.device:
        raise refusal("InvalidAttachment.NotFound", f"Volume '{volume.id}' is not attached as '{device}'")
    if _leaving(attachment):
        raise incorrect_state(f"Volume '{volume.id}' is in the 'detaching' state.")
    instance = attachment.instance
    if attachment.device == instance.root_device_name and instance.state != "stopped":
        raise not_permitted(f"Unable to detach root volume '{volume.id}' from instance '{instance.id}'")


def _detach(_original: Callable[..., Any], self: Any) -> ActionResult:
    self.error_on_dryrun()
    volume = self.ec2_backend.get_volume(self._get_param("VolumeId"))
    attachment = volume.attachment
    attachment.is_leaving = True
    schedule(self.ec2_backend, "volume.detached", volume.id, timing.due("volume.detaching"))
    return ActionResult(
        {
            "VolumeId": volume.id,
            "InstanceId": attachment.instance.id,
            "Device": attachment.device,
            "State": "detaching",
            "AttachTime": attachment.attach_time,
        }
    )


def _check_delete(self: Any) -> None:
    volume = self.ec2_backend.get_volume(self._get_param("VolumeId"))
    if volume.status == "creating":
        raise incorrect_state(f"Volume '{volume.id}' is in the 'creating' state.")


def _delete_on_termination(self: Any) -> bool:
    mapped = self.instance.block_device_mapping.get(self.device)
    return bool(mapped.delete_on_termination) if mapped is not None else False


def _volume_status(self: Any) -> ActionResult:
    self.error_on_dryrun()
    backend = self.ec2_backend
    volumes = backend.describe_volumes(volume_ids=self._get_param("VolumeIds", []))
    return ActionResult(
        {
            "VolumeStatuses": [
                {
                    "VolumeId": v.id,
                    "AvailabilityZone": v.availability_zone,
                    "Actions": [],
                    "Events": [],
                    "VolumeStatus": {
                        "Status": "insufficient-data" if v.status == "creating" else "ok",
                        "Details": [
                            {"Name": "io-enabled", "Status": "passed"},
                            {"Name": "io-performance", "Status": "not-applicable"},
                        ],
                    },
                }
                for v in volumes
            ]
        }
    )


def _volume_attribute(self: Any) -> ActionResult:
    volume = self.ec2_backend.get_volume(self._get_param("VolumeId"))
    answer: dict[str, Any] = {"VolumeId": volume.id}
    if self._get_param("Attribute") == "productCodes":
        answer["ProductCodes"] = []
    else:
        answer["AutoEnableIO"] = {"Value": vars(volume).get("auto_enable_io", False)}
    return ActionResult(answer)


def _modify_volume_attribute(self: Any) -> ActionResult:
    self.error_on_dryrun()
    volume = self.ec2_backend.get_volume(self._get_param("VolumeId"))
    volume.auto_enable_io = bool(self._get_param("AutoEnableIO.Value", False))
    return ActionResult(None)


RULES = (
    Rule(
        "volumes.limits",
        ("ec2",),
        "A disk has a size, operations per second and a throughput that its type allows, a zone that exists, "
        "and is at least as large as its snapshot.",
        "specification: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html",
        (
            around(EBSBackend, "create_volume", _create),
            before(EBSBackend, "create_volume", _check_new),
            before(EC2Response, "create_volume", _check_zone),
        ),
    ),
    Rule(
        "volumes.states",
        ("ec2",),
        "A volume is creating before it is available, an attachment attaching before it is attached and "
        "detaching before it is gone.",
        "specification: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-describing-volumes.html",
        (
            around(Volume, "__init__", _begin),
            computed(Volume, "status", _status),
            computed(VolumeAttachment, "status", _attached_status, _set_attached_status, is_new=True),
            computed(VolumeAttachment, "delete_on_termination", _delete_on_termination, is_new=True),
            around(EC2Response, "detach_volume", _detach),
            before(EC2Response, "delete_volume", _check_delete),
        ),
    ),
    Rule(
        "volumes.attach",
        ("ec2",),
        "A volume is attached once, in its own zone, to an instance that is running or stopped, under a "
        "device name that is free.",
        ATTACH_PAGE,
        (before(EC2Response, "attach_volume", _check_attach),),
    ),
    Rule(
        "volumes.detach",
        ("ec2",),
        "Only what is attached can be detached, and the root volume only while the instance is stopped.",
        "specification: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-detaching-volume.html",
        (before(EC2Response, "detach_volume", _check_detach),),
    ),
    Rule(
        "volumes.status",
        ("ec2",),
        "The status and the attributes of volumes can be read and set.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumeStatus.html",
        (
            new(EC2Response, "describe_volume_status", _volume_status),
            new(EC2Response, "describe_volume_attribute", _volume_attribute),
            new(EC2Response, "modify_volume_attribute", _modify_volume_attribute),
        ),
    ),
)
