"""Where faces tell this room what it can't know."""

from collections.abc import Callable
from typing import Final

from tamada.core.registry import Registry

from .models import Translation

type_address = Callable[[Translation], str]

addresses: Registry[type_address] = Registry("knowledge.addresses")
"""`portal` registers the public address of a published translation, with its scheme and host, under its own name."""

PUBLIC: Final = "portal"


def address_of(translation: Translation) -> str:
    """Where a customer reads it; "" where nobody but our own people may, or no help centre is open."""
    if not translation.article.is_public or not translation.is_published or PUBLIC not in addresses:
        return ""
    return addresses.get(PUBLIC)(translation)
