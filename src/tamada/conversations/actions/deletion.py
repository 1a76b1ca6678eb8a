"""Deleting: at first only out of sight, for a month; then for good, with all that hangs on it, never to come back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.accounts.permissions import allowed, require
from tamada.core import audit, events, storage
from tamada.core.actors import SYSTEM, Actor
from tamada.search.index import forget_messages

from .. import access, counts, points
from ..errors import TooLate
from ..events import ConversationDeleted, ConversationRestored
from ..models import Attachment, Conversation, Merge, Message
from ..queries import rows_visible_to
from .door import locked

KEPT: Final = timedelta(days=30)
TAKE_BACK: Final = timedelta(minutes=10)
AT_ONCE: Final = 20
MESSAGES_AT_ONCE: Final = 500


def delete_conversations(*, agent: Agent, actor: Actor, conversations: Sequence[Conversation]) -> list[int]:
    """Put them among the deleted, with what was merged into them; the ids of those the agent sees and deleted.

    Out of every list, search and count, and `restore_conversations` brings them back for 30 days. What the customer
    writes meanwhile begins a new conversation.
    """
    require(agent, "conversation.delete")
    in_order = sorted(conversations, key=lambda c: c.pk)
    done: list[int] = []
    for start in range(0, len(in_order), AT_ONCE):
        with transaction.atomic():
            done += [pk for c in in_order[start : start + AT_ONCE] if (pk := _delete(agent, actor, c)) is not None]
    return done


def _delete(agent: Agent, actor: Actor, given: Conversation) -> int | None:
    try:
        conversation = locked(agent, given)
    except Conversation.DoesNotExist:
        return None
    keys = access.audience(conversation)
    conversation.deleted_at, conversation.deleted_by = timezone.now(), agent
    conversation.save(update_fields=["deleted_at", "deleted_by", "updated_at"])
    counts.move(counts.key_of(conversation), None)
    events.record(ConversationDeleted(audience=keys, before=keys, conversation=conversation.pk), actor=actor)
    audit.record(actor, "conversation.deleted", conversation)
    return conversation.pk


def restore_conversations(*, agent: Agent, actor: Actor, ids: Sequence[int]) -> int:
    """Bring deleted conversations back as they were; how many.

    Leads and admins may for 30 days, after which they go for good; who deleted one themselves, for ten minutes. Raises
    `TooLate`, before anything is changed, when one of them may not come back by this agent any more.
    """
    require(agent, "conversation.delete")
    with transaction.atomic():
        rows = Conversation.everything.select_for_update().filter(pk__in=ids, deleted_at__isnull=False).order_by("pk")
        seen = set(rows_visible_to(agent).filter(pk__in=ids).values_list("pk", flat=True))
        found = [c for c in rows if c.pk in seen]
        for conversation in found:
            _check_restores(agent, conversation)
        for conversation in found:
            _restore(actor, conversation)
    return len(found)


def _check_restores(agent: Agent, conversation: Conversation) -> None:
    is_theirs = allowed(agent, "conversation.restore")
    if not is_theirs and conversation.deleted_by_id != agent.pk:
        raise PermissionDenied("conversation.restore")
    # What has begun to go for good is not brought back in pieces.
    if conversation.deleted_at is None or conversation.deleted_at < timezone.now() - (KEPT if is_theirs else TAKE_BACK):
        raise TooLate


def _restore(actor: Actor, conversation: Conversation) -> None:
    conversation.deleted_at = conversation.deleted_by = None
    conversation.save(update_fields=["deleted_at", "deleted_by", "updated_at"])
    counts.move(None, counts.key_of(conversation))
    keys = access.audience(conversation)
    events.record(ConversationRestored(audience=keys, conversation=conversation.pk), actor=actor)
    audit.record(actor, "conversation.restored", conversation)


def expire_conversations(rows: QuerySet[Conversation]) -> int:
    """Put up to twenty of these, kept long enough, among what was deleted a month ago, and remove them from there."""
    with transaction.atomic():
        found = list(rows.select_for_update(of=("self",)).order_by("pk")[:AT_ONCE])
        for conversation in found:
            keys = access.audience(conversation)
            conversation.deleted_at = timezone.now() - KEPT - TAKE_BACK
            conversation.save(update_fields=["deleted_at", "updated_at"])
            counts.move(counts.key_of(conversation), None)
            fact = ConversationDeleted(audience=keys, before=keys, conversation=conversation.pk)
            events.record(fact, actor=SYSTEM)
    purge_deleted()
    return len(found)


# --- for good ---------------------------------------------------------------------------------------------------------


def purge_deleted(*, older_than: timedelta = KEPT) -> int:
    """Remove for good what was deleted so long ago, a few hundred messages in a transaction; how many conversations.

    Each batch first leaves tombstones and removes the originals, then its rows: a death in between leaves rows without
    originals, which the next run removes.
    """
    old = Conversation.everything.filter(deleted_at__lt=timezone.now() - older_than)
    done = 0
    while (conversation := old.order_by("deleted_at", "pk").first()) is not None:
        while messages := list(_messages(conversation)):
            _remove_messages(messages)
        done += _remove(conversation)
    return done


def _messages(conversation: Conversation) -> QuerySet[Message]:
    rows = Message.objects.filter(conversation=conversation).order_by("pk")
    return rows.only("pk", "inbox_id", "conversation_id", "external_id", "raw", "channel", "data")[:MESSAGES_AT_ONCE]


def _remove_messages(messages: Sequence[Message]) -> None:
    ids = [m.pk for m in messages]
    for bury in points.burials:
        bury(messages)
    with transaction.atomic():
        blobs = set(Attachment.objects.filter(message__in=ids).values_list("blob", flat=True))
        forget_messages(ids)
        Message.objects.filter(pk__in=ids).delete()
    storage.delete(*blobs)


def _remove(conversation: Conversation) -> int:
    """The conversation itself, its drafts, marks, doors, merges, and what was merged into it."""
    with transaction.atomic():
        row = Conversation.everything.select_for_update().filter(pk=conversation.pk, deleted_at__isnull=False).first()
        if row is None or row.messages.exists():
            return 0
        drafted = Attachment.objects.filter(draft__conversation=row)
        blobs = set(drafted.values_list("blob", flat=True))
        drafted.delete()  # Without their draft they would wait to be used.
        keys = access.audience(row)
        audit.record(SYSTEM, "conversation.removed", row)
        events.record(ConversationDeleted(audience=keys, conversation=row.pk), actor=SYSTEM)
        Merge.objects.filter(target=row).delete()
        row.delete()
    storage.delete(*blobs)
    return 1
