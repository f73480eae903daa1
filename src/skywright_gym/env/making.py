"""The typed operations on slots, as calls of the API. Owns what each of them asks of the cloud.

An operation that has nothing to work on, such as stopping what is not there, is refused here, in the
place of the cloud, which is never asked about ids that do not exist.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from skywright_gym.env.account import ZONE, Account, Refused, image
from skywright_gym.env.goal import DISK_GB, ROOT_GB, Slot, disk_name_of, name_of
from skywright_gym.env.sight import Sight, look

SETTLING_SECONDS = 60
"""In which everything that was begun is over."""
_DEVICE = "/dev/sdf"

Operation = Callable[[Account, Sight, int, str], object]
"""Carries out one operation on a slot; the size is for those that need one. Raises Refused."""


def launch(account: Account, sight: Sight, slot: int, size: str) -> None:
    if sight.machine(name_of(slot)) is not None:
        raise Refused("SlotTaken", f"there is a machine {name_of(slot)} already")
    root = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": ROOT_GB, "VolumeType": "gp3"}}
    arguments = {
        "ImageId": image(),
        "InstanceType": size,
        "MinCount": 1,
        "MaxCount": 1,
        "Placement": {"AvailabilityZone": ZONE},
        "BlockDeviceMappings": [root],
        "TagSpecifications": _named("instance", name_of(slot)),
    }
    account.call("ec2", "RunInstances", arguments)


def create_disk(account: Account, sight: Sight, slot: int, _size: str) -> None:
    if sight.disk(disk_name_of(slot)) is not None:
        raise Refused("SlotTaken", f"there is a disk {disk_name_of(slot)} already")
    arguments = {
        "AvailabilityZone": ZONE,
        "Size": DISK_GB,
        "VolumeType": "gp3",
        "TagSpecifications": _named("volume", disk_name_of(slot)),
    }
    account.call("ec2", "CreateVolume", arguments)


def attach_disk(account: Account, sight: Sight, slot: int, _size: str) -> None:
    where = {"InstanceId": _machine(sight, slot), "VolumeId": _disk(sight, slot), "Device": _DEVICE}
    account.call("ec2", "AttachVolume", where)


def detach_disk(account: Account, sight: Sight, slot: int, _size: str) -> None:
    account.call("ec2", "DetachVolume", {"VolumeId": _disk(sight, slot)})


def delete_disk(account: Account, sight: Sight, slot: int, _size: str) -> None:
    account.call("ec2", "DeleteVolume", {"VolumeId": _disk(sight, slot)})


def resize(account: Account, sight: Sight, slot: int, size: str) -> None:
    arguments = {"InstanceId": _machine(sight, slot), "InstanceType": {"Value": size}}
    account.call("ec2", "ModifyInstanceAttribute", arguments)


def _on_machine(operation: str) -> Operation:
    def carry_out(account: Account, sight: Sight, slot: int, _size: str) -> None:
        account.call("ec2", operation, {"InstanceIds": [_machine(sight, slot)]})

    return carry_out


start = _on_machine("StartInstances")
stop = _on_machine("StopInstances")
OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "launch": launch,
        "resize": resize,
        "start": start,
        "stop": stop,
        "terminate": _on_machine("TerminateInstances"),
        "monitor": _on_machine("MonitorInstances"),
        "unmonitor": _on_machine("UnmonitorInstances"),
        "create_disk": create_disk,
        "attach_disk": attach_disk,
        "detach_disk": detach_disk,
        "delete_disk": delete_disk,
    }
)
SIZED = ("launch", "resize")
"""The operations that need a size."""


def furnish(account: Account, number: int, slot: Slot) -> None:
    """Put a slot's machine there, and let time pass until it is as the slot says."""
    launch(account, look(account), number, slot.size)
    if slot.disk:
        create_disk(account, look(account), number, "")
    account.wait(SETTLING_SECONDS)
    if slot.disk:
        attach_disk(account, look(account), number, "")
    if slot.monitored:
        OPERATIONS["monitor"](account, look(account), number, "")
    if slot.state == "stopped":
        stop(account, look(account), number, "")
    account.wait(SETTLING_SECONDS)


def _named(kind: str, name: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]


def _machine(sight: Sight, slot: int) -> str:
    machine = sight.machine(name_of(slot))
    if machine is None:
        raise Refused("SlotEmpty", f"there is no machine {name_of(slot)}")
    return machine.id


def _disk(sight: Sight, slot: int) -> str:
    disk = sight.disk(disk_name_of(slot))
    if disk is None:
        raise Refused("SlotEmpty", f"there is no disk {disk_name_of(slot)}")
    return disk.id
