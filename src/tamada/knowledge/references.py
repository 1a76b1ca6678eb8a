"""Addresses as people paste them into an article, and what they mean: a file, another article."""

import re
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from tamada.kit.html.article import ARTICLE, FILE, links_in

LONGEST: Final = 2_000
_FILE = re.compile(r"/knowledge/files/(\d{1,18})(?:/|$)")
_DESK = re.compile(r"/knowledge/(\d{1,18})(?:/|$)")


def meaning(address: str) -> str | None:
    """`article-file:ID` or `article:ID` for an address of the desk, None for any other."""
    parts = urlsplit(address) if len(address) <= LONGEST else None
    if parts is None or not _is_ours(parts.netloc):
        return None
    if found := _FILE.match(parts.path):
        return f"{FILE}{found[1]}"
    if found := _DESK.match(parts.path):
        return f"{ARTICLE}{found[1]}"
    return None


def _is_ours(netloc: str) -> bool:
    return not netloc or netloc == urlsplit(settings.TAMADA.base_url or "").netloc


def urls_in(html: str) -> list[str]:
    """The links of an article that can be checked."""
    return [url for url in links_in(html) if len(url) <= LONGEST and url.isascii()][:200]
