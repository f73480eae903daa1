"""Values for replacing a standard machine by a spot machine: what has to stay the same."""

import re
import time
from collections.abc import Mapping
from typing import Any

from skywright.brains.builtin.asking import Cannot
from skywright.brains.builtin.filling import Filling
from skywright.model.values import Value

Options = Mapping[str, Any]


def standard_machine(filling: Filling, options: Options) -> Value:
    """The one machine that is to become spot, and is not yet."""
    machine = filling.machine
    if machine.spot:
        raise Cannot(f"{machine.label} is a spot machine already, so there is nothing to do")
    if machine.row.get("RootDeviceType", "ebs") != "ebs":
        raise Cannot(f"{machine.label} starts from instance storage, of which no image can be made this way")
    return machine.id


def image_name(filling: Filling, options: Options) -> Value:
    machine = filling.machine
    stem = re.sub(r"[^A-Za-z0-9 ./@_-]", "-", machine.label)[:90]
    return f"{stem}-for-spot-{machine.id[-6:]}-{_stamp()}"


def _stamp() -> str:
    return time.strftime("%Y%m%d%H%M%S", time.gmtime())


def without_data_disks(filling: Filling, options: Options) -> Value:
    """Keeps data disks out of the image, since they themselves are attached again."""
    machine = filling.machine
    devices = [str(machine.disks[id]["DeviceName"]) for id in machine.data_disks]
    return [{"DeviceName": device, "NoDevice": ""} for device in devices] or None


def kept_disks(filling: Filling, options: Options) -> Value:
    machine = filling.machine
    return [
        {"key": f"{number}", "id": id, "device": str(machine.disks[id]["DeviceName"])}
        for number, id in enumerate(machine.data_disks, start=1)
    ]


def kept_disk_ids(filling: Filling, options: Options) -> Value:
    return list(filling.machine.data_disks)


def kept_disk_count(filling: Filling, options: Options) -> Value:
    return len(filling.machine.data_disks)


def same_type(filling: Filling, options: Options) -> Value:
    return filling.facts.types[0] if filling.facts.types else filling.machine.type


def same_subnet(filling: Filling, options: Options) -> Value:
    return filling.machine.subnet


def same_groups(filling: Filling, options: Options) -> Value:
    return list(filling.machine.groups) or None


def same_key(filling: Filling, options: Options) -> Value:
    return str(filling.machine.row.get("KeyName") or "") or None


def same_profile(filling: Filling, options: Options) -> Value:
    return str((filling.machine.row.get("IamInstanceProfile") or {}).get("Arn", "")) or None


def same_monitoring(filling: Filling, options: Options) -> Value:
    state = (filling.machine.row.get("Monitoring") or {}).get("State", "")
    return True if state in ("enabled", "pending") else None


def same_user_data(filling: Filling, options: Options) -> Value:
    asked = {"InstanceId": filling.machine.id, "Attribute": "userData"}
    read = filling.world.read("ec2:DescribeInstanceAttribute", filling.region, asked)
    return (read.get("UserData") or {}).get("Value") or None


def same_tags(filling: Filling, options: Options) -> Value:
    tags = filling.machine.tags
    return [
        {"Key": key, "Value": value}
        for key, value in tags.items()
        if not key.startswith(("aws:", "skywright:"))
    ] or None


def static_addresses(filling: Filling, options: Options) -> Value:
    rows = filling.world.rows("ec2:DescribeAddresses", "Addresses", filling.region)
    held = [row for row in rows if row.get("InstanceId") == filling.machine.id and row.get("AllocationId")]
    return [{"key": f"{number}", "id": str(row["AllocationId"])} for number, row in enumerate(held, start=1)]
