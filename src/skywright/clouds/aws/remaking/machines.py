"""Machines made again with what they hold; of disks the size and the kind, never what is on them."""

from collections.abc import Mapping
from typing import Any

from skywright.clouds.aws.remaking.draft import Draft, Recipe, Scene, chosen, described, ec2, tag, tagged
from skywright.model.resource import Resource
from skywright.model.values import Value

_EMPTY = "what is on it"
_TUNABLE = {"gp3": ("Iops", "Throughput"), "io1": ("Iops",), "io2": ("Iops",)}
_STANDING_IN_GB = 8


def instance(resource: Resource, scene: Scene) -> Recipe:
    """A machine with its first disk and interface; it is stopped when all else is there."""
    its = described(resource)
    if resource.managed_by == "autoscaling":
        return (), ("it is its group's, which starts its own machines",)
    root = _root(its)
    interfaces = sorted(its.get("NetworkInterfaces") or (), key=_place)
    came = [each["NetworkInterfaceId"] for each in interfaces[:1]] + ([root["VolumeId"]] if root else [])
    came += [each["Attachment"]["AttachmentId"] for each in interfaces[:1] if each.get("Attachment")]
    spot = its.get("SpotInstanceRequestId")
    wanted, lacking = _launch(resource, scene)
    launched = ec2(
        "RunInstances",
        wanted,
        {resource.id: "Instances[0].InstanceId"},
        also=(*came, *([spot] if spot else [])),
    )
    gives = {resource.id: "Reservations[0].Instances[0].InstanceId"}
    for each in interfaces[:1]:
        gives[each["NetworkInterfaceId"]] = (
            "Reservations[0].Instances[0].NetworkInterfaces[0].NetworkInterfaceId"
        )
    if root:
        name = its.get("RootDeviceName")
        of_root = f"BlockDeviceMappings[?DeviceName=='{name}'].Ebs.VolumeId | [0]"
        gives[root["VolumeId"]] = f"Reservations[0].Instances[0].{of_root}"
    if spot:
        gives[spot] = "Reservations[0].Instances[0].SpotInstanceRequestId"
    running = "Reservations[0].Instances[0].State.Name == 'running'"
    drafts = [launched, ec2("DescribeInstances", {"InstanceIds": [resource.id]}, gives, until=running)]
    if its.get("SourceDestCheck") is False:
        drafts.append(_set(resource.id, "SourceDestCheck", {"Value": False}))
    if its.get("DisableApiTermination"):
        drafts.append(_set(resource.id, "DisableApiTermination", {"Value": True}))
    if its["State"]["Name"] in ("stopped", "stopping"):
        drafts.append(ec2("StopInstances", {"InstanceIds": [resource.id]}, last=True))
    return tuple(drafts), lacking


def _launch(resource: Resource, scene: Scene) -> tuple[dict[str, Value], tuple[str, ...]]:
    its = described(resource)
    wanted = chosen(
        its, "ImageId", "InstanceType", "KeyName", "SubnetId", "PrivateIpAddress", "EbsOptimized", "UserData"
    ) | tagged(resource)
    wanted |= {"MinCount": 1, "MaxCount": 1}
    groups = [group["GroupId"] for group in its.get("SecurityGroups") or ()]
    wanted |= {"SecurityGroupIds": groups} if groups else {}
    if (its.get("Monitoring") or {}).get("State") in ("enabled", "pending"):
        wanted["Monitoring"] = {"Enabled": True}
    if its.get("Placement"):
        placement = chosen(its["Placement"], "AvailabilityZone", "GroupName", "Tenancy")
        wanted["Placement"] = placement
    options = chosen(
        its.get("MetadataOptions") or {}, "HttpTokens", "HttpPutResponseHopLimit", "HttpEndpoint"
    )
    wanted |= {"MetadataOptions": options} if options else {}
    profile = its.get("IamInstanceProfile") or {}
    if profile.get("Arn"):
        wanted["IamInstanceProfile"] = {"Name": str(profile["Arn"]).rpartition("/")[2]}
    if its.get("InstanceLifecycle") == "spot":
        wanted["InstanceMarketOptions"] = {"MarketType": "spot", "SpotOptions": _spot(its, scene)}
    root = _root(its)
    if root:
        first: Value = {"DeviceName": its["RootDeviceName"], "Ebs": _disk(root, scene)}
        # Further disks are made by themselves: they may be other ones than the image has.
        others = _image_disks(str(its.get("ImageId")), scene) - {its["RootDeviceName"]}
        without: list[Value] = [{"DeviceName": name, "NoDevice": ""} for name in sorted(others)]
        wanted["BlockDeviceMappings"] = [first, *without]
    return wanted, ("what is on its first disk",) if root else ()


def _image_disks(image: str, scene: Scene) -> set[str]:
    known = scene.wanted.get(image)
    mappings = () if known is None else described(known).get("BlockDeviceMappings") or ()
    return {str(each["DeviceName"]) for each in mappings if each.get("Ebs")}


def _root(its: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """How the first disk hangs on a machine."""
    name = its.get("RootDeviceName")
    for mapping in its.get("BlockDeviceMappings") or ():
        if mapping.get("DeviceName") == name and mapping.get("Ebs", {}).get("VolumeId"):
            return mapping["Ebs"]
    return None


def _place(interface: Mapping[str, Any]) -> int:
    return int((interface.get("Attachment") or {}).get("DeviceIndex", 0))


def _disk(root: Mapping[str, Any], scene: Scene) -> dict[str, Value]:
    """The first disk: whether it ends with the machine; if it is known, its size and kind."""
    wanted: dict[str, Value] = {"DeleteOnTermination": bool(root.get("DeleteOnTermination", True))}
    known = scene.wanted.get(str(root["VolumeId"]))
    if known is not None:
        kind = str(described(known).get("VolumeType", ""))
        wanted["VolumeSize"] = described(known).get("Size")
        wanted |= chosen(described(known), "VolumeType", *_TUNABLE.get(kind, ()))
        wanted |= {"Encrypted": True} if described(known).get("Encrypted") else {}
    return wanted


def _spot(its: Mapping[str, Any], scene: Scene) -> dict[str, Value]:
    request = scene.wanted.get(str(its.get("SpotInstanceRequestId")))
    if request is None:
        return {"SpotInstanceType": "one-time"}
    told = described(request)
    behaviour = told.get("InstanceInterruptionBehavior") or "terminate"
    options = {"SpotInstanceType": told.get("Type", "one-time"), "InstanceInterruptionBehavior": behaviour}
    return options | ({"MaxPrice": told["SpotPrice"]} if told.get("SpotPrice") else {})


def _set(machine: str, name: str, value: Value) -> Draft:
    return ec2("ModifyInstanceAttribute", {"InstanceId": machine, name: value})


def volume(resource: Resource, scene: Scene) -> Recipe:
    """A disk, empty or of its snapshot, attached where it was; a machine's first one came with it."""
    its = described(resource)
    attachments = [each for each in its.get("Attachments") or () if each.get("InstanceId")]
    owners = [scene.wanted.get(each["InstanceId"]) for each in attachments]
    for owner, each in zip(owners, attachments, strict=True):
        if owner is not None and owner.managed_by == "autoscaling":
            return (), ("it is a machine's of an Auto Scaling group, which starts its own",)
        if owner is not None and described(owner).get("RootDeviceName") == each.get("Device"):
            return tag(resource), ()
    kind = str(its.get("VolumeType", ""))
    wanted = chosen(its, "AvailabilityZone", "Size", "VolumeType", *_TUNABLE.get(kind, ())) | tagged(resource)
    wanted |= {"Encrypted": True} if its.get("Encrypted") else {}
    source = its.get("SnapshotId")
    lacking = (_EMPTY,)
    if source and (source in scene.wanted or source in scene.given):
        wanted["SnapshotId"] = source
    available = "Volumes[0].State != 'creating'"
    drafts = [
        ec2("CreateVolume", wanted, {resource.id: "VolumeId"}),
        ec2(
            "DescribeVolumes",
            {"VolumeIds": [resource.id]},
            {resource.id: "Volumes[0].VolumeId"},
            until=available,
        ),
    ]
    for each in attachments:
        drafts += _attached(resource.id, each)
    return tuple(drafts), lacking


def _attached(volume: str, attachment: Mapping[str, Any]) -> tuple[Draft, ...]:
    where = {"InstanceId": attachment["InstanceId"], "Device": attachment["Device"]}
    attach = ec2("AttachVolume", {"VolumeId": volume, **where})
    if not attachment.get("DeleteOnTermination"):
        return (attach,)
    mapping = {"DeviceName": attachment["Device"], "Ebs": {"DeleteOnTermination": True}}
    return attach, _set(str(attachment["InstanceId"]), "BlockDeviceMappings", [mapping])


def snapshot(resource: Resource, scene: Scene) -> Recipe:
    """A snapshot of its disk, or of an empty one of its size where that is gone."""
    its = described(resource)
    source = str(its.get("VolumeId") or "")
    wanted: dict[str, Value] = {"VolumeId": source, **chosen(its, "Description"), **tagged(resource)}
    made = {resource.id: "SnapshotId"}
    known = {resource.id: "Snapshots[0].SnapshotId"}
    done = ec2(
        "DescribeSnapshots", {"SnapshotIds": [resource.id]}, known, until="Snapshots[0].State == 'completed'"
    )
    if source in scene.wanted:
        return (ec2("CreateSnapshot", wanted, made), done), (_EMPTY,)
    source = f"disk for {resource.id}"
    empty: dict[str, Value] = {
        "AvailabilityZone": f"{resource.region}a",
        "Size": its.get("VolumeSize") or _STANDING_IN_GB,
        **({"Encrypted": True} if its.get("Encrypted") else {}),
    }
    drafts = (
        ec2("CreateVolume", empty, {source: "VolumeId"}),
        ec2(
            "DescribeVolumes",
            {"VolumeIds": [source]},
            {source: "Volumes[0].VolumeId"},
            until="Volumes[0].State == 'available'",
        ),
        ec2("CreateSnapshot", wanted | {"VolumeId": source}, made),
        done,
        ec2("DeleteVolume", {"VolumeId": source}),
    )
    return drafts, (_EMPTY, "the disk that it was taken of, which is gone")


def image(resource: Resource, scene: Scene) -> Recipe:
    """An image of the snapshots that it is made of."""
    its = described(resource)
    wanted = chosen(
        its,
        "Name",
        "Description",
        "Architecture",
        "RootDeviceName",
        "VirtualizationType",
        "EnaSupport",
        "SriovNetSupport",
    )
    disks: list[Value] = []
    for mapping in its.get("BlockDeviceMappings") or ():
        ebs = mapping.get("Ebs") or {}
        if ebs.get("SnapshotId") in scene.wanted or ebs.get("SnapshotId") in scene.given:
            names = ("SnapshotId", "VolumeSize", "VolumeType", "DeleteOnTermination")
            disks.append({"DeviceName": mapping["DeviceName"], "Ebs": chosen(ebs, *names)})
    wanted |= {"BlockDeviceMappings": disks} if disks else {}
    made = {resource.id: "ImageId"}
    known = {resource.id: "Images[0].ImageId"}
    drafts = [
        ec2("RegisterImage", wanted | tagged(resource), made),
        ec2("DescribeImages", {"ImageIds": [resource.id]}, known, until="Images[0].State == 'available'"),
    ]
    return tuple(drafts), (_EMPTY,)


def key_pair(resource: Resource, _scene: Scene) -> Recipe:
    """Another key under its name: what is secret in it nobody tells."""
    its = described(resource)
    wanted = chosen(its, "KeyName", "KeyType") | tagged(resource)
    draft = ec2("CreateKeyPair", wanted, {resource.id: "KeyPairId"})
    return (draft,), ("its private half; another key stands in under its name",)


def spot_request(resource: Resource, scene: Scene) -> Recipe:
    """One that has a machine is made with it."""
    if resource.properties.get("InstanceId") in scene.wanted:
        return (), ()
    return (), ("a request that has no machine yet",)
