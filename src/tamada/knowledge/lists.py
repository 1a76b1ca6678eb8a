"""Lists of articles for our people: by what they are, page by page."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from tamada.accounts.models import Agent
from tamada.kit import cursors

from .models import Article
from .queries import visible_to, with_everything


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFilter:
    """What is asked of a list; what is left out asks nothing."""

    kind: str | None = None
    audience: str | None = None
    category: int | None = None
    changed_since: datetime | None = None

    def narrow(self, rows: QuerySet[Article]) -> QuerySet[Article]:
        """Those of some articles that are meant."""
        asked = {"kind": self.kind, "audience": self.audience, "category": self.category}
        rows = rows.filter(**{name: value for name, value in asked.items() if value is not None})
        return rows if self.changed_since is None else rows.filter(changed_at__gte=self.changed_since)


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """Some articles, and the cursor of the next ones or None."""

    items: list[Article]
    next: str | None


def list_page(
    agent: Agent, asked: ArticleFilter, *, newest: bool = True, cursor: str | None = None, limit: int = 50
) -> ArticlePage:
    """Newest change first, or by the day they were made, oldest first. Raises `BadCursor`."""
    rows = with_everything(asked.narrow(visible_to(agent)))
    rows = rows.order_by("-changed_at", "-pk") if newest else rows.order_by("pk")
    if cursor:
        rows = rows.filter(_beyond(cursor, newest))
    found = list(rows[: limit + 1])
    if len(found) <= limit:
        return ArticlePage(found, None)
    last = found[limit - 1]
    following = cursors.write(last.changed_at.isoformat(), last.pk) if newest else cursors.write(last.pk)
    return ArticlePage(found[:limit], following)


def _beyond(cursor: str, newest: bool) -> Q:
    if not newest:
        (last,) = cursors.read(cursor, int)
        return Q(pk__gt=last)
    text, last = cursors.read(cursor, str, int)
    at = cursors.instant(text)
    return Q(changed_at__lt=at) | Q(changed_at=at, pk__lt=last)
