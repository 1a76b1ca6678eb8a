"""Opaque cursors: the inner cursor of a list, signed together with which list it belongs to."""

import base64
import binascii
import hmac
from functools import lru_cache
from hashlib import sha256

from django.conf import settings

from tamada.kit.cursors import BadCursor

_LENGTH = 12


@lru_cache(maxsize=2)
def _key(secret: str) -> bytes:
    return sha256(b"tamada.api.cursor\0" + secret.encode()).digest()


def _mac(inner: bytes, purpose: str) -> bytes:
    return hmac.digest(_key(settings.SECRET_KEY), purpose.encode() + b"\0" + inner, "sha256")[:_LENGTH]


def wrap(inner: str | None, purpose: str) -> str | None:
    """The cursor to give out; None ends the list. `purpose` names the list and its order."""
    if inner is None:
        return None
    raw = inner.encode()
    return base64.urlsafe_b64encode(_mac(raw, purpose) + raw).decode().rstrip("=")


def unwrap(cursor: str | None, purpose: str) -> str | None:
    """The inner cursor. Raises BadCursor."""
    if not cursor:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        # The decoder passes over signs that are none of its own: only what we would write is ours.
        is_written_so = base64.urlsafe_b64encode(raw).decode().rstrip("=") == cursor
        if is_written_so and hmac.compare_digest(raw[:_LENGTH], _mac(raw[_LENGTH:], purpose)):
            return raw[_LENGTH:].decode()
    except (ValueError, binascii.Error):
        pass
    raise BadCursor(cursor)
