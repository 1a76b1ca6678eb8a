"""Messages as the thread draws them."""

import re
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import escape, urlize
from django.utils.safestring import SafeString, mark_safe

from tamada.conversations.actions.undo import can_be_undone
from tamada.conversations.citing import is_forward
from tamada.conversations.models import Attachment, AuthorKind, Delivery, DeliveryState, Kind, Message

from . import times
from .access import agent_of
from .written import with_addresses

# Formatting that plain text would lose: pictures, tables, links hidden behind words.
_RICH = re.compile(r"<(?:img|table)\b|<a\b[^>]*>(?!\s*https?://)", re.IGNORECASE)
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


def shown_message(request: HttpRequest, message: Message) -> dict[str, Any]:
    """What the thread's template needs of one message."""
    ours = message.kind in (Kind.OUT, Kind.NOTE)
    outbox = getattr(message, "outbox", None)
    forward = is_forward(message)
    return {
        "message": message,
        "ours": ours,
        "mine": ours and message.agent_id == agent_of(request).pk,
        "body": _body(message),
        "framed": message.kind == Kind.IN and bool(message.html and _RICH.search(message.html)),
        "files": [shown_file(a) for a in message.attachments.all() if not stands_in_text(a, message)],
        "outbox": outbox,
        "leaves": times.with_clock(outbox.not_before) if outbox else "",
        "subject": message.subject if forward or (message.kind == Kind.IN and _is_new_subject(message)) else "",
        # The first is who the conversation is with, except in a forward.
        "others": ", ".join(a["email"] for a in (*message.to, *message.cc)[0 if forward else 1 :])
        if message.kind != Kind.NOTE
        else "",
        "undo": _undo(request, message, outbox),
        "held": bool(outbox and not outbox.settled_at and not outbox.claimed_at),
        "again": message.delivery in (DeliveryState.FAILED, DeliveryState.UNCERTAIN, DeliveryState.BOUNCED),
        "person": message.agent or message.customer or message.author_name,
        "automatic": message.is_automatic or message.author_kind in (AuthorKind.ASSISTANT, AuthorKind.RULE),
    }


def _undo(request: HttpRequest, message: Message, outbox: Delivery | None) -> str:
    """The address that takes a message back, for its writer as long as it can be."""
    mine = outbox is not None and message.agent_id == agent_of(request).pk and can_be_undone(message, outbox)
    return reverse("desk:undo", args=[message.pk]) if mine else ""


def stands_in_text(file: Attachment, message: Message) -> bool:
    """Whether a picture stands in the message's own formatting or in what it cites, and need not be listed below."""
    if not (file.is_inline and file.content_id):
        return False
    return f"cid:{file.content_id}" in message.html or "cites" in message.data


_PREFIX = re.compile(r"^(?:(?:re|fwd?|aw|sv|отв|պատ|պ|პასუხი)\s*:\s*)+", re.IGNORECASE)


def _is_new_subject(message: Message) -> bool:
    """Whether the customer changed the subject, Re: and the like aside."""
    token = f"[#{message.conversation_id}]"
    was, now = (_PREFIX.sub("", s.replace(token, "").strip()) for s in (message.conversation.subject, message.subject))
    return bool(now) and now.casefold() != was.casefold()


def _body(message: Message) -> SafeString:
    """Our own markup was cleaned when it was written; everything else is escaped text with its links."""
    if message.kind != Kind.IN and message.html:
        return mark_safe(with_addresses(message.html, message.attachments.all()))  # noqa: S308  cleaned by kit.html when it was stored
    return mark_safe(urlize(escape(message.text), nofollow=True).replace("\n", "<br>"))  # noqa: S308  escaped first


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
