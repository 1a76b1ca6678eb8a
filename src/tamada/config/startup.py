"""What happens before Tamada serves: migrations, and the checks that stop a start that would only fail later."""

from pathlib import Path

from django.apps import apps
from django.db import connection
from django.utils.translation import gettext as _

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
