"""Migrations that keep nobody waiting: what a new one may do to a large table, and what old code bears beside it."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.apps import apps
from django.db import OperationalError, connection, migrations, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models.functions import Now

from tamada.config import online, startup
from tamada.core.migrating import AddIndexOnline
from tests.helpers.polling import until

# They landed before anybody asked. A new one is not added here: it is written so that it keeps nobody waiting.
BEFORE = frozenset(
    {
        "channels.0002_raw_blocked",
        "conversations.0002_quoted_html",
        "conversations.0003_troubled",
        "conversations.0004_client_id",
        "conversations.0006_is_open",
        "conversations.0008_attachment_blob",
        "conversations.0009_merge_and_delete",
        "core.0002_audit_guard",
        "customers.0002_merge",
        "transfer.0002_system",
    }
)
OURS = {config.label for config in apps.get_app_configs() if config.name.startswith("tamada.")}


def _state_before(loader: MigrationLoader, migration: migrations.Migration) -> ProjectState:
    graph = loader.graph
    return graph.make_state(
        nodes=[(migration.app_label, migration.name)], at_end=False, real_apps=loader.unmigrated_apps
    )


def test_no_new_migration_locks_a_large_table() -> None:
    loader = MigrationLoader(None)
    found = {
        f"{app}.{name}": troubles
        for (app, name), migration in loader.disk_migrations.items()
        if app in OURS and f"{app}.{name}" not in BEFORE
        if (troubles := online.locks(migration, _state_before(loader, migration)))
    }
    assert not found, "See docs/decisions/0027-growing.md for how the same is done while people work."


def test_what_landed_before_is_what_it_was() -> None:
    loader = MigrationLoader(None)
    for name in BEFORE:
        migration = loader.disk_migrations[name.partition(".")[0], name.partition(".")[2]]
        assert online.locks(migration, _state_before(loader, migration)), f"{name} needs no exception."


def test_small_tables_are_tables() -> None:
    named = {f"{app}.{name}" for app, names in online.SMALL.items() for name in names.split()}
    assert named <= {model._meta.label for model in apps.get_models()}


LARGE, SMALL = "message", "inbox"
INDEX = models.Index(fields=["created_at"], name="tried_index")


def adds(field: Any, model: str = LARGE) -> migrations.AddField:
    return migrations.AddField(model, "tried", field)


REFUSED = [
    pytest.param(migrations.AddIndex(LARGE, INDEX), id="a plain index"),
    pytest.param(adds(models.CharField(max_length=9, default="")), id="NOT NULL without a default of the database"),
    pytest.param(adds(models.IntegerField(null=True, db_index=True)), id="a column with an index"),
    pytest.param(adds(models.IntegerField(null=True, unique=True)), id="a unique column"),
    pytest.param(adds(models.FloatField(db_default=models.functions.Random())), id="a default for each row"),
    pytest.param(
        adds(models.ForeignKey("conversations.Inbox", models.CASCADE, null=True)), id="a reference with index"
    ),
    pytest.param(
        migrations.AddConstraint(LARGE, models.CheckConstraint(condition=models.Q(seq__gte=0), name="tried")),
        id="a rule for every row",
    ),
    pytest.param(migrations.AlterField(LARGE, "subject", models.CharField(max_length=5000)), id="another type"),
    pytest.param(AddIndexOnline(LARGE, INDEX), id="an online index in a transaction"),
]
TAKEN = [
    pytest.param(adds(models.IntegerField(null=True)), id="a column that may be empty"),
    pytest.param(adds(models.CharField(max_length=9, db_default="")), id="a default of the database"),
    pytest.param(adds(models.DateTimeField(db_default=Now())), id="the moment as a default"),
    pytest.param(
        adds(models.ForeignKey("conversations.Inbox", models.CASCADE, null=True, db_index=False)), id="a reference"
    ),
    pytest.param(
        migrations.AddIndex(SMALL, models.Index(fields=["name"], name="tried")), id="an index on a small table"
    ),
    pytest.param(migrations.RunPython(migrations.RunPython.noop), id="rows filled in batches"),
]


def _made_of(operation: Any, *, atomic: bool = True) -> tuple[migrations.Migration, ProjectState]:
    kind = type("Migration", (migrations.Migration,), {"operations": [operation], "atomic": atomic})
    return kind("9999_tried", "conversations"), MigrationLoader(None).project_state()


@pytest.mark.parametrize("operation", REFUSED)
def test_what_would_lock_a_large_table_is_refused(operation: Any) -> None:
    assert online.locks(*_made_of(operation))


@pytest.mark.parametrize("operation", TAKEN)
def test_what_keeps_nobody_waiting_is_taken(operation: Any) -> None:
    assert online.locks(*_made_of(operation)) == []


def test_an_index_that_is_built_while_others_write_is_taken() -> None:
    assert online.locks(*_made_of(AddIndexOnline(LARGE, INDEX), atomic=False)) == []


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField(SMALL, "name"),
        migrations.RenameField(SMALL, "name", "title"),
        migrations.DeleteModel("Draft"),
        adds(models.CharField(max_length=9, default=""), SMALL),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_what_older_code_does_not_bear_asks_for_a_restart(operation: Any) -> None:
    migration, state = _made_of(operation)
    assert list(online._troubles(migration, state, both=True))


# -- building an index while others write ---------------------------------------------------------------------------


@pytest.fixture
def migrated_index(transactional_db: None) -> Iterator[tuple[AddIndexOnline, ProjectState, ProjectState]]:
    operation = AddIndexOnline(LARGE, INDEX)
    migration, before = _made_of(operation, atomic=False)
    after = migration.mutate_state(before.clone())
    yield operation, before, after
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS tried_index")


def _build(operation: AddIndexOnline, before: ProjectState, after: ProjectState) -> None:
    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("conversations", editor, before, after)


def _indexes() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, "conversations_message"))


def test_an_online_index_is_built_once_and_taken_back(migrated_index: Any) -> None:
    operation, before, after = migrated_index
    _build(operation, before, after)
    _build(operation, before, after)  # as after a kill between the index and its note
    assert "tried_index" in _indexes()
    with connection.schema_editor(atomic=False) as editor:
        operation.database_backwards("conversations", editor, after, before)
    assert "tried_index" not in _indexes()


@pytest.mark.postgres
def test_while_it_is_built_others_write_and_what_a_kill_left_is_built_anew(migrated_index: Any) -> None:
    """A transaction that began before holds the build up, not the writers."""
    operation, before, after = migrated_index
    writing, go_on = threading.Event(), threading.Event()

    def hold_open() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE conversations_message SET seq = seq")
            writing.set()
            assert go_on.wait(30)
        connection.close()

    def build() -> None:
        with suppress(OperationalError):  # its connection is cut
            _build(operation, before, after)
        connection.close()

    holder, builder = threading.Thread(target=hold_open), threading.Thread(target=build)
    holder.start()
    assert writing.wait(30)
    builder.start()
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
        _until_waits(cursor)
        cursor.execute("UPDATE conversations_message SET seq = seq")  # nobody is in its way
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY%%'"
        )
        go_on.set()
        builder.join(30)
        holder.join(30)
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('tried_index')")
        assert cursor.fetchone() == (False,)
        cursor.execute("SET lock_timeout = 0")
    _build(operation, before, after)
    with connection.cursor() as cursor:
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('tried_index')")
        assert cursor.fetchone() == (True,)


def _until_waits(cursor: Any) -> None:
    def waits() -> bool:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY%%' "
            "AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])

    until(waits, what="the build to wait")


@pytest.mark.postgres
def test_of_two_machines_that_start_at_once_one_migrates(transactional_db: None) -> None:
    order: list[str] = []
    inside, go_on = threading.Event(), threading.Event()

    def first() -> None:
        with startup._one_at_a_time():
            order.append("first begins")
            inside.set()
            assert go_on.wait(30)
            order.append("first ends")
        connection.close()

    def second() -> None:
        with startup._one_at_a_time():
            order.append("second begins")
        connection.close()

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    assert inside.wait(30)
    threads[1].start()
    threads[1].join(0.5)
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert order == ["first begins", "first ends", "second begins"]


@pytest.mark.postgres
def test_neither_who_migrates_nor_who_waits_for_it_holds_up_an_index_that_is_built_online(
    migrated_index: tuple[AddIndexOnline, ProjectState, ProjectState],
) -> None:
    go_on = threading.Event()

    def other() -> None:
        with startup._one_at_a_time():
            assert go_on.wait(30)
        connection.close()

    waiting = [threading.Thread(target=other) for _ in range(2)]
    for thread in waiting:
        thread.start()
    with connection.cursor() as cursor:
        until(lambda: _with_the_lock(cursor) == 2, what="both to ask for the lock")
        cursor.execute("SET statement_timeout = '10s'")
    try:
        _build(*migrated_index)
    finally:
        go_on.set()
        for thread in waiting:
            thread.join(30)
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")


def _with_the_lock(cursor: Any) -> int:
    cursor.execute(
        "SELECT count(DISTINCT pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND (query LIKE '%%advisory_xact_lock%%' OR query = 'ROLLBACK')"
    )
    return int(cursor.fetchone()[0])
