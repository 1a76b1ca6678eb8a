"""What a person will need to know, found in what a customer writes, and only if it can be right. Pure."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

PHONE: Final = "phone"
ORDER: Final = "order"
EMAIL: Final = "email"
FIELDS: Final = (ORDER, PHONE, EMAIL)

_DIGITS: Final = re.compile(r"\+?\d[\d\s().-]{5,22}\d")
_ADDRESS: Final = re.compile(r"[^\s@<>,;:()\"“”«»„]+@[^\s@<>,;:()\"“”«»„]+\.[^\s@<>,;:()\"“”«»„.]{2,}")
_ANY_ORDER: Final = re.compile(r"(?<![\w-])(?=[A-Z0-9-]*\d)[A-Z]{0,6}-?\d[A-Z0-9-]{2,18}(?![\w-])", re.IGNORECASE)


@lru_cache(maxsize=64)
def _of_mask(mask: str) -> re.Pattern[str]:
    """9 is a digit, A a Latin letter, anything else itself; spaces and hyphens may be left out."""
    parts = {"9": r"\d", "A": "[A-Za-z]", "-": "-?", " ": r"\s?"}
    pattern = "".join(parts.get(char, re.escape(char)) for char in mask)
    return re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE)


def is_mask(mask: str) -> bool:
    """Whether order numbers can be told by it: a few characters, one of which stands for a digit."""
    return len(mask) <= 40 and "9" in mask and all(char.isprintable() for char in mask)


def phone_in(text: str) -> str:
    """The first phone number that can be one, in E.164; "" when there is none."""
    from tamada.customers.identities import InvalidIdentity, normalise

    for found in _DIGITS.finditer(text):
        try:
            return normalise(PHONE, found[0])
        except InvalidIdentity:
            continue
    return ""


def email_in(text: str) -> str:
    """The first e-mail address that can be one; "" when there is none."""
    from tamada.customers.identities import InvalidIdentity, normalise

    for found in _ADDRESS.finditer(text):
        try:
            return normalise(EMAIL, found[0].rstrip(".!?։"))
        except InvalidIdentity:
            continue
    return ""


def order_in(text: str, mask: str) -> str:
    """The first order number; without a mask, what looks like one and is no phone number."""
    if mask:
        found = _of_mask(mask).search(text)
        return found[0].upper() if found else ""
    phones = {match.span() for match in _DIGITS.finditer(text) if phone_in(match[0])}
    for found in _ANY_ORDER.finditer(text):
        if not any(start <= found.start() < end for start, end in phones):
            return found[0].upper()
    return ""


def found_in(text: str, wanted: Iterable[str], mask: str) -> dict[str, str]:
    """Those of some fields that stand in a text."""
    read = {PHONE: lambda: phone_in(text), ORDER: lambda: order_in(text, mask), EMAIL: lambda: email_in(text)}
    return {name: value for name in wanted if (value := read[name]())}


def tried_in(text: str, wanted: Iterable[str]) -> list[str]:
    """Those of some fields that somebody seems to have answered with, if not rightly."""
    is_address, is_number = "@" in text, any(char.isdigit() for char in text)
    return [name for name in wanted if (is_address if name == EMAIL else is_number)]
