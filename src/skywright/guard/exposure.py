"""What a proposal opens to whom. Reads the `exposes` fact with suspicion: odd or unknown counts as open."""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from skywright.model.values import Value
from skywright.model.verdict import Proposal

ALL_PORTS: Final = (0, 65535)
_PORTLESS: Final = frozenset({"icmp", "icmpv6", "1", "58"})
_NAMES: Final = {"6": "tcp", "17": "udp", "-1": "all", "any": "all", "": "all"}

# A range shorter than these holds so many strangers that it is the public, whatever it is called:
# 0.0.0.0/1 and 128.0.0.0/1 together are everybody. 65,536 addresses and a provider's allocation.
_SHORTEST_PREFIX: Final = {4: 16, 6: 32}
_PRIVATE: Final = tuple(
    ipaddress.ip_network(cidr)
    for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "fc00::/7")
)
"""RFC 1918, 6598, 1122 and 4193; nothing else is taken for private."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """Ports that become reachable.

    Attributes:
        protocol: `tcp`, `udp`, `all` or another's name or number.
        cidr: from where; as given, which may be a reference or anything else.
        public: whether strangers are among them; unknown counts as yes.
        certain: whether `public` and the ports are known rather than assumed.
    """

    protocol: str
    from_port: int
    to_port: int
    cidr: str
    public: bool
    certain: bool = True

    @property
    def everything(self) -> bool:
        return (self.from_port, self.to_port) == ALL_PORTS

    def opens(self, port: int) -> bool:
        return self.protocol not in _PORTLESS and self.from_port <= port <= self.to_port

    def __str__(self) -> str:
        if self.protocol in _PORTLESS:
            ports = self.protocol
        elif self.everything:
            ports = "all ports"
        elif self.from_port == self.to_port:
            ports = f"port {self.from_port}"
        else:
            ports = f"ports {self.from_port} to {self.to_port}"
        return f"{ports} to {self.cidr or 'an address not known yet'}"


def exposures(proposal: Proposal) -> tuple[Exposure, ...]:
    """Everything that the proposal opens, public or not."""
    given = proposal.facts.get("exposes")
    if given is None:
        return ()
    if not isinstance(given, Sequence) or isinstance(given, str):
        return (Exposure("all", *ALL_PORTS, cidr="", public=True, certain=False),)
    return tuple(_exposure(item) for item in given)


def _exposure(item: Value) -> Exposure:
    if not isinstance(item, Mapping):
        return Exposure("all", *ALL_PORTS, cidr="", public=True, certain=False)
    protocol = str(item.get("protocol", "")).strip().lower()
    protocol = _NAMES.get(protocol, protocol)
    first, last = _port(item.get("from_port")), _port(item.get("to_port"))
    known = first is not None and last is not None and first <= last
    ports = (first, last) if first is not None and last is not None and known else ALL_PORTS
    if protocol == "all":
        ports = ALL_PORTS
    cidr = item.get("cidr")
    said = item.get("public")
    public = said is not False or _is_wide(cidr)
    certain = isinstance(said, bool) and (known or protocol == "all" or protocol in _PORTLESS)
    return Exposure(
        protocol, *ports, cidr=cidr if isinstance(cidr, str) else "", public=public, certain=certain
    )


def _port(value: Value) -> int | None:
    """A port number; None for anything else, -1 (AWS's "all") included."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= 65535 else None


def _is_wide(cidr: Value) -> bool:
    if not isinstance(cidr, str):
        return False
    try:
        network = ipaddress.ip_network(cidr.strip(), strict=False)
    except ValueError:
        return False
    if network.prefixlen >= _SHORTEST_PREFIX[network.version]:
        return False
    return not any(
        network.version == private.version
        and network.network_address in private
        and network.prefixlen >= private.prefixlen
        for private in _PRIVATE
    )
