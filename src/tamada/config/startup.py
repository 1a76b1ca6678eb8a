"""What happens before Tamada serves: migrations, and the checks that stop a start that would only fail later."""

from pathlib import Path

from django.apps import apps
from django.db import connection

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
