"""Every row of every table, to be held against what it was before."""

from collections.abc import Collection
from typing import Any

from django.apps import apps
from django.db import connection


def every_row(*, but: Collection[str]) -> dict[str, list[tuple[Any, ...]]]:
    """Rows by table as the database holds them, but those of these tables (`room.Model`) and fields (`….field`)."""
    rows: dict[str, list[tuple[Any, ...]]] = {}
    quoted = connection.ops.quote_name
    with connection.cursor() as db:
        for model in apps.get_models(include_auto_created=True):
            label = model._meta.label
            if label not in but:
                fields = [f for f in model._meta.concrete_fields if f"{label}.{f.name}" not in but]
                columns = ", ".join(quoted(str(field.column)) for field in fields)
                key, table = quoted(str(model._meta.pk.column)), quoted(model._meta.db_table)
                db.execute(f"SELECT {columns} FROM {table} ORDER BY {key}")
                rows[label] = db.fetchall()
    return rows
