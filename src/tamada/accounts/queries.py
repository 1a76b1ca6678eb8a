"""Reads of the people who work here: who is in which team, what each may hear, whose token this is."""

import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from tamada.core.registry import Registry

from .models import Agent, ApiToken, Membership, Role, Team

TOKEN_PREFIX = "tmd_"  # noqa: S105  what every token begins with, so that a leaked one is recognised
_TOKEN = re.compile(r"tmd_[A-Za-z0-9_-]{43}")
TOUCH_EVERY = timedelta(minutes=1)
ONLINE_FOR = timedelta(minutes=5)

type_audience_source = Callable[[Agent, frozenset[int]], Iterable[str]]

audience_sources: Registry[type_audience_source] = Registry("accounts.audience_sources")
"""Rooms above tell which more keys an agent hears (`inbox:ID`): called with the agent and the ids of their teams."""


def default_team() -> Team:
    """The team that newcomers and new inboxes join; made by the first migration."""
    return Team.objects.get(is_default=True)


def team_ids(agent: Agent) -> frozenset[int]:
    """The ids of the teams an agent belongs to (an admin sees every team, but belongs only to these)."""
    return frozenset(Membership.objects.filter(agent=agent).values_list("team_id", flat=True))


def member_ids(*teams: int) -> frozenset[int]:
    """The ids of who belongs to one of these teams."""
    return frozenset(Membership.objects.filter(team__in=teams).values_list("agent_id", flat=True))


def audience_keys(agent: Agent) -> frozenset[str]:
    """Every key whose events this agent may hear; none for people who left.

    `all`, `agent:ID`, `team:ID` of their teams, `role:admin` for admins, and what other rooms add (`audience_sources`).
    """
    if not agent.is_active:
        return frozenset()
    teams = team_ids(agent)
    keys = {"all", f"agent:{agent.pk}", *(f"team:{team}" for team in teams)}
    if agent.role == Role.ADMIN:
        keys.add("role:admin")
    for source in audience_sources:
        keys.update(source(agent, teams))
    return frozenset(keys)


def token_for(raw: str, *, now: datetime | None = None) -> ApiToken | None:
    """The token behind what a caller sent, with its `agent`; None if unknown, revoked, expired, or of somebody gone.

    Looked up by its SHA-256, so the time it takes tells nothing about the secret. `last_used_at` moves once a minute.
    """
    if not _TOKEN.fullmatch(raw):
        return None
    now = now or timezone.now()
    digest = hashlib.sha256(raw.encode("ascii")).hexdigest()
    # Every request to the API begins here, and composing a longer query costs more than the row: it is judged here.
    token = next(iter(ApiToken.objects.select_related("agent").filter(digest=digest).order_by()), None)
    if token is None or token.revoked_at or (token.expires_at and token.expires_at <= now) or not token.agent.is_active:
        return None
    if token.last_used_at is None or now - token.last_used_at >= TOUCH_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        token.last_used_at = now
    return token


def agent_by_email(email: str) -> Agent | None:
    """The agent with this address in any letter case, people who left included."""
    return Agent.objects.filter(email__iexact=email.strip()).first()


def has_admin() -> bool:
    """True once somebody can administer: the set-up is complete."""
    return Agent.objects.filter(role=Role.ADMIN, is_active=True).exists()


def active_agents() -> QuerySet[Agent]:
    """Everybody who works here now, by name."""
    return Agent.objects.filter(is_active=True)


def teams_led_by(agent: Agent) -> QuerySet[Team]:
    """The teams whose settings an agent may change: all for an admin, their own for a lead, none for others."""
    if not agent.is_active:
        return Team.objects.none()
    if agent.role == Role.ADMIN:
        return Team.objects.all()
    return Team.objects.filter(agents=agent) if agent.role == Role.LEAD else Team.objects.none()


def is_online(agent: Agent, *, now: datetime | None = None) -> bool:
    """True if the agent did something in the last five minutes and hasn't said that they are away."""
    seen = agent.last_seen_at
    return bool(seen and not agent.is_away and (now or timezone.now()) - seen < ONLINE_FOR)
