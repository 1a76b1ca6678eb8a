"""A database of its own for each benchmark: a new SQLite file, or a new database of the PostgreSQL that
`TAMADA_DATABASE_URL` names, dropped at the end.
"""

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from tests.helpers.tamada import RunningTamada

URL, REDIS = "TAMADA_DATABASE_URL", "TAMADA_REDIS_URL"


@contextmanager
def own() -> Iterator[dict[str, str]]:
    """Meanwhile the environment leads to the new database; yields what leads a program there."""
    given = os.environ.get(URL, "")
    if not given.startswith("postgres"):
        yield {}
        return
    name = f"bench_{secrets.token_hex(6)}"
    _say(given, f'CREATE DATABASE "{name}"')
    os.environ[URL] = f"{given.rpartition('/')[0]}/{name}"
    try:
        yield {key: os.environ[key] for key in (URL, REDIS) if key in os.environ}
    finally:
        os.environ[URL] = given
        _say(given, f'DROP DATABASE "{name}" WITH (FORCE)')


def _say(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as database:
        database.execute(statement.encode())


@contextmanager
def running(folder: str, *options: str, environment: Mapping[str, str] | None = None) -> Iterator[RunningTamada]:
    """A real Tamada on a database of its own; `options` are more of what `tamada up` takes."""
    with own() as address:
        server = RunningTamada(Path(folder) / "data", environment={**address, **(environment or {})})
        server.options = options
        try:
            yield server.start()
        finally:
            server.end()


@contextmanager
def counting(server: RunningTamada, table: str) -> Iterator[Callable[[], int]]:
    """Asks how many rows a table has, fast enough to be asked a hundred times a second."""
    question = f"SELECT count(*) FROM {table}"
    url = server.environment.get(URL, "")
    if url.startswith("postgres"):
        import psycopg

        with psycopg.connect(url, autocommit=True) as database:
            yield lambda: int((database.execute(question.encode()).fetchone() or [0])[0])
        return
    import sqlite3

    with closing(sqlite3.connect(server.data_dir / "tamada.sqlite3", timeout=20)) as file:
        yield lambda: int(file.execute(question).fetchone()[0])
