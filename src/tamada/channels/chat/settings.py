"""What may be set of a chat inbox, kept in `Inbox.settings["chat"]`. As it is opened, it accepts any origin and asks
nothing.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

from django.conf import settings as django_settings

from tamada.conversations.models import Inbox

LARGEST_TEXT: Final = 20_000
LARGEST_FILE: Final = 10 * 1024 * 1024
MOST_FILES: Final = 10
MOST_WAITING: Final = MOST_FILES * LARGEST_FILE
"""Bytes of a visitor's files that may wait to be sent: what one message holds."""

FILE_TYPES: Final = (
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/heic",
    "application/pdf",
    "text/plain",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "audio/ogg",
    "audio/mpeg",
    "audio/mp4",
    "video/mp4",
    "video/webm",
)
ASKED: Final = ("", "optional", "required")
OCCASIONS: Final = ("search_empty", "same_page", "form_pause")
CONTACTS: Final = ("phone", "email", "telegram", "whatsapp", "viber", "address", "link")
SIDES: Final = ("right", "left")


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """`texts` are by language, then by name (`title`, `greeting`, `away`); `origins` without any allow all. `offers`
    without a text are made in the widget's own words.

    `mail_inbox` is the mail inbox (id) from which unseen answers go out; 0 leaves the choice to us.
    """

    origins: list[str] = field(default_factory=list)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    ask_name: str = ""
    ask_email: str = ""
    offers: list[dict[str, Any]] = field(default_factory=list)
    contacts: list[dict[str, str]] = field(default_factory=list)
    color: str = ""
    side: str = "right"
    mail_inbox: int = 0

    def text(self, name: str, language: str, fallback: str = "") -> str:
        """A text in that language, or in the inbox's own; "" where the widget's own word stands."""
        spoken = (self.texts.get(code, {}).get(name, "") for code in (language, fallback, ""))
        return next(filter(None, spoken), "")

    @property
    def form(self) -> list[dict[str, Any]]:
        """What is asked before the first message."""
        asked = (("name", self.ask_name), ("email", self.ask_email))
        return [{"name": name, "required": how == "required"} for name, how in asked if how]

    def allows(self, origin: str) -> bool:
        """Whether a page of this origin may speak to us. Who sends none is no browser, and could send any; a page of
        our own is the one on which the desk shows the chat.
        """
        own = django_settings.TAMADA.base_url.rstrip("/")
        return not origin or not self.origins or origin.rstrip("/").casefold() in {*self.origins, own.casefold()}


def settings_of(inbox: Inbox) -> ChatSettings:
    """The settings as stored; what a newer version wrote and this one doesn't know is left out."""
    stored: Mapping[str, Any] = inbox.settings.get("chat", {})
    return ChatSettings(**{f.name: stored[f.name] for f in fields(ChatSettings) if f.name in stored})


def stored(settings: ChatSettings) -> dict[str, Any]:
    """As it is kept."""
    return asdict(settings)
