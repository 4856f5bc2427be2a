"""Which address a request came from, as far as it cannot be made up."""

import ipaddress
import logging
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

logger = logging.getLogger(__name__)


def address_of(request: HttpRequest) -> str:
    """Return whom a limit counts: an IPv4 address, or the /64 of an IPv6 one, which one household has.

    With PROXIES of ours in front, it is the one that the outermost of them wrote into X-Forwarded-For: the
    PROXIES-th from the right. What stands left of it was sent by whoever asked, and is never read.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    if settings.PROXIES == 0:
        if forwarded:
            _warn_once()
        return _counted(peer)
    written = [one.strip() for one in forwarded.split(",") if one.strip()][-settings.PROXIES :]
    return (written and _counted(written[0])) or _counted(peer)


@lru_cache(4096)
def _counted(written: str) -> str:
    """The address in one spelling, empty where it is none; a port beside it is left out."""
    host = written
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))


@lru_cache(1)
def _warn_once() -> None:
    logger.warning(
        "A request came with X-Forwarded-For, which is not read: if a proxy of yours stands in front, set PROXIES=1, "
        "or all who come through it share one limit."
    )
