"""How an address is written once and for all: pure normalisation, no database.

E-mail follows RFC 5321 in length and is compared without letter case; its domain is kept in its ASCII form (IDNA,
UTS 46). A phone number is E.164, read with the company's regions in turn. Handles of networks are their own ids.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

import phonenumbers
from django.utils.translation import gettext as _

from tamada.kit.domains import in_ascii

DEFAULT_REGIONS: Final = ("AM", "GE")
MAX_LENGTH: Final = 320

_HANDLES: Final = frozenset({"telegram", "instagram", "x", "messenger"})
_PHONES: Final = frozenset({"phone", "whatsapp", "viber"})
_BEFORE_HANDLE: Final = re.compile(r"\A[@\s]+")
_LOCAL: Final = re.compile(r"[^\s\x00-\x1f\x7f@<>()\[\]\\,;:\"]+|\"[^\x00-\x1f\x7f]+\"")
_LABELS: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_PHONE_TEXT: Final = re.compile(r"[+(\d][\d\s()./-]{4,38}")


class InvalidIdentity(ValueError):
    """The text is no address of that type."""


def normalise(type_: str, value: str, *, regions: Sequence[str] = DEFAULT_REGIONS) -> str:
    """The one spelling of `value` among identities of `type_`. Raises InvalidIdentity with a reason for people."""
    text = unicodedata.normalize("NFC", value).strip()
    if text and "\x00" not in text and len(text) <= MAX_LENGTH:
        found = _normalised(type_, text, regions)
        if 0 < len(found) <= MAX_LENGTH:
            return found
    raise InvalidIdentity(_("An identity has between 1 and 320 characters."))


def _normalised(type_: str, text: str, regions: Sequence[str]) -> str:
    if type_ == "email":
        return email(text)
    if type_ in _PHONES:
        return phone_or_id(text, regions) if type_ == "viber" else phone(text, regions)
    if type_ in _HANDLES:
        return _BEFORE_HANDLE.sub("", text).casefold()
    return text


def loose(type_: str, value: str) -> str:
    """Like `normalise`, and for input that can't be refused: what no rule understands is trimmed and casefolded."""
    try:
        return normalise(type_, value)
    except InvalidIdentity:
        return value.replace("\x00", "").strip().casefold()[:MAX_LENGTH]


def email(text: str) -> str:
    """`Ani@Example.AM` → `ani@example.am`; `post@почта.рф` → `post@xn--80a1acny.xn--p1ai`."""
    local, _at, domain = text.rpartition("@")
    if not local or len(local) > 64 or not _LOCAL.fullmatch(local):
        raise InvalidIdentity(_("An e-mail address looks like name@example.com."))
    return f"{local.casefold()}@{email_domain(domain)}"


def email_domain(text: str) -> str:
    """The ASCII form of a domain name. Raises InvalidIdentity."""
    domain = text.rstrip(".").lower()
    try:
        domain = in_ascii(domain)
    except UnicodeError as error:
        raise InvalidIdentity(_("The domain of the e-mail address is not valid.")) from error
    if len(domain) > 253 or not _LABELS.fullmatch(domain):
        raise InvalidIdentity(_("The domain of the e-mail address is not valid."))
    return domain


def phone(text: str, regions: Sequence[str] = DEFAULT_REGIONS) -> str:
    """`091 12-34-56` → `+37491123456`: the first region in which the number is a valid one decides."""
    if _PHONE_TEXT.fullmatch(text):
        for region in regions:
            try:
                number = phonenumbers.parse(text, region)
            except phonenumbers.NumberParseException:
                continue
            if phonenumbers.is_valid_number(number):
                return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise InvalidIdentity(_("A phone number is written with its country code, such as +374 91 123456."))


def phone_or_id(text: str, regions: Sequence[str] = DEFAULT_REGIONS) -> str:
    """Viber gives bots an opaque, case-sensitive id, and people a phone number: each keeps its form."""
    try:
        return phone(text, regions)
    except InvalidIdentity:
        return text


def tag_key(name: str) -> str:
    """What makes two tags the same: letter case, accents' spelling and spaces don't matter."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
