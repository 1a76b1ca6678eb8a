"""Who could be given a conversation, and which ones anybody could be given.

The numbers of the first hold inside the locks of `actions.routing` alone.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from tamada.accounts.models import Agent, Role
from tamada.accounts.queries import ONLINE_FOR
from tamada.calendars.queries import schedule
from tamada.conversations.models import Conversation, Inbox, Status

from ..models import AgentRouting, Method, TeamRouting
from ..points import is_held_back


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


def candidates(rows: Iterable[AgentRouting]) -> list[Candidate]:
    """These people, with what they have and what they know."""
    held = list(rows)
    ids = [row.agent_id for row in held]
    skills: dict[int, set[int]] = {pk: set() for pk in ids}
    pairs = AgentRouting.skills.through.objects.filter(agentrouting__agent__in=ids)
    for agent, tag in pairs.values_list("agentrouting__agent", "tag"):
        skills[agent].add(tag)
    load = loads(ids)
    return [Candidate(row, load.get(row.agent_id, 0), frozenset(skills[row.agent_id])) for row in held]


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


def unowned() -> QuerySet[Conversation]:
    """What is open and waits for an owner."""
    found = Conversation.objects.filter(assignee=None, status=Status.OPEN, is_spam=False)
    return found.exclude(pk__in=Conversation.objects.filter(is_held_back()).values("pk"))


def routable(settings: TeamRouting, now: datetime) -> QuerySet[Conversation]:
    """What waits unowned in a team and `best` would have somebody for now, the longest first.

    Without asking that here, whatever nobody can be given (at night, in a language that nobody here speaks) would stand
    before the rest for ever.
    """
    ids = [agent.pk for agent in present_members(settings.team_id, now)]
    known = {row.agent_id: row for row in AgentRouting.objects.filter(agent__in=ids)}
    here = candidates(known.get(pk) or AgentRouting(agent_id=pk) for pk in ids)
    free = [one for one in here if one.has_room(settings.cap)]
    if not free:
        return Conversation.objects.none()
    found = unowned().filter(_fits_one_of(settings, free), team=settings.team_id)
    if settings.in_hours:
        inboxes = Inbox.objects.select_related("calendar")
        found = found.filter(inbox__in=[one.pk for one in inboxes if schedule(one.calendar).is_open(now)])
    return found.order_by(F("waiting_since").asc(nulls_last=True), "pk")


def _fits_one_of(settings: TeamRouting, free: Sequence[Candidate]) -> Q:
    """As `best` chooses: they speak its language, and have every skill that it asks for."""
    skills = _known_skills(settings.team_id) if settings.by_skill else set()
    kinds = {
        (frozenset(one.routing.languages if settings.by_language else ()), frozenset(skills - one.skills))
        for one in free
    }
    if (frozenset(), frozenset()) in kinds:
        return Q()  # One of them takes everything.
    return reduce(or_, (_fits(languages, lacking) for languages, lacking in kinds))


def _fits(languages: Collection[str], lacking: Collection[int]) -> Q:
    asks = Conversation.tags.through.objects.filter(conversation=OuterRef("pk"), tag__in=lacking)
    speaks = Q(language__in=["", *languages]) if languages else Q()
    return Q(speaks, ~Exists(asks)) if lacking else speaks
