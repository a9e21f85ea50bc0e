"""Which addresses are out in the world, and not of this machine, its network or its cloud."""

from ipaddress import (
    IPv4Address,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address

GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All that has been given out of IPv6; embedded IPv4 (mapped, compatible, NAT64) lies outside of it."""

TUNNELS = ("2002::/16", "2001::/23", "192.88.99.0/24")
"""6to4 and Teredo, which carry any IPv4 address inside, and their relays."""

FOR_PROTOCOLS_AND_BOOKS = ("192.0.0.0/24", "3fff::/20")
"""Which older versions of Python take for public."""

SPECIAL = tuple(ip_network(name) for name in TUNNELS + FOR_PROTOCOLS_AND_BOOKS)

CLOUDS_OWN = {ip_address("168.63.129.16")}
"""Public in form, and yet a machine's own cloud answers there (Azure's host)."""


def is_public(address: Address) -> bool:
    """Say whether an address may be connected to."""
    if any(address in network for network in SPECIAL if network.version == address.version):
        return False
    if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST:
        return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and address not in CLOUDS_OWN
    )


def read(written: str) -> Address | None:
    """Read the address of a socket, which may name a link (`fe80::1%eth0`)."""
    try:
        return ip_address(written)
    except ValueError:
        return None
