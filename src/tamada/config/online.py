"""Which migrations can be made while Tamada works: they keep nobody waiting, and older code goes on beside them.

`locks` is asked of every new migration by the test suite, `breaks` only when new code takes over without a stop.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, migrations, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.functions import Now

from tamada.config import startup
from tamada.core.migrating import AddIndexOnline

SMALL = {
    "accounts": "Agent Team Membership Invitation ApiToken Passkey RecoveryCode SsoIdentity TotpKey",
    "automation": "Policy Macro Rule RuleBook View ViewPlace Absence AgentRouting TeamRouting DryRun",
    "calendars": "Calendar OpenHours SpecialDay",
    "conversations": "Inbox",
    "core": "CronRow StoredLease StoredSetting",
    "customers": "AttributeDefinition Tag",
    "email": "MailAccount ImapFolder",
    "notifications": "PushSubscription",
    "privacy": "Purpose Term",
    "transfer": "Export Import",
    "webhooks": "Endpoint",
}
"""Tables that grow with colleagues and settings. Every other one may hold millions of rows."""


def cannot_join() -> str | None:
    """Bring the database to this version while an older one works on it, or say why that can't be."""
    if trouble := startup.too_new():
        return trouble
    if not startup.unapplied():
        return None
    executor = MigrationExecutor(connection)
    plan = [step for step, _back in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    state = executor.loader.project_state(list(executor.loader.applied_migrations))
    for step in plan:
        if trouble := next(_troubles(step, state, both=True), None):
            return f"{step.app_label}.{step.name} needs a restart: {trouble}"
        state = step.mutate_state(state)
    startup.migrate()
    return None


def locks(migration: migrations.Migration, state: ProjectState) -> list[str]:
    """What in it would keep others from a large table for as long as all its rows take; `state` is the one before."""
    return list(_troubles(migration, state, both=False))


def _troubles(migration: migrations.Migration, state: ProjectState, *, both: bool) -> Iterator[str]:
    state = state.clone()
    made: set[str] = set()
    for operation in _flat(migration.operations):
        where = f"{type(operation).__name__} {_table_of(migration.app_label, operation)}"
        if isinstance(operation, migrations.CreateModel):
            made.add(operation.name_lower)
        elif getattr(operation, "model_name", getattr(operation, "name", "")).lower() not in made:
            trouble = _locks(operation, migration, state) if _is_large(migration.app_label, operation) else None
            if both:
                trouble = trouble or _breaks(operation, migration, state)
            if trouble:
                yield f"{where}: {trouble}"
        operation.state_forwards(migration.app_label, state)


def _flat(operations: Iterable[Operation]) -> Iterator[Operation]:
    """With what is done to the database in one that separates it from the state."""
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from _flat(operation.database_operations)
        else:
            yield operation


def _table_of(app: str, operation: Operation) -> str:
    return f"{app}.{getattr(operation, 'model_name', None) or getattr(operation, 'name', '')}"


def _is_large(app: str, operation: Operation) -> bool:
    small = {f"{app}.{name}".lower() for name in SMALL.get(app, "").split()}
    return _table_of(app, operation).lower() not in small


def _locks(operation: Operation, migration: migrations.Migration, state: ProjectState) -> str | None:
    """Why it holds a lock on a large table while it looks at or writes every row."""
    if isinstance(operation, AddIndexOnline):
        return "It needs `atomic = False`, alone in its migration." if migration.atomic else None
    if isinstance(operation, migrations.AddIndex):
        return "It keeps writers out while it is built; use core.migrating.AddIndexOnline."
    if isinstance(operation, migrations.AddConstraint):
        return "It keeps everybody out while every row is looked at."
    if isinstance(operation, migrations.AddField):
        return _adding(operation.field)
    if isinstance(operation, migrations.AlterField) and _is_altered(operation, migration, state):
        return "It may write every row anew, or look at each, and keeps everybody out meanwhile."
    if isinstance(operation, migrations.AlterUniqueTogether):
        return "It keeps everybody out while every row is looked at."
    return None


def _adding(field: "models.Field[object, object]") -> str | None:
    if field.many_to_many:
        return None
    if field.unique or getattr(field, "db_index", False):
        return "Its index keeps writers out while it is built: db_index=False, then core.migrating.AddIndexOnline."
    if isinstance(field, models.GeneratedField):
        return "A generated column is written into every row."
    if not field.null and not field.has_db_default():
        return "NOT NULL without db_default: older processes can't write rows any more. null=True, or a db_default."
    if field.has_db_default() and not isinstance(field.db_default, (models.Value, Now, int, str, bool, float)):
        return "A default that is worked out may be written into every row."
    return None


def _breaks(operation: Operation, migration: migrations.Migration, state: ProjectState) -> str | None:
    """Why code that does not know of it fails beside it."""
    gone: Sequence[type[Operation]] = (
        migrations.DeleteModel,
        migrations.RemoveField,
        migrations.RenameField,
        migrations.RenameModel,
        migrations.AlterModelTable,
        migrations.RunSQL,
    )
    if isinstance(operation, tuple(gone)):
        return "Older processes still ask for what was there."
    if isinstance(operation, migrations.AlterField) and _is_altered(operation, migration, state):
        return "Older processes write the column as it was."
    if isinstance(operation, migrations.AddField) and not operation.field.many_to_many:
        field = operation.field
        return None if field.null or field.has_db_default() else "Older processes leave it out, which NOT NULL refuses."
    return None


def _is_altered(operation: migrations.AlterField, migration: migrations.Migration, state: ProjectState) -> bool:
    """Whether the database has anything to do; texts and choices are Django's own business."""
    after = state.clone()
    operation.state_forwards(migration.app_label, after)
    before = state.apps.get_model(migration.app_label, operation.model_name)._meta.get_field(operation.name)
    altered = after.apps.get_model(migration.app_label, operation.model_name)._meta.get_field(operation.name)
    editor: Any = connection.schema_editor(atomic=False)
    return bool(editor._field_should_be_altered(before, altered))  # noqa: SLF001  Django asks itself just that
