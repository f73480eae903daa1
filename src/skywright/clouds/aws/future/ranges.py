"""Whether the ranges of networks and subnets are such as the cloud takes, in their networks, and apart.

Source of the sizes: Amazon VPC User Guide, VPC CIDR blocks (a /16 to a /28, of networks and subnets).
"""

import ipaddress
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from typing import Final

from skywright.clouds.aws.future.world import PEERING, SUBNET, VPC, Thing, World, listed, named
from skywright.clouds.future import Breach

_Range = ipaddress.IPv4Network

_WIDEST: Final = 16
_NARROWEST: Final = 28


def breaches(world: World, touched: set[str]) -> Iterator[Breach]:
    """Of what the program makes: ranges that are none, or lie outside of their network, or on another's."""
    for thing in (*world.all(VPC), *world.all(SUBNET)):
        if thing.id in touched:
            yield from _odd(thing)
    by_network: dict[str, list[tuple[_Range, Thing]]] = {}
    networks = {subnet.get("VpcId") for subnet in world.all(SUBNET) if subnet.id in touched}
    for subnet in world.all(SUBNET):
        found = _range(subnet.get("CidrBlock"))
        if found is not None and subnet.get("VpcId") in networks:
            by_network.setdefault(subnet.get("VpcId"), []).append((found, subnet))
    for network, subnets in by_network.items():
        yield from _outside(world, network, subnets, touched)
        yield from _overlapping(subnets, touched)
    for peering in world.all(PEERING):
        if peering.id in touched:
            yield from _peered(world, peering)


def _odd(thing: Thing) -> Iterator[Breach]:
    """Of a network or a subnet: ranges that are none, or of a size that the cloud does not take."""
    for text in _texts(thing):
        found = _range(text)
        if "${" in text or not text:
            continue
        if found is None:
            yield Breach("ranges", thing.step, f"its range {text} is none")
        elif not _WIDEST <= found.prefixlen <= _NARROWEST:
            says = f"its range {text} is not between a /{_WIDEST} and a /{_NARROWEST}"
            yield Breach("ranges", thing.step, says)
    for one, other in combinations(_ranges(thing), 2):
        if one.overlaps(other):
            yield Breach("ranges", thing.step, f"its range {other} overlaps {one}, which it has already")


def _outside(
    world: World, network: str, subnets: list[tuple[_Range, Thing]], touched: set[str]
) -> Iterator[Breach]:
    whole = _ranges(world.find(network, VPC))
    for found, subnet in subnets if whole else ():
        if subnet.id in touched and not any(found.subnet_of(each) for each in whole):
            says = f"its range {found} lies outside of the network's, {', '.join(map(str, whole))}"
            yield Breach("ranges", subnet.step, says)


def _overlapping(subnets: list[tuple[_Range, Thing]], touched: set[str]) -> Iterator[Breach]:
    """Sorted by where they begin, a range overlaps an earlier one only if it begins before that one's end."""
    order = sorted(subnets, key=lambda each: (int(each[0].network_address), each[0].prefixlen))
    before = order[0]
    for found, subnet in order[1:]:
        if found.network_address <= before[0].broadcast_address:
            later, other, ranges = (subnet, before[1], (found, before[0]))
            if later.id not in touched:
                later, other, ranges = other, later, (before[0], found)
            if later.id in touched:
                yield Breach(
                    "ranges", later.step, f"its range {ranges[0]} overlaps {ranges[1]} of {named(other.id)}"
                )
        if found.broadcast_address > before[0].broadcast_address:
            before = (found, subnet)


def _peered(world: World, peering: Thing) -> Iterator[Breach]:
    """Two networks that are peered must not share addresses: neither could tell whose is meant."""
    one, other = (world.find(peering.get(name), VPC) for name in ("VpcId", "PeerVpcId"))
    for mine in _ranges(one):
        for theirs in _ranges(other):
            if mine.overlaps(theirs):
                says = f"it joins two networks whose ranges overlap, {mine} and {theirs}"
                yield Breach("ranges", peering.step, says)


def _ranges(network: Thing | None) -> list[_Range]:
    return [found for text in _texts(network) if (found := _range(text)) is not None] if network else []


def _texts(thing: Thing) -> Iterator[str]:
    """The ranges of a network or subnet as they are written: its first, and those that were added."""
    yield thing.get("CidrBlock")
    for more in listed(thing.properties.get("CidrBlockAssociationSet")):
        if more.get("CidrBlock") != thing.get("CidrBlock"):
            yield str(more.get("CidrBlock", ""))


@lru_cache(maxsize=4096)
def _range(text: str) -> _Range | None:
    try:
        return ipaddress.IPv4Network(text, strict=False)
    except ValueError:
        return None
