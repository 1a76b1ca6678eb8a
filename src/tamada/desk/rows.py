"""Conversations as lists draw them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.automation.queries import countdowns
from tamada.conversations.capabilities import capabilities_of
from tamada.conversations.models import Conversation, DeliveryState, Kind, Priority, Status
from tamada.conversations.queries import open_mentions, read_seqs, undelivered
from tamada.core import realtime
from tamada.customers.models import Customer

from .addresses import numbered
from .countdown import ShownDeadline
from .countdown import shown as shown_deadline

_PRESSING = (Priority.HIGH, Priority.URGENT)
_GLYPHS: Mapping[str, str] = {Kind.OUT: "reply", Kind.NOTE: "note"}


@dataclass(frozen=True, slots=True)
class ShownRow:
    """What the template of a row needs: plain values, because a list asks for each dozens of times."""

    id: str
    url: str
    select: str
    current: bool
    unread: bool
    mentioned: bool
    person: Customer
    channel: str
    name: str
    pressing: str
    subject: str
    said: str
    trouble: str
    preview: str
    waiting_since: datetime | None
    due: ShownDeadline | None
    snoozed_until: datetime | None
    active_at: datetime
    present: Sequence[Agent]
    owner: Agent | None


def rows_for(agent: Agent, conversations: Sequence[Conversation], current: int | None = None) -> list[ShownRow]:
    """Rows of any list of conversations, five queries whatever their number; `current` is open beside the list."""
    ids = [c.pk for c in conversations]
    read, mentioned = read_seqs(agent, ids), set(open_mentions(agent).values_list("conversation_id", flat=True))
    present, trouble = people_in(agent, ids), undelivered(ids)
    due = {pk: shown_deadline(one) for pk, one in countdowns(ids).items()}
    select, somebody, untitled = _("Select #%(number)s"), _("Somebody"), _("No subject")
    return [
        ShownRow(
            id=str(c.pk),
            url=numbered("conversation", c.pk),
            select=select % {"number": c.pk},
            current=c.pk == current,
            unread=c.last_seq > read.get(c.pk, 0) and c.last_kind == Kind.IN,
            mentioned=c.pk in mentioned,
            person=c.customer,
            channel=capabilities_of(c.channel).icon,
            name=c.customer.name or somebody,
            pressing=str(Priority(c.priority).label) if c.priority in _PRESSING else "",
            subject=c.subject or untitled,
            trouble=str(DeliveryState(trouble[c.pk]).label) if c.pk in trouble else "",
            said=_GLYPHS.get(c.last_kind, ""),
            preview=c.preview,
            waiting_since=c.waiting_since if c.status == Status.OPEN else None,
            due=due.get(c.pk),
            snoozed_until=c.snoozed_until if c.status == Status.SNOOZED else None,
            active_at=c.last_activity_at,
            present=present.get(c.pk, ()),
            owner=c.assignee,
        )
        for c in conversations
    ]


def people_in(agent: Agent, ids: list[int]) -> dict[int, list[Agent]]:
    """The other agents looking at these conversations now."""
    here = realtime.present_in(ids)
    others = {p.agent_id for people in here.values() for p in people} - {agent.pk}
    agents = Agent.objects.in_bulk(others) if others else {}
    return {pk: [agents[p.agent_id] for p in people if p.agent_id in agents] for pk, people in here.items()}
