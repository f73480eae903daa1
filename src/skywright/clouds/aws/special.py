"""Ways back that a template cannot say, for machines, disks, images and tags.

What has to be compared with what was there before, is. Each function takes a call and gives the
operations that lead back, or a sentence that says why there is none; `WAYS` names them for
`data/inverses.yaml`. Must not judge how good a way back is: the table does.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from skywright.clouds.aws.back import NOT_READ, Back, Ways, ec2
from skywright.clouds.aws.template import find
from skywright.model.call import Call
from skywright.model.operation import Operation
from skywright.model.values import Value

_NEEDS_STOP = frozenset({"InstanceType", "UserData", "Kernel", "Ramdisk", "EnaSupport", "SriovNetSupport"})
_DESCRIBED_AS = MappingProxyType(
    {"Groups": "SecurityGroups[].GroupId", "GroupSet": "SecurityGroups[].GroupId"}
)
_WITHOUT_SPEED = frozenset({"gp2", "standard", "st1", "sc1"})
_NO_INSTANCES = ("InvalidInstanceID.NotFound", "MissingParameter", "InvalidParameterCombination")


def result_of(call: Call) -> Any:
    """The call's result; None if it has none."""
    return None if call.outcome is None else call.outcome.result


def _spot_requests(call: Call) -> Ways:
    ids = find("SpotInstanceRequests[].SpotInstanceRequestId", result_of(call) or {})
    if not ids:
        return "the answer names no spot request"
    cancel = Back(
        ec2("CancelSpotInstanceRequests"),
        {"SpotInstanceRequestIds": ids},
        tolerate=("InvalidSpotInstanceRequestID.NotFound",),
    )
    # Requests are answered before they are fulfilled, so which instances they made is asked on the way.
    wanted: list[Value] = [
        {"Name": "spot-instance-request-id", "Values": ids},
        {"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]},
    ]
    read = Back(ec2("DescribeInstances"), {"Filters": wanted})
    made = {"InstanceIds": "${back_2.Reservations[].Instances[].InstanceId}"}
    return [cancel, read, Back(ec2("TerminateInstances"), {}, tolerate=_NO_INSTANCES, references=made)]


def _instance_attribute(call: Call) -> Ways:
    """Set back each attribute that the call set: the new form is a member each, the old one `Attribute`."""
    given = [name for name in call.arguments if name not in ("InstanceId", "DryRun", "Attribute", "Value")]
    attribute = call.arguments.get("Attribute")
    if isinstance(attribute, str) and attribute:
        named = attribute[0].upper() + attribute[1:]
        given.append({"GroupSet": "Groups", "BlockDeviceMapping": "BlockDeviceMappings"}.get(named, named))
    backs: list[Back] = []
    for name in dict.fromkeys(given):
        value = _attribute_before(name, call.before)
        if value is None:
            return f"how {name} was before was not read"
        note = "the instance has to be stopped" if name in _NEEDS_STOP else ""
        backs.append(
            Back(call.operation, {"InstanceId": call.arguments.get("InstanceId"), name: value}, note=note)
        )
    return backs


def _attribute_before(name: str, before: Any) -> Any:
    instance = find("Reservations[0].Instances[0]", before)
    if instance is None:
        described = find(name, before)
        return {"Value": described.get("Value", "")} if isinstance(described, Mapping) else None
    if name == "BlockDeviceMappings":
        return [
            {
                "DeviceName": mapping["DeviceName"],
                "Ebs": {"DeleteOnTermination": bool(find("Ebs.DeleteOnTermination", mapping))},
            }
            for mapping in find("BlockDeviceMappings", instance) or ()
        ]
    value = find(_DESCRIBED_AS.get(name, name), instance)
    if name == "Groups":
        return value or None
    return None if value is None else {"Value": value}


def _volume(call: Call) -> Ways:
    volume = find("Volumes[0]", call.before)
    if not volume:
        return NOT_READ
    names = ["VolumeType"]
    if volume.get("VolumeType") not in _WITHOUT_SPEED:
        names += ["Iops", "Throughput"]
    before = {name: volume[name] for name in names if volume.get(name)}
    if all(call.arguments.get(name, value) == value for name, value in before.items()):
        return []
    note = "the disk may be changed again only after a while"
    return [Back(call.operation, {"VolumeId": call.arguments.get("VolumeId"), **before}, note=note)]


def _image(call: Call) -> Ways:
    image = find("ImageId", result_of(call) or {})
    if not image:
        return "the answer names no image"
    # Which snapshots hold it is known only when it is finished; AWS deletes them with it if asked to.
    return [
        Back(ec2("image_available"), {"ImageIds": [image]}, wait=True),
        Back(
            ec2("DeregisterImage"),
            {"ImageId": image, "DeleteAssociatedSnapshots": True},
            tolerate=("InvalidAMIID.Unavailable", "InvalidAMIID.NotFound"),
        ),
    ]


def _launch_permission(call: Call) -> Ways:
    return _permission(call, "LaunchPermissions", "LaunchPermission", "ImageId")


def _snapshot_permission(call: Call) -> Ways:
    return _permission(call, "CreateVolumePermissions", "CreateVolumePermission", "SnapshotId")


def _permission(call: Call, described: str, member: str, id: str) -> Ways:
    given = call.arguments.get(member)
    if not isinstance(given, Mapping):
        return "only the form with Add and Remove can be taken back"
    before: list[Any] = find(described, call.before) or []
    added: list[Any] = [item for item in find("Add", given) or [] if item not in before]
    removed: list[Any] = [item for item in find("Remove", given) or [] if item in before]
    change = {name: items for name, items in (("Remove", added), ("Add", removed)) if items}
    if not change:
        return []
    return [Back(call.operation, {id: call.arguments.get(id), member: change})]


def _ec2_tags(call: Call) -> Ways:
    described: list[Any] = find("Tags[].[ResourceId, Key, Value]", call.before) or []
    before = {(id, key): value for id, key, value in described}
    return _tags_back(call, "Resources", before, (ec2("CreateTags"), ec2("DeleteTags")))


def _elbv2_tags(call: Call) -> Ways:
    described: list[Any] = find("TagDescriptions", call.before) or []
    before = {
        (each["ResourceArn"], tag["Key"]): tag.get("Value", "") for each in described for tag in each["Tags"]
    }
    return _tags_back(
        call, "ResourceArns", before, (Operation("elbv2", "AddTags"), Operation("elbv2", "RemoveTags"))
    )


def _tags_back(
    call: Call, member: str, before: Mapping[tuple[str, str], str], writers: tuple[Operation, Operation]
) -> Ways:
    """Restore every touched key of every resource to what it was, or to nothing where it was not."""
    if call.before is None:
        return NOT_READ
    put, remove = writers
    keys: list[str] = [*(find("Tags[].Key", call.arguments) or ()), *(find("TagKeys", call.arguments) or ())]
    ids: list[str] = find(member, call.arguments) or []
    # No keys at all is how DeleteTags says: all of them.
    everything = not keys
    backs: list[Back] = []
    for id in ids:
        mine = keys if not everything else [key for of, key in before if of == id]
        restored = [{"Key": key, "Value": before[(id, key)]} for key in mine if (id, key) in before]
        fresh = [key for key in mine if (id, key) not in before] if call.operation == put else []
        if restored:
            backs.append(Back(put, {member: [id], "Tags": restored}))
        if fresh:
            gone = (
                {"TagKeys": fresh} if remove.service == "elbv2" else {"Tags": [{"Key": key} for key in fresh]}
            )
            backs.append(Back(remove, {member: [id], **gone}))
    return backs


WAYS: Mapping[str, Callable[[Call], Ways]] = MappingProxyType(
    {
        "spot_requests": _spot_requests,
        "instance_attribute": _instance_attribute,
        "volume": _volume,
        "image": _image,
        "launch_permission": _launch_permission,
        "snapshot_permission": _snapshot_permission,
        "ec2_tags": _ec2_tags,
        "elbv2_tags": _elbv2_tags,
    }
)
