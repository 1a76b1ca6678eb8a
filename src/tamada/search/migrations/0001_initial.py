"""The index: FTS5 tables on SQLite, tsvector columns with GIN on PostgreSQL. Rows are written by `search.index`."""

import sqlite3
from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLES = ("search_message", "search_customer")


def create(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"CREATE TABLE {table} (id bigint PRIMARY KEY, lemmas tsvector, trigrams tsvector)")
            editor.execute(f"CREATE INDEX {table}_lemmas ON {table} USING gin (lemmas)")
            editor.execute(f"CREATE INDEX {table}_trigrams ON {table} USING gin (trigrams)")
        else:
            # The texts themselves are not kept a second time; deleting by rowid needs SQLite 3.43.
            content = ", content='', contentless_delete=1" if sqlite3.sqlite_version_info >= (3, 43) else ""
            columns = "lemmas, trigrams, tokenize='unicode61 remove_diacritics 0', detail=column"
            editor.execute(f"CREATE VIRTUAL TABLE {table} USING fts5({columns}{content})")


def drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        editor.execute(f"DROP TABLE {table}")


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar[list[tuple[str, str]]] = []
    operations: ClassVar = [migrations.RunPython(create, drop)]
