"""Who sees a conversation: the keys that events carry, and the doors opened for one agent."""

from collections.abc import Iterable

from tamada.accounts.models import Agent

from .models import Access, Conversation, Inbox


def audience(conversation: Conversation, *agents: int) -> frozenset[str]:
    """The audience keys of one conversation as it stands, `agents` (ids) besides."""
    return audiences([conversation], *agents)[conversation.pk]


def audiences(conversations: Iterable[Conversation], *agents: int) -> dict[int, frozenset[str]]:
    """The audience keys of several conversations by id, in one query."""
    keys = {c.pk: _own_keys(c) | {f"agent:{a}" for a in agents} for c in conversations}
    for conversation_id, agent_id in Access.objects.filter(conversation__in=keys).values_list("conversation", "agent"):
        keys[conversation_id].add(f"agent:{agent_id}")
    return {pk: frozenset(k) for pk, k in keys.items()}


def _own_keys(conversation: Conversation) -> set[str]:
    keys = {f"inbox:{conversation.inbox_id}", f"team:{conversation.team_id}", "role:admin"}
    if conversation.assignee_id:
        keys.add(f"agent:{conversation.assignee_id}")
    return keys


def inbox_keys(agent: Agent, teams: frozenset[int]) -> frozenset[str]:
    """The inboxes whose events an agent of `teams` hears; registered with `accounts.queries.audience_sources`."""
    inboxes = Inbox.objects.filter(team__in=teams).values_list("pk", flat=True)
    return frozenset(f"inbox:{pk}" for pk in inboxes)


def grant(conversation: Conversation, agent_id: int, *, follows: bool | None = None) -> None:
    """Open the door for one agent; `follows` is set when given."""
    defaults = {} if follows is None else {"follows": follows}
    Access.objects.update_or_create(conversation=conversation, agent_id=agent_id, defaults=defaults)
