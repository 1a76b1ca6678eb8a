"""What happens in conversations becomes notifications. Each runs as a task and may run twice."""

from tamada.accounts.events import AgentLeft
from tamada.conversations.events import (
    AgentMentioned,
    ConversationAssigned,
    ConversationRead,
    DeliveryChanged,
    MessageReceived,
    NoteAdded,
    RecipientRefused,
)
from tamada.conversations.models import Access, Conversation, DeliveryState, Mention, Message
from tamada.core.events import EventMeta, handles
from tamada.webhooks.events import WebhookDisabled
from tamada.webhooks.models import Endpoint
from tamada.webhooks.tasks import owners

from . import actions

LOST = frozenset({DeliveryState.FAILED, DeliveryState.BOUNCED, DeliveryState.UNCERTAIN})


def concerned(conversation_id: int) -> set[int]:
    """The ids of who owns or follows a conversation."""
    followers = Access.objects.filter(conversation=conversation_id, follows=True).values_list("agent", flat=True)
    owners = Conversation.objects.filter(pk=conversation_id, assignee__isnull=False).values_list("assignee", flat=True)
    return {*followers, *owners}


@handles(MessageReceived)
def tell_of_message(event: MessageReceived, meta: EventMeta) -> None:
    """A customer wrote: who owns or follows the conversation. Out-of-office notes are no news."""
    if event.automatic:
        return
    actions.notify(
        agent_ids=concerned(event.conversation),
        kind="reply",
        conversation_id=event.conversation,
        key=f"reply:{event.message}",
        actor=meta.actor,
        seq=event.seq,
    )


@handles(NoteAdded)
def tell_of_note(event: NoteAdded, meta: EventMeta) -> None:
    """A colleague left a note: who owns or follows, except those it names, who hear that instead."""
    named = set(Mention.objects.filter(message=event.message).values_list("agent", flat=True))
    actions.notify(
        agent_ids=concerned(event.conversation) - named,
        kind="note",
        conversation_id=event.conversation,
        key=f"note:{event.message}",
        actor=meta.actor,
        seq=event.seq,
    )


@handles(AgentMentioned)
def tell_of_mention(event: AgentMentioned, meta: EventMeta) -> None:
    """Somebody was named."""
    actions.notify(
        agent_ids=[event.agent],
        kind="mention",
        conversation_id=event.conversation,
        key=f"mention:{event.message}",
        actor=meta.actor,
    )


@handles(ConversationAssigned)
def tell_of_assignment(event: ConversationAssigned, meta: EventMeta) -> None:
    """Somebody owns a conversation now."""
    actions.notify(
        agent_ids=[event.agent],
        kind="assigned",
        conversation_id=event.conversation,
        key=f"assigned:{meta.id}",
        actor=meta.actor,
    )


@handles(DeliveryChanged)
def tell_of_failure(event: DeliveryChanged, meta: EventMeta) -> None:
    """A message didn't arrive: who wrote it, or who owns the conversation. This can't be silenced."""
    if event.state not in LOST:
        return
    author = Message.objects.filter(pk=event.message).values_list("agent", flat=True).first()
    actions.notify(
        agent_ids=[author] if author else concerned(event.conversation),
        kind="failed",
        conversation_id=event.conversation,
        key=f"failed:{event.message}:{event.state}",
        actor=meta.actor,
    )


@handles(RecipientRefused)
def tell_of_refusal(event: RecipientRefused, meta: EventMeta) -> None:
    """One of several recipients did not get a message. This can't be silenced either."""
    author = Message.objects.filter(pk=event.message).values_list("agent", flat=True).first()
    actions.notify(
        agent_ids=[author] if author else concerned(event.conversation),
        kind="failed",
        conversation_id=event.conversation,
        key=f"failed:{event.message}:refused",
        actor=meta.actor,
    )


@handles(WebhookDisabled)
def tell_of_webhook(event: WebhookDisabled, meta: EventMeta) -> None:
    """A webhook was switched off by us: who made it, or every admin."""
    endpoint = Endpoint.objects.select_related("made_by").filter(pk=event.endpoint).first()
    if endpoint is not None:
        agent_ids = [agent.pk for agent in owners(endpoint)]
        actions.notify_admins(agent_ids=agent_ids, kind="webhook", key=f"webhook:{meta.id}", endpoint=endpoint.pk)


@handles(ConversationRead)
def see_what_was_read(event: ConversationRead, meta: EventMeta) -> None:
    """Who has read a conversation needs no more telling of it."""
    del meta
    actions.mark_conversation_seen(agent_id=event.agent, conversation_id=event.conversation, seq=event.seq)


@handles(AgentLeft)
def stop_pushing(event: AgentLeft, meta: EventMeta) -> None:
    """The browsers of who left hear nothing more."""
    del meta
    actions.forget_subscriptions(agent_id=event.agent_id)
