"""What customers can't know themselves: who sees them, who hears of them, and our part of their timeline."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from tamada.accounts.models import Agent
from tamada.customers.models import Customer
from tamada.customers.points import Entry

from .access import audiences
from .models import Conversation, Kind, Message
from .queries import visible_to

PREVIEW = 500


def narrow_customers(found: QuerySet[Customer], agent: Agent) -> QuerySet[Customer]:
    """Customers with a conversation the agent may see, and those who have none at all."""
    any_of_theirs = Conversation.objects.filter(customer=OuterRef("pk"))
    seen = visible_to(agent).filter(customer=OuterRef("pk"))
    return found.filter(Exists(seen) | ~Exists(any_of_theirs))


def customer_audience(customer_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """Who hears of a customer: whoever hears of one of their conversations."""
    keys: dict[int, frozenset[str]] = defaultdict(frozenset)
    rows = list(Conversation.objects.filter(customer__in=customer_ids).only("inbox", "team", "assignee", "customer"))
    by_conversation = audiences(rows)
    for conversation in rows:
        keys[conversation.customer_id] |= by_conversation[conversation.pk]
    return keys


def messages_on_timeline(
    customer: Customer, agent: Agent, *, edge: tuple[datetime, int] | None, newest_first: bool, limit: int
) -> Sequence[Entry]:
    """Every message and note of the customer's conversations that the agent may see, whatever the channel."""
    shown = visible_to(agent).filter(customer=customer)
    found = Message.objects.filter(conversation__in=shown).exclude(kind=Kind.SYSTEM).select_related("conversation")
    op, sign = ("lt", "-") if newest_first else ("gt", "")
    if edge:
        at, pk = edge
        beyond = Q(**{f"created_at__{op}": at}) | Q(**{f"pk__{op}": pk})
        found = found.filter(Q(**{f"created_at__{op}e": at}) & beyond)
    return [_entry(m) for m in found.order_by(f"{sign}created_at", f"{sign}pk")[:limit]]


def _entry(message: Message) -> Entry:
    return Entry(
        at=message.created_at,
        kind="message",
        id=message.pk,
        title=message.subject or message.conversation.subject,
        text=message.text[:PREVIEW],
        channel=message.channel,
        direction=message.kind,
        author_kind=message.author_kind,
        author_name=message.author_name,
        conversation=message.conversation_id,
        data={"delivery": message.delivery, "has_attachments": message.has_attachments},
    )
