"""Published translations in the search index: their words, how customers ask for them, and who may find them."""

import time
from collections.abc import Iterable, Sequence
from typing import Final

from django.db import transaction
from django.db.models import Max, QuerySet

from tamada.kit.text import ANALYSIS
from tamada.search.index import Document, forget_articles, index_articles

from . import ranking
from .models import Kind, Translation

PUBLIC = "=public"
ARTICLE = "=article"
"""Carried by what customers may find, and by what is no snippet."""


_AT_ONCE: Final = 50
_PORTION_SECONDS: Final = 15


def language_mark(language: str) -> str:
    """Carried by what is written in this language."""
    return f"=l{language}"


def document(translation: Translation, terms: Iterable[str]) -> Document:
    """What the index holds of a published translation with these terms; reads its article."""
    marks = [language_mark(translation.language)]
    marks += [PUBLIC] if translation.article.is_public else []
    marks += [ARTICLE] if translation.article.kind == Kind.ARTICLE else []
    return Document(translation.pk, " ".join(terms), tuple(marks))


def index_article(article_id: int, language: str | None = None) -> None:
    """Make the index of one article anew, in one language or in all, in the caller's transaction."""
    found = Translation.objects.filter(article=article_id).select_related("article")
    rows = list(found if language is None else found.filter(language=language))
    shown = [row for row in rows if row.is_published and row.article.deleted_at is None]
    gone = [row.pk for row in rows if row not in shown]
    forget_articles(gone)
    ranking.forget(gone)
    counts = ranking.weighed_all(shown)
    index_articles([document(row, counts[row.pk]) for row in shown])
    ranking.remember(counts)


# --- making it anew ---------------------------------------------------------------------------------------------------


def documents_after(last: int, limit: int) -> Sequence[Document]:
    """The documents of the next published translations by id."""
    rows = list(_searchable().filter(pk__gt=last).select_related("article").order_by("pk")[:limit])
    counts = ranking.weighed_all(rows)
    return [document(row, counts[row.pk]) for row in rows]


def count_terms(*, seconds: float = _PORTION_SECONDS) -> int:
    """Count the terms of translations whose terms were not counted, or in another way, for so long; how many."""
    until, total = time.monotonic() + seconds, 0
    left = _searchable().exclude(counts__analysis=ANALYSIS)
    while left.exists() and time.monotonic() < until:
        with transaction.atomic():
            # Who changes an article meanwhile waits, and counts after us.
            rows = left.select_related("article").select_for_update(of=("self", "article")).order_by("pk")[:_AT_ONCE]
            counts = ranking.weighed_all(rows)
            ranking.remember(counts)
        total += len(counts)
    return total


def total() -> int:
    """About how many there are, at no cost."""
    return Translation.objects.aggregate(last=Max("pk"))["last"] or 0


def count() -> int:
    """How many are searched."""
    return _searchable().count()


def _searchable() -> QuerySet[Translation]:
    return Translation.objects.filter(is_published=True, article__deleted_at=None)
