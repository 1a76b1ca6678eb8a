"""Reactions to what happens elsewhere."""

from tamada.accounts.events import AgentLeft, AgentUpdated, TeamChanged
from tamada.conversations.events import (
    ConversationEvent,
    ConversationStarted,
    ConversationUpdated,
    InboxChanged,
    MessageReceived,
)
from tamada.core.events import Event, EventMeta, handles
from tamada.customers.events import TagChanged

from . import actions

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


@handles(AgentUpdated)
def reassign(event: AgentUpdated, meta: EventMeta) -> None:
    """Somebody went away: what waits with them goes to others."""
    actions.reassign_from(agent_id=event.agent_id, depth=meta.actor.depth)
