"""Messages as the thread draws them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import allowed
from tamada.assistant import handing_note
from tamada.channels.reasons import in_words, is_mended_in_settings
from tamada.conversations.actions.undo import can_be_undone
from tamada.conversations.capabilities import capabilities_of
from tamada.conversations.citing import is_forward
from tamada.conversations.merge_queries import rejoinable, undoable
from tamada.conversations.models import (
    TROUBLED,
    Attachment,
    AuthorKind,
    Channel,
    Delivery,
    DeliveryState,
    Kind,
    Message,
)
from tamada.conversations.queries import inboxes_visible_to

from . import times
from .access import agent_of
from .addresses import numbered
from .lines import sentence
from .written import with_addresses

# Formatting that plain text would lose: pictures, tables, links hidden behind words.
_RICH = re.compile(r"<(?:img|table)\b|<a\b[^>]*>(?!\s*https?://)", re.IGNORECASE)
# Without one of these inside a word there is no address to link; looking at each word is slow.
_LINKISH = re.compile(r"[.:@]\S")
_LOOKS: Mapping[str, str] = {Kind.OUT: " ours", Kind.NOTE: " note"}
_FAILED = (DeliveryState.FAILED, DeliveryState.BOUNCED)
UNDO_SECONDS = 10
"""How long a message waits before it leaves, so that it can be undone."""
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


@dataclass(frozen=True, slots=True)
class ShownLine:
    """What happened, as one line between the messages."""

    id: str
    line: str
    at: datetime
    undo_url: str = ""


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """What the thread's template needs of one message: plain values, because a thread asks for each dozens of times.

    Numbers are text already (Django would localise each), and an address is empty where there is nothing to open.
    """

    line: ClassVar[str] = ""

    id: str
    seq: str
    look: str
    author: str
    mine: bool
    person: object
    is_in: bool
    is_out: bool
    is_note: bool
    automatic: bool
    colleagues: bool
    unproven: bool
    at: datetime
    subject_now: str
    to: str
    cc: str
    way: str
    language: str
    body: SafeString
    framed: bool
    quoted: str
    files: list[dict[str, Any]]
    awaited: list[dict[str, str]]
    edits: list[str]
    delivery: str
    delivery_word: str
    held: bool
    leaves: str
    error: str
    is_for_settings: bool
    settings_url: str
    details_url: str
    html_url: str
    raw_url: str
    again_url: str
    undo_url: str


def shown(request: HttpRequest, messages: Iterable[Message]) -> list[ShownLine | ShownMessage]:
    """Messages and system lines in their order."""
    messages = list(messages)
    lines = [m for m in messages if m.kind == Kind.SYSTEM]
    agent = agent_of(request)
    undos = _undos(agent, lines) if lines else {}
    settings = _settings_for(agent, messages)
    return [
        _shown_line(m, undos.get(m.pk, "")) if m.kind == Kind.SYSTEM else _shown_message(request, m, settings.get(m.pk))
        for m in messages
    ]


def _settings_for(agent: Agent, messages: Iterable[Message]) -> dict[int, str]:
    """The messages that leave only after their inbox's settings were mended, and where: "" where the agent may not."""
    waiting = [m for m in messages if is_mended_in_settings(_error_of(m))]
    if not waiting:
        return {}
    settles: set[int] = set()
    if allowed(agent, "inbox.settings"):
        theirs = inboxes_visible_to(agent).filter(pk__in={m.inbox_id for m in waiting})
        settles.update(theirs.values_list("pk", flat=True))
    return {m.pk: _settings_url(m) if m.inbox_id in settles else "" for m in waiting}


def _error_of(message: Message) -> str:
    """Why it has not left; "" where nothing is wrong."""
    outbox = getattr(message, "outbox", None) if message.kind == Kind.OUT else None
    return outbox.last_error if outbox else ""


def _undos(agent: Agent, lines: list[Message]) -> dict[int, str]:
    """Where merges and splits are taken back, by the line that tells of each."""
    if not allowed(agent, "conversation.update"):
        return {}
    merges, parts = undoable(lines), rejoinable(agent, lines)
    return {line: reverse("desk:undo_merge", args=[merge]) for line, merge in merges.items()} | {
        line: reverse("desk:undo_split", args=[part]) for line, part in parts.items()
    }


def _shown_line(message: Message, undo: str) -> ShownLine:
    return ShownLine(str(message.pk), sentence(message), message.created_at, undo)


def _shown_message(request: HttpRequest, message: Message, settings_url: str | None) -> ShownMessage:
    """One message that somebody wrote; with an address of settings, empty or not, where they are what stops it."""
    kind, pk = message.kind, message.pk
    outbox = getattr(message, "outbox", None) if kind == Kind.OUT else None
    held = bool(outbox and not outbox.settled_at and not outbox.claimed_at)
    mine = kind != Kind.IN and message.agent_id == agent_of(request).pk
    automatic = message.is_automatic or message.author_kind in (AuthorKind.ASSISTANT, AuthorKind.RULE)
    is_mail = kind == Kind.IN and bool(message.html) and capabilities_of(message.channel).addressed
    forward = is_forward(message)
    # Whom the conversation is with need not be said, except of a forward.
    several = kind != Kind.NOTE and (forward or len(message.to) + len(message.cc) > 1)
    framed = is_mail and bool(_RICH.search(message.html))
    return ShownMessage(
        id=str(pk),
        seq=str(message.seq),
        look=_LOOKS.get(kind, "") + (" failed" if message.delivery in _FAILED else ""),
        author=message.author_name or (message.customer.name if message.customer else "") or _("Somebody"),
        mine=mine,
        person=message.agent or message.customer or message.author_name,
        is_in=kind == Kind.IN,
        is_out=kind == Kind.OUT,
        is_note=kind == Kind.NOTE,
        automatic=automatic,
        colleagues=kind != Kind.IN and not mine and not automatic,
        unproven=kind == Kind.IN and _is_unproven(message),
        at=message.created_at,
        subject_now=message.subject if forward or (kind == Kind.IN and _is_new_subject(message)) else "",
        to=_names(message.to) if several else "",
        cc=_names(message.cc) if several else "",
        way=_way(message),
        language="" if "brief" in message.data else message.language,
        body=SafeString() if framed else _body(message),
        framed=framed,
        quoted=message.quoted_text,
        files=_files(message),
        awaited=[_awaited(file) for file in message.data.get("awaited", ())],
        edits=[one["text"] for one in reversed(message.data.get("edits", ()))],
        delivery=message.delivery,
        delivery_word=str(DeliveryState(message.delivery).label) if message.delivery else "",
        held=held,
        leaves=times.with_clock(outbox.not_before) if outbox and held and leaves_later(message, outbox) else "",
        error=in_words(_error_of(message)),
        is_for_settings=settings_url is not None,
        settings_url=settings_url or "",
        details_url=numbered("details", pk),
        html_url=numbered("mail_html", pk) if is_mail else "",
        raw_url=numbered("raw", pk) if message.raw else "",
        again_url=numbered("again", pk) if message.delivery in TROUBLED else "",
        undo_url=_undo_url(request, message, outbox),
    )


def _settings_url(message: Message) -> str:
    """Where what the message leaves by is set up."""
    part = "telegram" if message.channel == Channel.TELEGRAM else "outgoing"
    return f"{reverse('desk:settings_inbox', args=[message.inbox_id])}#{part}"


def leaves_later(message: Message, outbox: Delivery) -> bool:
    """Whether it leaves at a time that was chosen, and not as soon as it can no longer be undone."""
    waits = outbox.not_before - message.created_at > timedelta(seconds=UNDO_SECONDS + 5)
    return waits and outbox.not_before > timezone.now()


def _is_unproven(message: Message) -> bool:
    """Whether the receiving server found that the mail did not come from whom it names.

    A server we don't know may say so too: whoever forges a mail would not write that into it.
    """
    return (message.data.get("verdicts") or {}).get("dmarc") == "fail"


def _files(message: Message) -> list[dict[str, Any]]:
    if not message.has_attachments:
        return []
    return [shown_file(a) for a in message.attachments.all() if not stands_in_text(a, message)]


def _way(message: Message) -> str:
    """The channel of a message that went another way than its conversation does."""
    differs = message.kind in (Kind.IN, Kind.OUT) and message.channel != message.conversation.channel
    return str(message.get_channel_display()) if differs else ""


def _awaited(file: dict[str, Any]) -> dict[str, str]:
    """A file that its network has not handed over, and why not."""
    told = {
        "large": _("Too large to be fetched; it is only in the customer's app."),
        "gone": _("It can't be fetched any more."),
    }
    return {"name": file["name"], "told": told.get(file["state"], _("Being fetched…")), "state": file["state"]}


def _undo_url(request: HttpRequest, message: Message, outbox: Delivery | None) -> str:
    """The address that takes a message back, for its writer as long as it can be."""
    mine = outbox is not None and message.agent_id == agent_of(request).pk and can_be_undone(message, outbox)
    return numbered("undo", message.pk) if mine else ""


def stands_in_text(file: Attachment, message: Message) -> bool:
    """Whether a picture stands in the message's own formatting or in what it cites, and need not be listed below.

    What came in may show it in what is folded away, as the logo of a signature.
    """
    if not (file.is_inline and file.content_id):
        return False
    is_folded = message.kind == Kind.IN and bool(message.quoted_text)
    return is_folded or f"cid:{file.content_id}" in message.html or "cites" in message.data


_PREFIX = re.compile(r"^(?:(?:re|fwd?|aw|sv|отв|պատ|պ|პასუხი)\s*:\s*)+", re.IGNORECASE)


def _is_new_subject(message: Message) -> bool:
    """Whether the customer changed the subject, Re: and the like aside."""
    token = f"[#{message.conversation_id}]"
    was, now = (_PREFIX.sub("", s.replace(token, "").strip()) for s in (message.conversation.subject, message.subject))
    return bool(now) and now.casefold() != was.casefold()


def _names(people: list[dict[str, str]]) -> str:
    """Whom a message went to, as they are called."""
    return ", ".join(person.get("name") or person["email"] for person in people)


def _body(message: Message) -> SafeString:
    """Our own markup was cleaned when it was written, and so was that of networks, which is made here of what they say
    about the words; everything else is escaped text with its links.
    """
    if "erased" in message.data:
        return format_html('<span class="soft">{}</span>', _("Erased with the person it was about."))
    is_ours = message.kind != Kind.IN or not capabilities_of(message.channel).addressed
    if is_ours and message.html:
        html = with_addresses(message.html, message.attachments.all()) if message.has_attachments else message.html
        return mark_safe(html)  # noqa: S308  cleaned by kit.html when it was stored
    text = escape(handing_note.of_message(message) or message.text)
    linked = urlize(text, nofollow=True) if _LINKISH.search(text) else text
    if message.kind == Kind.NOTE and (names := message.data.get("named")):
        linked = _marked(linked, names)
    return mark_safe(linked.replace("\n", "<br>"))  # noqa: S308  escaped first


def _marked(html: str, names: list[str]) -> str:
    """Who was named stands out, with the ending that the sentence gave the name."""
    longest_first = sorted(map(escape, names), key=len, reverse=True)
    named = re.compile(rf"(?<!\w)@(?:{'|'.join(map(re.escape, longest_first))})\w*", re.IGNORECASE)
    return named.sub(lambda found: f'<span class="mention">{found[0]}</span>', html)


def shown_file(attachment: Any) -> dict[str, Any]:
    """A file's name, size and addresses; pictures and PDF documents can be looked at."""
    url = reverse("desk:attachment", args=[attachment.pk, attachment.name])
    picture = attachment.type in PICTURES
    return {
        "id": str(attachment.pk),
        "name": attachment.name,
        "size": attachment.size,
        "type": attachment.type,
        "url": url,
        "preview_url": url if picture else "",
        "view_url": reverse("desk:view_attachment", args=[attachment.pk])
        if picture or attachment.type == "application/pdf"
        else "",
    }
