"""The settings of a chat inbox."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings as django_settings
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.conversations.actions import update_inbox
from tamada.conversations.models import Inbox
from tamada.core.actors import Actor
from tamada.customers import identities

from ..settings import ASKED, CONTACTS, OCCASIONS, SIDES, ChatSettings, settings_of, stored

MOST: Final = 20
LONGEST: Final = 500
LONGEST_LINE: Final = 300
TEXTS: Final = ("title", "greeting", "away")
_COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_BARE: Final = re.compile(r"[^/]+\.\w|localhost\b")
"""Inside a network a site's name may be one word; without http:// before it, a word is more likely a slip."""
_NUMBER: Final = re.compile(r"\+?[\d\s()./-]+")
_HANDLE: Final = re.compile(r"@?[a-z][a-z0-9_]{3,31}|\+\d{8,15}", re.IGNORECASE)
_LINK: Final = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)


class BadChatSetting(Exception):
    """What was given can't be set; `field` names it, and `reasons` say why, one for each line that is wrong."""

    def __init__(self, field: str, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.field, self.reasons = field, reasons


def update_chat_inbox(*, agent: Agent | None, actor: Actor, inbox: Inbox, **changes: Any) -> ChatSettings:
    """Change what `ChatSettings` names; what is absent stays. Raises `BadChatSetting`, PermissionDenied."""
    known = settings_of(inbox)
    if unknown := changes.keys() - set(ChatSettings.__dataclass_fields__):
        raise TypeError(f"no such setting: {', '.join(sorted(unknown))}")
    made = replace(known, **{name: read_setting(name, value) for name, value in changes.items()})
    if made != known:
        kept = {**inbox.settings, "chat": stored(made)}
        update_inbox(agent=agent, actor=actor, inbox=inbox, settings=kept)
    return made


def read_setting(name: str, value: Any) -> Any:
    """A setting as it would be kept. Raises `BadChatSetting`."""
    return _READ.get(name, _as_it_is)(value, name)


def _as_it_is(value: Any, name: str) -> Any:
    return value


def _each(rows: Sequence[Any], name: str, read: Callable[[Any], Any]) -> list[Any]:
    """Every row as it is kept; what is wrong is told of all of them at once."""
    made, wrong = [], [_("At most %(count)s lines.") % {"count": MOST}] if len(rows) > MOST else []
    for row in rows:
        try:
            made.append(read(row))
        except ValueError as error:
            wrong.append(str(error))
    if wrong:
        raise BadChatSetting(name, *wrong)
    return made


def _origins(value: Any, name: str) -> list[str]:
    sites = _each(list(value), name, lambda given: _site(str(given).strip()))
    return list(dict.fromkeys(origin for ways in sites for origin in ways))


def _site(given: str) -> list[str]:
    """The origins that one line names: who names a site without more means it by either way."""
    schemes = ("",) if "//" in given else ("https://", "http://") if _BARE.match(given) else ()
    try:
        found = [_origin(f"{scheme}{given}") for scheme in schemes]
    except ValueError:
        found = []
    if not found:
        reason = _("“%(line)s” is no address of a site: one a line, without a page, such as https://example.com.")
        raise ValueError(reason % {"line": given})
    return found


def _origin(address: str) -> str:
    """As a browser names it. Raises ValueError."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    is_whole = parts.scheme in ("http", "https") and parts.path in ("", "/") and not parts.query + parts.fragment
    if not is_whole or "@" in parts.netloc or re.search(r"\s", address):
        raise ValueError(address)
    host = f"[{host}]" if ":" in host else identities.email_domain(host)
    return f"{parts.scheme}://{host}:{parts.port}" if parts.port else f"{parts.scheme}://{host}"


def _texts(value: Any, name: str) -> dict[str, dict[str, str]]:
    languages = {"", *dict(django_settings.LANGUAGES)}
    return {
        language: {key: str(text).strip()[:LONGEST] for key, text in texts.items() if key in TEXTS and text.strip()}
        for language, texts in value.items()
        if language in languages and any(str(text).strip() for text in texts.values())
    }


def _choice(allowed: tuple[str, ...]) -> Any:
    def read(value: Any, name: str) -> str:
        if value not in allowed:
            raise BadChatSetting(name, _("Choose one of those that are offered."))
        return str(value)

    return read


def _offers(value: Any, name: str) -> list[dict[str, Any]]:
    made = []
    for number, given in enumerate(value[:MOST]):
        text, after = str(given.get("text", "")).strip()[:LONGEST], int(given.get("after", 0) or 0)
        if given.get("when") not in OCCASIONS or not 1 <= after <= 3600:
            raise BadChatSetting(name, _("An offer needs an occasion, and a number from 1 to 3600."))
        made.append({"id": str(number + 1), "when": given["when"], "after": after, "text": text})
    return made


def _contacts(value: Any, name: str) -> list[dict[str, str]]:
    return _each(list(value), name, _contact)


def _contact(given: Mapping[str, Any]) -> dict[str, str]:
    row = {key: str(given.get(key, "")).strip() for key in ("type", "value", "label")}
    if reason := _unusable(row["type"], row["value"]) or _too_long(row):
        line = ": ".join(filter(None, (row["type"], row["value"])))
        raise ValueError(_("“%(line)s”: %(reason)s") % {"line": line, "reason": reason})
    return row


def _too_long(row: Mapping[str, str]) -> str:
    is_long = max(map(len, row.values())) > LONGEST_LINE
    return _("It has more than %(count)s characters.") % {"count": LONGEST_LINE} if is_long else ""


def _unusable(kind: str, value: str) -> str:
    """Why nobody could reach us that way; "" where they can."""
    if kind not in CONTACTS:
        return _("The kind comes first, and is one of these: %(kinds)s.") % {"kinds": ", ".join(CONTACTS)}
    if not value:
        return _("The number or address is missing.")
    digits = sum(map(str.isdecimal, value)) if _NUMBER.fullmatch(value) else 0
    match kind:
        case "email":
            try:
                is_good = "." in identities.email(value).rpartition("@")[2]
            except identities.InvalidIdentity:
                is_good = False
            return "" if is_good else _("An e-mail address looks like name@example.com.")
        case "phone":  # some are short, and answer within their country alone
            return "" if 3 <= digits <= 15 else _("A phone number has from 3 to 15 digits and no words.")
        case "whatsapp" | "viber":
            is_good = value.startswith("+") and 8 <= digits <= 15
            return "" if is_good else _("A phone number is written with its country code, such as +374 91 123456.")
        case "telegram":
            is_good = _HANDLE.fullmatch(value) is not None
            return "" if is_good else _("Telegram needs a name such as @example, or a number such as +37491123456.")
        case "link":
            return "" if _LINK.fullmatch(value) else _("A link begins with https:// and has no spaces.")
    return ""


def _color(value: Any, name: str) -> str:
    if value and not _COLOR.fullmatch(str(value)):
        raise BadChatSetting(name, _("A colour is written like #0a7a5c."))
    return str(value or "").lower()


_READ: Final = {
    "origins": _origins,
    "texts": _texts,
    "ask_name": _choice(ASKED),
    "ask_email": _choice(ASKED),
    "offers": _offers,
    "contacts": _contacts,
    "color": _color,
    "side": _choice(SIDES),
}
