"""JSON answers: UTF-8 as it is, written straight from dicts."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse

JSON = "application/json"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def dumps(value: Any) -> bytes:
    """Compact UTF-8; text that no UTF-8 can hold (lone surrogates) comes out as question marks."""
    return _encode(value).encode("utf-8", "replace")


def answer(value: Any, status: int = 200, *, location: str = "", content_type: str = JSON) -> HttpResponse:
    """An answer with a JSON body; a new resource names its `location`."""
    response = HttpResponse(dumps(value), status=status, content_type=content_type)
    if location:
        response["Location"] = location
    return response


def page(items: Sequence[Mapping[str, Any]], following: str | None) -> HttpResponse:
    """One page of a list."""
    return answer({"items": list(items), "next": following})


def instant(at: datetime | None) -> str | None:
    """ISO 8601 in UTC: `2026-01-31T09:30:00.123456Z`."""
    if at is None:
        return None
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
