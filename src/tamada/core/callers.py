"""Who asks: whom a request's address stands for, where requests are counted, and the token that it bears."""

import ipaddress
from typing import Final

from django.http import HttpRequest

OWN_MACHINE: Final = 500
"""So many times more from this machine itself: behind a proxy that nobody told us of, all visitors come from there."""


def bearer(authorization: str) -> str:
    """The token of an Authorization header (RFC 6750), "" without one."""
    kind, _space, token = authorization.partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def caller(request: HttpRequest) -> tuple[str, int]:
    """Of IPv6 the network, which one household or server has to itself; and how many times more it may ask."""
    return caller_at(request.META.get("REMOTE_ADDR", ""))


def caller_at(client: str) -> tuple[str, int]:
    """The same of an address."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return "", 1
    address = getattr(address, "ipv4_mapped", None) or address
    if address.is_loopback:
        return "own", OWN_MACHINE
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False)), 1
    return str(address), 1
