"""What this room keeps about a person, for exports: their conversations, what was said in them, and the files."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.core import storage
from tamada.core.personal import Holding, StoredFile, holdings
from tamada.customers.queries import everybody_in

from .models import Attachment, Conversation, Kind, Message, Status

_STEP = 500


def conversations_of(customer_id: int) -> QuerySet[Conversation]:
    """All conversations with a person."""
    return Conversation.objects.filter(customer__in=everybody_in(customer_id))


def messages_about(customer_id: int) -> QuerySet[Message]:
    """What was said in a person's conversations, and what they wrote in those of others."""
    them = everybody_in(customer_id)
    return Message.objects.filter(Q(conversation__customer__in=them) | Q(customer__in=them)).exclude(kind=Kind.SYSTEM)


def _conversations(customer_id: int) -> Iterator[dict[str, Any]]:
    for one in conversations_of(customer_id).select_related("inbox").order_by("pk").iterator(_STEP):
        yield {
            "number": one.pk,
            "subject": one.subject,
            "inbox": one.inbox.name,
            "status": Status(one.status),
            "started": one.created_at,
            "last activity": one.last_activity_at,
            "closed": one.closed_at,
        }


def _messages(customer_id: int) -> Iterator[dict[str, Any]]:
    found = messages_about(customer_id).order_by("pk").prefetch_related("attachments")
    for one in found.iterator(_STEP):
        yield {
            "conversation": one.conversation_id,
            "kind": Kind(one.kind),
            "at": one.created_at,
            "author": one.author_name,
            "to": [a.get("email", "") for a in one.to],
            "cc": [a.get("email", "") for a in one.cc],
            "subject": one.subject,
            "text": one.text,
            "said before": [earlier["text"] for earlier in one.data.get("edits", ())],
            "quoted text": one.quoted_text,
            "files": [_path(file) for file in one.attachments.all()],
            "original": f"mail/{one.raw}.eml" if one.raw else "",
        }


def _attachments(customer_id: int) -> QuerySet[Attachment]:
    return Attachment.objects.filter(message__in=messages_about(customer_id))


def _files(customer_id: int) -> Iterator[StoredFile]:
    for file in _attachments(customer_id).order_by("pk").iterator(_STEP):
        yield StoredFile(_path(file), partial(_bytes, file.blob))


def _file_rows(customer_id: int) -> Iterator[dict[str, Any]]:
    for file in _attachments(customer_id).order_by("pk").iterator(_STEP):
        yield {"file": _path(file), "type": file.type, "size": file.size, "added": file.created_at}


def _path(file: Attachment) -> str:
    """Unique in an export, and a path nowhere else."""
    name = "".join(char if char.isalnum() or char in " ._-()" else "_" for char in file.name).strip(". ")
    return f"files/{file.pk} {name or 'file'}"[:200]


def _bytes(blob: str) -> bytes | None:
    try:
        return storage.read(blob)
    except storage.MissingFile:
        return None


holdings.register(
    "conversations",
    Holding(
        _("Conversations"),
        _("So that a matter is followed to its end, and known when it comes up again."),
        _conversations,
        lambda pk: conversations_of(pk).count(),
    ),
)
holdings.register(
    "messages",
    Holding(
        _("Messages and notes"),
        _("What was said, by both sides, and what colleagues noted to help."),
        _messages,
        lambda pk: messages_about(pk).count(),
    ),
)
holdings.register(
    "files",
    Holding(
        _("Files"),
        _("What was sent along."),
        _file_rows,
        lambda pk: _attachments(pk).count(),
        _files,
    ),
)
