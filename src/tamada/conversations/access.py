"""Who sees a conversation: the keys that events carry, and the doors opened for one agent."""

from collections.abc import Iterable

from tamada.accounts.models import Agent
from tamada.accounts.queries import team_ids

from .models import Access, Conversation, Inbox


def audience(conversation: Conversation, *agents: int) -> frozenset[str]:
    """The audience keys of one conversation as it stands, `agents` (ids) besides."""
    return audiences([conversation], *agents)[conversation.pk]


def audiences(conversations: Iterable[Conversation], *agents: int) -> dict[int, frozenset[str]]:
    """The audience keys of several conversations by id, in one query."""
    keys = {c.pk: _own_keys(c) | {f"agent:{a}" for a in agents} for c in conversations}
    doors = Access.objects.filter(conversation__in=keys, is_open=True)
    for conversation_id, agent_id in doors.values_list("conversation", "agent"):
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


def grant(conversation: Conversation, agent_id: int) -> None:
    """Let one agent in who does not see the conversation by a team or as an admin; who does needs no door."""
    teams = {conversation.team_id, conversation.inbox.team_id}
    agent = Agent.objects.get(pk=agent_id)
    if not agent.is_admin and not teams & team_ids(agent):
        Access.objects.update_or_create(conversation=conversation, agent_id=agent_id, defaults={"is_open": True})


def follow(conversation: Conversation, agent_id: int, *, follows: bool) -> None:
    """Note that an agent follows, or no longer; that lets nobody in."""
    Access.objects.update_or_create(
        conversation=conversation,
        agent_id=agent_id,
        defaults={"follows": follows},
        create_defaults={"follows": follows, "is_open": False},
    )
