"""Which addresses of the internet are public: what a server may be led to connect to.

`ipaddress.is_global` is not asked: it calls IPv6 addresses that stand for private IPv4 ones global, and others that are
no host's. The tables follow the IANA special-purpose address registries (RFC 6890 and later).
"""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_NOT_PUBLIC_4 = tuple(
    IPv4Network(one)
    for one in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private use
        "100.64.0.0/10",  # shared between a carrier and its customers
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local; clouds tell their secrets at 169.254.169.254
        "172.16.0.0/12",  # private use
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # multicast tunnels
        "192.88.99.0/24",  # relays from 6to4
        "192.168.0.0/16",  # private use
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
# Only here are addresses given to hosts; all else stands for something: loopback, IPv4, links, groups.
_GIVEN_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    IPv6Network(one)
    for one in (
        "2001::/23",  # protocol assignments: Teredo (which has an IPv4 address in it), benchmarking, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which has an IPv4 address in it
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # given back
        "3fff::/20",  # documentation
    )
)
# How a network without IPv4 reaches public IPv4 hosts (RFC 6052); the last 32 bits are theirs.
_NAT64 = IPv6Network("64:ff9b::/96")
# ISATAP (RFC 5214): an IPv4 address behind these bits of an interface's id.
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})
# A last label that is a number makes a host an IPv4 address to most programs, in however odd a spelling.
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")


def is_public(address: str) -> bool:
    """Whether an IPv4 or IPv6 address, as `getaddrinfo` writes it, may be a public host's. What is none is not."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return _is_public_4(parsed) if isinstance(parsed, IPv4Address) else _is_public_6(parsed)


def is_number(host: str) -> bool:
    """Whether a host is written as a number rather than a name: `127.0.0.1`, `127.1`, `0x7f.1`, `[::1]` without [].

    WHATWG URL, "ends in a number".
    """
    return ":" in host or _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]) is not None


def is_plain_number(host: str) -> bool:
    """Whether a host is an address in the one spelling that all programs read alike: four decimals, or IPv6."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return "%" not in host


def _is_public_4(address: IPv4Address) -> bool:
    return not any(address in network for network in _NOT_PUBLIC_4)


def _is_public_6(address: IPv6Address) -> bool:
    if address.scope_id is not None:
        return False
    if address in _NAT64:
        return _is_public_4(IPv4Address(int(address) & 0xFFFFFFFF))
    if address not in _GIVEN_6 or any(address in network for network in _NOT_PUBLIC_6):
        return False
    return int(address) >> 32 & 0xFFFFFFFF not in _ISATAP
