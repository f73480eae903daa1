"""Values for opening and closing ports of machines that exist, so that no other machine is touched."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from skywright.brains.builtin.asking import Ask, Cannot
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.sources.traffic import as_range, permissions, protocol, spans, spans_in_words
from skywright.model.values import Value

Options = Mapping[str, Any]

_ONLY = re.compile(
    r"\b(?:only|nowhere else|no(?:body|ne| one) else|exclusively|solely|restrict\w*|limit\w*|narrow\w*"
    r"|tighten\w*|replac\w+|swap\w*|instead)\b"
)
"""What says that nobody but those who are named is to be let in."""


def said_ports(filling: Filling) -> Sequence[int]:
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
    """The inbound rules to be added.

    Raises:
        Cannot: They would narrow nothing, since wider ones are there and stay.
    """
    rules = permissions(filling, said_ports(filling))
    for rule in rules:
        _refuse_to_narrow(filling, cast("Mapping[str, Any]", rule))
    return rules


def _refuse_to_narrow(filling: Filling, rule: Mapping[str, Any]) -> None:
    """A rule for fewer addresses than are let in already changes nothing: to narrow must be meant."""
    port, wanted = int(rule["FromPort"]), {row["CidrIp"] for row in rule["IpRanges"]}
    now = let_in(filling, port)
    narrower = "0.0.0.0/0" in now and "0.0.0.0/0" not in wanted
    if narrower or (now - wanted and _ONLY.search(filling.facts.words)):
        others = ", ".join(sorted(now - wanted))
        raise Cannot(
            f"port {port} is open to {others} already, and to open it would only add a rule beside that; "
            f"to narrow it, ask for it to be restricted to {', '.join(sorted(wanted))}"
        )


def let_in(filling: Filling, port: int) -> set[str]:
    """The addresses that may reach the port on any of the machines."""
    ids = {group for machine in filling.machines for group in machine.groups}
    return {
        str(source.get("CidrIp") or source["CidrIpv6"])
        for group in (filling.world.groups(filling.region, ids) if ids else [])
        for rule in group.get("IpPermissions") or []
        if covers(rule, port) or rule.get("IpProtocol") == "-1"
        for source in (*(rule.get("IpRanges") or []), *(rule.get("Ipv6Ranges") or []))
    }


def port_words(filling: Filling, options: Options) -> Value:
    return spans_in_words(filling, said_ports(filling))


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
    ports, kind = said_ports(filling), protocol(filling)
    wanted = spans(filling, ports)
    ids = {group for machine in filling.machines for group in machine.groups}
    found: list[Value] = []
    wider = False
    for group in filling.world.groups(filling.region, ids):
        rules = [
            closing
            for rule in group.get("IpPermissions") or []
            if (closing := _of_sources(rule, filling.facts.cidrs))
            and (rule.get("FromPort"), rule.get("ToPort")) in wanted
            and rule.get("IpProtocol") == kind
        ]
        wider = wider or any(
            covers(rule, port, kind) for rule in group.get("IpPermissions") or [] for port in ports
        )
        if rules:
            found.append(
                {
                    "key": f"{len(found) + 1}",
                    "group": str(group["GroupId"]),
                    "rules": rules,
                }
            )
            refuse_if_shared(filling, str(group["GroupId"]))
    _all_let_in(filling, ports)
    if not found and wider:
        raise Cannot(
            f"{port_words(filling, options)} is open only as part of a wider range, and closing that would "
            f"close other ports too"
        )
    if not found:
        filling.assume(f"{port_words(filling, options)} is not open there, so there is nothing to close.")
    return found


def covers(rule: Mapping[str, Any], port: int, kind: str = "tcp") -> bool:
    return rule.get("IpProtocol") == kind and int(rule.get("FromPort", 0)) <= port <= int(
        rule.get("ToPort", 0)
    )


def _all_let_in(filling: Filling, ports: Sequence[int]) -> None:
    """Check the addresses that were said.

    Raises:
        Cannot: Some are not let in: nothing can be closed to them.
    """
    there = {range for port in ports for range in let_in(filling, port)}
    for cidr in filling.facts.cidrs:
        if there and as_range(cidr) not in there:
            raise Cannot(f"{cidr} is not let in there, so there is nothing to close for it")


def _of_sources(rule: Mapping[str, Any], said: Sequence[str]) -> dict[str, Value] | None:
    """The rule as it has to be said to take it away: for the addresses that were said, or for all."""
    if not said:
        return _plain(rule)
    wanted = {as_range(cidr) for cidr in said}
    four = [row for row in rule.get("IpRanges") or [] if row["CidrIp"] in wanted]
    six = [row for row in rule.get("Ipv6Ranges") or [] if row["CidrIpv6"] in wanted]
    if not four and not six:
        return None
    return _plain({**rule, "IpRanges": four, "Ipv6Ranges": six, "UserIdGroupPairs": [], "PrefixListIds": []})


def _plain(rule: Mapping[str, Any]) -> dict[str, Value]:
    """The rule as it has to be said to take it away: without empty lists."""
    return {key: value for key, value in rule.items() if value not in ([], None)}


def refuse_if_shared(filling: Filling, group: str) -> None:
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


def all_groups(filling: Filling, options: Mapping[str, Any]) -> Value:
    return sorted({group for machine in filling.machines for group in machine.groups})
