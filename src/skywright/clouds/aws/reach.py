"""How far address ranges reach: whether they let in the public. Knows nothing of who opens them.

Assumption of ours: ranges that reach beyond private space and hold more than a /16 (IPv4) or a
/32 (IPv6) hold so many strangers that they are the public, whether it is one range or many that
open the same port. So neither `0.0.0.0/1` nor sixteen times a /4 slips through, and a company's
own network is not taken for the world.
"""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Literal

from skywright.clouds.aws.rules import Rule

_WIDEST: Final = {4: 16, 6: 32}
_BITS: Final = {4: 32, 6: 128}
# RFC 1918, 6598, 1122, 3927, 4193, 4291.
_PRIVATE: Final = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "fc00::/7",
    "fe80::/10",
    "::1/128",
)
_PRIVATE_NETWORKS: Final = tuple(ipaddress.ip_network(text) for text in _PRIVATE)
_MOST_RULES: Final = 500
"""More rules than this are not added up: AWS's own bound for a group is 60, and 1,000 at most."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Ports = tuple[str, int, int]
Public = bool | Literal["unknown"]


def is_public(cidr: str) -> Public:
    """Whether the range lets in the public; "unknown" for what is not a range, a reference for one."""
    network = _network(cidr)
    if network is None:
        return "unknown"
    return not _is_private(network) and network.prefixlen < _WIDEST[network.version]


class Together:
    """Rules that hold beside each other: those that one call makes and those that are there already."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._many = len(rules) > _MOST_RULES
        self._narrow: dict[Ports, list[Network]] = {}
        self._sums: dict[Ports, bool] = {}
        for rule in () if self._many else rules:
            network = _network(rule.where) if rule.source in ("cidr", "cidr6") else None
            if network is not None and not _is_private(network) and is_public(rule.where) is False:
                self._narrow.setdefault(_ports(rule), []).append(network)

    def public(self, rule: Rule) -> Public:
        """Whether the rule lets in the public, by itself or with the others that open the same port."""
        alone = is_public(rule.where)
        network = _network(rule.where)
        if alone is not False or network is None or _is_private(network):
            return alone
        if self._many:
            return "unknown"
        ports = _ports(rule)
        if ports not in self._sums:
            self._sums[ports] = self._is_wide(ports)
        return self._sums[ports]

    def _is_wide(self, ports: Ports) -> bool:
        for version, widest in _WIDEST.items():
            found = {
                network
                for other, networks in self._narrow.items()
                if _meet(ports, other)
                for network in networks
                if network.version == version
            }
            held = sum(network.num_addresses for network in _collapsed(found))
            if held > 2 ** (_BITS[version] - widest):
                return True
        return False


def _collapsed(networks: set[Network]) -> Sequence[Network]:
    # All of them are of one version, which the types cannot say.
    return list(ipaddress.collapse_addresses(networks))  # type: ignore[type-var,arg-type]


def _ports(rule: Rule) -> Ports:
    first, last = rule.first, rule.last
    if isinstance(first, int) and isinstance(last, int) and 0 <= first <= last and rule.protocol != "-1":
        return rule.protocol, first, last
    return "-1" if rule.protocol == "-1" else rule.protocol, 0, 65535


def _meet(one: Ports, other: Ports) -> bool:
    same = one[0] == other[0] or "-1" in (one[0], other[0])
    return same and one[1] <= other[2] and other[1] <= one[2]


@lru_cache(maxsize=4096)
def _network(cidr: str) -> Network | None:
    try:
        return ipaddress.ip_network(cidr.strip(), strict=False)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _is_private(network: Network) -> bool:
    return any(
        network.version == other.version
        and network.network_address in other
        and network.broadcast_address in other
        for other in _PRIVATE_NETWORKS
    )
