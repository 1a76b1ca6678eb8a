"""How well articles fit a question: BM25 over the terms that search knows, titles and phrasings counting more.

There is a second BM25, `assistant.nlu.retrieval`, for another end. That one holds all texts of a company in memory as
NumPy arrays, scores lemmas and letters, and its scores of different questions may be compared. This one orders the few
hundred rows that the index found, by the very groups of terms it was asked for, half-typed words among them; it keeps
nothing in memory and needs no NumPy, which the help centre must do without.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from math import log
from typing import Final

from django.db import connection

from tamada.kit.text import ANALYSIS, analyse
from tamada.search.lookup import type_groups

from .models import Phrasing, TermCounts, Translation

_K: Final = 1.2
_B: Final = 0.5
_TITLE: Final = 4
_ASKED: Final = 2

type_counts = Mapping[str, int]
"""The terms of an article in one language, and how much each counts."""


def ranked(ids: Collection[int], groups: type_groups, *, first: Collection[int] = ()) -> list[int]:
    """Translations by how well they fit these groups of terms, the best first; those in `first` before all others.

    Reads no words of theirs where their terms were counted when they were published. Of several, those that are gone
    are left out.
    """
    if len(ids) < 2:
        return list(ids)
    sizes, words = _counts(ids)
    usual = sum(sizes.values()) / max(1, len(sizes)) or 1
    scores = dict.fromkeys(words, 0.0)
    for group in groups:
        needles = [f" {term[:-1]}" if term.endswith("*") else f" {term} " for term in group]
        held = dict.fromkeys(words, 0)
        for needle in needles:
            for pk, terms in words.items():
                if (at := terms.find(needle)) >= 0:
                    held[pk] += _occurring(terms, needle, at)
        holders = sum(1 for count in held.values() if count)
        rare = log(1 + (len(words) - holders + 0.5) / (holders + 0.5))
        for pk, count in held.items():
            if count:
                scores[pk] += rare * count * (_K + 1) / (count + _K * (1 - _B + _B * sizes[pk] / usual))
    return sorted(scores, key=lambda pk: (pk not in first, -scores[pk], pk))


def _occurring(terms: str, needle: str, at: int) -> int:
    """What the terms that begin so count together, the first of them at `at`, read where they stand: of hundreds a
    search asks for a few.
    """
    if needle[-1] == " " and not needle[1].isdigit():  # A whole term stands there once.
        value = at + len(needle)
        return int(terms[value : terms.find(" ", value)])
    total = 0
    while at >= 0:
        value = terms.find(" ", at + 1) + 1
        end = terms.find(" ", value)
        if needle[1].isdigit() and terms.count(" ", 0, at) % 2:  # That is no term but what one counts.
            at = terms.find(needle, at + 1)
            continue
        total += int(terms[value:end])
        at = terms.find(needle, end)
    return total


def _counts(ids: Collection[int]) -> tuple[dict[int, int], dict[int, str]]:
    """What all terms of each of these translations count, and what each does, as it is written between spaces."""
    sizes: dict[int, int] = {}
    words: dict[int, str] = {}
    for pk, size, terms in _kept(ids):
        sizes[pk], words[pk] = size, f" {terms} "
    if missing := [pk for pk in ids if pk not in sizes]:  # `indexing.count_terms` has not come to them yet
        told = Translation.objects.only("article_id", "language", "title", "text").filter(pk__in=missing)
        for pk, counts in weighed_all(told).items():
            sizes[pk], words[pk] = sum(counts.values()), f" {_written(counts)} "
    return sizes, words


def _kept(ids: Collection[int]) -> list[tuple[int, int, str]]:
    # By hand: to write hundreds of ids into a query takes the ORM three times what the database takes to answer.
    listed = ",".join(f"{pk:d}" for pk in ids)
    sql = f"SELECT translation_id, size, terms FROM knowledge_termcounts WHERE translation_id IN ({listed}) AND analysis = %s"  # noqa: E501, S608  numbers alone
    with connection.cursor() as db:
        db.execute(sql, [ANALYSIS])
        found: list[tuple[int, int, str]] = db.fetchall()
    return found


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
