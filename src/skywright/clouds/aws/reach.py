"""How far an address range reaches: whether it lets in the public. Knows nothing of who opens it.

Assumption of ours: a range that reaches beyond private space and is wider than a /16 (IPv4) or a
/32 (IPv6) holds so many strangers that it is the public. So `0.0.0.0/1` does not slip through, and
a company's own network is not taken for the world.
"""

import ipaddress
from typing import Final, Literal

_WIDEST: Final = {4: 16, 6: 32}
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


def is_public(cidr: str) -> bool | Literal["unknown"]:
    """Whether the range lets in the public; "unknown" for what is not a range, a reference for one."""
    try:
        network = ipaddress.ip_network(cidr.strip(), strict=False)
    except ValueError:
        return "unknown"
    private = any(
        network.version == other.version
        and network.network_address in other
        and network.broadcast_address in other
        for other in _PRIVATE_NETWORKS
    )
    return not private and network.prefixlen < _WIDEST[network.version]
