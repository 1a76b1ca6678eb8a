"""How well articles fit a question: BM25 over the terms that search knows, titles and phrasings counting more."""

import sys
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from math import log
from typing import Final

from tamada.kit.text import analyse
from tamada.search.lookup import type_groups

from .models import Phrasing, Translation

_K: Final = 1.2
_B: Final = 0.5
_TITLE: Final = 4
_ASKED: Final = 2
_REMEMBERED: Final = 4_096


type_part = tuple[int, Counter[str], int]
"""A text of an article as it counts: its weight, its terms, and how many there are."""


def ranked(rows: Sequence[Translation], groups: type_groups, *, first: str = "") -> list[Translation]:
    """The rows by how well they fit these groups of terms, the best first; of equal ones those in language `first`."""
    if len(rows) < 2:
        return list(rows)
    words = _weighed(rows)
    sizes = {pk: sum(weight * size for weight, _counts, size in parts) for pk, parts in words.items()}
    usual = sum(sizes.values()) / len(sizes) or 1
    scores = dict.fromkeys(words, 0.0)
    for group in groups:
        held = {pk: _held(parts, group) for pk, parts in words.items()}
        holders = sum(1 for count in held.values() if count)
        rare = log(1 + (len(rows) - holders + 0.5) / (holders + 0.5))
        for pk, count in held.items():
            scores[pk] += rare * count * (_K + 1) / (count + _K * (1 - _B + _B * sizes[pk] / usual))
    return sorted(rows, key=lambda row: (row.language != first, -scores[row.pk], row.pk))


def _held(parts: Iterable[type_part], group: Collection[str]) -> int:
    return sum(weight * _occurring(counts, group) for weight, counts, _size in parts)


def _occurring(counts: Counter[str], group: Collection[str]) -> int:
    whole = sum(counts.get(term, 0) for term in group)
    starts = tuple(term[:-1] for term in group if term.endswith("*"))
    return whole + (sum(n for term, n in counts.items() if term.startswith(starts)) if starts else 0)


def _weighed(rows: Iterable[Translation]) -> dict[int, list[type_part]]:
    listed = list(rows)
    asked: dict[tuple[int, str], list[str]] = {}
    known = Phrasing.objects.filter(accepted=True, article__in={row.article_id for row in listed})
    spoken = known.filter(language__in={row.language for row in listed}).order_by("pk")
    for article, language, text in spoken.values_list("article_id", "language", "text"):
        asked.setdefault((article, language), []).append(text)
    return {row.pk: _parts(row, asked.get((row.article_id, row.language), ())) for row in listed}


def _parts(row: Translation, asked: Iterable[str]) -> list[type_part]:
    # Thirty ways of asking are one text here: one to remember.
    texts = [(1, row.text), (_TITLE, row.title), (_ASKED, "\n".join(asked))]
    return [(weight, *_analysed(text, row.language)) for weight, text in texts]


@lru_cache(maxsize=_REMEMBERED)
def _analysed(text: str, language: str) -> tuple[Counter[str], int]:
    """The terms of a text. Remembered: to read hundreds of articles anew for every letter typed takes seconds."""
    counts = Counter(map(sys.intern, analyse(text, language)))
    return counts, counts.total()
