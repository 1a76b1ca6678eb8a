"""Changing one conversation or many at once, and undoing that: the values before are kept for a while."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import Actor
from tamada.customers.actions import unblock_sender
from tamada.customers.models import BlockedSender
from tamada.customers.queries import sender_keys

from .. import access, counts, spam_filter
from ..errors import TooLate
from ..events import ConversationUpdated
from ..models import ChangeRecord, Conversation, Kind
from .door import locked
from .spam import mark_spam, sender_of, words_to_learn
from .state import FIELDS, put_back, read, snapshot
from .update import change, check_changes

UNDO_FOR: Final = timedelta(minutes=10)
AT_ONCE: Final = 20
KEPT: Final = timedelta(days=1)
_KNOWN: Final = (*FIELDS, "waiting_since", "message_count")


@dataclass(frozen=True, slots=True)
class Undone:
    """How many conversations are as before, and how many were changed since and left alone."""

    restored: int
    left_alone: int


def change_conversations(
    *,
    agent: Agent,
    actor: Actor,
    conversations: Sequence[Conversation],
    changes: Callable[[Conversation], Mapping[str, Any]],
    spam: bool | None = None,
    block: bool = False,
) -> ChangeRecord | None:
    """Change all of them; the record undoes it. None when nothing changed. Those the agent doesn't see stay.

    `changes(conversation)` are arguments of `update_conversation`, `spam` and `block` those of `mark_spam`; raises as
    these do, before anything is changed. Many are changed a few at a time, so that no other writer waits long.
    """
    require(agent, "conversation.update")
    wanted = {c.pk: _Wanted(dict(changes(c)), spam, block) for c in conversations}
    for one in wanted.values():
        check_changes(one.changes)
    record = ChangeRecord(agent=agent, data={"conversations": [], "blocked": []}, created_at=timezone.now())
    in_order = sorted(conversations, key=lambda c: c.pk)  # So that two who change many can't wait for each other.
    for start in range(0, len(in_order), AT_ONCE):
        with transaction.atomic():
            _change_some(agent, actor, in_order[start : start + AT_ONCE], wanted, record)
    return record if record.pk else None


@dataclass(frozen=True, slots=True)
class _Wanted:
    changes: dict[str, Any]
    spam: bool | None
    block: bool


def _change_some(
    agent: Agent, actor: Actor, some: Sequence[Conversation], wanted: Mapping[int, _Wanted], record: ChangeRecord
) -> None:
    senders = {sender_keys(s)[0] for c in some if wanted[c.pk].block and (s := sender_of(c))}
    blocked = _blocked(senders)
    changed = [entry for c in some if (entry := _change(agent, actor, c, wanted[c.pk]))]
    fresh = sorted(_blocked(senders) - blocked)
    if changed or fresh:
        record.data["conversations"] += changed
        record.data["blocked"] += fresh
        record.save()


def _blocked(senders: set[str]) -> set[int]:
    return set(BlockedSender.objects.filter(value__in=senders).values_list("pk", flat=True)) if senders else set()


def _change(agent: Agent, actor: Actor, given: Conversation, wanted: _Wanted) -> dict[str, Any] | None:
    try:
        conversation = locked(agent, given)
    except Conversation.DoesNotExist:
        return None
    before, last_seq = snapshot(conversation, _KNOWN), conversation.last_seq
    tags = _tags(conversation) if "tags" in wanted.changes else []
    if wanted.spam is not None:
        mark_spam(agent=agent, actor=actor, conversation=conversation, spam=wanted.spam, block=wanted.block)
        conversation.refresh_from_db()
    change(conversation=conversation, actor=actor, by=agent, changes=wanted.changes)
    after = snapshot(conversation, _KNOWN)
    tags_after = _tags(conversation) if "tags" in wanted.changes else []
    if before == after and tags == tags_after:
        return None
    lines = conversation.messages.filter(kind=Kind.SYSTEM, seq__gt=last_seq).values_list("pk", flat=True)
    return {"id": conversation.pk, "before": before, "after": after, "tags": [tags, tags_after], "lines": list(lines)}


def _tags(conversation: Conversation) -> list[int]:
    return sorted(conversation.tags.through.objects.filter(conversation=conversation).values_list("tag_id", flat=True))


@transaction.atomic
def undo_change(*, agent: Agent, actor: Actor, record: ChangeRecord) -> Undone:
    """Put back what the record's change altered, where nothing was altered since; raises `TooLate`.

    Who moved a conversation out of their own sight may still bring it back.
    """
    require(agent, "conversation.update")
    record = ChangeRecord.objects.select_for_update().get(pk=record.pk)
    if record.agent_id != agent.pk or record.undone_at or record.created_at < timezone.now() - UNDO_FOR:
        raise TooLate
    for sender in BlockedSender.objects.filter(pk__in=record.data["blocked"]):
        unblock_sender(agent=None, actor=actor, sender=sender)
    done = [_undo(entry, actor) for entry in record.data["conversations"]]
    record.undone_at = timezone.now()
    record.save(update_fields=["undone_at"])
    return Undone(restored=done.count(True), left_alone=done.count(False))


def _undo(entry: dict[str, Any], actor: Actor) -> bool:
    """Restore one conversation, unless it was changed since."""
    conversation = Conversation.objects.select_for_update().filter(pk=entry["id"]).first()
    if conversation is None or not _is_as_left(conversation, entry):
        return False
    key, keys = counts.key_of(conversation), access.audience(conversation)
    fields = put_back(conversation, entry["before"], entry["after"])
    conversation.waiting_since = read("waiting_since", entry["before"]["waiting_since"])
    conversation.save()
    if entry["tags"][0] != entry["tags"][1]:
        conversation.tags.set(entry["tags"][0])
        fields.append("tags")
    if entry["before"]["is_spam"] != entry["after"]["is_spam"]:
        for text in words_to_learn(conversation):
            spam_filter.unlearn(text, is_spam=entry["after"]["is_spam"])
    conversation.messages.filter(pk__in=entry["lines"], kind=Kind.SYSTEM).delete()
    counts.move(key, counts.key_of(conversation))
    now = access.audience(conversation)
    fact = ConversationUpdated(audience=now, before=keys, conversation=conversation.pk, fields=tuple(fields))
    events.record(fact, actor=actor)
    audit.record(actor, "conversation.change_undone", conversation, fields=fields)
    return True


def _is_as_left(conversation: Conversation, entry: dict[str, Any]) -> bool:
    before, after = entry["tags"]
    if before != after and _tags(conversation) != after:
        return False
    return bool(snapshot(conversation, _KNOWN) == entry["after"])


def forget_changes() -> int:
    """Drop the records that are too old to be undone; how many."""
    return ChangeRecord.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]
