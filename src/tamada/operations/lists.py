"""Lists of promises, page by page."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from tamada.accounts.models import Agent
from tamada.kit import cursors

from .models import Commitment
from .queries import in_status, visible_to, with_everything


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentFilter:
    """What is asked of a list; what is left out asks nothing."""

    status: str | None = None
    customer: int | None = None
    conversation: int | None = None
    owner: int | None = None
    changed_since: datetime | None = None

    def narrow(self, rows: QuerySet[Commitment]) -> QuerySet[Commitment]:
        """Those that are meant."""
        asked = {"customer": self.customer, "conversation": self.conversation, "owner": self.owner}
        rows = rows.filter(**{name: value for name, value in asked.items() if value is not None})
        if self.changed_since is not None:
            rows = rows.filter(changed_at__gte=self.changed_since)
        return rows if self.status is None else in_status(rows, self.status)


@dataclass(frozen=True, slots=True)
class CommitmentPage:
    """Some promises, and the cursor of the next ones or None."""

    items: list[Commitment]
    next: str | None


def list_page(agent: Agent, asked: CommitmentFilter, *, cursor: str | None = None, limit: int = 50) -> CommitmentPage:
    """By when they are due, the earliest first. Raises `BadCursor`."""
    rows = with_everything(asked.narrow(visible_to(agent))).order_by("due_at", "pk")
    if cursor:
        text, last = cursors.read(cursor, str, int)
        at = cursors.instant(text)
        rows = rows.filter(Q(due_at__gt=at) | Q(due_at=at, pk__gt=last))
    found = list(rows[: limit + 1])
    if len(found) <= limit:
        return CommitmentPage(found, None)
    final = found[limit - 1]
    return CommitmentPage(found[:limit], cursors.write(final.due_at.isoformat(), final.pk))
