"""What an update says: JSON of the Bot API → plain values. Pure; visible text is always something."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from tamada.channels.telegram.api import LARGEST_DOWNLOAD
from tamada.channels.telegram.markup import to_html
from tamada.conversations.envelopes import AwaitedFile
from tamada.kit import html as kit_html

ALLOWED: Final = ("message", "edited_message", "my_chat_member")
"""The kinds of updates that we ask for."""

_ENDINGS: Final = {
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
}
_FILES: Final = ("animation", "document", "voice", "audio", "video", "video_note", "sticker")
_SPOKEN: Final = frozenset({"text", "caption", "photo", *_FILES, "location", "venue", "contact", "poll", "dice"})
_STRANGE: Final = frozenset({"story", "game", "paid_media", "giveaway", "giveaway_winners", "invoice", "checklist"})
"""What people may send that we can't show: said by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message of a private chat, or what it was edited to (`edited`). `group` names the album it is part of.

    `start` is what stood behind `/start`; None for any other message.
    """

    chat: int
    message: int
    user: int
    name: str
    handle: str
    spoken: str
    at: datetime
    edited: bool
    text: str
    html: str
    quoted: str
    answers: str
    group: str
    start: str | None
    files: tuple[AwaitedFile, ...] = ()

    @property
    def place(self) -> str:
        """The message's name in its chat; an album has one for all its parts."""
        return f"{self.chat}:g{self.group}" if self.group else f"{self.chat}:{self.message}"


def message_of(update: dict[str, Any]) -> dict[str, Any] | None:
    """The message of an update if it is a person's in a private chat; None for groups, channels, bots and the rest."""
    message = update.get("message") or update.get("edited_message")
    if not isinstance(message, dict) or (message.get("chat") or {}).get("type") != "private":
        return None
    sender = message.get("from")
    return message if isinstance(sender, dict) and "id" in sender and not sender.get("is_bot") else None


def parse(update: dict[str, Any]) -> Said | None:
    """What was said; None for what says nothing, as a note that a message was pinned. Raises KeyError, ValueError,
    TypeError for what is no update.
    """
    message = message_of(update)
    if message is None or not _speaks(message) or _moves(update):
        return None
    text, html = _words(message)
    sender, answered = message["from"], message.get("reply_to_message") or {}
    is_edit = "edited_message" in update
    return Said(
        chat=int(message["chat"]["id"]),
        message=int(message["message_id"]),
        user=int(sender["id"]),
        name=" ".join(str(sender.get(part) or "") for part in ("first_name", "last_name")).strip()[:160],
        handle=str(sender.get("username") or "")[:64],
        spoken=str(sender.get("language_code") or "")[:2].lower(),
        at=datetime.fromtimestamp(int(message["edit_date" if is_edit else "date"]), UTC),
        edited=is_edit,
        text=text,
        html=html,
        quoted=_quoted(message, answered),
        answers=_place(answered),
        group=str(message.get("media_group_id") or ""),
        start=_start(text),
        files=tuple(_files(message)),
    )


def _speaks(message: dict[str, Any]) -> bool:
    """Whether somebody said something; Telegram also tells of titles, pins and the like as messages."""
    return bool((_SPOKEN | _STRANGE) & message.keys())


def _moves(update: dict[str, Any]) -> bool:
    """Whether a place that is shared live has moved on: what is shown is where it began."""
    return "location" in update.get("edited_message", ())


def _place(message: dict[str, Any]) -> str:
    if not message.get("message_id"):
        return ""
    chat, group = message["chat"]["id"], message.get("media_group_id")
    return f"{chat}:g{group}" if group else f"{chat}:{message['message_id']}"


def _start(text: str) -> str | None:
    command, _, payload = text.partition(" ")
    return payload.strip()[:64] if command.partition("@")[0] == "/start" else None


def _words(message: dict[str, Any]) -> tuple[str, str]:
    """The text and its formatting, if it has any."""
    written = str(message.get("text") or message.get("caption") or "").replace("\x00", "")
    entities = message.get("entities") or message.get("caption_entities") or []
    lines = [*_lead(message), written, *_other(message)]
    text = "\n".join(line for line in lines if line)
    html = to_html(written, entities) if written and len([line for line in lines if line]) == 1 else ""
    return text, kit_html.clean(html).html if html else ""


def _lead(message: dict[str, Any]) -> list[str]:
    """From whom it was forwarded."""
    origin = message.get("forward_origin") or {}
    names = (origin.get("sender_user") or {}, origin.get("sender_chat") or {}, origin.get("chat") or {})
    known = [str(one.get("title") or one.get("first_name") or "") for one in names]
    name = next(filter(None, [str(origin.get("sender_user_name") or ""), *known]), "")
    return [f"↪ {name}:"] if name else []


def _other(message: dict[str, Any]) -> list[str]:
    """What is no text, as a person would write it down."""
    lines = []
    if place := (message.get("venue") or {}).get("location") or message.get("location"):
        venue = message.get("venue") or {}
        where = f"{place['latitude']:.6f},{place['longitude']:.6f}"
        lines += [f"📍 {venue.get('title', '')} {venue.get('address', '')}".strip() if venue else "📍 " + where]
        lines += [
            f"https://www.openstreetmap.org/?mlat={place['latitude']}&mlon={place['longitude']}#map=17/"
            + where.replace(",", "/")
        ]
    if person := message.get("contact"):
        name = " ".join(filter(None, [person.get("first_name"), person.get("last_name")]))
        lines.append(f"👤 {name} {person.get('phone_number', '')}".strip())
    if poll := message.get("poll"):
        lines += [f"📊 {poll.get('question', '')}", *(f"• {one.get('text', '')}" for one in poll.get("options") or ())]
    if dice := message.get("dice"):
        lines.append(f"{dice.get('emoji', '🎲')} {dice.get('value', '')}")
    if sticker := message.get("sticker"):
        lines.append(str(sticker.get("emoji") or ""))
    lines += [f"[{kind}]" for kind in sorted(_STRANGE & message.keys())]
    return lines


def _quoted(message: dict[str, Any], answered: dict[str, Any]) -> str:
    """What it answers, as far as it was said along."""
    quote = message.get("quote") or {}
    return str(quote.get("text") or answered.get("text") or answered.get("caption") or "")[:4000]


def _files(message: dict[str, Any]) -> list[AwaitedFile]:
    """What came along, still at Telegram. Of a photograph the largest size."""
    found: list[AwaitedFile] = []
    if photos := message.get("photo"):
        best = max(photos, key=lambda size: size.get("width", 0) * size.get("height", 0))
        found.append(_file(best, "photo", "image/jpeg", f"photo-{message['message_id']}.jpg"))
    for kind in _FILES:
        one = message.get(kind)
        if not one or (kind == "document" and "animation" in message):
            continue
        type_ = str(one.get("mime_type") or _usual(kind, one))
        name = str(one.get("file_name") or f"{kind.replace('_', '-')}-{message['message_id']}{_ENDINGS.get(type_, '')}")
        if kind != "sticker" or not one.get("is_animated"):  # an animated one is a vector that nobody's viewer shows
            found.append(_file(one, kind, type_, name))
    return found


def _usual(kind: str, one: dict[str, Any]) -> str:
    if kind == "sticker":
        return "video/webm" if one.get("is_video") else "image/webp"
    return {"voice": "audio/ogg", "audio": "audio/mpeg", "document": "application/octet-stream"}.get(kind, "video/mp4")


def _file(one: dict[str, Any], kind: str, type_: str, name: str) -> AwaitedFile:
    size = int(one.get("file_size") or 0)
    safe = "".join(char for char in name.replace("/", "_").replace("\\", "_") if char.isprintable()).strip()
    state = "large" if size > LARGEST_DOWNLOAD else ""
    return AwaitedFile(
        id=str(one["file_id"]),
        unique=str(one.get("file_unique_id") or ""),
        name=safe[:255] or kind,
        type=type_[:127],
        size=size,
        state=state,
    )
