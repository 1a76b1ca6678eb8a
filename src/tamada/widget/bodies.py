"""What browsers send, read strictly as JSON: a text is a text, or the request is refused."""

import json
from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest

from .problems import Problem

LARGEST: Final = 100_000
"""More than the longest message needs, however it is escaped."""


def json_of(request: HttpRequest) -> Mapping[str, Any]:
    """The body as an object. Raises Problem."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        raise Problem("too_long")
    try:
        found = json.loads(request.body or b"{}")
    except ValueError:
        raise Problem("body") from None
    except RecursionError:
        raise Problem("body") from None
    if not isinstance(found, dict):
        raise Problem("body")
    return found


def text_in(body: Mapping[str, Any], name: str) -> str:
    """A text, "" where it is absent. NUL and lone surrogates, which no database takes, leave it."""
    return optional_text(body, name) or ""


def optional_text(body: Mapping[str, Any], name: str) -> str | None:
    """The same, None where it is absent."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Problem("body")
    return value.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
