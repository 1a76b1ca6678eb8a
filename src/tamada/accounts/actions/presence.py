"""Who is here."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from tamada.core import events
from tamada.core.actors import Actor

from ..events import EVERYBODY, AgentUpdated
from ..models import Agent
from ..permissions import require

SEEN_EVERY = timedelta(minutes=1)


def note_seen(agent: Agent, *, now: datetime | None = None) -> None:
    """Remember that the agent did something; written at most once a minute."""
    now = now or timezone.now()
    if agent.last_seen_at is None or now - agent.last_seen_at >= SEEN_EVERY:
        Agent.objects.filter(pk=agent.pk).update(last_seen_at=now)
        agent.last_seen_at = now


def set_away(*, agent: Agent, actor: Actor, away: bool) -> None:
    """Say that one is away, or back; colleagues see it at once."""
    require(agent, "profile.own")
    with transaction.atomic():
        if Agent.objects.filter(pk=agent.pk, is_away=not away).update(is_away=away, away_until=None):
            events.record(AgentUpdated(audience=EVERYBODY, agent_id=agent.pk), actor=actor)
    agent.is_away, agent.away_until = away, None


@transaction.atomic
def show_away(*, member: Agent, actor: Actor, until: datetime | None) -> None:
    """Let colleagues see that somebody is away until then, or (None) back: what was planned begins or ends.

    Whoever planned it had the right to; here nobody is asked.
    """
    Agent.objects.filter(pk=member.pk).update(is_away=until is not None, away_until=until)
    events.record(AgentUpdated(audience=EVERYBODY, agent_id=member.pk), actor=actor)
    member.is_away, member.away_until = until is not None, until
