"""Operations for migrations that keep nobody waiting."""

from typing import Any

from django.db import migrations


class AddIndexOnline(migrations.AddIndex):
    """An index that is built while others write. The migration says `atomic = False` and does nothing else.

    PostgreSQL leaves an invalid index behind when that is interrupted: the next try takes it away and begins anew.
    SQLite builds it at once, behind the writer lock.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        is_postgres = schema_editor.connection.vendor == "postgresql"
        if is_postgres and schema_editor.connection.in_atomic_block:
            raise TypeError("AddIndexOnline needs a migration with `atomic = False`.")
        there = self._is_there(schema_editor)
        if there:
            return
        if is_postgres:
            if there is not None:
                schema_editor.remove_index(model, self.index, concurrently=True)
            with schema_editor.connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = 0")  # It may wait for others: it holds up nobody.
            schema_editor.add_index(model, self.index, concurrently=True)
        else:
            schema_editor.add_index(model, self.index)

    def _is_there(self, schema_editor: Any) -> bool | None:
        """True when it is, None when it isn't, False when it is broken (PostgreSQL)."""
        by_vendor = {
            "postgresql": "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)",
            "sqlite": "SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = %s",
        }
        name = self.index.name
        quoted = f'"{name}"' if schema_editor.connection.vendor == "postgresql" else name
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(by_vendor[schema_editor.connection.vendor], [quoted])
            row = cursor.fetchone()
        return None if row is None else bool(row[0])

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        if schema_editor.connection.vendor == "postgresql" and not schema_editor.connection.in_atomic_block:
            schema_editor.remove_index(model, self.index, concurrently=True)
        else:
            schema_editor.remove_index(model, self.index)

    def describe(self) -> str:
        return f"Build index {self.index.name} while others write"
