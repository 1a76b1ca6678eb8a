"""The settings of a chat inbox."""

import re
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings as django_settings
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.conversations.actions import update_inbox
from tamada.conversations.models import Inbox
from tamada.core.actors import Actor

from ..settings import ASKED, CONTACTS, OCCASIONS, SIDES, ChatSettings, settings_of, stored

MOST: Final = 20
LONGEST: Final = 500
TEXTS: Final = ("title", "greeting", "away")
_COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}")


class BadChatSetting(Exception):
    """What was given can't be set; `field` names it, and the text says why."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


def update_chat_inbox(*, agent: Agent | None, actor: Actor, inbox: Inbox, **changes: Any) -> ChatSettings:
    """Change what `ChatSettings` names; what is absent stays. Raises `BadChatSetting`, PermissionDenied."""
    known = settings_of(inbox)
    if unknown := changes.keys() - set(ChatSettings.__dataclass_fields__):
        raise TypeError(f"no such setting: {', '.join(sorted(unknown))}")
    made = replace(known, **{name: _READ.get(name, _as_it_is)(value, name) for name, value in changes.items()})
    if made != known:
        kept = {**inbox.settings, "chat": stored(made)}
        update_inbox(agent=agent, actor=actor, inbox=inbox, settings=kept)
    return made


def _as_it_is(value: Any, name: str) -> Any:
    return value


def _origins(value: Any, name: str) -> list[str]:
    found: dict[str, None] = {}
    for given in map(str.strip, map(str, value)):
        # Who names a site without more means it by either way.
        for scheme in ("",) if "//" in given else ("https://", "http://"):
            parts = urlsplit(f"{scheme}{given}")
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise BadChatSetting(_("“%(origin)s” is no address of a site.") % {"origin": given}, name)
            found[f"{parts.scheme}://{parts.netloc}".casefold()] = None
    return list(found)[:MOST]


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
            raise BadChatSetting(_("Choose one of those that are offered."), name)
        return str(value)

    return read


def _offers(value: Any, name: str) -> list[dict[str, Any]]:
    made = []
    for number, given in enumerate(value[:MOST]):
        text, after = str(given.get("text", "")).strip()[:LONGEST], int(given.get("after", 0) or 0)
        if given.get("when") not in OCCASIONS or not 1 <= after <= 3600:
            raise BadChatSetting(_("An offer needs an occasion, and a number from 1 to 3600."), name)
        made.append({"id": str(number + 1), "when": given["when"], "after": after, "text": text})
    return made


def _contacts(value: Any, name: str) -> list[dict[str, str]]:
    made = []
    for given in value[:MOST]:
        row = {key: str(given.get(key, "")).strip()[:300] for key in ("type", "value", "label")}
        if row["type"] not in CONTACTS or not row["value"]:
            raise BadChatSetting(_("A way to reach you needs its kind and its number or address."), name)
        if row["type"] == "link" and not row["value"].lower().startswith(("https://", "http://")):
            raise BadChatSetting(_("A link begins with https://."), name)
        made.append(row)
    return made


def _color(value: Any, name: str) -> str:
    if value and not _COLOR.fullmatch(str(value)):
        raise BadChatSetting(_("A colour is written like #0a7a5c."), name)
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
