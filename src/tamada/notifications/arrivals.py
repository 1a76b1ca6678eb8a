"""Chats that wait and that nobody has yet: whom it concerns, and until when."""

from collections.abc import Collection
from typing import Final

from django.db.models import F, Q
from django.utils import timezone

from tamada.accounts.models import Agent, Role
from tamada.automation.models import Method, TeamRouting
from tamada.automation.queries.routing import unowned
from tamada.calendars.queries import schedule
from tamada.conversations.capabilities import capabilities_of
from tamada.conversations.models import Conversation, Message
from tamada.core.asked import Asked
from tamada.core.events import EventMeta

from . import actions
from .models import Notification

KIND: Final = "new_chat"
UNSEEN: Final = Q(type=KIND, seen_at__isnull=True)

_begins = Asked(
    lambda pk: Message.objects.filter(
        pk=pk, created_at=F("conversation__waiting_since"), conversation__assignee__isnull=True
    ).values_list("channel")
)
_told = Asked(lambda pk: Notification.objects.filter(UNSEEN, conversation_id=pk).values_list("conversation_id"))


def is_live(channel: str) -> bool:
    """Whether people who write there wait for an answer at once: chat and messengers, not mail."""
    return not capabilities_of(channel).addressed


def begins(message_id: int) -> bool:
    """Whether its writer waits since this message, for nobody yet, in a chat; who only goes on was told of already."""
    return any(is_live(channel) for (channel,) in _begins.rows(message_id))


def tell(*, conversation_id: int, meta: EventMeta, by_chat: bool = False) -> None:
    """Tell who may take it, if it is a chat that waits for somebody, within its inbox's hours; who knows it already,
    and has not looked, is told nothing. `by_chat`: what begins the wait came by chat, whatever the conversation is.

    Not while the assistant talks, and not where owners are found by themselves: who is given it hears that, and its
    leads hear of what nobody is given (`ConversationUnowned`). What comes at night stands first in the morning's list.
    """
    conversation = _waiting(conversation_id)
    if conversation is None or not (by_chat or is_live(conversation.channel)):
        return
    if schedule(conversation.inbox.calendar).is_open(timezone.now()):
        know = Notification.objects.filter(UNSEEN, conversation_id=conversation_id).values_list("agent", flat=True)
        actions.notify(
            agent_ids=_who_may_take(conversation) - set(know),
            kind=KIND,
            conversation_id=conversation_id,
            key=f"{KIND}:{conversation_id}:{meta.id}",
            actor=meta.actor,
            all_see=True,
        )
        settle(conversation_id)  # Somebody may have taken it meanwhile.


def settle(conversation_id: int) -> None:
    """Nobody needs to be told any more, if somebody has it, it was answered, closed, or turned out to be spam; and who
    may not take it now, since it went to another team, was told in vain.
    """
    if _told.any(conversation_id):
        conversation = _waiting(conversation_id)
        forget(conversation_id, but=_who_may_take(conversation) if conversation else set())


def forget(conversation_id: int, *, but: Collection[int] = ()) -> None:
    """Nobody is told any more, but these agents."""
    rows = Notification.objects.filter(UNSEEN, conversation_id=conversation_id)
    actions.mark_seen_by_all(rows.exclude(agent__in=but))


def _waiting(conversation_id: int) -> Conversation | None:
    found = unowned().filter(pk=conversation_id, waiting_since__isnull=False)
    return found.select_related("inbox__calendar").first()


def _who_may_take(conversation: Conversation) -> set[int]:
    """Those of its team who are not away and may write."""
    team = conversation.team_id
    if TeamRouting.objects.filter(team=team).exclude(method=Method.MANUAL).exists():
        return set()
    here = Agent.objects.filter(memberships__team=team, is_active=True, is_away=False).exclude(role=Role.OBSERVER)
    return set(here.values_list("pk", flat=True))
