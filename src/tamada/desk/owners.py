"""Who may own conversations: writers of their teams or of their inboxes' teams, and admins."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from tamada.accounts.models import Agent, Membership, Role
from tamada.conversations.models import Conversation


def owners_for(conversations: Iterable[Conversation]) -> list[Agent]:
    """Who may own every one of them; they come with their inboxes."""
    teams = {frozenset({c.team_id, c.inbox.team_id}) for c in conversations}
    members = Membership.objects.filter(team__in=frozenset().union(*teams))
    writers = Agent.objects.filter(is_active=True).exclude(role=Role.OBSERVER)
    found = list(writers.filter(Q(role=Role.ADMIN) | Q(pk__in=members.values("agent"))))
    if len(teams) < 2:
        return found
    theirs = defaultdict(set)
    for agent, team in members.values_list("agent", "team"):
        theirs[agent].add(team)
    return [agent for agent in found if agent.is_admin or all(theirs[agent.pk] & both for both in teams)]
