"""Keeping the index in order: making it anew from the rows, and forgetting words that nothing holds any more."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from tamada.core.db import is_postgres
from tamada.core.models import StoredSetting
from tamada.core.registry import Registry
from tamada.kit.text import ANALYSIS

from . import index, lookup
from .index import Document
from .vocabulary import Kind

BATCH = 500
_AT_ONCE = 400
_PROGRESS = "search.reindexed"
_ANALYSIS = "search.analysis"
_PORTION_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Source:
    """Where the documents of one kind come from.

    `after(last_id, limit)` gives the documents of the next rows by id, `total()` says about how many there are and
    costs nothing, `count()` counts them.
    """

    kind: Kind
    after: Callable[[int, int], Sequence[Document]]
    total: Callable[[], int]
    count: Callable[[], int]


sources: Registry[Source] = Registry("search.sources")
"""Rooms that are indexed tell how to make their documents anew."""


def total() -> int:
    """About how many documents a rebuild goes through."""
    return sum(source.total() for source in sources)


def indexed(kind: Kind) -> int:
    """How many documents the index holds."""
    with connection.cursor() as db:
        # FTS5 keeps a row of sizes for each document; counting the index itself would read all of it.
        db.execute(f"SELECT count(*) FROM {kind.table}{'' if is_postgres() else '_docsize'}")  # noqa: S608  our names
        return int(db.fetchone()[0])


def rebuild(*, afresh: bool = False, batch: int = BATCH) -> Iterator[int]:
    """Make the index anew in batches, yielding the size of each; goes on where an interrupted run stopped.

    Each batch is one transaction, and what is not reached yet stays as it was: searching goes on meanwhile.
    """
    if afresh:
        _remember({})
    done = _remembered()
    for name, source in sources.all().items():
        last = done.get(name, 0)
        while last is not None:
            documents = source.after(last, batch)
            with transaction.atomic():
                if documents:
                    upto = documents[-1].id
                    index.replace_range(source.kind, last, upto, documents)
                else:
                    index.forget_beyond(source.kind, last)
                    upto = None
                done[name] = last = upto
                _remember(done)
            yield len(documents)
    prune_all()
    _remember({})


def renew(*, seconds: float = _PORTION_SECONDS) -> bool:
    """Make a portion of the index anew where words get other terms by now than they have there; whether any is left."""
    state = _stored(_ANALYSIS)
    if state == {"version": ANALYSIS, "whole": True}:
        return False
    afresh = state.get("version") != ANALYSIS
    _store(_ANALYSIS, {"version": ANALYSIS, "whole": False})
    until = time.monotonic() + seconds
    for _size in rebuild(afresh=afresh):
        if time.monotonic() >= until:
            return True
    _store(_ANALYSIS, {"version": ANALYSIS, "whole": True})
    return False


def _remembered() -> dict[str, int | None]:
    return _stored(_PROGRESS)


def _remember(done: dict[str, int | None]) -> None:
    _store(_PROGRESS, done)


def _stored(key: str) -> dict[str, Any]:
    row = StoredSetting.objects.filter(key=key).first()
    return dict(row.value) if row else {}


def _store(key: str, value: dict[str, Any]) -> None:
    StoredSetting.objects.update_or_create(key=key, defaults={"value": value})


def prune_all() -> None:
    """Forget every word that no row has any more, some thousand in a transaction."""
    for kind in Kind:
        after = prune(kind)
        while after:
            after = prune(kind, after=after)


def prune(kind: Kind, *, after: str = "", limit: int = 5_000) -> str:
    """Forget words, among the `limit` after that one, which no row has any more; the last looked at, or "" at the end.

    What was erased about a person must not stay behind as a lone word.
    """
    with transaction.atomic(), connection.cursor() as db:
        sql = "SELECT id, term FROM search_term WHERE kind = %s AND term > %s ORDER BY term LIMIT %s"
        db.execute(sql, [int(kind), after, limit])
        rows = db.fetchall()
        gone = [(pk,) for pk, term in rows if not lookup.newest(kind, [[term]], before=None, limit=1)]
        db.executemany("DELETE FROM search_gram WHERE term_id = %s", gone)
        db.executemany("DELETE FROM search_term WHERE id = %s", gone)
    return str(rows[-1][1]) if len(rows) == limit else ""


# --- after an erasure -------------------------------------------------------------------------------------------------

_PAGES = 200
"""Of an index, about so many are written anew in one transaction."""


def forget_words(kind: Kind, words: Iterable[str]) -> None:
    """Forget those of these words which no row has any more; in the transaction that takes their rows out."""
    known = sorted({word for word in words if word.isalpha()})
    for start in range(0, len(known), _AT_ONCE):
        some = known[start : start + _AT_ONCE]
        with connection.cursor() as db:
            marks = ",".join(["%s"] * len(some))
            db.execute(f"SELECT id, term FROM search_term WHERE kind = %s AND term IN ({marks})", [int(kind), *some])  # noqa: S608  placeholders
            gone = [(pk,) for pk, term in db.fetchall() if not lookup.newest(kind, [[term]], before=None, limit=1)]
            db.executemany("DELETE FROM search_gram WHERE term_id = %s", gone)
            db.executemany("DELETE FROM search_term WHERE id = %s", gone)


def drop_traces() -> None:
    """Write the index anew, some pages in a transaction: on SQLite it keeps the words of rows that were taken out.

    PostgreSQL does so by itself (autovacuum).
    """
    if is_postgres():
        return
    for kind in Kind:
        pages = -_PAGES  # The first asks for one segment in the end, the others go on with that.
        while _merged(kind, pages):
            pages = _PAGES


def _merged(kind: Kind, pages: int) -> bool:
    """Whether there was something to write anew (https://www.sqlite.org/fts5.html, the 'merge' command)."""
    with transaction.atomic(), connection.cursor() as db:
        before = _changes(db)
        db.execute(f"INSERT INTO {kind.table} ({kind.table}, rank) VALUES ('merge', %s)", [pages])  # noqa: S608  our names
        return _changes(db) - before >= 2


def _changes(db: Any) -> int:
    db.execute("SELECT total_changes()")
    return int(db.fetchone()[0])
