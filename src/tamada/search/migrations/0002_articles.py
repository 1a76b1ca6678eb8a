"""The index of articles, beside those of messages and customers and made like them."""

import sqlite3
from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLE = "search_article"


def create(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(f"CREATE TABLE {TABLE} (id bigint PRIMARY KEY, terms tsvector NOT NULL)")
        editor.execute(f"CREATE INDEX {TABLE}_terms ON {TABLE} USING gin (terms)")
        return
    content = ", content='', contentless_delete=1" if sqlite3.sqlite_version_info >= (3, 43) else ""
    tokens = "tokenize=\"ascii tokenchars '='\""
    editor.execute(f"CREATE VIRTUAL TABLE {TABLE} USING fts5(terms, {tokens}, detail=none{content})")


def drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute(f"DROP TABLE {TABLE}")
    editor.execute("DELETE FROM search_gram WHERE term_id IN (SELECT id FROM search_term WHERE kind = 2)")
    editor.execute("DELETE FROM search_term WHERE kind = 2")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("search", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(create, drop)]
