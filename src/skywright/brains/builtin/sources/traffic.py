"""Which addresses may reach which ports of things to be made."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import Any

from skywright.brains.builtin.asking import Ask, Cannot
from skywright.brains.builtin.filling import Filling
from skywright.model.values import Value


def open_ports(filling: Filling, options: Mapping[str, Any]) -> Value:
    """Inbound rules for ports that were said, for new machines; None if none was."""
    facts = filling.facts
    if not facts.ports or (
        not facts.concepts & {"open", "port", "public"}
        and not re.search(r"\b(?:ports?|access|reachable|ssh|rdp|https?)\b", facts.words)
    ):
        return None
    return permissions(filling, facts.ports)


def permissions(filling: Filling, ports: Sequence[int]) -> list[Value]:
    """`IpPermissions` for these ports, from the addresses that were said or else from everywhere."""
    ranges = sources_of_traffic(filling)
    return [
        {
            "IpProtocol": protocol(filling),
            "FromPort": first,
            "ToPort": last,
            "IpRanges": [{"CidrIp": cidr} for cidr in ranges],
        }
        for first, last in spans(filling, ports)
    ]


def protocol(filling: Filling) -> str:
    """`tcp` unless `udp` was said.

    Raises:
        Cannot: Both were.
    """
    said = set(re.findall(r"\b(?:udp|tcp)\b", filling.facts.words))
    if len(said) > 1:
        raise Cannot("ports of TCP and of UDP can't be opened or closed in one; ask for them one by one")
    return said.pop() if said else "tcp"


def spans(filling: Filling, ports: Sequence[int]) -> list[tuple[int, int]]:
    """The first and last port of each range: that which was said, or each port by itself."""
    span = re.search(
        r"\b(\d{2,5}) ?(?:-|to|through|until) ?(\d{2,5})\b",
        " ".join(token.text for token in filling.facts.tokens),
    )
    if (
        span
        and int(span[1]) < int(span[2]) < 65536
        and re.search(r"\bports\b|\brange\b|\bports? from\b", filling.facts.words)
    ):
        return [(int(span[1]), int(span[2]))]
    return [(port, port) for port in ports]


def spans_in_words(filling: Filling, ports: Sequence[int]) -> str:
    """`port 80 and 443`, `UDP port 8000 to 8100`."""
    told = (f"{first} to {last}" if last > first else str(first) for first, last in spans(filling, ports))
    return f"{'UDP ' if protocol(filling) == 'udp' else ''}port {' and '.join(told)}"


def as_range(address: str) -> str:
    """An address range; a single address is one of its own."""
    return address if "/" in address else f"{address}/32"


def sources_of_traffic(filling: Filling) -> list[str]:
    said = [as_range(cidr) for cidr in filling.facts.cidrs if cidr != "::/0"]
    for cidr in said:
        try:
            ipaddress.ip_network(cidr)
        except ValueError as problem:
            raise Ask("cidr", f"{cidr} is not an address range. From which addresses?") from problem
    return said or ["0.0.0.0/0"]
