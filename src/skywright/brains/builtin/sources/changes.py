"""Values for changing machines that exist: what has to stay the same, whom a change would also touch."""

import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from skywright.brains.builtin.asking import Ask, Cannot
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.sources.disks import named_disks
from skywright.brains.builtin.sources.network import permissions
from skywright.brains.builtin.words.quantities import quantities
from skywright.brains.builtin.world import Machine
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


def machines_network(filling: Filling, options: Options) -> Value:
    networks = sorted({machine.network for machine in filling.machines})
    if len(networks) > 1:
        raise Cannot(f"the machines are in different networks ({', '.join(networks)})")
    return networks[0]


def _ports(filling: Filling) -> Sequence[int]:
    ports = filling.facts.ports
    if not ports:
        bare = [
            int(token.word)
            for token in filling.facts.tokens
            if token.kind == "number" and token.word.isdigit()
        ]
        ports = tuple(port for port in bare if 0 < port < 65536)[:1]
    if not ports:
        raise Ask("port", "Which port?")
    return ports


def rules_to_open(filling: Filling, options: Options) -> Value:
    return permissions(filling, _ports(filling))


def port_words(filling: Filling, options: Options) -> Value:
    return "port " + " and ".join(str(port) for port in _ports(filling))


def opens_to_all(filling: Filling, options: Options) -> Value:
    return "0.0.0.0/0" in repr(filling.values.get("rules")) or None


def _shared(filling: Filling) -> bool:
    return own_group(filling, {}) is None


def own_group(filling: Filling, options: Options) -> Value:
    """A security group that these machines all have and nothing else; None if there is none."""
    machines = filling.machines
    wanted = {machine.id for machine in machines}
    rows = filling.world.rows("ec2:DescribeNetworkInterfaces", "NetworkInterfaces", filling.region)
    users: dict[str, set[str]] = {}
    for row in rows:
        holder = str((row.get("Attachment") or {}).get("InstanceId") or row["NetworkInterfaceId"])
        for group in row.get("Groups") or []:
            users.setdefault(str(group["GroupId"]), set()).add(holder)
    for machine in filling.world.machines(filling.region):
        for group in machine.groups:
            users.setdefault(group, set()).add(machine.id)
    shared = set(machines[0].groups).intersection(*(machine.groups for machine in machines))
    names = {
        str(row["GroupId"]): str(row["GroupName"]) for row in filling.world.groups(filling.region, shared)
    }
    mine = [
        id
        for id in machines[0].groups
        if id in shared and names.get(id) != "default" and users.get(id, set()) <= wanted
    ]
    return mine[0] if mine else None


def needs_group(filling: Filling, options: Options) -> Value:
    return _shared(filling) or None


def groups_after(filling: Filling, options: Options) -> Value:
    return groups_before(filling, options) if _shared(filling) else []


def groups_before(filling: Filling, options: Options) -> Value:
    """Each machine with the groups that it has."""
    return [
        {"key": f"{number}", "id": machine.id, "groups": list(machine.groups)}
        for number, machine in enumerate(filling.machines, start=1)
    ]


def rules_to_close(filling: Filling, options: Options) -> Value:
    """The existing inbound rules that open exactly these ports, group by group.

    Raises:
        Cannot: None does, or only a wider range, of which closing would also close others.
    """
    ports = _ports(filling)
    ids = {group for machine in filling.machines for group in machine.groups}
    found: list[Value] = []
    wider = False
    for group in filling.world.groups(filling.region, ids):
        rules = [
            rule
            for rule in group.get("IpPermissions") or []
            if rule.get("FromPort") == rule.get("ToPort") and rule.get("FromPort") in ports
        ]
        wider = wider or any(
            _covers(rule, port) for rule in group.get("IpPermissions") or [] for port in ports
        )
        if rules:
            found.append(
                {
                    "key": f"{len(found) + 1}",
                    "group": str(group["GroupId"]),
                    "rules": [_plain(rule) for rule in rules],
                }
            )
            _warn_of_others(filling, str(group["GroupId"]))
    if not found:
        why = (
            "is open only as part of a wider range, and closing that would close other ports too"
            if wider
            else "is not open there"
        )
        raise Cannot(f"{port_words(filling, options)} {why}")
    return found


def _covers(rule: Mapping[str, Any], port: int) -> bool:
    return rule.get("IpProtocol") == "tcp" and int(rule.get("FromPort", 0)) <= port <= int(
        rule.get("ToPort", 0)
    )


def _plain(rule: Mapping[str, Any]) -> dict[str, Value]:
    """The rule as it has to be said to take it away: without empty lists."""
    return {key: value for key, value in rule.items() if value not in ([], None)}


def _warn_of_others(filling: Filling, group: str) -> None:
    mine = {machine.id for machine in filling.machines}
    others = [
        machine.label
        for machine in filling.world.machines(filling.region)
        if group in machine.groups and machine.id not in mine
    ]
    if others:
        raise Cannot(
            f"the rule is in {group}, which {', '.join(others)} uses too, so closing "
            f"it would close it there as well; name those machines too"
        )


def new_tags(filling: Filling, options: Options) -> Value:
    if filling.facts.tags:
        return [{"Key": key, "Value": value} for key, value in filling.facts.tags.items()]
    raise Ask("tags", "Which tag, as key=value?")


def _things(filling: Filling) -> tuple[list[str], list[str]]:
    """Ids and labels of what is named: any resource by id, disks by name, or machines."""
    others = [id for id in filling.facts.ids if not id.startswith(("i-", "arn:"))]
    disks = [str(row["VolumeId"]) for row in named_disks(filling, filling.region)]
    found = list(dict.fromkeys([*others, *disks]))
    if found and not filling.named_here():
        return found, found
    machines: list[Machine] = filling.machines
    return [*(machine.id for machine in machines), *found], [*(machine.label for machine in machines), *found]


def tagged_things(filling: Filling, options: Options) -> Value:
    return list(_things(filling)[0])


def tagged_labels(filling: Filling, options: Options) -> Value:
    return list(_things(filling)[1])


def old_tags(filling: Filling, options: Options) -> Value:
    """The tags to be removed: as said, or those of the machines that are named."""
    if filling.facts.tags:
        return [{"Key": key} for key in filling.facts.tags]
    spoken = {token.text.lower().strip("\"'") for token in filling.facts.tokens}
    there = {
        key for machine in filling.machines for key in machine.tags if key.lower() in spoken and key != "Name"
    }
    if not there:
        keys = sorted({key for machine in filling.machines for key in machine.tags if key != "Name"})
        raise Ask("tags", "Which tag should go?", tuple(keys))
    return [{"Key": key} for key in sorted(there)]


def tag_words(filling: Filling, options: Options) -> Value:
    tags: Any = filling.values.get("tags") or []
    return ", ".join(str(tag["Key"]) for tag in tags)


def _rename(filling: Filling) -> tuple[Machine, str]:
    """What is renamed, and to what: the existing one that is named first, and the name after `to`."""
    facts = filling.facts
    there = filling.named_here()
    taken = {machine.name for machine in there[:1]}
    after_to = [
        token.text
        for at, token in enumerate(facts.tokens)
        if at and facts.tokens[at - 1].word in {"to", "as"}
    ]
    others = [*after_to, *facts.names, *facts.mentions]
    names = [
        name
        for name in others
        if name not in taken and name.lower() not in {"be", "the", "a", "it", "something"}
    ]
    if not names:
        raise Ask("name", "What should it be called?")
    return (there[0] if there else filling.machine), names[0]


def renamed(filling: Filling, options: Options) -> Value:
    machine, new = _rename(filling)
    if any(other.name == new for other in filling.world.machines(filling.region)):
        raise Cannot(f"there is a machine '{new}' already")
    return machine.id


def renamed_label(filling: Filling, options: Options) -> Value:
    return _rename(filling)[0].label


def new_name(filling: Filling, options: Options) -> Value:
    return _rename(filling)[1]


def given_image_name(filling: Filling, options: Options) -> Value:
    there = {machine.name for machine in filling.world.machines(filling.region)}
    given = [name for name in filling.facts.names if name not in there]
    return given[0] if given else f"{filling.machine.label}-{_stamp()}"


def with_restart(filling: Filling, options: Options) -> Value:
    return (
        bool(
            re.search(r"\b(?:with (?:a )?(?:restart|reboot)|reboot first|consistent)\b", filling.facts.words)
        )
        or None
    )


def without_restart(filling: Filling, options: Options) -> Value:
    return not with_restart(filling, options)


def alarm_names(filling: Filling, options: Options) -> Value:
    given = [
        name for name in filling.facts.names if name not in {machine.name for machine in filling.machines}
    ]
    if given and len(filling.machines) == 1:
        return given[:1]
    return [f"{machine.label}-cpu" for machine in filling.machines]


def percent(filling: Filling, options: Options) -> Value:
    if filling.facts.percent is not None:
        if not 0 < filling.facts.percent <= 100:
            raise Ask("percent", f"{filling.facts.percent:g} % is no CPU load. Over how many percent?")
        return filling.facts.percent
    bare = [number.value for number in quantities(filling.facts.tokens) if not number.unit]
    if len(bare) == 1 and 0 < bare[0] <= 100:
        return bare[0]
    filling.assume("The alarm is at 80 % CPU, since no figure was given.")
    return 80.0


def period(filling: Filling, options: Options) -> Value:
    return 300 if (filling.facts.minutes or 5) % 5 == 0 else 60


def periods(filling: Filling, options: Options) -> Value:
    minutes = filling.facts.minutes or 5
    return max(1, minutes // 5) if minutes % 5 == 0 else minutes


def operator(filling: Filling, options: Options) -> Value:
    below = re.search(r"\b(?:below|under|less than|drops?|falls?|lower than)\b", filling.facts.words)
    return "LessThanThreshold" if below else "GreaterThanThreshold"


def hour_ago(filling: Filling, options: Options) -> Value:
    minutes = filling.facts.minutes or (24 * 60 if "day" in filling.facts.words else 60)
    return _iso(time.time() - 60 * minutes)


def now(filling: Filling, options: Options) -> Value:
    return _iso(time.time())


def _iso(at: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:00Z", time.gmtime(at))
