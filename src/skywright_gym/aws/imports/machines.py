"""Machines made again, with what they need and hold: keys, snapshots, images, disks."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from moto.ec2.models.amis import Ami
from moto.ec2.models.elastic_block_store import Snapshot, Volume

from skywright_gym.aws.imports.hand import Hand, Row

_TUNABLE = {"gp3": ("Iops", "Throughput"), "io1": ("Iops",), "io2": ("Iops",)}
_GONE = ("terminated", "shutting-down")


def key_pair(hand: Hand, row: Row) -> None:
    """A key of that name, id and fingerprint. What is secret in it is not the account's."""
    named = [row["KeyPairId"]] if row.get("KeyPairId") else []
    hand.ask("ec2:CreateKeyPair", {"KeyName": row["KeyName"], "KeyType": "ed25519"}, key=named)
    made = hand.ec2.key_pairs[row["KeyName"]]
    made.key_type = row.get("KeyType", "rsa")
    made.key_fingerprint = row.get("KeyFingerprint", made.key_fingerprint)
    hand.tag(made.id, row)


def snapshot(hand: Hand, row: Row) -> None:
    """A snapshot, whether or not the disk that it was taken of is still there."""
    held: Any = hand.ec2.snapshots
    if row["SnapshotId"] in held:
        return
    size = int(row["VolumeSize"])
    source: Any = Volume(hand.ec2, row.get("VolumeId") or "vol-ffffffff", size, None)
    made: Any = Snapshot(
        hand.ec2,
        row["SnapshotId"],
        source,
        row.get("Description") or "",
        encrypted=bool(row.get("Encrypted")),
        owner_id=row.get("OwnerId"),
    )
    made.status, made.size_gib = "completed", size
    held[row["SnapshotId"]] = made
    hand.tag(row["SnapshotId"], row)


def image(hand: Hand, row: Row) -> None:
    """An image, anybody's, with a snapshot of each of its disks."""
    backend = hand.ec2
    if row["ImageId"] in backend.amis:
        return
    made: Any = Ami(
        backend,
        row["ImageId"],
        name=row.get("Name"),
        description=row.get("Description"),
        owner_id=row.get("OwnerId"),
        owner_alias=row.get("ImageOwnerAlias"),
        public=bool(row.get("Public")),
        architecture=row.get("Architecture", "x86_64"),
        virtualization_type=row.get("VirtualizationType", "hvm"),
        platform=row.get("Platform"),
        root_device_type=row.get("RootDeviceType", "ebs"),
        root_device_name=row.get("RootDeviceName", "/dev/xvda"),
        region_name=f"{hand.region}a",
    )
    backend.snapshots.pop(made.ebs_snapshot.id, None)
    disks: list[dict[str, Any]] = []
    for mapping in row.get("BlockDeviceMappings", []):
        ebs = mapping.get("Ebs", {})
        if not ebs.get("SnapshotId"):
            continue
        snapshot(hand, {"OwnerId": row.get("OwnerId"), "VolumeSize": 8, **ebs})
        backend.snapshots[ebs["SnapshotId"]].from_ami = made.id
        disks.append({"DeviceName": mapping["DeviceName"], "Ebs": dict(ebs)})
        if mapping["DeviceName"] == made.root_device_name:
            made.ebs_snapshot = backend.snapshots[ebs["SnapshotId"]]
    if disks:
        vars(made)["disks"] = disks
    made.state = row.get("State", "available")
    backend.amis[made.id] = made
    hand.tag(made.id, row)


def instance(hand: Hand, row: Row) -> None:
    """A machine without its disks, which are attached when they are made."""
    if row["State"]["Name"] in _GONE:
        return
    standing_in = _stand_in(hand, row)
    parameters = _launch(hand, row)
    interfaces = sorted(row.get("NetworkInterfaces", []), key=lambda each: each["Attachment"]["DeviceIndex"])
    attached = [each["Attachment"].get("AttachmentId", "") for each in interfaces][:1]
    hand.ask(
        "ec2:RunInstances",
        parameters,
        i=[row["InstanceId"]],
        eni=[each["NetworkInterfaceId"] for each in interfaces][:1],
        eni_attach=[each for each in attached if each],
        sir=[row["SpotInstanceRequestId"]] if row.get("SpotInstanceRequestId") else [],
    )
    for held, name in standing_in:
        del held[name]
    made = hand.ec2.get_instance(row["InstanceId"])
    made.root_device_name = row.get("RootDeviceName") or made.root_device_name
    if row.get("PublicIpAddress"):
        made.nics[0].public_ip = row["PublicIpAddress"]
        made.nics[0].public_ip_auto_assign = True
    hand.tag(row["InstanceId"], row)
    if row["State"]["Name"] in ("stopped", "stopping"):
        hand.ask("ec2:StopInstances", {"InstanceIds": [row["InstanceId"]], "Force": True})


def _stand_in(hand: Hand, row: Row) -> list[tuple[Any, str]]:
    """Images and keys that a machine names and that are gone, for the moment of its launch."""
    standing_in: list[tuple[Any, str]] = []
    if row["ImageId"] not in hand.ec2.amis:
        hand.leave_out(row["ImageId"], f"the image of {row['InstanceId']} is not to be seen any more")
        image(hand, {"ImageId": row["ImageId"], "Name": "gone"})
        standing_in.append((hand.ec2.amis, row["ImageId"]))
    key = row.get("KeyName")
    if key and key not in hand.ec2.key_pairs:
        hand.ask("ec2:CreateKeyPair", {"KeyName": key, "KeyType": "ed25519"})
        standing_in.append((hand.ec2.key_pairs, key))
    return standing_in


def _launch(hand: Hand, row: Row) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "ImageId": row["ImageId"],
        "InstanceType": row["InstanceType"],
        "SubnetId": row["SubnetId"],
        "SecurityGroupIds": [group["GroupId"] for group in row.get("SecurityGroups", [])],
        "MinCount": 1,
        "MaxCount": 1,
        "Monitoring": {"Enabled": row.get("Monitoring", {}).get("State") in ("enabled", "pending")},
        "BlockDeviceMappings": [
            {"DeviceName": disk["DeviceName"], "NoDevice": ""}
            for disk in hand.ec2.amis[row["ImageId"]].block_device_mappings
        ],
    }
    private, network = row.get("PrivateIpAddress"), hand.ec2.get_subnet(row["SubnetId"]).cidr
    if private and ip_address(private) in network:
        parameters["PrivateIpAddress"] = private
    elif private:
        hand.leave_out(row["InstanceId"], f"its address {private}, which is not one of its subnet {network}")
    if row.get("KeyName"):
        parameters["KeyName"] = row["KeyName"]
    if row.get("InstanceLifecycle") == "spot":
        parameters["InstanceMarketOptions"] = {"MarketType": "spot", "SpotOptions": _spot(hand, row)}
    return parameters


def _spot(hand: Hand, row: Row) -> Mapping[str, Any]:
    for request in hand.rows("ec2:DescribeSpotInstanceRequests", "SpotInstanceRequests"):
        if request.get("SpotInstanceRequestId") == row.get("SpotInstanceRequestId") and request.get("Type"):
            behaviour = request.get("InstanceInterruptionBehavior", "terminate")
            return {"SpotInstanceType": request["Type"], "InstanceInterruptionBehavior": behaviour}
    return {"SpotInstanceType": "one-time"}


def volume(hand: Hand, row: Row) -> None:
    """A disk, attached where it was."""
    backend, volume_id = hand.ec2, row["VolumeId"]
    names = ("AvailabilityZone", "Size", "VolumeType", "Encrypted", *_TUNABLE.get(row["VolumeType"], ()))
    wanted = {key: row[key] for key in names if row.get(key) is not None}
    hand.ask("ec2:CreateVolume", wanted, vol=[volume_id])
    made = backend.volumes[volume_id]
    made.snapshot_id = row.get("SnapshotId") or None
    hand.tag(volume_id, row)
    for attachment in row.get("Attachments", []):
        machine = backend.get_instance_by_id(attachment["InstanceId"])
        if machine is None or attachment.get("State") in ("detaching", "detached"):
            continue
        ends_with_it = bool(attachment.get("DeleteOnTermination"))
        backend.attach_volume(volume_id, attachment["InstanceId"], attachment["Device"], ends_with_it)
