"""Giving conversations an owner: one at a time in a team, so that nobody is above their cap, nothing has two owners."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent, Team
from tamada.accounts.permissions import require
from tamada.accounts.queries import teams_led_by
from tamada.calendars.queries import schedule
from tamada.conversations import access
from tamada.conversations.actions import change_automatically
from tamada.conversations.models import Conversation, Status
from tamada.core import audit, events
from tamada.core.actors import SYSTEM, Actor
from tamada.core.asked import Asked
from tamada.customers.models import Tag

from ..errors import Invalid
from ..events import ConversationUnowned, RoutingChanged
from ..models import ALERT_MINUTES, AgentRouting, Method, TeamRouting, UnownedAlert
from ..points import is_held_back
from ..queries.absences import running
from ..queries.routing import Candidate, best, candidates, present_members, routable, unowned

MOST_CAP: Final = 1000
MOST_MINUTES: Final = 7 * 24 * 60
AT_ONCE: Final = 200
ADMINS: Final = frozenset({"role:admin"})


_routed_team = Asked(
    lambda pk: (
        TeamRouting.objects.exclude(method=Method.MANUAL)
        .filter(team__in=Conversation.objects.filter(pk=pk).values("team"))
        .values_list("team")
    )
)
"""The team of a conversation, where it is not by hand that owners are found."""


def route(*, conversation_id: int, depth: int = 0, takes_from: int | None = None, but: int | None = None) -> int | None:
    """Give an unowned open conversation to somebody of its team; who (id), or None when it stays as it is.

    With `takes_from` it is one that this agent owns, who went away: it stays theirs when nobody else has room.
    `but` is who is not to have it: they have just given it back.
    """
    found = _routed_team.rows(conversation_id)
    if not found:
        return None
    with transaction.atomic():
        settings = TeamRouting.objects.select_for_update().get(team=found[0][0])
        conversation = _to_be_routed(conversation_id, settings, takes_from)
        if conversation is None:
            return None
        chosen = best(settings, _candidates(settings, takes_from or but), conversation)
        if chosen is None:
            return None
        return _give(conversation, chosen, settings, depth)


def _to_be_routed(pk: int, settings: TeamRouting, takes_from: int | None) -> Conversation | None:
    """The conversation, held, while it is still the team's to give."""
    Conversation.objects.select_for_update().filter(pk=pk).first()
    found = Conversation.objects.select_related("inbox__calendar", "team").prefetch_related("tags")
    conversation = found.filter(pk=pk, team=settings.team_id, status=Status.OPEN, is_spam=False).first()
    if conversation is None or conversation.assignee_id != takes_from:
        return None
    if Conversation.objects.filter(is_held_back(), pk=pk).exists():
        return None
    if settings.in_hours and not schedule(conversation.inbox.calendar).is_open(timezone.now()):
        return None
    return conversation


def _candidates(settings: TeamRouting, but: int | None) -> list[Candidate]:
    """Who is here, held in the order of their ids: somebody of two teams is given things by one of them at a time."""
    here = present_members(settings.team_id, timezone.now(), but=() if but is None else (but,))
    ids = [agent.pk for agent in here]
    known = set(AgentRouting.objects.filter(agent__in=ids).values_list("agent", flat=True))
    fresh = [AgentRouting(agent_id=pk) for pk in ids if pk not in known]
    AgentRouting.objects.bulk_create(fresh, ignore_conflicts=True)
    return candidates(AgentRouting.objects.select_for_update().filter(agent__in=ids).order_by("agent"))


def _give(conversation: Conversation, chosen: Candidate, settings: TeamRouting, depth: int) -> int:
    actor = Actor("system", None, settings.team.name, depth=depth + 1)
    owner = Agent.objects.get(pk=chosen.routing.agent_id)
    change_automatically(actor=actor, conversation=conversation, changes={"assignee": owner})
    last = AgentRouting.objects.order_by("-turn").values_list("turn", flat=True).first() or 0
    AgentRouting.objects.filter(pk=chosen.routing.pk).update(turn=last + 1)
    return owner.pk


def route_waiting() -> int:
    """Give what waits unowned, the longest first in each team: people came back, closed something, or it is open."""
    return sum(_route_waiting(settings) for settings in TeamRouting.objects.exclude(method=Method.MANUAL))


def _route_waiting(settings: TeamRouting) -> int:
    ids = list(routable(settings, timezone.now()).values_list("pk", flat=True)[:AT_ONCE])
    return sum(route(conversation_id=pk) is not None for pk in ids)


def reassign_from(*, agent_id: int, depth: int = 0) -> int:
    """What waits with somebody who is away goes to others, in teams that want it so; how many did."""
    if not Agent.objects.filter(pk=agent_id, is_away=True).exists() or running([agent_id]):
        return 0  # in an absence of theirs the road holds that they chose
    teams = TeamRouting.objects.filter(reassigns=True).exclude(method=Method.MANUAL).values("team")
    theirs = Conversation.objects.filter(assignee=agent_id, status=Status.OPEN, waiting_since__isnull=False)
    ids = list(theirs.filter(team__in=teams).order_by("waiting_since").values_list("pk", flat=True))
    return sum(route(conversation_id=pk, depth=depth, takes_from=agent_id) is not None for pk in ids)


def tell_unowned() -> int:
    """Tell of customers who have waited too long without anybody owning their conversation; each wait once."""
    now, told = timezone.now(), 0
    settled = dict(TeamRouting.objects.values_list("team", "alert_minutes"))
    for team in Team.objects.values_list("pk", flat=True):
        after = timedelta(minutes=settled.get(team, ALERT_MINUTES))
        if not after:
            continue
        found = unowned().filter(team=team, waiting_since__lte=now - after)
        found = found.exclude(unowned_alerts__since=F("waiting_since"))
        for inbox in found.order_by().values_list("inbox", flat=True).distinct():
            told += _tell_of_inbox(found.filter(inbox=inbox), now, after)
    return told


def _tell_of_inbox(waiting: QuerySet[Conversation], now: datetime, after: timedelta) -> int:
    """One inbox by itself: at night nothing of it is due, however much there is of it."""
    oldest = waiting.select_related("inbox__calendar").order_by("waiting_since")[:AT_ONCE]
    return sum(_tell(conversation, now, after) for conversation in oldest)


def _tell(conversation: Conversation, now: datetime, after: timedelta) -> bool:
    """Minutes count while the inbox is open."""
    since = conversation.waiting_since
    if since is None or schedule(conversation.inbox.calendar).elapsed(since, now) < after:
        return False
    with transaction.atomic():
        _alert, is_new = UnownedAlert.objects.get_or_create(conversation=conversation, since=since)
        if is_new:
            fact = ConversationUnowned(audience=access.audience(conversation), conversation=conversation.pk)
            events.record(fact, actor=SYSTEM)
    return is_new


# --- settings -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingTerms:
    """How a team is to be routed to."""

    method: str
    cap: int = 0
    by_skill: bool = False
    by_language: bool = False
    in_hours: bool = True
    reassigns: bool = False
    alert_minutes: int = ALERT_MINUTES


@transaction.atomic
def set_team_routing(*, agent: Agent | None, actor: Actor, team: Team, terms: RoutingTerms) -> TeamRouting:
    """Settle how a team's conversations find their owner. Raises `PermissionDenied`, or `Invalid`."""
    _require(agent, [team.pk])
    if terms.method not in Method.values:
        raise Invalid(_("Choose who gets the next conversation."), "method")
    if not 0 <= terms.cap <= MOST_CAP:
        raise Invalid(_("A number from 0 to %(most)d.") % {"most": MOST_CAP}, "cap")
    if not 0 <= terms.alert_minutes <= MOST_MINUTES:
        raise Invalid(_("A number from 0 to %(most)d.") % {"most": MOST_MINUTES}, "alert_minutes")
    values = {name: getattr(terms, name) for name in RoutingTerms.__dataclass_fields__}
    routing, _created = TeamRouting.objects.update_or_create(team=team, defaults=values)
    audit.record(actor, "routing.team_set", team, **values)
    events.record(RoutingChanged(audience=ADMINS | {f"team:{team.pk}"}, team=team.pk), actor=actor)
    return routing


@transaction.atomic
def set_agent_routing(
    *,
    agent: Agent | None,
    actor: Actor,
    member: Agent,
    cap: int | None,
    languages: Collection[str],
    skills: Collection[Tag],
) -> AgentRouting:
    """Settle what somebody takes. A lead does so for the people of their teams. Raises as `set_team_routing`."""
    _require(agent, list(member.memberships.values_list("team", flat=True)))
    if cap is not None and not 0 <= cap <= MOST_CAP:
        raise Invalid(_("A number from 0 to %(most)d.") % {"most": MOST_CAP}, "cap")
    values = {"cap": cap, "languages": sorted(languages)}
    routing, _created = AgentRouting.objects.update_or_create(agent=member, defaults=values)
    routing.skills.set(skills)
    audit.record(actor, "routing.agent_set", member, **values, skills=[tag.name for tag in skills])
    events.record(RoutingChanged(audience=ADMINS, agent=member.pk), actor=actor)
    return routing


def _require(agent: Agent | None, teams: Collection[int]) -> None:
    if agent is None:
        return
    require(agent, "routing.settings")
    if not teams_led_by(agent).filter(pk__in=teams).exists():
        raise PermissionDenied("routing.settings")
