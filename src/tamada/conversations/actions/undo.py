"""Taking a message back before it has left."""

from django.db import transaction

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import Actor
from tamada.search.index import forget_messages

from .. import access
from ..errors import TooLate
from ..events import DraftChanged, MessageWithdrawn
from ..models import Attachment, Conversation, Delivery, Draft, Kind, Message
from ..text import preview_of
from .writing import locked


@transaction.atomic
def undo_send(*, agent: Agent, actor: Actor, message: Message) -> Draft:
    """Take a message back before it has left, and give its writer the draft again; raises `TooLate`."""
    require(agent, "conversation.reply")
    conversation = locked(agent, message.conversation)
    delivery = Delivery.objects.select_for_update().filter(message=message, claimed_at__isnull=True).first()
    if delivery is None or delivery.settled_at or message.agent_id != agent.pk:
        raise TooLate
    draft, _ = Draft.objects.update_or_create(
        agent=agent,
        conversation=conversation,
        kind=Kind.OUT,
        defaults={
            "html": message.html,
            "text": message.text,
            "to": message.to,
            "cc": message.cc,
            "bcc": message.bcc,
            "subject": message.subject,
            "data": {"quote": message.quoted_text, **message.data},
        },
    )
    Attachment.objects.filter(message=message).update(message=None, draft=draft)
    forget_messages([message.pk])
    keys = access.audience(conversation)
    gone = MessageWithdrawn(audience=keys, conversation=conversation.pk, message=message.pk, seq=message.seq)
    audit.record(actor, "message.withdrawn", message, conversation=conversation.pk)
    message.delete()
    _recount(conversation)
    events.record(
        gone,
        DraftChanged(audience=frozenset({f"agent:{agent.pk}"}), conversation=conversation.pk, agent=agent.pk),
        actor=actor,
    )
    return draft


def _recount(conversation: Conversation) -> None:
    """After a message went away: what the list shows of the conversation, from those that remain."""
    said = conversation.messages.exclude(kind=Kind.SYSTEM)
    last = said.order_by("-seq").first()
    answered = said.filter(kind=Kind.OUT).order_by("-seq").values_list("seq", flat=True).first() or 0
    asked = said.filter(kind=Kind.IN, seq__gt=answered, is_automatic=False).order_by("seq").first()
    conversation.message_count = said.count()
    conversation.preview = preview_of(last.text) if last else ""
    conversation.last_kind = last.kind if last else ""
    conversation.waiting_since = asked.created_at if asked else None
    conversation.save(update_fields=["message_count", "preview", "last_kind", "waiting_since", "updated_at"])
