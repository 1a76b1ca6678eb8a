"""The database itself refuses to change or delete entries of the audit trail, whoever asks: no role, no line of code.

Two things stay possible. What an entry says of a person can be taken out (its `changes` become `{"erased": true}`, the
actor's name empty), because an erasure must reach it; and entries older than `FLOOR_DAYS` can be pruned by a policy.
`lifted` takes the guard away for a moment: for a restore, which brings a trail of its own into an empty installation.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection

FLOOR_DAYS: Final = 180

_REFUSAL: Final = "The audit trail is only added to."

# Whatever is compared here but `changes` and `actor_name` can never become another value.
_KEPT: Final = ("id", "at", "actor_kind", "actor_id", "action", "object_type", "object_id")

_NEW: Final = ", ".join(f"NEW.{name}" for name in _KEPT)
_OLD: Final = ", ".join(f"OLD.{name}" for name in _KEPT)

_SQLITE_PUT: Final = (
    f"""CREATE TRIGGER core_audit_update BEFORE UPDATE ON core_audit
    WHEN {" OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _KEPT)}
      OR (NEW.changes IS NOT OLD.changes AND NEW.changes IS NOT '{{"erased": true}}')
      OR (NEW.actor_name IS NOT OLD.actor_name AND NEW.actor_name IS NOT '')
    BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
    f"""CREATE TRIGGER core_audit_delete BEFORE DELETE ON core_audit
    WHEN OLD.at > datetime('now', '-{FLOOR_DAYS} days')
    BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
    # INSERT OR REPLACE deletes without asking the trigger above.
    f"""CREATE TRIGGER core_audit_insert BEFORE INSERT ON core_audit
    WHEN EXISTS (SELECT 1 FROM core_audit WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",  # noqa: S608  a text of ours
)
_SQLITE_TAKE: Final = (
    "DROP TRIGGER IF EXISTS core_audit_update",
    "DROP TRIGGER IF EXISTS core_audit_delete",
    "DROP TRIGGER IF EXISTS core_audit_insert",
)

_POSTGRES_PUT: Final = (
    f"""CREATE OR REPLACE FUNCTION core_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'UPDATE' THEN
        IF ({_NEW}) IS NOT DISTINCT FROM ({_OLD})
           AND (NEW.changes = OLD.changes OR NEW.changes = '{{"erased": true}}'::jsonb)
           AND (NEW.actor_name = OLD.actor_name OR NEW.actor_name = '') THEN
          RETURN NEW;
        END IF;
      ELSIF TG_OP = 'DELETE' THEN
        IF OLD.at <= now() - interval '{FLOOR_DAYS} days' THEN
          RETURN OLD;
        END IF;
      END IF;
      RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    """CREATE TRIGGER core_audit_rows BEFORE UPDATE OR DELETE ON core_audit
    FOR EACH ROW EXECUTE FUNCTION core_audit_guard()""",
    """CREATE TRIGGER core_audit_whole BEFORE TRUNCATE ON core_audit
    FOR EACH STATEMENT EXECUTE FUNCTION core_audit_guard()""",
)
_POSTGRES_TAKE: Final = (
    "DROP TRIGGER IF EXISTS core_audit_rows ON core_audit",
    "DROP TRIGGER IF EXISTS core_audit_whole ON core_audit",
    "DROP FUNCTION IF EXISTS core_audit_guard()",
)


def put_sql(vendor: str) -> tuple[str, ...]:
    """The statements that put the guard in place."""
    return _SQLITE_PUT if vendor == "sqlite" else _POSTGRES_PUT


def take_sql(vendor: str) -> tuple[str, ...]:
    """The statements that take it away; fine where there is none."""
    return _SQLITE_TAKE if vendor == "sqlite" else _POSTGRES_TAKE


def put(editor: Any) -> None:
    """For migrations: guard the table. One that has SQLite build the table anew ends with this as well."""
    for statement in (*take_sql(editor.connection.vendor), *put_sql(editor.connection.vendor)):
        editor.execute(statement)


def take(editor: Any) -> None:
    """For migrations: the way back."""
    for statement in take_sql(editor.connection.vendor):
        editor.execute(statement)


def is_there() -> bool:
    """Whether the guard stands."""
    ask = {
        "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'core_audit_%'",
        "postgresql": "SELECT count(*) FROM pg_trigger WHERE tgname IN ('core_audit_rows', 'core_audit_whole')",
    }
    with connection.cursor() as cursor:
        cursor.execute(ask[connection.vendor])
        return int(cursor.fetchone()[0]) == sum(
            part.startswith("CREATE TRIGGER") for part in put_sql(connection.vendor)
        )


@contextmanager
def lifted() -> Iterator[None]:
    """Without the guard until the end of the block. Call in a transaction, so that nobody else finds it gone."""
    stood = is_there()
    if stood:
        _run(take_sql(connection.vendor))
    yield
    if stood:
        _run(put_sql(connection.vendor))


def _run(statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
