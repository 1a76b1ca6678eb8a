"""Who could be given a conversation. Call inside the locks of `actions.routing`, so that the numbers hold."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from tamada.accounts.models import Agent, Role
from tamada.accounts.queries import ONLINE_FOR
from tamada.conversations.models import Conversation, Status

from ..models import AgentRouting, Method, TeamRouting


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who is here, with what they take and how many open conversations they have."""

    routing: AgentRouting
    load: int
    skills: frozenset[int]

    def has_room(self, team_cap: int) -> bool:
        """Whether one more is not above their cap, nor the team's."""
        cap = team_cap if self.routing.cap is None else self.routing.cap
        return (cap == 0 and self.routing.cap is None) or self.load < cap

    def speaks(self, language: str) -> bool:
        """Whether they answer in a language; who named none answers in all."""
        return not language or not self.routing.languages or language in self.routing.languages


def present_members(team_id: int, now: datetime, *, but: Collection[int] = ()) -> list[Agent]:
    """Who of a team is here: seen within minutes, not away, and may write."""
    here = Agent.objects.filter(memberships__team=team_id, is_active=True, is_away=False)
    here = here.filter(last_seen_at__gt=now - ONLINE_FOR).exclude(role=Role.OBSERVER)
    return list(here.exclude(pk__in=but).order_by("pk"))


def loads(agents: Collection[int]) -> dict[int, int]:
    """How many open conversations each owns (absent: none)."""
    open_ = Conversation.objects.filter(assignee__in=agents, status=Status.OPEN, is_spam=False).order_by()
    return dict(open_.values_list("assignee").annotate(n=Count("pk")))


def best(settings: TeamRouting, candidates: list[Candidate], conversation: Conversation) -> Candidate | None:
    """Who is given the conversation; None when nobody who fits has room."""
    fitting = [c for c in candidates if c.has_room(settings.cap)]
    if settings.by_skill:
        asked = {tag.pk for tag in conversation.tags.all()} & _known_skills(settings.team_id)
        fitting = [c for c in fitting if asked <= c.skills]
    if settings.by_language:
        fitting = [c for c in fitting if c.speaks(conversation.language)]
    if settings.method == Method.LOAD:
        return min(fitting, key=lambda c: (c.load, c.routing.turn, c.routing.agent_id), default=None)
    return min(fitting, key=lambda c: (c.routing.turn, c.routing.agent_id), default=None)


def _known_skills(team_id: int) -> set[int]:
    """The tags that somebody of the team has as a skill; other tags ask for nobody."""
    members = AgentRouting.objects.filter(agent__memberships__team=team_id, agent__is_active=True)
    return set(members.filter(skills__isnull=False).values_list("skills", flat=True))
