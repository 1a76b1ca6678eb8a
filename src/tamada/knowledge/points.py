"""Where faces tell this room what it can't know."""

from collections.abc import Callable
from typing import Final

from tamada.core.registry import Registry

from .models import HelpCentre, Translation

type_address = Callable[[Translation, HelpCentre | None], str]

addresses: Registry[type_address] = Registry("knowledge.addresses")
"""`portal` registers the public address of a published translation, with its scheme and host, under its own name.
It is given the main help centre too, where it is at hand: articles without a category are there."""

PUBLIC: Final = "portal"


def address_of(translation: Translation, main: HelpCentre | None = None) -> str:
    """Where a customer reads it; "" where nobody but our own people may, or no help centre is open."""
    if not translation.article.is_public or not translation.is_published or PUBLIC not in addresses:
        return ""
    return addresses.get(PUBLIC)(translation, main)
