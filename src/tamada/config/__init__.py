"""Settings, the root ASGI application and the processes that `tamada up` runs.

Importing this package swaps Python's own `sqlite3` for the `pysqlite3` wheel before Django can load it: releases 3.7.0
to 3.51.2 (Debian 12 ships 3.40.1) can corrupt a WAL database when one connection writes while another checkpoints.
"""

import sys
from types import ModuleType

SQLITE_SOUND_FROM = (3, 51, 3)


def use_sound_sqlite() -> None:
    """Put pysqlite3 in sqlite3's place where its wheel is installed; elsewhere Python's own stays, with a warning."""
    if sys.modules.get("sqlite3") is sys.modules.get("pysqlite3", ...):
        return
    try:
        import pysqlite3
        import pysqlite3.dbapi2
    except ImportError:
        return
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


def sqlite_warning() -> str | None:
    """One line when the SQLite in use is not sound for WAL under several processes, else None."""
    import sqlite3

    if sqlite3.sqlite_version_info >= SQLITE_SOUND_FROM:
        return None
    return (
        f"SQLite {sqlite3.sqlite_version} can corrupt a database that several processes use; "
        "install the pysqlite3 wheel or use PostgreSQL."
    )


def leave_generics_alone() -> None:
    """Let django-tasks load without django-stubs-ext, which imports half of Django to make classes subscriptable.

    That costs a tenth of the start and 5 MB. django-tasks itself needs one class; ours subscript what Django lets them.
    """
    if "django_stubs_ext" not in sys.modules and "django_tasks" not in sys.modules:
        from django.utils.connection import BaseConnectionHandler

        BaseConnectionHandler.__class_getitem__ = classmethod(lambda cls, _item: cls)  # type: ignore[attr-defined]
        stand_in = ModuleType("django_stubs_ext")
        stand_in.monkeypatch = lambda **_options: None  # type: ignore[attr-defined]
        sys.modules["django_stubs_ext"] = stand_in
        import django_tasks  # noqa: F401

        del sys.modules["django_stubs_ext"]


use_sound_sqlite()
leave_generics_alone()
