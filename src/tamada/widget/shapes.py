"""What visitors are shown, and nothing else: no note, no colleague's address, no id of ours but their own."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone, translation

from tamada.accounts import company
from tamada.assistant.queries import answers_in, handed_over
from tamada.calendars.models import clock
from tamada.channels.chat.models import Line, Thread, Visitor
from tamada.channels.chat.queries import can_mail, hours_of, reply_seconds
from tamada.channels.chat.settings import FILE_TYPES, LARGEST_FILE, LARGEST_TEXT, MOST_FILES, settings_of
from tamada.conversations.models import Attachment, AuthorKind, Inbox, Message, Status
from tamada.conversations.text import preview_of

from .links import address_of

_AUTHORS = {
    AuthorKind.CUSTOMER: "visitor",
    AuthorKind.AGENT: "agent",
    AuthorKind.API: "agent",
    AuthorKind.ASSISTANT: "assistant",
}


def instant(at: datetime) -> str:
    """ISO 8601 in UTC."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def config_of(inbox: Inbox) -> dict[str, Any]:
    """What a site's page must know before anybody writes. It is public."""
    chosen, hours, now = settings_of(inbox), hours_of(inbox), timezone.now()
    is_open = hours.is_open(now)
    opens = None if is_open else hours.next_open(now)
    turns = hours.closes(now) if is_open else opens
    language = translation.get_language() or ""
    return {
        "key": inbox.key,
        "name": company.given_name() or inbox.name,
        "language": inbox.language,
        "texts": {name: chosen.text(name, language, inbox.language) for name in ("title", "greeting", "away")},
        "open": is_open,
        "opens_at": instant(opens) if opens else None,
        "changes_in": max(0, round((turns - now).total_seconds())) if turns else None,
        "time_zone": str(hours.tz),
        "hours": _week(inbox),
        "reply_seconds": reply_seconds(inbox),
        "assistant": answers_in(inbox),
        "mails": is_open or can_mail(inbox),  # promised while closed alone
        "form": chosen.form,
        "files": {"types": list(FILE_TYPES), "largest": LARGEST_FILE, "most": MOST_FILES},
        "largest_text": LARGEST_TEXT,
        "offers": chosen.offers,
        "contacts": chosen.contacts,
        "theme": {"color": chosen.color, "side": chosen.side},
    }


def _week(inbox: Inbox) -> list[dict[str, Any]] | None:
    if inbox.calendar is None:
        return None
    return [{"weekday": h.weekday, "from": clock(h.start), "until": clock(h.end)} for h in inbox.calendar.hours.all()]


def visitor_item(visitor: Visitor) -> dict[str, Any]:
    """The visitor, to themselves."""
    return {
        "id": str(visitor.pk),
        "user": visitor.user or None,
        "name": visitor.name,
        "email": visitor.email,
        "language": visitor.language,
    }


def conversation_items(threads: Sequence[Thread], last: Mapping[int, Line] | None = None) -> list[dict[str, Any]]:
    """Conversations with their last words (`last`, where at hand), what is unread and who answers: three queries."""
    last = _last_lines(threads) if last is None else last
    unread = _unread([thread for thread in threads if thread.answered_seq > thread.read_seq])
    handed = handed_over([thread.conversation_id for thread in threads])
    return [
        {
            "id": str(thread.pk),
            "created_at": instant(thread.created_at),
            "last_activity_at": instant(thread.last_activity_at),
            "last_seq": thread.last_seq,
            "open": thread.conversation.status != Status.CLOSED,
            "preview": _preview(last.get(thread.pk)),
            "last_kind": "in" if thread.last_seq > thread.answered_seq else "out",
            "unread": unread.get(thread.pk, 0),
            "got_seq": thread.got_seq,
            "read_seq": thread.read_seq,
            "seen_seq": thread.seen_seq,
            "agents": [{"name": name} for name in thread.agents],
            "person": thread.conversation_id in handed or thread.conversation.assignee_id is not None,
        }
        for thread in threads
    ]


def _last_lines(threads: Sequence[Thread]) -> Mapping[int, Line]:
    rows = Line.objects.filter(thread__in=[thread.pk for thread in threads], seq=F("thread__last_seq"))
    return {line.thread_id: line for line in rows.select_related("message").prefetch_related("message__attachments")}


def _preview(line: Line | None) -> str:
    if line is None:
        return ""
    return preview_of(line.message.text) or ", ".join(file.name for file in _files(line.message))


def _files(message: Message) -> list[Attachment]:
    return list(message.attachments.all()) if message.has_attachments else []


def _unread(threads: Sequence[Thread]) -> Mapping[int, int]:
    """How many of our lines each has beyond its mark."""
    if not threads:
        return {}
    beyond = Q(lines__is_ours=True, lines__seq__gt=F("read_seq"))
    rows = Thread.objects.filter(pk__in=[thread.pk for thread in threads]).order_by()
    return dict(rows.annotate(unread=Count("lines", filter=beyond)).values_list("pk", "unread"))


def message_item(line: Line) -> dict[str, Any]:
    """One line. Its text is plain: the widget escapes it."""
    message = line.message
    return {
        "id": str(line.pk),
        "seq": line.seq,
        "kind": "out" if line.is_ours else "in",
        "client_id": None if line.is_ours else _client_id(message),
        "author": {"type": _AUTHORS.get(AuthorKind(message.author_kind), "system"), "name": _name(line)},
        "text": message.text,
        "language": message.language,
        "attachments": [file_item(file) for file in _files(message)],
        "choices": message.data.get("choices", []) if line.is_ours else [],
        "source": message.data.get("source") if line.is_ours else None,
        "created_at": instant(line.created_at),
    }


def _client_id(message: Message) -> str | None:
    """What the browser called it; None once the message was emptied, or where no browser sent it."""
    of_chat, _, name = message.external_id.rpartition(":")
    return name if of_chat and name else None


def _name(line: Line) -> str:
    return line.message.author_name if line.is_ours else ""


def file_item(file: Attachment) -> dict[str, Any]:
    """A file with an address that holds for a day."""
    url = address_of(file)
    return {"id": str(file.pk), "name": file.name, "type": file.type, "size": file.size, "url": url}
