"""How much there is to read, by language and category: worked out once for each change, for every page asks."""

import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from django.db.models import Count, F

from tamada.core import settings_store
from tamada.knowledge.actions.door import STATE
from tamada.knowledge.models import Category, HelpCentre
from tamada.knowledge.queries import categories, public

MOST_HELPFUL: Final = 6
_FRESH: Final = 60

type_counts = Mapping[str, Mapping[int | None, int]]


def counts(centre: HelpCentre) -> type_counts:
    """Language → category → how many articles customers may read in it."""
    state = str(settings_store.get(STATE))
    return _counts(centre.pk, centre.is_main, tuple(centre.languages), state) if state else _counted(centre)


@lru_cache(maxsize=64)
def _counts(pk: int, is_main: bool, languages: tuple[str, ...], _state: str) -> type_counts:
    return _counted(HelpCentre(pk=pk, is_main=is_main, language_order=list(languages)))


def _counted(centre: HelpCentre) -> type_counts:
    rows = public(centre).select_related(None).order_by().values_list("language", "article__category")
    found: dict[str, dict[int | None, int]] = {}
    for language, category, total in rows.annotate(total=Count("pk")):
        found.setdefault(language, {})[category] = total
    return found


def written_languages(centre: HelpCentre) -> list[str]:
    """The languages in which there is something to read, the main one first."""
    there = counts(centre)
    return [code for code in centre.languages if code in there]


def shelves(centre: HelpCentre, language: str) -> list[tuple[Category, int]]:
    """Categories with how much is in them in this language; one that holds nothing, nor a filled one, is left out."""
    there = counts(centre).get(language, {})
    rows = list(categories(centre)) if there else []
    filled = {row.pk for row in rows if there.get(row.pk)}
    kept = filled | {row.parent_id for row in rows if row.pk in filled}
    return [(row, there.get(row.pk, 0)) for row in rows if row.pk in kept]


def most_helpful(centre: HelpCentre, language: str) -> tuple[int, ...]:
    """The ids of the translations that helped most, as of this minute; whoever shows them asks what is public still."""
    key = (centre.pk, centre.is_main, tuple(centre.languages), language, str(settings_store.get(STATE)))
    return _most_helpful(*key, int(time.time() // _FRESH)) if key[-1] else _best_of(centre, language)


@lru_cache(maxsize=64)
def _most_helpful(
    pk: int, is_main: bool, languages: tuple[str, ...], language: str, _state: str, _minute: int
) -> tuple[int, ...]:
    return _best_of(HelpCentre(pk=pk, is_main=is_main, language_order=list(languages)), language)


def _best_of(centre: HelpCentre, language: str) -> tuple[int, ...]:
    rows = public(centre, language).filter(article__helpful__gt=F("article__unhelpful"))
    best = rows.order_by(F("article__unhelpful") - F("article__helpful"), "article_id")
    return tuple(best.values_list("pk", flat=True)[:MOST_HELPFUL])
