"""Whether the address ranges of subnets lie in their networks and apart from each other; by sorting."""

import ipaddress
from collections.abc import Iterator
from functools import lru_cache

from skywright.clouds.aws.future.world import SUBNET, VPC, Thing, World, listed, named
from skywright.clouds.base import Breach

_Range = ipaddress.IPv4Network


def breaches(world: World, touched: set[str]) -> Iterator[Breach]:
    """Of subnets that the program makes: those that lie outside of their network, or on another subnet."""
    by_network: dict[str, list[tuple[_Range, Thing]]] = {}
    networks = {subnet.get("VpcId") for subnet in world.all(SUBNET) if subnet.id in touched}
    for subnet in world.all(SUBNET):
        found = _range(subnet.get("CidrBlock"))
        if found is not None and subnet.get("VpcId") in networks:
            by_network.setdefault(subnet.get("VpcId"), []).append((found, subnet))
    for network, subnets in by_network.items():
        yield from _outside(world, network, subnets, touched)
        yield from _overlapping(subnets, touched)


def _outside(
    world: World, network: str, subnets: list[tuple[_Range, Thing]], touched: set[str]
) -> Iterator[Breach]:
    vpc = world.find(network, VPC)
    more = listed(vpc.properties.get("CidrBlockAssociationSet")) if vpc else []
    texts = [vpc.get("CidrBlock"), *(str(each.get("CidrBlock")) for each in more)] if vpc else []
    whole = [found for text in texts if (found := _range(text)) is not None]
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


@lru_cache(maxsize=4096)
def _range(text: str) -> _Range | None:
    try:
        return ipaddress.IPv4Network(text, strict=False)
    except ValueError:
        return None
