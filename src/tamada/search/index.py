"""Writing the index, in the transaction that writes the message: what is committed can be found."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from tamada.core.db import is_postgres


@dataclass(frozen=True, slots=True)
class MessageDocument:
    """One message's analysed text (`kit.text.index_text` of its subject, visible text and attachments' names)."""

    message_id: int
    lemmas: str
    trigrams: str


def index_messages(documents: Sequence[MessageDocument]) -> None:
    """Put messages into the index; each must not be there yet."""
    _write("search_message", [(d.message_id, d.lemmas, d.trigrams) for d in documents])


def forget_messages(message_ids: Sequence[int]) -> None:
    """Take messages out of the index."""
    _erase("search_message", message_ids)


def index_customers(documents: Sequence[tuple[int, str, str]]) -> None:
    """Put customers (id, lemmas, trigrams) into the index, in place of what was there."""
    _erase("search_customer", [pk for pk, _, _ in documents])
    _write("search_customer", documents)


def _write(table: str, rows: Sequence[tuple[int, str, str]]) -> None:
    if not rows:
        return
    with connection.cursor() as db:
        db.executemany(_INSERT[is_postgres()].format(table=table), rows)


def _erase(table: str, ids: Sequence[int]) -> None:
    key = "id" if is_postgres() else "rowid"
    with connection.cursor() as db:
        db.executemany(f"DELETE FROM {table} WHERE {key} = %s", [(i,) for i in ids])  # noqa: S608  our own names


_INSERT = {
    False: "INSERT INTO {table} (rowid, lemmas, trigrams) VALUES (%s, %s, %s)",
    True: "INSERT INTO {table} (id, lemmas, trigrams)"
    " VALUES (%s, array_to_tsvector(string_to_array(%s, ' ')), array_to_tsvector(string_to_array(%s, ' ')))",
}
