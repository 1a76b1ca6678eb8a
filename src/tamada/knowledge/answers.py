"""What this room can answer with (`core.answers`)."""

from collections.abc import Iterator

from django.db.models import QuerySet

from tamada.core import settings_store
from tamada.core.answers import Answer, Phrasing

from .actions.door import STATE
from .models import HelpCentre, Kind, Translation
from .points import address_of
from .queries import accepted_phrasings


class Articles:
    """Published articles; an answer's key is the id of its article."""

    def version(self) -> str:
        """Another one whenever an answer or a phrasing has changed."""
        return str(settings_store.get(STATE))

    def answers(self) -> Iterator[Answer]:
        """Every published article in every language, snippets too: they are for our own people."""
        main = HelpCentre.objects.filter(is_main=True).first()
        for row in _published().iterator(chunk_size=200):
            yield _answer(row, main)

    def titles(self, language: str) -> Iterator[tuple[str, str]]:
        """Ids and titles alone: texts are long."""
        rows = _published().filter(language=language).order_by("title", "pk")
        for key, title in rows.values_list("article", "title").iterator():
            yield str(key), title

    def phrasings(self) -> Iterator[Phrasing]:
        """Every accepted way to ask for one of them."""
        for key, language, text in accepted_phrasings().values_list("article", "language", "text").iterator():
            yield Phrasing(str(key), language, text)

    def now(self, key: str, language: str) -> Answer | None:
        """The article as it is published at this moment."""
        row = _published().filter(article=int(key), language=language).first() if key.isdecimal() else None
        return _answer(row) if row else None


def _published() -> QuerySet[Translation]:
    rows = Translation.objects.filter(is_published=True, article__deleted_at=None)
    return rows.select_related("article__category__centre").order_by("pk")


def _answer(row: Translation, main: HelpCentre | None = None) -> Answer:
    is_snippet = row.article.kind == Kind.SNIPPET
    url = "" if is_snippet else address_of(row, main)
    return Answer(str(row.article_id), row.language, row.title, row.text, url, row.version, for_replies=is_snippet)
