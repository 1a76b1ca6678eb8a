"""The words that occur in the index: what a half-typed word may become, and what a misspelt one was meant to be.

Both answers are lists of whole terms, which the index then reads like any other query. That is faster than its own
prefix search, which gathers every row first, and needs no trigrams of every message.
"""

from collections.abc import Collection, Iterable, Sequence
from enum import IntEnum
from itertools import islice
from typing import Final

from django.db import connection

SHORTEST: Final = 2
LONGEST: Final = 32
COMPLETIONS: Final = 120
# Shorter words are too like each other to guess at.
SHORTEST_GUESS: Final = 4
GUESSES: Final = 8
_CANDIDATES: Final = 200
_AT_ONCE: Final = 400
_LAST = "\U0010ffff"


class Kind(IntEnum):
    """What is indexed."""

    CUSTOMER = 0
    MESSAGE = 1
    ARTICLE = 2

    @property
    def table(self) -> str:
        """The table of its index."""
        return f"search_{self.name.lower()}"


def remember(kind: Kind, texts: Iterable[str]) -> None:
    """Learn the words of these texts (terms parted by spaces). Numbers and codes are not kept.

    Words are written in alphabetical order, so that two writers can't wait for each other.
    """
    words = iter(sorted({w for text in texts for w in text.split() if SHORTEST <= len(w) <= LONGEST and w.isalpha()}))
    while some := list(islice(words, _AT_ONCE)):
        _learn(kind, some)


def _learn(kind: Kind, words: Sequence[str]) -> None:
    places = ",".join(["(%s,%s)"] * len(words))
    sql = f"INSERT INTO search_term (kind, term) VALUES {places} ON CONFLICT DO NOTHING RETURNING id, term"  # noqa: S608
    with connection.cursor() as db:
        db.execute(sql, [value for word in words for value in (int(kind), word)])
        new = db.fetchall()
        grams = [(gram, pk) for pk, word in new if len(word) >= SHORTEST_GUESS - 1 for gram in _grams(word)]
        if grams:
            db.executemany("INSERT INTO search_gram (gram, term_id) VALUES (%s, %s)", grams)


def completions(kind: Kind, prefixes: Sequence[str], limit: int = COMPLETIONS) -> list[str]:
    """The words that begin with one of `prefixes`: of each the `limit` shortest."""
    if not prefixes:
        return []
    one = (
        "SELECT term FROM search_term WHERE kind = %s AND term >= %s AND term < %s ORDER BY length(term), term LIMIT %s"
    )
    sql = " UNION ALL ".join(f"SELECT term FROM ({one}) AS part{n}" for n in range(len(prefixes)))  # noqa: S608  ours
    with connection.cursor() as db:
        db.execute(sql, [value for prefix in prefixes for value in (int(kind), prefix, prefix + _LAST, limit)])
        return [term for (term,) in db.fetchall()]


def known(kind: Kind, terms: Collection[str]) -> set[str]:
    """Those of some terms that occur."""
    wanted = [term for term in terms if SHORTEST <= len(term) <= LONGEST]
    if not wanted:
        return set()
    marks = ",".join(["%s"] * len(wanted))
    with connection.cursor() as db:
        db.execute(f"SELECT term FROM search_term WHERE kind = %s AND term IN ({marks})", [int(kind), *wanted])  # noqa: S608  placeholders
        return {term for (term,) in db.fetchall()}


def alike(kind: Kind, word: str) -> list[str]:
    """The words spelt almost like this one, the nearest first."""
    if len(word) < SHORTEST_GUESS or not word.isalpha():
        return []
    grams = sorted(_grams(word))
    # Of this kind first, then the likest: else the many words of messages leave no room for those of articles.
    sql = (
        "SELECT term FROM (SELECT term_id, count(*) AS shared FROM search_gram WHERE gram IN"  # noqa: S608  placeholders
        f" ({','.join(['%s'] * len(grams))}) GROUP BY term_id HAVING count(*) >= {max(2, len(grams) // 4):d}) AS near"
        " JOIN search_term ON search_term.id = near.term_id WHERE kind = %s"
        f" ORDER BY shared DESC, id LIMIT {_CANDIDATES:d}"
    )
    with connection.cursor() as db:
        db.execute(sql, [*grams, int(kind)])
        found = [(distance(word, term), term) for (term,) in db.fetchall()]
    return [term for steps, term in sorted(found) if steps <= _allowed(word) or _same_stem(word, term)][:GUESSES]


def _allowed(word: str) -> int:
    return 1 if len(word) < 8 else 2


def _same_stem(word: str, term: str) -> bool:
    """True for words that differ in a short ending only: forms that no dictionary has."""
    longer, shorter = max(len(word), len(term)), min(len(word), len(term))
    shared = next((i for i in range(shorter) if word[i] != term[i]), shorter)
    return shared >= max(5, round(longer * 0.75))


def _grams(word: str) -> set[str]:
    edged = f"^{word}$"
    return {edged[i : i + 3] for i in range(len(edged) - 2)}


def distance(a: str, b: str) -> int:
    """How many letters must be put in, taken out, changed or swapped with their neighbour to make one the other."""
    if abs(len(a) - len(b)) > 3:
        return abs(len(a) - len(b))
    before_last: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            steps = min(last[j] + 1, row[-1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                steps = min(steps, before_last[j - 2] + 1)
            row.append(steps)
        before_last, last = last, row
    return last[-1]
