"""What happens before Tamada serves: migrations, and the checks that stop a start that would only fail later."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils.translation import gettext as _

_MIGRATING = 0x7A_3AD4  # names our lock among those of other programs
_LOCK_NOT_AVAILABLE = "55P03"
_LOCK_SECONDS, _TRIES = 5, 12
_ASKS_AGAIN_SECONDS = 0.3

_known_applied = False


def on_disk() -> set[tuple[str, str]]:
    """(app label, name) of every migration of this version; names only, nothing is loaded."""
    found = set()
    for config in apps.get_app_configs():
        folder = Path(config.path) / "migrations"
        names = (file.stem for file in folder.glob("*.py") if not file.name.startswith("_"))
        found |= {(config.label, name) for name in names}
    return found


def applied() -> set[tuple[str, str]]:
    """(app label, name) of every migration the database has; nothing for an empty database."""
    with connection.cursor() as cursor:
        if "django_migrations" not in connection.introspection.table_names(cursor):
            return set()
        cursor.execute("SELECT app, name FROM django_migrations")
        return set(cursor.fetchall())


def too_new() -> str | None:
    """One line when the database was migrated by a newer version, whose tables this one does not know; else None."""
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("tamada.")}
    unknown = sorted(f"{app}.{name}" for app, name in applied() - on_disk() if app in ours)
    if not unknown:
        return None
    text = _(
        "A newer version of Tamada has changed this database (%(migration)s). "
        "Start that version, or restore the backup from before the upgrade."
    )
    return text % {"migration": unknown[-1]}


def migrate() -> None:
    """Bring the database to this version. Of several machines that start at once one does it, the others wait for it.

    On PostgreSQL a statement that waits for somebody's lock lets those behind it pass after a moment, and comes again.
    """
    if connection.vendor != "postgresql":
        call_command("migrate", interactive=False, verbosity=0)
        return
    with _one_at_a_time():
        for attempt in range(_TRIES):
            try:
                if not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):  # a pool would keep it for others
                    with connection.cursor() as cursor:
                        cursor.execute(f"SET lock_timeout = '{_LOCK_SECONDS}s'")
                call_command("migrate", interactive=False, verbosity=0)
                break
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", "") != _LOCK_NOT_AVAILABLE or attempt == _TRIES - 1:
                    raise
            finally:
                connection.close()  # its settings with it


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """A lock on a connection of its own. It ends with its transaction, so it passes through PgBouncer as well.

    An index that is built online waits for the end of every snapshot. So nobody has one here for long: who waits asks
    again and again, and the statement takes no parameters, which would leave a portal open and with it a snapshot.
    """
    import psycopg

    params: Any = connection.get_connection_params()
    for name in ("cursor_factory", "context", "prepare_threshold"):
        params.pop(name, None)
    with psycopg.connect(**params) as locking:
        while not locking.execute(f"SELECT pg_try_advisory_xact_lock({_MIGRATING:d})").fetchall()[0][0]:
            locking.rollback()
            time.sleep(_ASKS_AGAIN_SECONDS)
        yield


def unapplied() -> set[tuple[str, str]]:
    """What `migrate` would have to do. Once nothing is left only the database's answer is checked."""
    global _known_applied
    if _known_applied:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return set()
    missing = on_disk() - applied()
    _known_applied = not missing
    return missing
