"""Reactions to what happens elsewhere."""

from tamada.accounts.events import AgentLeft
from tamada.core.events import EventMeta, handles

from .actions.leaving import release_conversations


@handles(AgentLeft)
def free_what_was_theirs(event: AgentLeft, meta: EventMeta) -> None:
    """Who left owns nothing that is still to be answered."""
    release_conversations(agent_id=event.agent_id, actor=meta.actor)
