"""Read marks, mentions seen, and following."""

from django.db import transaction
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import Actor

from .. import access
from ..events import ConversationFollowed, ConversationRead
from ..models import Access, Conversation, Mention, ReadMark
from .door import check_seen


@transaction.atomic
def mark_read(*, agent: Agent, actor: Actor, conversation: Conversation, seq: int) -> None:
    """The agent has read up to message `seq`; mentions up to there are seen. Never goes back."""
    _check(agent, conversation)
    mark, created = ReadMark.objects.get_or_create(agent=agent, conversation=conversation, defaults={"seq": seq})
    moved = created or ReadMark.objects.filter(pk=mark.pk, seq__lt=seq).update(seq=seq)
    named = Mention.objects.filter(agent=agent, conversation=conversation, message__seq__lte=seq, seen_at__isnull=True)
    if moved or named.exists():
        named.update(seen_at=timezone.now())
        key = frozenset({f"agent:{agent.pk}"})
        fact = ConversationRead(audience=key, conversation=conversation.pk, agent=agent.pk, seq=seq)
        events.record(fact, actor=actor)


@transaction.atomic
def mark_unread(*, agent: Agent, actor: Actor, conversation: Conversation) -> None:
    """The agent wants to see the last message as new again."""
    _check(agent, conversation)
    before = max(conversation.last_seq - 1, 0)
    ReadMark.objects.update_or_create(agent=agent, conversation=conversation, defaults={"seq": before})
    key = frozenset({f"agent:{agent.pk}"})
    events.record(ConversationRead(audience=key, conversation=conversation.pk, agent=agent.pk, seq=before), actor=actor)


@transaction.atomic
def follow(*, agent: Agent, actor: Actor, conversation: Conversation, follows: bool = True) -> None:
    """Be told of everything in this conversation from now on, or no longer."""
    _check(agent, conversation)
    if Access.objects.filter(agent=agent, conversation=conversation, follows=follows).exists():
        return
    access.follow(conversation, agent.pk, follows=follows)
    key = frozenset({f"agent:{agent.pk}"})
    events.record(ConversationFollowed(audience=key, conversation=conversation.pk, agent=agent.pk), actor=actor)
    audit.record(actor, "conversation.followed" if follows else "conversation.unfollowed", conversation)


def _check(agent: Agent, conversation: Conversation) -> None:
    require(agent, "conversation.read")
    check_seen(agent, conversation)
