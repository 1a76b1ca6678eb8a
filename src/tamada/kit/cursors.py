"""Cursors of lists: where the next page begins, in one word that an address can hold."""

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import Any, Final

LAST_ID: Final = 2**63 - 1


class BadCursor(ValueError):
    """A cursor that this list never gave out."""


def write(*parts: int | str | None) -> str:
    """As it is given out."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read(cursor: str, *kinds: type[int] | type[str]) -> list[Any]:
    """The parts as they came back, each of its kind (a number is one that a row can have). Raises `BadCursor`."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError, binascii.Error) as error:
        raise BadCursor(cursor) from error
    if not isinstance(parts, list) or [type(part) for part in parts] != list(kinds):
        raise BadCursor(cursor)
    if any(isinstance(part, int) and not 0 <= part <= LAST_ID for part in parts):
        raise BadCursor(cursor)
    return parts


def instant(text: str) -> datetime:
    """The time that a part holds, which says its zone. Raises `BadCursor`."""
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadCursor(text) from error
    raise BadCursor(text)
