"""Values for networks: which network and subnet things go to, ports, addresses, load balancers' places."""

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

from skywright.brains.builtin.asking import Ask, Cannot
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.words.naming import any_name
from skywright.brains.builtin.words.vocabulary import pattern, words
from skywright.brains.builtin.world import Row, tags
from skywright.model.values import Value

_NEW = re.compile(
    r"\b(?:new|(?<!our )(?<!my )own|fresh|dedicated|separate|isolated|brand new|another) "
    r"(?:(?!same |one |shared |common |single |vms? |machines? |servers? |box(?:es)? |instances? |nodes? "
    r"|hosts? )"
    r"\w+ ){0,2}?"
    r"(?:networks?|vpcs?|vnets?|subnets?|virtual networks?)\b"
    r"|\ban? (?:network|vpc|vnet) (?:called|named)\b"
    r"|\b(?:create|build|make|set up|provision) (?:me )?(?:an?|the) (?:\w+ ){0,2}?(?:network|vpc|vnet)\b"
)
_OF_NETWORK = re.compile(
    r"\b(?:network|vpc|vnet|range|cidr)(?: block| range)?(?: of| with| is| =| :| \()* (?:§|\d{1,3}\.)"
)


def new_network(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The address range of a network to be made, if one was asked for (or there is none to use)."""
    ranges = [
        cidr
        for cidr in filling.facts.cidrs
        if "/" in cidr and not cidr.endswith("/0") and not cidr.endswith("/32")
    ]
    said = bool(_NEW.search(filling.facts.words)) and not existing_network(filling)
    if ranges and (not filling.facts.ports or _OF_NETWORK.search(filling.facts.words)):
        return checked_range(ranges[0])
    if said:
        return "10.0.0.0/16"
    if not filling.world.default_network(filling.region) and not existing_network(filling):
        filling.assume(f"{filling.region} has no default network, so one is made.")
        return "10.0.0.0/16"
    return None


def checked_range(text: str) -> str:
    """It, if a network can have that range.

    Raises:
        Ask: It can't.
    """
    try:
        network = ipaddress.ip_network(text)
    except ValueError as problem:
        raise Ask(
            "cidr", f"{text} is not an address range. Which range should the network have?", ("10.0.0.0/16",)
        ) from problem
    if not 16 <= network.prefixlen <= 26:
        raise Ask(
            "cidr",
            f"A network's range must be between /16 and /26 here, not /{network.prefixlen}. Which range?",
            ("10.0.0.0/16",),
        )
    return text


def subnet_range(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The n-th quarter of the new network."""
    if filling.values.get("new_network") is None:
        return None
    network = ipaddress.ip_network(str(filling.values["new_network"]))
    return str(list(network.subnets(prefixlen_diff=2))[int(options.get("part", 0))])


def network_name(filling: Filling, options: Mapping[str, Any]) -> Value:
    if filling.values.get("new_network") is None:
        return None
    match = re.search(
        r"\b(?:network|vpc|vnet)( (?:named|called))? (\S+)",
        " ".join(token.text for token in filling.facts.tokens),
    )
    named = [
        token.text
        for token in filling.facts.tokens
        if match
        and token.text == match[2].strip("\"'")
        and (token.kind in ("name", "quoted") or (token.kind == "word" and match[1]))
    ]
    return named[0] if named else "network"


def existing_network(filling: Filling) -> str:
    """The id of an existing network that is named: by id, by name, by a subnet, or by a machine that is
    in it."""
    facts, world = filling.facts, filling.world
    for id in facts.ids:
        if id.startswith("vpc-"):
            return id
        if id.startswith("subnet-"):
            return next(
                (
                    str(row["VpcId"])
                    for row in world.rows("ec2:DescribeSubnets", "Subnets", filling.region)
                    if row["SubnetId"] == id
                ),
                "",
            )
    spoken = {token.text.lower() for token in facts.tokens if token.kind in ("name", "quoted", "word")}
    if facts.concepts & {"network", "in_network"}:
        for row in world.networks(filling.region):
            if tags(row).get("Name", "\0").lower() in spoken:
                return str(row["VpcId"])
    return ""


def _companion(filling: Filling) -> Row | None:
    """The existing machine in `in the same network as db-1`."""
    if not filling.concepts & {"network", "in_network"} and not re.search(
        r"\b(?:same|next to|alongside|beside|where)\b", filling.facts.words
    ):
        return None
    found = filling.named_here()
    return found[0].row if found else None


def network(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The id of the existing network that things go to; None if it is made."""
    if filling.values.get("new_network") is not None:
        return None
    companion = _companion(filling)
    found = str(companion["VpcId"]) if companion else existing_network(filling)
    return found or filling.world.default_network(filling.region)


def subnets(filling: Filling, options: Mapping[str, Any]) -> Value:
    """For each machine its subnet: the one that was named, the companion's, the zone's, or the first; each in
    another zone if that was said."""
    number = int(str(filling.values["count"]))
    apart = bool(pattern("spread").search(filling.facts.words)) and number > 1
    if filling.values.get("new_network") is not None:
        if apart:
            raise Cannot("the machines of a new network are in one zone here; use the default network")
        return None
    ids = [id for id in filling.facts.ids if id.startswith("subnet-")]
    companion = _companion(filling)
    if ids or companion:
        return [ids[0] if ids else str(companion and companion["SubnetId"])] * number
    rows = _subnets(filling)
    zones = [place.zone for place in filling.facts.places if place.zone]
    rows = [row for row in rows if not zones or row["AvailabilityZone"] in zones]
    if not rows:
        raise Cannot(f"the network has no subnet in {zones[0]}")
    firsts = list({str(row["AvailabilityZone"]): str(row["SubnetId"]) for row in reversed(rows)}.values())[
        ::-1
    ]
    if not apart:
        return firsts[:1] * number
    if len(firsts) < 2:
        raise Cannot("the network has subnets in one zone only")
    return [firsts[at % len(firsts)] for at in range(number)]


def _subnets(filling: Filling) -> list[Row]:
    rows = filling.world.subnets(filling.region, str(filling.values["network"]))
    spoken = {token.text.lower() for token in filling.facts.tokens}
    named = [row for row in rows if tags(row).get("Name", "\0").lower() in spoken]
    if not rows:
        raise Cannot(f"the network {filling.values['network']} has no subnet")
    return named or rows


def two_subnets(filling: Filling, options: Mapping[str, Any]) -> Value:
    """Subnets in two zones, for a load balancer: the machines' own zones first."""
    if filling.values.get("new_network") is not None:
        return None
    rows = filling.world.subnets(filling.region, str(filling.values["network"]))
    new: Any = filling.values.get("subnets")
    machines = new or [machine.subnet for machine in filling.machines]
    chosen: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: row["SubnetId"] not in machines):
        chosen.setdefault(str(row["AvailabilityZone"]), str(row["SubnetId"]))
    if len(chosen) < 2:
        raise Cannot("a load balancer needs subnets in two zones, and the network has them in one only")
    needed = len({str(row["AvailabilityZone"]) for row in rows if row["SubnetId"] in machines})
    return list(chosen.values())[: max(2, needed)]


def zones(filling: Filling, options: Mapping[str, Any]) -> Value:
    """One zone of the region by its place in the alphabet, for the subnets of a new network."""
    if filling.values.get("new_network") is None:
        return None
    rows = filling.world.rows("ec2:DescribeAvailabilityZones", "AvailabilityZones", filling.region)
    names = sorted(str(row["ZoneName"]) for row in rows if row.get("State", "available") == "available")
    said = [place.zone for place in filling.facts.places if place.zone in names]
    names = said + [name for name in names if name not in said]
    at = int(options.get("at", 0))
    return names[at] if at < len(names) else names[0]


def group_name(filling: Filling, options: Mapping[str, Any]) -> Value:
    """A name for a new security group that no other in the region has."""
    rows = filling.world.rows("ec2:DescribeSecurityGroups", "SecurityGroups", filling.region)
    used = {str(row["GroupName"]) for row in rows}
    names: Any = filling.values.get("names") or (
        ["machine"] if "names" in filling.values else [machine.label for machine in filling.machines]
    )
    stem = re.sub(r"[^A-Za-z0-9 _.:/()#,@+=&;{}!$*-]", "", str(names[0]))[:100].strip() or "machine"
    stem = f"{stem} {options.get('suffix', 'ports')}".replace("sg-", "sg ")
    return next(
        name for name in [stem, *(f"{stem} {number}" for number in range(2, 1000))] if name not in used
    )


def own_name(filling: Filling, options: Mapping[str, Any]) -> Value:
    """The name that a new network is to have.

    Raises:
        Cannot: There is one of that name.
    """
    facts = filling.facts
    said = any_name(facts.tokens) or next(iter((*facts.names, *facts.mentions)), "")
    name = said or _beside_network(filling) or "network"
    there = [*filling.world.networks(filling.region), *filling.world.all_subnets(filling.region)]
    if said and any(tags(row).get("Name", "").lower() == said.lower() for row in there):
        raise Cannot(f"there is a network or subnet {said} already, and I can only make new ones")
    return name


def _beside_network(filling: Filling) -> str:
    """`a vpc qa`, `new network please: lab`: a word after the thing that means nothing else."""
    tokens = filling.facts.tokens
    ends = [mark.last for mark in filling.facts.marks if "network" in mark.concepts]
    for at in ends:
        after = [token for token in tokens[at:] if token.word not in words("polite") | {":", ",", "("}]
        first = after[0] if after else None
        if first and first.kind == "word" and first.word.isalnum() and first.word not in filling.known_words:
            return first.text
    return ""
