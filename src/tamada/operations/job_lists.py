"""Lists of jobs, page by page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Q, QuerySet

from tamada.accounts.models import Agent
from tamada.kit import cursors

from .job_queries import give_templates, visible_to, with_everything
from .models import Job

Order = Literal["changed", "created"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """What is asked of a list; what is left out asks nothing."""

    status: str | None = None
    risk: str | None = None
    service: int | None = None
    customer: int | None = None
    conversation: int | None = None
    owner: int | None = None
    changed_since: datetime | None = None

    def narrow(self, rows: QuerySet[Job]) -> QuerySet[Job]:
        """Those that are meant."""
        names = ("status", "risk", "service", "customer", "conversation", "owner")
        asked = {name: getattr(self, name) for name in names}
        rows = rows.filter(**{name: value for name, value in asked.items() if value is not None})
        return rows if self.changed_since is None else rows.filter(changed_at__gte=self.changed_since)


@dataclass(frozen=True, slots=True)
class JobPage:
    """Some jobs, and the cursor of the next ones or None."""

    items: list[Job]
    next: str | None


def job_page(
    agent: Agent, asked: JobFilter, *, order: Order = "changed", cursor: str | None = None, limit: int = 50
) -> JobPage:
    """The latest change first, or oldest first as they were made. Raises `BadCursor`."""
    rows = with_everything(asked.narrow(visible_to(agent)))
    if order == "created":
        rows = rows.order_by("pk")
        if cursor:
            rows = rows.filter(pk__gt=cursors.read(cursor, int)[0])
    else:
        rows = rows.order_by("-changed_at", "-pk")
        if cursor:
            text, last = cursors.read(cursor, str, int)
            at = cursors.instant(text)
            rows = rows.filter(Q(changed_at__lt=at) | Q(changed_at=at, pk__lt=last))
    found = list(rows[: limit + 1])
    give_templates(found)
    if len(found) <= limit:
        return JobPage(found, None)
    final = found[limit - 1]
    ends = (final.pk,) if order == "created" else (final.changed_at.isoformat(), final.pk)
    return JobPage(found[:limit], cursors.write(*ends))
