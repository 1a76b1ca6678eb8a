"""Writing the index, in the transaction that writes the message: what is committed can be found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from tamada.core.db import is_postgres

from . import vocabulary
from .lookup import key_column, plain
from .vocabulary import Kind


@dataclass(frozen=True, slots=True)
class Document:
    """What the index holds of one message or customer: analysed terms parted by spaces (`kit.text.analyse`).

    `marks` are facts to search by that are no words: each is `=` and letters or digits, e.g. `=i3` for inbox 3.
    """

    id: int
    terms: str
    marks: tuple[str, ...] = ()


def index_messages(documents: Sequence[Document]) -> None:
    """Put messages into the index, in place of what was there."""
    _write(Kind.MESSAGE, documents)


def forget_messages(message_ids: Iterable[int]) -> None:
    """Take messages out of the index."""
    _erase(Kind.MESSAGE, message_ids)


def index_customers(documents: Sequence[Document]) -> None:
    """Put customers into the index, in place of what was there."""
    _write(Kind.CUSTOMER, documents)


def forget_customers(customer_ids: Iterable[int]) -> None:
    """Take customers out of the index."""
    _erase(Kind.CUSTOMER, customer_ids)


def index_articles(documents: Sequence[Document]) -> None:
    """Put articles, each in one language, into the index, in place of what was there."""
    _write(Kind.ARTICLE, documents)


def forget_articles(translation_ids: Iterable[int]) -> None:
    """Take articles out of the index."""
    _erase(Kind.ARTICLE, translation_ids)


def replace_range(kind: Kind, after: int, upto: int, documents: Sequence[Document]) -> None:
    """Make the index of the ids in (after, upto] anew: rows of what no longer exists go too."""
    key = key_column()
    with connection.cursor() as db:
        db.execute(f"DELETE FROM {kind.table} WHERE {key} > %s AND {key} <= %s", [after, upto])  # noqa: S608  our names
    _write(kind, documents)


def forget_beyond(kind: Kind, last: int) -> None:
    """Take out whatever has a higher id than `last`."""
    with connection.cursor() as db:
        db.execute(f"DELETE FROM {kind.table} WHERE {key_column()} > %s", [last])  # noqa: S608  our names


def _write(kind: Kind, documents: Sequence[Document]) -> None:
    if not documents:
        return
    rows = [(d.id, _line(d)) for d in documents]
    with connection.cursor() as db:
        db.executemany(_INSERT[is_postgres()].format(table=kind.table), rows)
    vocabulary.remember(kind, (d.terms for d in documents))


def _line(document: Document) -> str:
    words = (word if word.isalnum() else plain(word) for word in document.terms.split())
    return " ".join([*filter(None, words), *document.marks])


def _erase(kind: Kind, ids: Iterable[int]) -> None:
    with connection.cursor() as db:
        db.executemany(f"DELETE FROM {kind.table} WHERE {key_column()} = %s", [(i,) for i in ids])  # noqa: S608  our names


_INSERT = {
    False: "INSERT OR REPLACE INTO {table} (rowid, terms) VALUES (%s, %s)",
    # array_to_tsvector takes no empty lexeme, and string_to_array of nothing is an empty array.
    True: "INSERT INTO {table} (id, terms) VALUES (%s, array_to_tsvector(string_to_array(%s, ' ')))"
    " ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms",
}
