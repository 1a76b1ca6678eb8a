"""Which system a file is from: ids of one are kept apart from those of another that counts from 1 as well."""

from collections.abc import Mapping
from itertools import islice
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import urlsplit

from ..models import MOST_SYSTEM, Source
from .reading import items
from .records import Cut, text
from .tables import type_opener

_LOOKED_AT: Final = 200
_COUNTED: Final = "0123456789 ()_-."


def tidy(label: str) -> str:
    """What a person called a system, fit to be kept."""
    return " ".join(label.replace("\0", "").split())[:MOST_SYSTEM]


def key_of(label: str) -> str:
    """What its ids are kept under: the same however it is capitalised."""
    return tidy(label).casefold()[:MOST_SYSTEM]


def suggested(opened: type_opener, source: str, name: str) -> str:
    """What a file tells of the account it is from; of a table, its name without dates and numbers of copies.

    Empty where it tells nothing: somebody must say. Raises Unreadable.
    """
    if source == Source.CSV:
        stem = PurePath(name).stem
        return tidy(stem.rstrip(_COUNTED) or stem)
    try:
        found = (_account(source, item.value) for item in islice(items(opened), _LOOKED_AT))
        return tidy(next(filter(None, found), ""))
    except Cut:
        return ""


def _account(source: str, value: Mapping[str, Any]) -> str:
    """Zendesk's things link to themselves, at their account's host; some of Freshdesk's tell the account's number."""
    if source == Source.ZENDESK and "/api/v2/" in (link := text(value.get("url"))):
        try:
            return urlsplit(link).hostname or ""
        except ValueError:
            return ""
    if source == Source.FRESHDESK and (number := text(value.get("account_id"))):
        return f"Freshdesk {number}"
    return ""
