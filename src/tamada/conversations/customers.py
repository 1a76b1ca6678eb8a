"""What customers can't know by themselves: who sees them, who hears of them, and their messages on the timeline."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from tamada.accounts.models import Agent
from tamada.customers.models import Customer
from tamada.customers.points import Entry

from .access import audiences
from .models import Conversation, Kind, Message
from .queries import visible_to
from .text import preview_of


def narrow(customers: QuerySet[Customer], agent: Agent) -> QuerySet[Customer]:
    """Customers with a conversation the agent sees, and those who have none yet."""
    theirs = Conversation.objects.filter(customer=OuterRef("pk"))
    seen = visible_to(agent).filter(customer=OuterRef("pk"))
    return customers.filter(Exists(seen) | ~Exists(theirs))


def audience(customer_ids: Collection[int]) -> Mapping[int, frozenset[str]]:
    """The keys of everybody who sees one of each customer's conversations."""
    conversations = list(
        Conversation.objects.filter(customer__in=customer_ids).only("customer", "inbox", "team", "assignee")
    )
    keys = audiences(conversations)
    found: dict[int, frozenset[str]] = {}
    for conversation in conversations:
        pk = conversation.customer_id
        found[pk] = found.get(pk, frozenset()) | keys[conversation.pk]
    return found


def timeline(
    customer: Customer, agent: Agent, *, edge: tuple[datetime, int] | None, newest_first: bool, limit: int
) -> Sequence[Entry]:
    """Messages of every conversation with the customer that the agent may see."""
    mine = visible_to(agent).filter(customer=customer, is_spam=False)
    messages = Message.objects.filter(conversation__in=mine).exclude(kind=Kind.SYSTEM)
    if edge:
        op, (at, pk) = "lt" if newest_first else "gt", edge
        beyond = Q(**{f"created_at__{op}": at}) | Q(**{f"pk__{op}": pk})
        messages = messages.filter(Q(**{f"created_at__{op}e": at}) & beyond)
    sign = "-" if newest_first else ""
    found = messages.select_related("conversation").order_by(f"{sign}created_at", f"{sign}pk")[:limit]
    return [_entry(m) for m in found]


def _entry(message: Message) -> Entry:
    return Entry(
        at=message.created_at,
        kind="message",
        id=message.pk,
        title=message.conversation.subject,
        text=message.text or preview_of(message.quoted_text),
        channel=message.channel,
        direction=message.kind,
        author_kind=message.author_kind,
        author_name=message.author_name,
        conversation=message.conversation_id,
        data={"delivery": message.delivery},
    )
