"""What one of us writes to a customer is read for promises, away from who waits for it to leave; jobs follow what
changes in the house: hours and holidays, and who is here.
"""

from tamada.accounts.events import AgentLeft, AgentUpdated
from tamada.accounts.models import Agent
from tamada.calendars.events import CalendarChanged
from tamada.calendars.models import Calendar
from tamada.conversations.events import MessageSent, MessageWithdrawn
from tamada.core.events import EventMeta, handles

from . import actions, tasks


@handles(MessageSent)
def look_for_promises(event: MessageSent, meta: EventMeta) -> None:
    """A machine promises nothing: its words are passed over (`actions.propose`)."""
    if meta.actor.kind == "agent":
        actions.propose(message_id=event.message)


@handles(MessageWithdrawn)
def forget_what_was_taken_back(event: MessageWithdrawn, meta: EventMeta) -> None:
    """What has not left promises nothing."""
    del meta
    actions.forget_withdrawn(conversation_id=event.conversation)


@handles(CalendarChanged)
def follow_hours(event: CalendarChanged, meta: EventMeta) -> None:
    """Other hours or holidays: what is promised by them is forecast anew, some at a time."""
    del meta
    calendar = Calendar.objects.filter(pk=event.calendar_id).first()
    if calendar is not None:
        link = tasks.replan_all.using(unique=f"jobs:calendar:{calendar.pk}:{calendar.version}")
        link.enqueue(calendar_id=calendar.pk, version=calendar.version, after=0)


@handles(AgentLeft)
def follow_who_left(event: AgentLeft, meta: EventMeta) -> None:
    """What was theirs needs another owner; what they were to take over stays with who gives it."""
    del meta
    actions.hand_over_from(agent_id=event.agent_id)
    actions.bring_back()


@handles(AgentUpdated)
def follow_who_is_away(event: AgentUpdated, meta: EventMeta) -> None:
    """What somebody has to do does not wait for their return from an absence; from lunch it does."""
    del meta
    if Agent.objects.filter(pk=event.agent_id, is_away=True, away_until__isnull=False).exists():
        actions.hand_over_from(agent_id=event.agent_id)
        actions.bring_back()
