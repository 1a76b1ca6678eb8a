"""Reading hand-offs: those an agent may see, whose turn it is, and who could take something."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from django.db.models import Q, QuerySet

from tamada.accounts.models import Agent, Role, Team
from tamada.accounts.queries import active_agents, team_ids
from tamada.conversations import queries as conversations
from tamada.kit import cursors
from tamada.webhooks.models import Endpoint

from .events import HandoffOffered
from .job_queries import visible_to as jobs_visible_to
from .models import Handoff, HandoffStatus

_RELATED: Final = (
    *("job__service", "customer__organisation", "conversation", "giver", "offered_by"),
    *("to_agent", "to_team", "to_endpoint", "answered_by"),
)


def visible_to(agent: Agent) -> QuerySet[Handoff]:
    """Hand-offs of jobs and conversations that the agent sees, those they gave, and those that are for them."""
    if not agent.is_active:
        return Handoff.objects.none()
    if agent.is_admin:
        return Handoff.objects.all()
    seen = Q(job__in=jobs_visible_to(agent)) | Q(job=None, conversation__in=conversations.rows_visible_to(agent))
    return Handoff.objects.filter(seen | Q(giver=agent) | _told(agent))


def _told(agent: Agent) -> Q:
    """What they offered, and what is meant for them; of what was withdrawn they need know nothing."""
    received = (Q(to_agent=agent) | Q(to_team__in=team_ids(agent))) & ~Q(status=HandoffStatus.WITHDRAWN)
    return Q(offered_by=agent) | received


def read_by(agent: Agent, rows: Iterable[Handoff]) -> set[int]:
    """Whose briefs of these the agent may read, by their ids. A brief tells words of its conversation: besides those it
    is for, and who offered it, it is read by who sees the conversation."""
    ids = [row.pk for row in rows]
    if agent.is_admin:
        return set(ids)
    talk = Q(conversation=None) | Q(conversation__in=conversations.rows_visible_to(agent))
    return set(visible_to(agent).filter(talk | _told(agent), pk__in=ids).values_list("pk", flat=True))


def with_everything(rows: QuerySet[Handoff]) -> QuerySet[Handoff]:
    """With what their lines, briefs and the API show."""
    return rows.select_related(*_RELATED)


def waiting_for(agent: Agent) -> QuerySet[Handoff]:
    """What the agent could take now: meant for them, or for a team of theirs. The oldest first."""
    if not agent.may_write:
        return Handoff.objects.none()
    meant = Q(to_agent=agent) | Q(to_team__in=team_ids(agent))
    return with_everything(Handoff.objects.filter(meant, status=HandoffStatus.WAITING)).order_by("offered_at", "pk")


def given_by(agent: Agent) -> QuerySet[Handoff]:
    """What the agent gave, and nobody has taken yet."""
    mine = Handoff.objects.filter(Q(giver=agent) | Q(offered_by=agent), status=HandoffStatus.WAITING)
    return with_everything(mine).order_by("offered_at", "pk")


def waiting_in(pk: int) -> QuerySet[Handoff]:
    """Those of a conversation that is known to be seen, which nobody has taken yet."""
    rows = Handoff.objects.filter(conversation=pk, takes_conversation=True, status=HandoffStatus.WAITING)
    return with_everything(rows)


def of_job(pk: int) -> QuerySet[Handoff]:
    """Those of a job that is known to be seen, newest first."""
    return with_everything(Handoff.objects.filter(job=pk)).order_by("-offered_at", "-pk")


def is_for(agent: Agent, row: Handoff) -> bool:
    """Whether the agent is one of those who may take it."""
    if row.to_team_id is not None:
        return row.to_team_id in team_ids(agent)
    return row.to_agent_id == agent.pk


# --- who could take something -----------------------------------------------------------------------------------------


def people() -> QuerySet[Agent]:
    """Who could take something: they work here, may write, and are not absent for days."""
    return active_agents().exclude(role=Role.OBSERVER).exclude(is_away=True, away_until__isnull=False)


def teams() -> QuerySet[Team]:
    """Teams in which somebody could."""
    return Team.objects.filter(memberships__agent__in=people()).distinct().order_by("name")


def systems() -> list[Endpoint]:
    """Outside systems: webhooks that were told by name to hear what is handed over. What hears everything, a log for
    example, is not meant to take over anything."""
    living = Endpoint.objects.filter(is_active=True, removed_at=None)
    return [one for one in living if HandoffOffered.type in one.types]


def system_name(endpoint: Endpoint) -> str:
    """What people call an outside system; the rest of its address may be a secret."""
    return endpoint.description or urlsplit(endpoint.url).hostname or ""


def receiver_name(row: Handoff) -> str:
    """To whom it goes; nothing for who is not there any more."""
    if row.to_endpoint is not None:
        return system_name(row.to_endpoint)
    receiver = row.to_agent or row.to_team
    return receiver.name if receiver is not None else ""


# --- page by page -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffFilter:
    """What is asked of a list; what is left out asks nothing."""

    status: str | None = None
    job: int | None = None
    conversation: int | None = None
    customer: int | None = None
    webhook: int | None = None
    changed_since: datetime | None = None

    def narrow(self, rows: QuerySet[Handoff]) -> QuerySet[Handoff]:
        """Those that are meant."""
        asked = {name: getattr(self, name) for name in ("status", "job", "conversation", "customer")}
        rows = rows.filter(**{name: value for name, value in asked.items() if value is not None})
        if self.webhook is not None:
            rows = rows.filter(to_endpoint=self.webhook)
        return rows if self.changed_since is None else rows.filter(changed_at__gte=self.changed_since)


@dataclass(frozen=True, slots=True)
class HandoffPage:
    """Some hand-offs, and the cursor of the next ones or None."""

    items: list[Handoff]
    next: str | None


def list_page(agent: Agent, asked: HandoffFilter, *, cursor: str | None = None, limit: int = 50) -> HandoffPage:
    """The newest first. Raises `BadCursor`."""
    rows = with_everything(asked.narrow(visible_to(agent))).order_by("-pk")
    if cursor:
        rows = rows.filter(pk__lt=cursors.read(cursor, int)[0])
    found = list(rows[: limit + 1])
    following = cursors.write(found[limit - 1].pk) if len(found) > limit else None
    return HandoffPage(found[:limit], following)
