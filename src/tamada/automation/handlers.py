"""What moves a deadline, what rules name, who is to answer. Each runs as a task, and may run late, twice or in another
order.
"""

from typing import Any

from django.db.models import Q

from tamada.accounts.events import AgentLeft, AgentUpdated, TeamChanged
from tamada.calendars.events import CalendarChanged
from tamada.calendars.models import Calendar
from tamada.conversations.events import (
    ConversationDeleted,
    ConversationEvent,
    ConversationMerged,
    ConversationParted,
    ConversationRestored,
    ConversationStarted,
    ConversationUpdated,
    InboxChanged,
    MessageReceived,
    MessageSent,
    MessageWithdrawn,
)
from tamada.conversations.models import Conversation, Inbox, Status
from tamada.core.events import Event, EventMeta, handles
from tamada.customers.events import CustomerUpdated, TagChanged

from . import actions, tasks
from .events import PolicyChanged
from .models import Deadline, Hours, Policy

# What moves no deadline, however often it changes.
_STILL = frozenset({"assignee", "assignee_id", "team", "team_id", "tags"})


@handles(MessageReceived, MessageSent, MessageWithdrawn, ConversationDeleted, ConversationRestored)
def follow_messages(event: ConversationEvent, meta: EventMeta) -> None:
    """Somebody wrote, or took it back; or a conversation went away, or came back."""
    del meta
    actions.refresh_deadlines(conversations=[event.conversation])


@handles(ConversationMerged, ConversationParted)
def follow_merge(event: Any, meta: EventMeta) -> None:
    """Messages of one became those of another, or its own again."""
    del meta
    actions.refresh_deadlines(conversations=[event.conversation, event.into])


@handles(ConversationUpdated)
def follow_changes(event: ConversationUpdated, meta: EventMeta) -> None:
    """Status, snooze, priority, spam, or which messages belong to it changed."""
    del meta
    if not _STILL.issuperset(event.fields):
        actions.refresh_deadlines(conversations=[event.conversation])


@handles(CustomerUpdated)
def follow_customer(event: CustomerUpdated, meta: EventMeta) -> None:
    """A customer may have other tags, and another policy with them."""
    del meta
    if Policy.objects.filter(tags__isnull=False).exists():
        theirs = Conversation.objects.filter(customer=event.customer).exclude(status=Status.CLOSED)
        actions.refresh_deadlines(conversations=list(theirs.values_list("pk", flat=True)[:500]))


@handles(PolicyChanged)
def follow_policy(event: PolicyChanged, meta: EventMeta) -> None:
    """Another promise holds for everything that is open."""
    del event
    tasks.refresh_all.using(unique=f"sla:policies:{meta.id}").enqueue(chain=f"policies:{meta.id}", after=0)


@handles(InboxChanged)
def follow_inbox(event: InboxChanged, meta: EventMeta) -> None:
    """An inbox that opens and closes by another calendar moves what counts by its hours."""
    calendar = Inbox.objects.filter(pk=event.inbox).values_list("calendar", flat=True).first()
    by_inbox = Deadline.objects.filter(met_at=None, conversation__inbox=event.inbox, policy__hours=Hours.INBOX)
    same = Q(calendar=calendar) if calendar is not None else Q(calendar__isnull=True)
    if by_inbox.exclude(same).exists():
        chain = f"inbox:{event.inbox}:{meta.id}"
        tasks.refresh_all.using(unique=f"sla:{chain}").enqueue(chain=chain, after=0, inbox=event.inbox)


@handles(CalendarChanged)
def follow_calendar(event: CalendarChanged, meta: EventMeta) -> None:
    """Other hours or holidays move what counts by them."""
    del meta
    version = Calendar.objects.filter(pk=event.calendar_id).values_list("version", flat=True).first()
    if version is not None and Deadline.objects.filter(calendar=event.calendar_id, met_at=None).exists():
        tasks.recount_all.using(unique=f"sla:calendar:{event.calendar_id}:{version}").enqueue(
            calendar_id=event.calendar_id, version=version, after=0
        )


_ROUTED_BY = frozenset({"team", "assignee", "status", "tags", "is_spam", "spam"})


@handles(AgentLeft, TeamChanged, InboxChanged, TagChanged)
def look_after_rules(event: Event, meta: EventMeta) -> None:
    """Something that rules may name is gone, or is called otherwise."""
    del event, meta
    actions.check_rules()


@handles(ConversationStarted, MessageReceived)
def route_arrival(event: ConversationEvent, meta: EventMeta) -> None:
    """Somebody is to answer it."""
    actions.route(conversation_id=event.conversation, depth=meta.actor.depth)


@handles(ConversationUpdated)
def route_changed(event: ConversationUpdated, meta: EventMeta) -> None:
    """It came to another team, lost its owner, or is open again. Who gave it back is not given it again."""
    if not _ROUTED_BY.isdisjoint(event.fields) and meta.actor.depth < actions.DEEPEST:
        by = meta.actor.id if meta.actor.kind in ("agent", "api") and "assignee" in event.fields else None
        actions.route(conversation_id=event.conversation, depth=meta.actor.depth, but=by)


@handles(MessageReceived)
def follow_road(event: MessageReceived, meta: EventMeta) -> None:
    """A customer wrote to somebody who is away: it goes the road that they chose. A machine's note moves nothing."""
    if not event.automatic:
        actions.hand_on(conversation_id=event.conversation, depth=meta.actor.depth)


@handles(ConversationUpdated)
def follow_road_opened(event: ConversationUpdated, meta: EventMeta) -> None:
    """It woke, or was opened again, while its owner is away. What somebody gives them on purpose stays theirs."""
    if "status" in event.fields and meta.actor.depth < actions.DEEPEST:
        actions.hand_on_opened(conversation_id=event.conversation, depth=meta.actor.depth)


@handles(AgentUpdated)
def reassign(event: AgentUpdated, meta: EventMeta) -> None:
    """Somebody went away: what waits with them goes to others."""
    actions.reassign_from(agent_id=event.agent_id, depth=meta.actor.depth)
