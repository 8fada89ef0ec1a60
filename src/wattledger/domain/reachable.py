"""Addresses by kind: the private ones, and those nothing is ever sent to (SOURCES 11)."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import TypeAlias

IPAddress: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

PRIVATE: tuple[Network, ...] = tuple(
    ip_network(network) for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)
"""The private ranges; without 100.64.0.0/10, in which a cloud's metadata service lives."""

_NEVER = (
    (ip_network("169.254.0.0/16"), "link-local"),
    (ip_network("fe80::/10"), "link-local"),
    (ip_network("fd00:ec2::254/128"), "a cloud's metadata service"),
    (ip_network("0.0.0.0/8"), "no host's"),
    (ip_network("::/128"), "no host's"),
    (ip_network("224.0.0.0/4"), "multicast"),
    (ip_network("ff00::/8"), "multicast"),
    (ip_network("240.0.0.0/4"), "reserved"),
)


def why_never(address: IPAddress) -> str | None:
    """Return what an address is that nothing is sent to; None for one that may be allowed.

    >>> why_never(IPv4Address("169.254.169.254"))
    'link-local'
    """
    return next((kind for network, kind in _NEVER if address in network), None)


def unmapped(address: IPAddress) -> IPAddress:
    """Return an address; ``::ffff:10.0.0.1`` as 10.0.0.1, where it leads."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
