"""What customers can't know by themselves: who sees them, who hears of them, and their messages on the timeline."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.customers.models import Customer, CustomerMerge
from tamada.customers.points import Entry, Part

from .access import audiences
from .models import Conversation, Kind, Message
from .queries import rows_visible_to, visible_to
from .text import preview_of


def narrow(customers: QuerySet[Customer], agent: Agent) -> QuerySet[Customer]:
    """Customers with a conversation the agent sees, and those who have none yet."""
    # What was deleted or merged counts too: else its customer would seem to have none, and be everybody's to see.
    theirs = Conversation.everything.filter(customer=OuterRef("pk"))
    seen = rows_visible_to(agent).filter(customer=OuterRef("pk"))
    return customers.filter(Exists(seen) | ~Exists(theirs))


def audience(customer_ids: Collection[int]) -> Mapping[int, frozenset[str]]:
    """The keys of everybody who sees one of each customer's conversations."""
    conversations = list(
        Conversation.everything.filter(customer__in=customer_ids).only("customer", "inbox", "team", "assignee")
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


# --- when one customer turns out to be another ----------------------------------------------------------------------

_AT_ONCE = 500


def _take_over(merge: CustomerMerge) -> list[int]:
    """Give all conversations to whom they are with; each message keeps who wrote it. The ids of what was given."""
    rows = Conversation.everything.filter(customer=merge.source)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.update(customer=merge.target, updated_at=timezone.now())
    return ids


def _give_back(merge: CustomerMerge, kept: list[int]) -> None:
    for start in range(0, len(kept), _AT_ONCE):
        rows = Conversation.everything.filter(pk__in=kept[start : start + _AT_ONCE], customer=merge.target)
        rows.update(customer=merge.source, updated_at=timezone.now())


MERGING = Part(_take_over, _give_back)
