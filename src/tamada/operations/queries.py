"""Reading promises: those an agent may see, what is to be done, and how often promises are kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.conversations import queries as conversations
from tamada.conversations.models import DeliveryState
from tamada.customers import queries as customers

from .models import Commitment, State


def visible_to(agent: Agent) -> QuerySet[Commitment]:
    """Promises of conversations that the agent sees; those of no conversation, of customers that they see."""
    seen = Q(conversation__in=conversations.rows_visible_to(agent))
    seen |= Q(conversation=None, customer__in=customers.visible_to(agent))
    return Commitment.objects.filter(seen).exclude(state=State.PROPOSED)


def with_everything(rows: QuerySet[Commitment]) -> QuerySet[Commitment]:
    """With what their lines show."""
    return rows.select_related("customer", "owner", "conversation")


def in_status(rows: QuerySet[Commitment], status: str) -> QuerySet[Commitment]:
    """Those that are `open` (and not past their time), `late`, `kept` or `broken`."""
    if status in (State.OPEN, "late"):
        open_ = rows.filter(state=State.OPEN)
        return open_.filter(due_at__lt=timezone.now()) if status == "late" else open_.filter(due_at__gte=timezone.now())
    return rows.filter(state=status)


def of_seen_conversation(pk: int) -> QuerySet[Commitment]:
    """Those made in a conversation that is known to be seen: what is open first, by when it is due."""
    rows = Commitment.objects.filter(conversation=pk).exclude(state=State.PROPOSED)
    return rows.select_related("owner").order_by(F("settled_at").asc(nulls_first=True), "due_at")


def of_customer(agent: Agent, pk: int) -> QuerySet[Commitment]:
    """Those made to a customer."""
    rows = with_everything(visible_to(agent).filter(customer=pk))
    return rows.order_by(F("settled_at").asc(nulls_first=True), "due_at")


def proposals(agent: Agent, conversation: int) -> QuerySet[Commitment]:
    """What the agent wrote here that reads like a promise, and of which they have not said yet whether it is one.

    What the customer never got promised them nothing: it is asked about once it has gone.
    """
    found = Commitment.objects.filter(conversation=conversation, state=State.PROPOSED, owner=agent)
    return found.exclude(message__delivery__in=(DeliveryState.FAILED, DeliveryState.BOUNCED))


# --- how often promises are kept --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rate:
    """Of whom, how many promises were settled or are late by now, and how many of these were kept in time."""

    name: str
    due: int
    kept: int

    @property
    def percent(self) -> int:
        """The share that was kept in time."""
        return round(100 * self.kept / self.due) if self.due else 0


def rates(agent: Agent, *, by: str, days: int = 30) -> list[Rate]:
    """How often promises of the last days were kept by the time promised at first, by `owner` or `team`.

    Counted is what was due in these days: kept, broken, or open past its time. Those an agent sees, and no others.
    """
    now = timezone.now()
    field = {"owner": "owner__name", "team": "conversation__team__name"}[by]
    rows = due(visible_to(agent), now - timedelta(days=days), now)
    counted = rows.order_by().values_list(field).annotate(due=Count("pk"), kept=Count("pk", filter=IN_TIME))
    found = (Rate(name or "", count, kept) for name, count, kept in counted)
    return sorted(found, key=lambda rate: (-rate.due, rate.name))


IN_TIME: Final = Q(state=State.KEPT, settled_at__lte=F("first_due_at"))


def due(rows: QuerySet[Commitment], start: datetime, end: datetime) -> QuerySet[Commitment]:
    """Those of a stretch of time of which it is known what became of them."""
    return rows.filter(first_due_at__gte=start, first_due_at__lt=end).exclude(state=State.OPEN, due_at__gte=end)


def total(rates_: Iterable[Rate]) -> Rate:
    """All of them together."""
    listed = list(rates_)
    return Rate("", sum(one.due for one in listed), sum(one.kept for one in listed))
