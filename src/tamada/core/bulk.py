"""Many rows in one statement, without what the ORM does for each value: for places where that is most of the work.

Like `bulk_create` and `bulk_update` it sends no signals and calls no `save`.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import count, islice
from operator import attrgetter
from typing import Any

from django.db import connection, models

from tamada.core.db import is_postgres

_AS_THEY_ARE = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)

type_prepare = Callable[[Any], Any]


def insert(model: type[models.Model], rows: Sequence[models.Model], *, ignore_conflicts: bool = False) -> None:
    """Insert new objects and give them their ids, in their order. Call it in a transaction.

    With `ignore_conflicts` a row that breaks a unique constraint is left out; its object has an id all the same.
    """
    if not rows:
        return
    table = _table(model)
    for row, pk in zip(rows, _new_ids(model, len(rows)), strict=False):
        row.pk = pk
    for field in table.timed:
        for row in rows:
            field.pre_save(row, add=True)
    table.insert([table.values(row) for row in rows], " ON CONFLICT DO NOTHING" if ignore_conflicts else "")
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001  what save() would note


def append(
    model: type[models.Model],
    rows: Sequence[Mapping[str, Any]],
    *,
    numbered: bool = True,
    computed: Mapping[str, str] | None = None,
) -> list[int]:
    """Insert rows that nobody needs as objects, given as values by field (`*_id` for a foreign key); returns their ids.

    What is not given is the field's default; `computed` are columns that the database fills in, as SQL of ours. Rows
    that need not be `numbered` get their ids from the database, and none are returned. Call it in a transaction.
    """
    if not rows:
        return []
    left_out = set(computed or ()) if numbered else {*(computed or ()), "id"}
    table = _table(model, frozenset(left_out))
    ids = list(islice(_new_ids(model, len(rows)), len(rows))) if numbered else []
    defaults = {field.attname: field.get_default() for field in table.fields}
    numbers = [{"id": pk} for pk in ids] or [{}] * len(rows)
    values = [[*{**defaults, **row, **number}.values()] for row, number in zip(rows, numbers, strict=True)]
    table.insert([table.prepared(row) for row in values], computed=computed or {})
    return ids


def update(model: type[models.Model], rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these fields of stored objects. Call it in a transaction."""
    if not rows:
        return
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    table = _Table(model, [*fields, model._meta.pk])
    changes = ", ".join(f"{connection.ops.quote_name(field.column)} = %s" for field in fields)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table.name} SET {changes} WHERE id = %s",  # noqa: S608  our own names
            [table.values(row) for row in rows],
        )


class _Table:
    """Columns of a model in one order, and what makes their values fit for the driver."""

    def __init__(self, model: type[models.Model], fields: Sequence[Any]) -> None:
        self.name = connection.ops.quote_name(model._meta.db_table)
        self.fields = fields
        self.timed = [f for f in fields if getattr(f, "auto_now", False) or getattr(f, "auto_now_add", False)]
        self._get = attrgetter(*(field.attname for field in fields))
        self._prepare = [(i, prepare) for i, field in enumerate(fields) if (prepare := _prepare(field)) is not None]

    def values(self, row: models.Model) -> list[Any]:
        """One object's values, prepared."""
        return self.prepared(list(self._get(row)))

    def prepared(self, values: list[Any]) -> list[Any]:
        """The same list, its values prepared."""
        for place, prepare in self._prepare:
            values[place] = prepare(values[place])
        return values

    def insert(
        self, rows: Sequence[Sequence[Any]], tail: str = "", *, computed: Mapping[str, str] | None = None
    ) -> None:
        """Insert rows of prepared values; `tail` is SQL of ours that follows, `computed` that of further columns."""
        marks = {**{field.column: "%s" for field in self.fields}, **(computed or {})}
        names = ", ".join(map(connection.ops.quote_name, marks))
        sql = f"INSERT INTO {self.name} ({names}) VALUES ({', '.join(marks.values())}){tail}"  # noqa: S608  our own names
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


@lru_cache(maxsize=64)
def _table(model: type[models.Model], without: frozenset[str] = frozenset()) -> _Table:
    return _Table(model, [field for field in model._meta.concrete_fields if field.attname not in without])


def _prepare(field: Any) -> type_prepare | None:
    """What must be done to a field's values; None when nothing must."""
    if isinstance(field, models.DateTimeField):
        return _moment
    if isinstance(field, _AS_THEY_ARE) or field.primary_key:
        return None
    if isinstance(field, models.JSONField) and field.encoder is None and not is_postgres():
        return _json
    return lambda value: field.get_db_prep_save(value, connection)


@lru_cache(maxsize=1024)
def _moment(value: datetime | None) -> Any:
    """A batch has few moments, each many times over."""
    return connection.ops.adapt_datetimefield_value(value)


def _json(value: Any) -> str | None:
    """Most of them are empty."""
    if value == []:
        return "[]"
    if value == {}:
        return "{}"
    return None if value is None else json.dumps(value)


def _new_ids(model: type[models.Model], number: int) -> Iterable[int]:
    """Ids that nobody else will get. SQLite has one writer, and that is us."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if is_postgres():
            sql = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            cursor.execute(sql, [table, number])
            return [pk for (pk,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()
    return count(last[0] + 1 if last else 1)
