"""Proof of work: a visitor's computer may work for its way in, where a window is full. No third party is asked.

A challenge is signed and expires, so none is kept; that it was used is remembered as long as it holds.
"""

import base64
import hashlib
import hmac
import re
import secrets
import time
from typing import Any, Final

from django.conf import settings

from tamada.core import limits

HEADER: Final = "Tamada-Proof"
HOLDS: Final = 300
BITS: Final = 16
MOST_BITS: Final = 20
_CHALLENGE: Final = re.compile(r"(\d{1,12})\.(\d{1,2})\.([\w-]{16})\.([\w-]{22})")


def challenge(bits: int) -> dict[str, Any]:
    """What the browser is to solve: a number whose SHA-256 together with the text begins with so many zero bits."""
    bits = min(bits, MOST_BITS)
    named = f"{int(time.time()) + HOLDS}.{bits}.{secrets.token_urlsafe(12)}"
    return {"text": f"{named}.{_signature(named)}", "bits": bits}


def is_solved(given: str) -> bool:
    """Whether this is a challenge of ours, in time, solved, and not used before; from now on it is used."""
    text, _colon, number = given.rpartition(":")
    found = _CHALLENGE.fullmatch(text)
    if found is None or not (number.isascii() and number.isdigit() and len(number) < 20):
        return False
    expires, bits = int(found[1]), int(found[2])
    named = text.rpartition(".")[0]
    if not hmac.compare_digest(found[4], _signature(named)) or not time.time() <= expires <= time.time() + HOLDS + 1:
        return False
    work = hashlib.sha256(given.encode("ascii")).digest()
    if int.from_bytes(work) >> (256 - bits):
        return False
    return limits.hit(f"proof:{found[3]}", 1, HOLDS * 2)


def _signature(named: str) -> str:
    key = f"tamada.widget.proof\0{settings.SECRET_KEY}".encode()
    return base64.urlsafe_b64encode(hmac.digest(key, named.encode(), hashlib.sha256)[:16]).rstrip(b"=").decode()
