"""Placeholders in macros: `{{customer.first_name|there}}`, a name and, after a bar, what stands there without a value.

Plain replacement, no template language: what people type is never run. Pure but for the words of `names`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from django.utils.html import escape
from django.utils.translation import gettext as _

_PLACE: Final = re.compile(r"\{\{\s*([a-z_]+(?:\.[a-z0-9_-]+)+)\s*(?:\|([^{}|]*))?\}\}")
FIELD: Final = "customer.field."


def names() -> dict[str, str]:
    """Every placeholder but those of the company's own customer fields, with its words."""
    return {
        "customer.first_name": _("First name of the customer"),
        "customer.name": _("Name of the customer"),
        "customer.email": _("E-mail address of the customer"),
        "customer.company": _("Company of the customer"),
        "customer.city": _("City of the customer"),
        "agent.first_name": _("Your first name"),
        "agent.name": _("Your first and last name"),
        "conversation.number": _("Number of the conversation"),
        "conversation.subject": _("Subject of the conversation"),
        "inbox.name": _("Name of the inbox"),
        "company.name": _("Name of our company"),
    }


def used_in(text: str) -> set[str]:
    """The names of the placeholders in a text."""
    return {found[1] for found in _PLACE.finditer(text)}


def broken_in(text: str) -> str:
    """A piece that looks like a placeholder and is none; "" when there is no such."""
    rest = _PLACE.sub("", text)
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

    return _PLACE.sub(value, text)


def gaps_in(text: str) -> list[str]:
    """The names of placeholders of ours that still stand in a text, each once: it can't be sent so."""
    known = names()
    found = (match[1] for match in _PLACE.finditer(text))
    return list(dict.fromkeys(name for name in found if name in known or name.startswith(FIELD)))


def in_words(name: str) -> str:
    """What a placeholder stands for."""
    return names().get(name, name.removeprefix(FIELD))
