"""A brand's colour on the help centre's papers, and the policy that lets its few lines of style in."""

import base64
import hashlib
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from tamada.kit.colour import Oklch, Shades, parse, shades

from .places import Place

LIGHT: Final = (Oklch(0.986, 0.006, 75), Oklch(1, 0, 0), Oklch(0.963, 0.009, 75))
DARK: Final = (Oklch(0.195, 0.006, 60), Oklch(0.23, 0.007, 60), Oklch(0.175, 0.006, 60))
"""Paper, raised and sunken, as css/help/tokens.css has them."""

_OURS: Final = Oklch(0.49, 0.17, 20)


@lru_cache(maxsize=256)
def style(colour: str) -> str:
    """The colour's custom properties. Only numbers of ours get into it, whatever the colour is called."""
    chosen = parse(colour) or _OURS
    light, dark = _rule(shades(chosen, LIGHT)), _rule(shades(chosen, DARK))
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"


def _rule(found: Shades) -> str:
    names = ("accent", "accent-strong", "on-accent", "accent-wash")
    values = (found.accent, found.strong, found.on_accent, found.wash)
    return ";".join(f"--{name}:{value}" for name, value in zip(names, values, strict=True))


def desk_origin(place: Place) -> str:
    """Where the chat comes from: this host itself, or at a centre's own host that of the desk."""
    if not place.is_at_own_host:
        return ""
    base = urlsplit(settings.TAMADA.base_url)
    return f"{base.scheme}://{base.netloc}"


def policy(place: Place) -> str:
    """Scripts and styles of our own, and that one style by its hash: a nonce would make every answer another."""
    return _policy(style(place.centre.colour), desk_origin(place) if place.centre.chat_inbox_id else "")


@lru_cache(maxsize=256)
def _policy(inline: str, chat: str) -> str:
    digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
    own = f"'self' {chat}".rstrip()
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {own}",
            f"style-src 'self' 'sha256-{digest}'",
            f"img-src {own} data: blob:",
            "font-src 'self'",
            f"connect-src {own}",
            f"media-src {own} blob:",
            "form-action 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
