"""Published translations in the search index: their words, how customers ask for them, and who may find them."""

from collections.abc import Iterable, Sequence

from django.db.models import Max, QuerySet

from tamada.kit.text import analyse
from tamada.search.index import Document, forget_articles, index_articles

from .models import Kind, Phrasing, Translation

PUBLIC = "=public"
ARTICLE = "=article"
"""Carried by what customers may find, and by what is no snippet."""


def language_mark(language: str) -> str:
    """Carried by what is written in this language."""
    return f"=l{language}"


def document(translation: Translation, phrasings: Iterable[str]) -> Document:
    """What the index holds of a published translation; reads its article."""
    said = "\n".join([translation.title, *phrasings, translation.text])
    marks = [language_mark(translation.language)]
    marks += [PUBLIC] if translation.article.is_public else []
    marks += [ARTICLE] if translation.article.kind == Kind.ARTICLE else []
    return Document(translation.pk, " ".join(analyse(said, translation.language)), tuple(marks))


def index_article(article_id: int, language: str | None = None) -> None:
    """Make the index of one article anew, in one language or in all, in the caller's transaction."""
    found = Translation.objects.filter(article=article_id).select_related("article")
    rows = list(found if language is None else found.filter(language=language))
    shown = [row for row in rows if row.is_published and row.article.deleted_at is None]
    forget_articles([row.pk for row in rows if row not in shown])
    index_articles(_documents(shown))


def _documents(rows: Sequence[Translation]) -> list[Document]:
    asked: dict[tuple[int, str], list[str]] = {}
    ids = {row.article_id for row in rows}
    for one in Phrasing.objects.filter(article__in=ids, accepted=True):
        asked.setdefault((one.article_id, one.language), []).append(one.text)
    return [document(row, asked.get((row.article_id, row.language), ())) for row in rows]


# --- making it anew ---------------------------------------------------------------------------------------------------


def documents_after(last: int, limit: int) -> Sequence[Document]:
    """The documents of the next published translations by id."""
    return _documents(list(_searchable().filter(pk__gt=last).select_related("article").order_by("pk")[:limit]))


def total() -> int:
    """About how many there are, at no cost."""
    return Translation.objects.aggregate(last=Max("pk"))["last"] or 0


def count() -> int:
    """How many are searched."""
    return _searchable().count()


def _searchable() -> QuerySet[Translation]:
    return Translation.objects.filter(is_published=True, article__deleted_at=None)
