"""Values of existing machines, for reading and changing them."""

from collections.abc import Mapping
from typing import Any, cast

from skywright.brains.builtin.asking import Cannot
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.words.vocabulary import pattern
from skywright.model.values import Value


def ids(filling: Filling, options: Mapping[str, Any]) -> Value:
    return [machine.id for machine in filling.machines]


def one(filling: Filling, options: Mapping[str, Any]) -> Value:
    return filling.machine.id


def labels(filling: Filling, options: Mapping[str, Any]) -> Value:
    where = filling.region if filling.said_region else "this account"
    none = f"machines, but there are none in {where}"
    return [machine.label for machine in filling.machines] or [none]


def none_there(filling: Filling, options: Mapping[str, Any]) -> Value:
    """Whether a question about all machines is about none; looking for them once more answers it then."""
    return not filling.machines or None


def nothing(filling: Filling, options: Mapping[str, Any]) -> Value:
    """How a summary that names no machines says that there are none."""
    return None if filling.machines else "; there are no machines"


def zones(filling: Filling, options: Mapping[str, Any]) -> Value:
    return [machine.zone for machine in filling.machines]


def number(filling: Filling, options: Mapping[str, Any]) -> Value:
    return len(filling.machines)


def places(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The machines by region: `key` for step names, the region, the ids."""
    regions = sorted({machine.region for machine in filling.machines})
    return [
        {
            "key": f"{key}",
            "region": region,
            "ids": [machine.id for machine in filling.machines if machine.region == region],
        }
        for key, region in enumerate(regions, start=1)
    ]


def cards(filling: Filling, options: Mapping[str, Any]) -> Value:
    """What an answer says of each machine that can't change meanwhile, with the key of its region's step."""
    regions = sorted({machine.region for machine in filling.machines})
    return [
        {
            "id": machine.id,
            "name": machine.name or None,
            "region": machine.region,
            "key": f"{regions.index(machine.region) + 1}",
            "number": f"{number}",
        }
        for number, machine in enumerate(filling.machines, start=1)
    ]


def disk_cards(filling: Filling, options: Mapping[str, Any]) -> Value:
    """As `cards`; a disk that is named narrows them to the machine that it is attached to."""
    return cards(filling, options)


def none_named(filling: Filling, options: Mapping[str, Any]) -> Value:
    """Whether nothing was said of machines, or there are none, so that a question is about all disks."""
    if not filling.machines:
        return True
    return (not filling.named_here() and "vm" not in filling.concepts) or None


def label(filling: Filling, options: Mapping[str, Any]) -> Value:
    return filling.machine.label


def region_name(filling: Filling, options: Mapping[str, Any]) -> Value:
    return filling.region


def running_or_none(filling: Filling, options: Mapping[str, Any]) -> Value:
    """Those that have to be stopped first; None if none runs."""
    return [machine.id for machine in filling.machines if machine.state in ("running", "pending")] or None


def running_ids(filling: Filling, options: Mapping[str, Any]) -> Value:
    """All of them, and all must run."""
    down = [machine.label for machine in filling.machines if machine.state not in ("running", "pending")]
    if down:
        raise Cannot(f"{', '.join(down)} does not run, so there is nothing to restart; start it instead")
    return ids(filling, options)


def deletable_ids(filling: Filling, options: Mapping[str, Any]) -> Value:
    return ids(filling, options)


def said_protected(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The machines, if the order to delete them speaks of their protection; none if it does not."""
    return ids(filling, options) if pattern("protection", "limits").search(filling.whole.lower()) else []


def number_of(filling: Filling, options: Mapping[str, Any]) -> Value:
    """How many values another slot has."""
    return len(cast("list[Value]", filling.values[str(options["of"])]))


def stopped_before(filling: Filling, options: Mapping[str, Any]) -> Value:
    """Those that run, if they are to be stopped and then started anew; None if not."""
    return (
        running_or_none(filling, options) if pattern("anew", "limits").search(filling.facts.words) else None
    )


def stop_word(filling: Filling, options: Mapping[str, Any]) -> Value:
    return "Stop and then " if filling.values["first"] else ""


def said_boot(filling: Filling, options: Mapping[str, Any]) -> Value:
    return "boot" in filling.facts.words or "diag" in filling.facts.words


def registrations(filling: Filling, options: Mapping[str, Any]) -> Value:
    """Where load balancers send traffic to the machines: target group, the targets, their port."""
    found: list[Value] = []
    wanted = {machine.id for machine in filling.machines}
    for group in filling.world.target_groups(filling.region):
        arn = str(group["TargetGroupArn"])
        targets = [id for id in filling.world.registered(filling.region, arn) if id in wanted]
        if targets:
            found.append(
                {
                    "key": f"{len(found) + 1}",
                    "group": arn,
                    "port": int(group.get("Port", 80)),
                    "targets": [{"Id": id} for id in targets],
                }
            )
    return found


def lost_disks(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The disks that go with the machines."""
    return _disks(filling, ends=True)


def kept_disks(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The disks that stay when the machines go."""
    return _disks(filling, ends=False)


def _disks(filling: Filling, ends: bool) -> Value:
    return [
        f"{id} ({disk['DeviceName']} of {machine.label})"
        for machine in filling.machines
        for id, disk in machine.disks.items()
        if bool(disk.get("DeleteOnTermination")) is ends
    ] or None


def machines_network(filling: Filling, options: Mapping[str, Any]) -> Value:
    networks = sorted({machine.network for machine in filling.machines})
    if len(networks) > 1:
        raise Cannot(f"the machines are in different networks ({', '.join(networks)})")
    return networks[0]
