"""Values for networks that are asked for by themselves: their range, and the subnets in it."""

import ipaddress
import math
import re
from collections.abc import Mapping
from typing import Any

from skywright.brains.builtin.asking import Ask, Cannot
from skywright.brains.builtin.filling import Filling
from skywright.brains.builtin.sources.network import checked_range
from skywright.brains.builtin.words.quantities import quantities
from skywright.brains.builtin.words.vocabulary import pattern
from skywright.model.values import Value

Options = Mapping[str, Any]

_NOUNS = frozenset({"subnet", "subnets", "subnetworks", "sub-networks", "sub-nets", "networks", "parts"})
_BETWEEN = frozenset(
    {"equal", "small", "smaller", "private", "public", "separate", "more", "empty", "such", "of"}
)
_PREFIX = re.compile(r"(?<![\d.])/(\d\d)\b")
_DEFAULT_RANGE, _QUARTER = "10.0.0.0/16", 2
_MOST = 64


def own_range(filling: Filling, options: Options) -> Value:
    """The network's range: the one that was said, or the widest of several."""
    ranges = _ranges(filling)
    return checked_range(min(ranges, key=_prefix)) if ranges else _DEFAULT_RANGE


def own_subnets(filling: Filling, options: Options) -> Value:
    """Key, range and zone of each subnet: those that were said, or as many equal parts.

    Raises:
        Ask: A range that was said is none, or lies outside the network.
        Cannot: They do not fit in, or more zones are wanted than there are.
    """
    network = ipaddress.ip_network(str(filling.values["range"]))
    said = [cidr for cidr in _ranges(filling) if cidr != str(filling.values["range"])]
    for cidr in said:
        if not _within(cidr, network):
            raise Ask("cidr", f"{cidr} is no range inside {network}. Which ranges should the subnets have?")
    number = _number(filling) or len(said) or 1
    if said and len(said) != number:
        raise Cannot(f"{len(said)} ranges were given for {number} subnets")
    zones = _zones(filling, number)
    parts = said or _parts(filling, network, number)
    return [
        {"key": f"{at}", "range": part, "zone": zone}
        for at, (part, zone) in enumerate(zip(parts, zones, strict=True), start=1)
    ]


def in_words(filling: Filling, options: Options) -> Value:
    """`1 subnet: 10.0.0.0/24 in eu-west-1a`."""
    rows: Any = filling.values["subnets"]
    told = ", ".join(f"{row['range']} in {row['zone']}" for row in rows)
    return f"{len(rows)} subnet{'s' if len(rows) > 1 else ''}: {told}"


def _ranges(filling: Filling) -> list[str]:
    return list(dict.fromkeys(cidr for cidr in filling.facts.cidrs if "/" in cidr))


def _prefix(cidr: str) -> int:
    return int(cidr.partition("/")[2] or 32)


def _within(cidr: str, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    try:
        inner = ipaddress.ip_network(cidr)
    except ValueError:
        return False
    if isinstance(inner, ipaddress.IPv4Network) and isinstance(network, ipaddress.IPv4Network):
        return inner.subnet_of(network)
    return False


def _number(filling: Filling) -> int | None:
    """How many subnets were asked for; None if it was not said."""
    tokens = filling.facts.tokens
    for number in quantities(tokens):
        before = tokens[number.first - 1].word if number.first else ""
        after = [token.word for token in tokens[number.last : number.last + 4] if token.word not in _BETWEEN]
        if after and after[0] in _NOUNS and not number.unit and before != "/":
            return int(number.value)
    return None


def _parts(
    filling: Filling, network: ipaddress.IPv4Network | ipaddress.IPv6Network, number: int
) -> list[str]:
    """As many equal parts, as large as was said, or else at least a quarter's size."""
    if not 0 < number <= _MOST:
        raise Cannot(f"a network is made with 1 to {_MOST} subnets here, not with {number}")
    wanted = _PREFIX.search(filling.facts.spoken)
    longer = int(wanted[1]) if wanted else network.prefixlen + max(_QUARTER, math.ceil(math.log2(number)))
    if not network.prefixlen < longer <= 28 or 2 ** (longer - network.prefixlen) < number:
        raise Cannot(f"{number} subnets of /{longer} do not fit into {network}")
    parts = network.subnets(new_prefix=longer)
    return [str(next(parts)) for _ in range(number)]


def _zones(filling: Filling, number: int) -> list[str]:
    """A zone for each subnet: those that were named, each another one if that was said, else the first.

    Raises:
        Cannot: There is no such zone, or there are too few.
    """
    named = [place.zone for place in filling.facts.places if place.zone]
    spread = pattern("spread").search(filling.facts.words) is not None
    rows = filling.world.rows("ec2:DescribeAvailabilityZones", "AvailabilityZones", filling.region)
    there = sorted(str(row["ZoneName"]) for row in rows if row.get("State", "available") == "available")
    if unknown := [zone for zone in named if zone not in there]:
        raise Cannot(f"there is no zone {unknown[0]}")
    if spread and not named and number > len(there):
        raise Cannot(f"{filling.region} has {len(there)} zones, too few for {number} subnets in one each")
    zones = named or (there if spread else there[:1])
    return [zones[at % len(zones)] for at in range(number)]
