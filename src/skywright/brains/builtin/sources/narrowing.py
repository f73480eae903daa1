"""Values for letting fewer addresses reach a port than now: what is admitted instead, and what goes."""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any

from skywright.brains.builtin.asking import Ask, Cannot
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.sources import firewall
from skywright.brains.builtin.sources.traffic import sources_of_traffic
from skywright.brains.builtin.words import vocabulary
from skywright.model.values import Value

Options = Mapping[str, Any]

_EVERYWHERE = frozenset({"0.0.0.0/0", "::/0"})


def rules(filling: Filling, options: Options) -> Value:
    """For each security group that opens the port: what it is to admit, and what is to go then.

    Raises:
        Cannot: The port is not open there, or only with others, or for machines that are not meant too.
    """
    ports = firewall.said_ports(filling)
    ids = {group for machine in filling.machines for group in machine.groups}
    found: list[Value] = []
    for group in filling.world.groups(filling.region, ids):
        there = _of_ports(group, ports)
        if there:
            firewall.refuse_if_shared(filling, str(group["GroupId"]))
            found += _changes(filling, str(group["GroupId"]), there, len(found) + 1)
    if not found:
        raise Cannot(
            f"{firewall.port_words(filling, {})} is not open there, so there is nothing to narrow; "
            f"ask for it to be opened for {_listed(_wanted(filling))}"
        )
    return found


def ranges(filling: Filling, options: Options) -> Value:
    return _wanted(filling)


def _of_ports(group: Mapping[str, Any], ports: Sequence[int]) -> list[Mapping[str, Any]]:
    """The rules that open exactly these ports.

    Raises:
        Cannot: A port is open as a part of more.
    """
    inbound: list[Mapping[str, Any]] = group.get("IpPermissions") or []
    exact = [rule for rule in inbound if rule.get("FromPort") == rule.get("ToPort") in ports]
    for rule in inbound:
        if rule not in exact and any(firewall.covers(rule, port) for port in ports):
            raise Cannot("a rule opens a wider range of ports that this is part of, and it would stay open")
    return exact


def _changes(filling: Filling, group: str, there: Sequence[Mapping[str, Any]], number: int) -> list[Value]:
    """The group's change; none if there is nothing to be changed in it."""
    wanted = _wanted(filling)
    admits: list[Value] = []
    goes: list[Value] = []
    for rule in there:
        four = [str(row["CidrIp"]) for row in rule.get("IpRanges") or []]
        six = [str(row["CidrIpv6"]) for row in rule.get("Ipv6Ranges") or []]
        old = [cidr for cidr in (*four, *six) if _is_to_go(filling, cidr, wanted)]
        new = [cidr for cidr in wanted if cidr not in (*four, *six)]
        if any(_is_within(source, range) for range in wanted for source in four if source not in old):
            filling.assume("Narrower ranges that are let in already stay.")
        if old:
            goes.append(_permission(rule, old))
        if old and new:
            admits.append(_permission(rule, new))
    if not goes:
        raise Cannot(f"nobody else than {_listed(wanted)} is let in there already")
    key = f"{number}"
    return [{"key": key, "group": group, "admits": admits, "goes": goes}]


def _is_to_go(filling: Filling, cidr: str, wanted: Sequence[str]) -> bool:
    """Whether a range goes: the one that is to be replaced, or, where none was said, every other one."""
    replaced = _replaced(filling)
    if replaced:
        return cidr in replaced
    return cidr not in wanted and not any(_is_within(cidr, range) for range in wanted)


def _wanted(filling: Filling) -> list[str]:
    """The ranges that are to be let in.

    Raises:
        Ask: None was said but the one that is to go.
    """
    gone = _replaced(filling)
    wanted = [cidr for cidr in sources_of_traffic(filling) if cidr not in gone | _EVERYWHERE]
    if not wanted:
        raise Ask("cidr", "Which addresses should still reach it, as a range such as 203.0.113.0/24?")
    return wanted


def _replaced(filling: Filling) -> set[str]:
    """The ranges that were said to be replaced by others."""
    said = sources_of_traffic(filling)
    if len(said) < 2:
        return set()
    swapped = bool(vocabulary.pattern("replaces").search(filling.facts.words))
    now = {range for port in firewall.said_ports(filling) for range in firewall.let_in(filling, port)}
    old = {cidr for cidr in said if cidr in _EVERYWHERE or (swapped and cidr in now)}
    return old if len(old) < len(said) else set()


def _is_within(cidr: str, range: str) -> bool:
    try:
        inner, outer = ipaddress.ip_network(cidr), ipaddress.ip_network(range)
    except ValueError:
        return False
    if isinstance(inner, ipaddress.IPv4Network) and isinstance(outer, ipaddress.IPv4Network):
        return inner.subnet_of(outer)
    return False


def _permission(rule: Mapping[str, Any], cidrs: Sequence[str]) -> dict[str, Value]:
    """The rule for these addresses alone."""
    four: list[Value] = [{"CidrIp": cidr} for cidr in cidrs if ":" not in cidr]
    six: list[Value] = [{"CidrIpv6": cidr} for cidr in cidrs if ":" in cidr]
    found: dict[str, Value] = {key: rule[key] for key in ("IpProtocol", "FromPort", "ToPort")}
    return found | ({"IpRanges": four} if four else {}) | ({"Ipv6Ranges": six} if six else {})


def _listed(cidrs: Sequence[str]) -> str:
    return ", ".join(cidrs)
