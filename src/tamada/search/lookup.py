"""Reading the index: which messages or customers have these terms, newest first.

Only as many rows are read as are asked for, however common the terms are (SQLite; PostgreSQL's planner decides).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from django.db import connection

from tamada.core.db import is_postgres
from tamada.kit.text import near_stems, near_terms, query_terms
from tamada.kit.text.normalise import WORD
from tamada.kit.text.stems import term

from . import vocabulary
from .vocabulary import Kind

MOST_GROUPS = 12

type_groups = Sequence[Collection[str]]
"""What a row must have: of every group at least one term. A term that ends in `*` stands for all that begin so."""


def key_column() -> str:
    """What the id of a row is called."""
    return "id" if is_postgres() else "rowid"


def newest(kind: Kind, groups: type_groups, *, before: int | None, limit: int) -> list[int]:
    """The highest ids below `before` whose row has what `groups` ask, highest first."""
    if not groups or not all(groups):
        return []
    params: dict[str, str | int] = {
        "asked": _expression(groups),
        "edge": _LAST_ID if before is None else before,
        "limit": limit,
    }
    if not is_postgres():
        # FTS5 streams from the end of its lists.
        return _ids(
            f"SELECT rowid FROM {kind.table} WHERE {kind.table} MATCH %(asked)s AND rowid < %(edge)s"  # noqa: S608  ours
            " ORDER BY rowid DESC LIMIT %(limit)s",
            params,
        )
    return _newest_on_postgres(kind, params, limit)


_LAST_ID = 2**63 - 1
_WINDOW = 2_000
_DEAR = 3
"""Looking at a row for its terms costs as much as so many rows that GIN has found (measured, benchmarks/search)."""


def _newest_on_postgres(kind: Kind, params: Mapping[str, str | int], limit: int) -> list[int]:
    """A common word is found among the newest rows; only for another one is the whole GIN index asked.

    How common it is, the newest rows tell. Left to itself the planner, which knows little of that, walks a million rows
    for a rare one, or sorts half a million for a common one.
    """
    found = _ids(_AMONG_NEWEST.format(table=kind.table), {**params, "window": _WINDOW})
    if found and len(found) < limit:
        window = limit * _WINDOW * 5 // (len(found) * 4)
        if window * _DEAR < found[0] * len(found) // _WINDOW:
            found = _ids(_AMONG_NEWEST.format(table=kind.table), {**params, "window": window})
    if len(found) < limit:
        found = _ids(_AMONG_ALL.format(table=kind.table), params)
    return found


_AMONG_NEWEST: Final = """
    WITH recent AS MATERIALIZED (SELECT id, terms FROM {table} WHERE id < %(edge)s ORDER BY id DESC LIMIT %(window)s)
    SELECT id FROM recent WHERE terms @@ %(asked)s::tsquery ORDER BY id DESC LIMIT %(limit)s
"""
# Materialized: else the planner may walk the ids backwards after all.
_AMONG_ALL: Final = """
    WITH hits AS MATERIALIZED (SELECT id FROM {table} WHERE terms @@ %(asked)s::tsquery AND id < %(edge)s)
    SELECT id FROM hits ORDER BY id DESC LIMIT %(limit)s
"""


def _ids(sql: str, params: Mapping[str, str | int]) -> list[int]:
    with connection.cursor() as db:
        db.execute(sql, params)
        return [pk for (pk,) in db.fetchall()]


def matching(kind: Kind, groups: type_groups, ids: Collection[int]) -> set[int]:
    """Those of `ids` whose row has what `groups` ask."""
    if not ids or not groups or not all(groups):
        return set()
    listed = ",".join(f"{i:d}" for i in ids)
    sql = f"SELECT {key_column()} FROM {kind.table} WHERE {_condition(kind)} AND {key_column()} IN ({listed})"  # noqa: S608  our names
    with connection.cursor() as db:
        db.execute(sql, [_expression(groups)])
        return {pk for (pk,) in db.fetchall()}


def _condition(kind: Kind) -> str:
    return "terms @@ %s::tsquery" if is_postgres() else f"{kind.table} MATCH %s"


def _expression(groups: type_groups) -> str:
    """The groups in the database's own query language. Every term is quoted: none is ever read as syntax."""
    if is_postgres():
        return " & ".join("(" + " | ".join(_lexeme(t) for t in group) + ")" for group in groups)
    return " AND ".join("(" + " OR ".join(_string(t) for t in group) + ")" for group in groups)


def plain(term: str) -> str:
    """A term with nothing in it but letters and digits: some characters fold into several, as ⑴ into (1)."""
    return "".join(filter(str.isalnum, term))


def _string(term: str) -> str:
    return f'"{_bare(term)}"*' if term.endswith("*") else f'"{_bare(term)}"'


def _lexeme(term: str) -> str:
    return f"'{_bare(term)}':*" if term.endswith("*") else f"'{_bare(term)}'"


def _bare(term: str) -> str:
    return "=" + plain(term) if term.startswith("=") else plain(term)


# --- from words to groups ---------------------------------------------------------------------------------------


def groups_of(kind: Kind, words: str, *, live: bool = True) -> list[list[str]]:
    """What to ask the index for these words: their first dozen, with what a half-typed last one may become."""
    groups = (_complete(kind, group) for group in query_terms(words, live=live)[:MOST_GROUPS])
    return [group for group in groups if group]


def _complete(kind: Kind, group: Sequence[str]) -> list[str]:
    """The group with the words of the vocabulary in place of prefixes.

    Numbers and codes are no words of the vocabulary, and few begin alike: their prefixes are left to the index.
    """
    prefixes = [term[:-1] for term in group if term.endswith("*") and term[:-1].isalpha()]
    kept = [term for term in group if not (term.endswith("*") and term[:-1].isalpha())]
    found = dict.fromkeys([*kept, *vocabulary.completions(kind, prefixes)])
    return [term for term in found if plain(term)]


def one_letter_off(kind: Kind, word: str) -> dict[str, list[str]]:
    """The terms of the vocabulary that a word has with one letter put right, and the spellings that lead to each."""
    for nearby in (near_terms, near_stems):
        near = nearby(word)
        if there := vocabulary.known(kind, near):
            return {term: spellings for term, spellings in near.items() if term in there}
    return {}


def nearly(kind: Kind, groups: Sequence[Sequence[str]], words: str = "") -> list[list[str]] | None:
    """The same question with words spelt almost so, where the index lacks a word; None when nothing is alike.

    With the `words` that the groups are of, their endings may be wrong too.
    """
    typed = {term(word): word for word in WORD.findall(words)}
    guessed = False
    found: list[list[str]] = []
    for group in groups:
        if newest(kind, [group], before=None, limit=1):
            found.append(list(group))
            continue
        guesses = dict.fromkeys(_guesses(kind, typed.get(group[0], ""), group))
        guessed = guessed or bool(guesses)
        found.append([*group, *guesses])
    return found if guessed else None


def _guesses(kind: Kind, word: str, group: Collection[str]) -> list[str]:
    """One letter off as it was typed; where that leads nowhere, what is spelt almost as its terms are."""
    if len(word) >= vocabulary.SHORTEST_GUESS and (near := one_letter_off(kind, word)):
        return sorted(near, key=lambda term: (not near[term], term))[: vocabulary.GUESSES]
    return [guess for term in group for guess in vocabulary.alike(kind, term)]
