"""Sessions: ended one by one, or all but one."""

from django.db import transaction
from django.db.models import F

from tamada.core import audit, events
from tamada.core.actors import Actor

from .. import sessions
from ..events import access_changed
from ..models import Agent, OpenSession
from ..permissions import require


def end_session(*, agent: Agent, actor: Actor, session: OpenSession) -> None:
    """End one of one's own sessions, and the streams that were opened with it. Ending it twice is fine."""
    require(agent, "profile.own")
    with transaction.atomic():
        if not sessions.end(OpenSession.objects.filter(pk=session.pk, agent=agent)):
            return
        audit.record(actor, "agent.session_ended", agent, program=session.program, network=session.network)
        events.record(access_changed(agent.pk), actor=actor)


def end_sessions(*, agent: Agent, actor: Actor, but: int | None = None) -> None:
    """Sign an agent out everywhere. The caller keeps its own session (`but`, the id of its row) by `sessions.keep`."""
    require(agent, "profile.own")
    with transaction.atomic():
        end_everywhere(agent, but=but)
        audit.record(actor, "agent.sessions_ended", agent)
        events.record(access_changed(agent.pk), actor=actor)


def end_everywhere(target: Agent, *, but: int | None = None) -> None:
    """Part of an action that ends sessions: those without a row (of an earlier version) fall by the epoch."""
    Agent.objects.filter(pk=target.pk).update(session_epoch=F("session_epoch") + 1)
    sessions.end_all(target, but=but)
    target.refresh_from_db(fields=["session_epoch"])
