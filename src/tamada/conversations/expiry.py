"""What of conversations goes when it was kept long enough: whole conversations, spam, files, mails as they came."""

from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.core.personal import Expiry, Scope, expiries
from tamada.search.index import index_messages

from . import indexing
from .actions.deletion import expire_conversations
from .erasing import drop_files
from .models import Attachment, Conversation, Kind, Message, Status

_AT_ONCE: Final = 200


def _closed(scope: Scope) -> QuerySet[Conversation]:
    closed = Conversation.objects.filter(status=Status.CLOSED, is_spam=False)
    return scope.narrow(closed, at="last_activity_at", inbox="inbox")


def _spam(scope: Scope) -> QuerySet[Conversation]:
    return scope.narrow(Conversation.objects.filter(is_spam=True), at="last_activity_at", inbox="inbox")


def _files(scope: Scope) -> QuerySet[Attachment]:
    sent = Attachment.objects.filter(message__isnull=False)
    return scope.narrow(sent, at="message__created_at", inbox="message__conversation__inbox")


def _drop_files(scope: Scope) -> int:
    """Bytes first: a row without its file says what is still to be done."""
    rows = list(_files(scope).order_by("pk")[:_AT_ONCE])
    ids = [row.pk for row in rows]
    drop_files(Attachment.objects.filter(pk__in=ids))
    with transaction.atomic():
        Attachment.objects.filter(pk__in=ids).delete()
        bare = Message.objects.filter(pk__in=[row.message_id for row in rows], attachments__isnull=True)
        bare.exclude(kind=Kind.SYSTEM).update(has_attachments=False)
        changed = Message.objects.filter(pk__in=[row.message_id for row in rows]).select_related("conversation")
        messages = changed.prefetch_related("attachments")
        index_messages([indexing.document(message, indexing.terms_of(message)) for message in messages])
    return len(rows)


expiries.register(
    "closed",
    Expiry(
        _("Closed conversations"),
        _("Whole, with messages, notes and files, so long after the last word in them."),
        lambda scope: _closed(scope).count(),
        lambda scope: expire_conversations(_closed(scope)),
        by_inbox=True,
    ),
)
expiries.register(
    "spam",
    Expiry(
        _("Spam"),
        _("Conversations that were marked as spam."),
        lambda scope: _spam(scope).count(),
        lambda scope: expire_conversations(_spam(scope)),
        by_inbox=True,
    ),
)
expiries.register(
    "files",
    Expiry(
        _("Files"),
        _("What was sent along, in both directions. The messages stay."),
        lambda scope: _files(scope).count(),
        _drop_files,
        by_inbox=True,
    ),
)
