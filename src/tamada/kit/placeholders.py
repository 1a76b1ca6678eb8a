"""Placeholders in texts that people write: `{{customer.first_name|there}}`, a name and, after a bar, its fallback.

Plain replacement, no template language: what people type is never run.
"""

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Final

PLACE: Final = re.compile(r"\{\{\s*([a-z_]+(?:\.[a-z0-9_-]+)+)\s*(?:\|([^{}|]*))?\}\}")


def used_in(text: str) -> set[str]:
    """The names of the placeholders in a text."""
    return {found[1] for found in PLACE.finditer(text)}


def broken_in(text: str) -> str:
    """A piece that looks like a placeholder and is none; "" when there is no such."""
    rest = PLACE.sub("", text)
    at = min((i for i in (rest.find("{{"), rest.find("}}")) if i >= 0), default=-1)
    return "" if at < 0 else rest[at : at + 40]


def filled(text: str, values: Mapping[str, str], *, html: bool) -> str:
    """The text with values or their fallbacks in place. A placeholder with neither stays, bare: a gap to be filled."""
    write: Callable[[str], str] = escape if html else str

    def value(found: re.Match[str]) -> str:
        name, fallback = found[1], found[2]
        if values.get(name):
            return write(values[name])
        return (fallback or "").strip() or f"{{{{{name}}}}}"

    return PLACE.sub(value, text)


def filled_lines(text: str, values: Mapping[str, str]) -> str:
    """The same for what goes out unseen: a line with a gap is left out whole, "Tel. " with its number."""
    lines = (filled(line, values, html=False) for line in text.splitlines())
    return "\n".join(line for line in lines if not PLACE.search(line)).strip()
