"""The small lines that tell what happened to a conversation."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from tamada.core.actors import Actor

from ..models import AuthorKind, Conversation, Kind, Message


def add_system_line(*, conversation: Conversation, actor: Actor, data: dict[str, Any]) -> Message:
    """Add one line; `data["event"]` names the sentence, the rest fills it. Not counted, not indexed, wakes nobody.

    Call in a transaction: the conversation is held until its end, so that no other message gets the same number.
    """
    stored = Conversation.everything.select_for_update().values_list("last_seq", flat=True)
    conversation.last_seq = stored.get(pk=conversation.pk) + 1
    Conversation.everything.filter(pk=conversation.pk).update(last_seq=conversation.last_seq)
    line = system_line(conversation, actor, data, at=timezone.now())
    line.save()
    return line


def system_line(conversation: Conversation, actor: Actor, data: dict[str, Any], *, at: datetime) -> Message:
    """The line under the conversation's last number, not stored yet."""
    kinds = set(AuthorKind.values)
    return Message(
        conversation=conversation,
        seq=conversation.last_seq,
        kind=Kind.SYSTEM,
        channel=conversation.channel,
        inbox_id=conversation.inbox_id,
        author_kind=actor.kind if actor.kind in kinds else AuthorKind.SYSTEM,
        author_name=actor.name[:160],
        agent_id=actor.id if actor.kind in ("agent", "api") else None,
        data=data,
        created_at=at,
    )
