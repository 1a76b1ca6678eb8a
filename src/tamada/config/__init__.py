"""Settings, the root ASGI application and the processes that `tamada up` runs.

Importing this package swaps Python's own `sqlite3` for the `pysqlite3` wheel before Django can load it: releases 3.7.0
to 3.51.2 (Debian 12 ships 3.40.1) can corrupt a WAL database when one connection writes while another checkpoints.
"""

import sys

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


use_sound_sqlite()
