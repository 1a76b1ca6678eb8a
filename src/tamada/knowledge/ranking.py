"""How well articles fit a question: BM25 over the terms that search knows, titles and phrasings counting more.

There is a second BM25, `assistant.nlu.retrieval`, for another end. That one holds all texts of a company in memory as
NumPy arrays, scores lemmas and letters, and its scores of different questions may be compared. This one orders the few
hundred rows that the index found, by the very groups of terms it was asked for, half-typed words among them; it keeps
nothing in memory and needs no NumPy, which the help centre must do without.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import log
from typing import Final

from tamada.kit.text import ANALYSIS, analyse
from tamada.search.lookup import type_groups

from .models import Phrasing, TermCounts, Translation

_K: Final = 1.2
_B: Final = 0.5
_TITLE: Final = 4
_ASKED: Final = 2

type_counts = Mapping[str, int]
"""The terms of an article in one language, and how much each counts."""


def ranked(rows: Sequence[Translation], groups: type_groups, *, first: str = "") -> list[Translation]:
    """The rows by how well they fit these groups of terms, the best first; of equal ones those in language `first`.

    Reads no words of theirs where their terms were counted when they were published.
    """
    if len(rows) < 2:
        return list(rows)
    sizes, words = _counts(rows)
    usual = sum(sizes.values()) / len(sizes) or 1
    scores = dict.fromkeys(words, 0.0)
    for group in groups:
        held = {pk: _occurring(counts, group) for pk, counts in words.items()}
        holders = sum(1 for count in held.values() if count)
        rare = log(1 + (len(rows) - holders + 0.5) / (holders + 0.5))
        for pk, count in held.items():
            scores[pk] += rare * count * (_K + 1) / (count + _K * (1 - _B + _B * sizes[pk] / usual))
    return sorted(rows, key=lambda row: (row.language != first, -scores[row.pk], row.pk))


def _occurring(counts: Mapping[str, int | str], group: Collection[str]) -> int:
    whole = sum(int(counts.get(term, 0)) for term in group)
    starts = tuple(term[:-1] for term in group if term.endswith("*"))
    return whole + (sum(int(n) for term, n in counts.items() if term.startswith(starts)) if starts else 0)


def _counts(rows: Sequence[Translation]) -> tuple[dict[int, int], dict[int, Mapping[str, int | str]]]:
    """What all terms of each of these rows count, and what each does."""
    sizes: dict[int, int] = {}
    words: dict[int, Mapping[str, int | str]] = {}
    kept = TermCounts.objects.filter(translation__in=[row.pk for row in rows], analysis=ANALYSIS)
    for pk, size, terms in kept.values_list("pk", "size", "terms"):
        sizes[pk], words[pk] = size, _read(terms)
    if missing := [row.pk for row in rows if row.pk not in sizes]:  # `indexing.count_terms` has not come to them yet
        told = Translation.objects.only("article_id", "language", "title", "text").filter(pk__in=missing)
        for pk, counts in weighed_all(told).items():
            sizes[pk], words[pk] = sum(counts.values()), {**counts}
    return sizes, words


# --- counting ---------------------------------------------------------------------------------------------------------


def weighed_all(rows: Iterable[Translation]) -> dict[int, type_counts]:
    """What the terms of each of these translations count, by its id."""
    listed = list(rows)
    asked: dict[tuple[int, str], list[str]] = {}
    known = Phrasing.objects.filter(accepted=True, article__in={row.article_id for row in listed}).order_by("pk")
    for article, language, text in known.values_list("article_id", "language", "text"):
        asked.setdefault((article, language), []).append(text)
    return {row.pk: weighed(row, asked.get((row.article_id, row.language), ())) for row in listed}


def weighed(row: Translation, asked: Iterable[str]) -> Counter[str]:
    """What the terms of a translation count that is asked for like this."""
    counts: Counter[str] = Counter()
    for weight, text in ((_TITLE, row.title), (_ASKED, "\n".join(asked)), (1, row.text)):
        for term in analyse(text, row.language):
            counts[term] += weight
    return counts


def remember(counts: Mapping[int, type_counts]) -> None:
    """Keep what the terms of some translations count, in place of what was kept, in the caller's transaction."""
    rows = [
        TermCounts(pk=pk, terms=_written(terms), size=sum(terms.values()), analysis=ANALYSIS)
        for pk, terms in counts.items()
    ]
    fields = ["terms", "size", "analysis"]
    TermCounts.objects.bulk_create(rows, update_conflicts=True, unique_fields=["translation"], update_fields=fields)


def forget(translation_ids: Iterable[int]) -> None:
    """Drop what was kept of some translations."""
    TermCounts.objects.filter(pk__in=list(translation_ids)).delete()


def _written(counts: type_counts) -> str:
    # Not JSON, which would write our scripts as \\uXXXX. A few signs are whole sentences once they are folded (ﷺ).
    return " ".join(f"{term} {count}" for term, count in counts.items() if " " not in term)


def _read(terms: str) -> dict[str, int | str]:
    # The counts stay letters: of hundreds a search asks for a few.
    parts = terms.split(" ") if terms else []
    return dict(zip(parts[::2], parts[1::2], strict=True))
