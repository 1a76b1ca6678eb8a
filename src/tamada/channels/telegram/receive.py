"""From journal entries to envelopes. No network: files stay at Telegram until `tasks.fetch_file` has them."""

import hashlib
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from tamada.channels.journal import Entry
from tamada.channels.readers import Unreadable, type_read
from tamada.channels.telegram.parse import Said, parse
from tamada.conversations.envelopes import Envelope, Party, ThreadKeys
from tamada.kit.text import analyse, detect_language, is_frequent_english

GOES_ON: Final = timedelta(days=3)
"""Who writes again so long after their conversation was closed begins a new one."""

_TITLE: Final = 80
_WORD: Final = re.compile(r"\w+")


def read_updates(entries: Sequence[Entry]) -> list[type_read]:
    """Envelopes of each entry; none for what says nothing."""
    if not entries:
        analyse("warm up", "en")
    return [_read(entry) for entry in entries]


def _read(entry: Entry) -> type_read:
    try:
        update = json.loads(entry.raw)
        said = parse(update)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        return Unreadable(f"It is no update of Telegram ({type(error).__name__}).")
    return [_envelope(entry, said, inbox) for inbox in entry.meta.get("inboxes") or []] if said else []


def external_id(bot: int, place: str) -> str:
    """What a Telegram message is called here: ids are unique in a bot's chat alone."""
    return f"telegram:{bot}:{place}"


def _envelope(entry: Entry, said: Said, inbox: int) -> Envelope:
    bot, arrived = int(entry.meta.get("bot") or 0), _arrived(entry)
    names = " ".join(file["name"] for file in said.files)
    language = _language(said)
    return Envelope(
        inbox_id=inbox,
        channel="telegram",
        sender=Party(type="telegram", value=str(said.user), name=said.name or said.handle),
        external_id=external_id(bot, said.place),
        digest=_digest(said, [file["unique"] or file["id"] for file in said.files]),
        former_digest=_digest(said, [file["id"] for file in said.files]),
        subject=_subject(said),
        text="/start" if said.start is not None else said.text,
        html=said.html,
        quoted_text=said.quoted,
        language=language,
        received_at=min(said.at, arrived),
        sent_at=said.at,
        thread=_thread(said, bot),
        awaited=said.files,
        revises="edit" if said.edited else "part" if said.group else "",
        part=str(said.message) if said.group else "",
        quiet=said.start is not None,
        raw=entry.name,
        lemmas=" ".join(analyse(f"{said.text}\n{names}", language)),
        data=_data(said),
    )


def _arrived(entry: Entry) -> datetime:
    now = timezone.now()
    with suppress(KeyError, TypeError, ValueError):
        at = datetime.fromisoformat(entry.meta["received_at"])
        return min(at if at.tzinfo else at.replace(tzinfo=UTC), now)
    return now


def _language(said: Said) -> str:
    """That of the words; a command and Latin letters of no known word tell less than the writer's program does."""
    spoken = said.spoken if said.spoken in dict(settings.LANGUAGES) else ""
    if said.text.startswith("/"):
        return spoken
    found = detect_language(said.text)
    is_told = found != "en" or any(map(is_frequent_english, _WORD.findall(said.text)))
    return (found or spoken) if is_told else (spoken or found)


def _digest(said: Said, files: list[str]) -> str:
    """Of what was said: the same message by polling and by the webhook is one. Earlier versions went by a file's `id`,
    which may be another each time.
    """
    parts = [said.user, said.place, said.message, said.text, said.html, files]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()


def _subject(said: Said) -> str:
    """The first words; a command and a file are no subject."""
    title = "" if said.text.startswith("/") else said.text.split("\n", 1)[0]
    return title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…"


def _thread(said: Said, bot: int) -> ThreadKeys:
    answered = (external_id(bot, said.answers),) if said.answers else ()
    return ThreadKeys(external_ids=answered, goes_on=GOES_ON)


def _data(said: Said) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if said.handle:
        data["handle"] = said.handle
    if said.start is not None:
        data["start"] = said.start
    return data
