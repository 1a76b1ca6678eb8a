"""Many rows in one statement, without what the ORM does for each value: for places where that is most of the work.

Like `bulk_create` and `bulk_update` it sends no signals and calls no `save`.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import count
from typing import Any

from django.db import connection, models

from tamada.core.db import is_postgres

_AS_THEY_ARE = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)

type_prepare = Callable[[Any], Any]


def insert(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Insert new objects and give them their ids, in their order. Call it in a transaction."""
    if not rows:
        return
    fields = _fields(model)
    for row, pk in zip(rows, _new_ids(model, len(rows)), strict=False):
        row.pk = pk
    names = ", ".join(connection.ops.quote_name(field.column) for field, _ in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(model._meta.db_table)
    for field, _ in fields:
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            for row in rows:
                field.pre_save(row, add=True)
    values = [[prepare(getattr(row, field.attname)) for field, prepare in fields] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)  # noqa: S608  our own names
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001  what save() would note


def update(model: type[models.Model], rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these fields of stored objects. Call it in a transaction."""
    if not rows:
        return
    by_name = {field.name: (field, prepare) for field, prepare in _fields(model)}
    fields = [by_name[name] for name in names]
    changes = ", ".join(f"{connection.ops.quote_name(field.column)} = %s" for field, _ in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    values = [[*(prepare(getattr(row, field.attname)) for field, prepare in fields), row.pk] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {changes} WHERE id = %s", values)  # noqa: S608  our own names


@lru_cache(maxsize=64)
def _fields(model: type[models.Model]) -> list[tuple[Any, type_prepare]]:
    """Each column's field, and what makes its value fit for the driver."""
    return [(field, _prepare(field)) for field in model._meta.concrete_fields]


def _prepare(field: Any) -> type_prepare:
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, _AS_THEY_ARE) or field.primary_key:
        return _same
    if isinstance(field, models.JSONField) and field.encoder is None and not is_postgres():
        return _json
    return lambda value: field.get_db_prep_save(value, connection)


def _same(value: Any) -> Any:
    return value


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
