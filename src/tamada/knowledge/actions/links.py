"""Links of what is published: looked at once a week, told where they are broken twice."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tamada.core import events
from tamada.core.actors import SYSTEM
from tamada.kit import http
from tamada.kit.html.article import ARTICLE

from ..events import EVERYBODY, ArticleChanged
from ..models import Article, Link, LinkStatus

EVERY: Final = timedelta(days=7)
AGAIN: Final = timedelta(days=1)
"""A page may be down for a moment: only what fails twice is broken."""

AT_ONCE: Final = 50
_BROKEN_AFTER: Final = 2
_MOST: Final = 64 * 1024
_TIMEOUT: Final = 10.0
_ASKS: Final = {"Accept": "text/html,*/*;q=0.5"}


def due_links(limit: int = AT_ONCE) -> list[Link]:
    """Links to look at now, those that were never looked at first."""
    now = timezone.now()
    due = Q(checked_at=None) | Q(checked_at__lt=now - EVERY)
    due |= Q(failures=1, checked_at__lt=now - AGAIN)
    shown = Link.objects.filter(due, translation__is_published=True, translation__article__deleted_at=None)
    return list(shown.select_related("translation").order_by("checked_at", "pk")[:limit])


def check_links(links: Iterable[Link] | None = None, *, allow: Iterable[str] = ()) -> int:
    """Look at what is due, outside of any transaction; how many. `allow` names hosts inside that may be asked."""
    hosts = tuple(allow)
    total = 0
    for link in due_links() if links is None else links:
        _note(link, _own(link.url) if link.url.startswith(ARTICLE) else _foreign(link.url, hosts))
        total += 1
    return total


def _own(url: str) -> str:
    """What is wrong with a link to another article."""
    pk = url.removeprefix(ARTICLE)
    found = Article.objects.filter(pk=int(pk), translations__is_published=True) if pk.isdecimal() else None
    return "" if found is not None and found.exists() else "gone"


def _foreign(url: str, allow: tuple[str, ...]) -> str:
    """What is wrong with a page elsewhere. One that wants to know who asks, or how often, is there."""
    try:
        got = http.fetch("GET", url, headers=_ASKS, max_bytes=_MOST, cut=True, timeout=_TIMEOUT, allow=allow)
    except http.HttpError as error:
        return type(error).__name__
    if got.status in (401, 403, 405, 406, 429):
        return ""
    return str(got.status) if got.status >= 400 else ""


def _note(link: Link, error: str) -> None:
    failures = min(link.failures + 1, 99) if error else 0
    limit = 1 if error == "gone" else _BROKEN_AFTER
    status = LinkStatus.BROKEN if failures >= limit else LinkStatus.NEW if failures else LinkStatus.FINE
    with transaction.atomic():
        fields = {"checked_at": timezone.now(), "error": error[:80], "failures": failures, "status": status}
        changed = Link.objects.filter(pk=link.pk).update(**fields)
        if changed and (status == LinkStatus.BROKEN) != (link.status == LinkStatus.BROKEN):
            article = link.translation.article_id
            events.record(ArticleChanged(audience=EVERYBODY, article=article), actor=SYSTEM)
