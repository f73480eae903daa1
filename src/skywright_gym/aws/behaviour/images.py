"""Machine images: what they hold, and from when on.

Owns the disks that an image records. How a launch makes disks of them is in `launching`,
snapshots by themselves in `snapshots`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.ec2.models.amis import Ami, AmiBackend
from moto.ec2.models.elastic_block_store import EBSBackend
from moto.ec2.responses import EC2Response
from moto.ec2.utils import random_ami_id

from skywright_gym.aws.behaviour import timing
from skywright_gym.aws.behaviour.agenda import Effect, schedule
from skywright_gym.aws.behaviour.errors import incorrect_state, invalid_value, refusal
from skywright_gym.aws.behaviour.rule import Rule, around, before, computed


def _available(backend: Any, image_id: str, _due: float) -> None:
    image = backend.amis.get(image_id)
    if image is not None and image.state == "pending":
        image.state = "available"


EFFECTS: Mapping[str, Effect] = {"image.available": _available}


def disks_of(image: Any) -> list[dict[str, Any]]:
    """The block device mappings that an image holds, as DescribeImages shows them."""
    recorded = vars(image).get("disks")
    if recorded:
        return recorded
    return [
        {
            "DeviceName": image.root_device_name,
            "Ebs": {
                "SnapshotId": image.ebs_snapshot.id,
                "VolumeSize": image.ebs_snapshot.volume_size,
                "DeleteOnTermination": True,
                "VolumeType": "gp3",
                "Encrypted": False,
            },
        }
    ]


def _check_image(self: Any) -> None:
    backend, name = self.ec2_backend, self._get_param("Name") or ""
    instance = backend.get_instance(self._get_param("InstanceId"))
    if not 3 <= len(name) <= 128:
        raise refusal(
            "InvalidAMIName.Malformed",
            "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, "
            "'(', ')', '.', '-', '/' and '_'",
        )
    for image in backend.amis.values():
        if image.name == name and image.owner_id == backend.account_id:
            raise refusal("InvalidAMIName.Duplicate", f"AMI name {name} is already in use by AMI {image.id}")
    if instance.state not in ("running", "stopped"):
        raise incorrect_state(
            f"Instance '{instance.id}' is not in a state from which an image can be made: {instance.state}"
        )


def _create_image(_original: Callable[..., Any], self: Any) -> ActionResult:
    self.error_on_dryrun()
    backend = self.ec2_backend
    instance = backend.get_instance(self._get_param("InstanceId"))
    tags = self._parse_tag_specification()
    for kind in tags:
        if kind not in ("image", "snapshot"):
            raise invalid_value(f"'{kind}' is not a valid taggable resource type for this operation.")
    image_id = random_ami_id()
    source = backend.amis.get(instance.image_id)
    image: Any = Ami(
        backend,
        image_id,
        instance=instance,
        name=self._get_param("Name"),
        description=self._get_param("Description", ""),
        root_device_type="ebs",
        root_device_name=instance.root_device_name,
        hypervisor="xen",
        image_location=f"{backend.account_id}/{self._get_param('Name')}",
        boot_mode=source.boot_mode if source is not None else "uefi-preferred",
        creation_date=timing.naive_moment(),
    )
    backend.snapshots.pop(image.ebs_snapshot.id)
    vars(image)["disks"] = _record_disks(backend, instance, image, self._get_param("BlockDeviceMappings", []))
    for disk in vars(image)["disks"]:
        backend.snapshots[disk["Ebs"]["SnapshotId"]].add_tags(tags.get("snapshot", {}))
    image.add_tags(tags.get("image", {}))
    image.state = "pending"
    backend.amis[image_id] = image
    schedule(backend, "image.available", image_id, timing.due("image.pending"))
    if not self._get_param("NoReboot", False):
        instance.reboot()
    return ActionResult({"ImageId": image_id})


def _record_disks(backend: Any, instance: Any, image: Any, overrides: Any) -> list[dict[str, Any]]:
    dropped = {o["DeviceName"] for o in overrides if "NoDevice" in o}
    changed = {o["DeviceName"]: o.get("Ebs", {}) for o in overrides if "NoDevice" not in o}
    disks: list[dict[str, Any]] = []
    for device, mapped in instance.get_block_device_mapping:
        if device in dropped:
            continue
        volume = backend.get_volume(mapped.volume_id)
        description = f"Created by CreateImage({instance.id}) for {image.id}"
        snapshot = backend.create_snapshot(volume.id, description, from_ami=image.id)
        if device == instance.root_device_name:
            image.ebs_snapshot = snapshot
        recorded: dict[str, Any] = {
            "SnapshotId": snapshot.id,
            "VolumeSize": volume.size,
            "VolumeType": volume.volume_type,
            "DeleteOnTermination": bool(mapped.delete_on_termination),
            "Encrypted": bool(volume.encrypted),
        }
        if volume.volume_type in ("gp3", "io1", "io2"):
            recorded["Iops"] = volume.iops
        if volume.throughput:
            recorded["Throughput"] = volume.throughput
        recorded.update(changed.get(device, {}))
        disks.append({"DeviceName": device, "Ebs": recorded})
    return disks


def _copy_image(
    original: Callable[..., Any],
    self: Any,
    source_image_id: str,
    source_region: str,
    *args: Any,
    **kwargs: Any,
) -> Any:
    image = original(self, source_image_id, source_region, *args, **kwargs)
    source = ec2_backends[self.account_id][source_region].amis[source_image_id]
    self.snapshots.pop(image.ebs_snapshot.id)
    image.root_device_name, image.root_device_type = source.root_device_name, "ebs"
    disks: list[dict[str, Any]] = []
    for disk in disks_of(source):
        described = f"Copied for DestinationAmi {image.id} from SourceAmi {source_image_id}"
        snapshot = self.copy_snapshot(disk["Ebs"]["SnapshotId"], source_region, described, None)
        snapshot.from_ami = image.id
        if disk["DeviceName"] == image.root_device_name:
            image.ebs_snapshot = snapshot
        disks.append({**disk, "Ebs": {**disk["Ebs"], "SnapshotId": snapshot.id}})
    vars(image)["disks"] = disks
    image.state = "pending"
    schedule(self, "image.available", image.id, timing.due("image.pending"))
    return image


def _copy_snapshot(
    original: Callable[..., Any],
    self: Any,
    source_snapshot_id: str,
    source_region: str,
    *args: Any,
    **kwargs: Any,
) -> Any:
    copied = original(self, source_snapshot_id, source_region, *args, **kwargs)
    source = ec2_backends[self.account_id][source_region].get_snapshot(source_snapshot_id)
    copied.size_gib = source.volume_size
    return copied


def _tag_copied(original: Callable[..., Any], self: Any) -> ActionResult:
    result: Any = original(self)
    image = self.ec2_backend.amis[result.result["ImageId"]]
    tags = self._parse_tag_specification()
    image.add_tags(tags.get("image", {}))
    for disk in disks_of(image):
        self.ec2_backend.get_snapshot(disk["Ebs"]["SnapshotId"]).add_tags(tags.get("snapshot", {}))
    return result


def _deregister(original: Callable[..., ActionResult], self: Any) -> ActionResult:
    backend = self.ec2_backend
    image = backend.amis.get(self._get_param("ImageId"))
    result: Any = original(self)
    if image is None or str(self._get_param("DeleteAssociatedSnapshots", "false")).lower() != "true":
        return result
    told: list[dict[str, str]] = []
    for disk in disks_of(image):
        snapshot_id = disk.get("Ebs", {}).get("SnapshotId")
        if not snapshot_id:
            continue
        try:
            backend.delete_snapshot(snapshot_id)
        except ServiceException as kept:
            code = "in-use" if kept.code == "InvalidSnapshot.InUse" else "internal-error"
            told.append({"SnapshotId": snapshot_id, "ReturnCode": code})
        else:
            told.append({"SnapshotId": snapshot_id, "ReturnCode": "success"})
    return ActionResult({"Return": True, "DeleteSnapshotResults": told})


RULES = (
    Rule(
        "images.disks",
        ("ec2",),
        "An image made of an instance holds a snapshot of each of its disks with its real size and type, is "
        "pending before it is available, and reboots a running instance unless told not to.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html",
        (
            around(EC2Response, "create_image", _create_image),
            before(EC2Response, "create_image", _check_image),
            computed(Ami, "block_device_mappings", disks_of),
        ),
    ),
    Rule(
        "images.deregistered",
        ("ec2",),
        "DeregisterImage with DeleteAssociatedSnapshots deletes the image's snapshots that no other image "
        "uses, and says of each what became of it.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeregisterImage.html",
        (around(EC2Response, "deregister_image", _deregister),),
    ),
    Rule(
        "images.copies",
        ("ec2",),
        "A copy of an image or a snapshot holds the same disks at the same sizes, and bears the tags of the "
        "request.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/CopyingAMIs.html",
        (
            around(AmiBackend, "copy_image", _copy_image),
            around(EBSBackend, "copy_snapshot", _copy_snapshot),
            around(EC2Response, "copy_image", _tag_copied),
        ),
    ),
)
