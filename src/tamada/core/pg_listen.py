"""Between machines: PostgreSQL's LISTEN/NOTIFY carries wake-ups and, without Redis, ephemeral messages."""

import logging
import threading
from collections.abc import Callable

from django.db import connection

CHANNEL = "tamada"
MAX_PAYLOAD = 7900  # PostgreSQL allows 8000 bytes.

log = logging.getLogger(__name__)


def notify(kind: bytes, payload: str = "") -> None:
    """Send to every listener of this database. Outside a transaction it leaves at once; nothing happens on SQLite."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, kind.decode() + payload])


class Listener:
    """A thread with a connection of its own; calls `receive(kind, payload)` for each notification and reconnects when cut off."""

    def __init__(self, receive: Callable[[bytes, str], None]) -> None:
        self._receive = receive
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pg-listen", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        import psycopg

        while not self._stop.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                log.warning(
                    "Lost the notification connection; connecting again.", extra={"reason": type(error).__name__}
                )
                self._stop.wait(1)

    def _listen(self) -> None:
        import psycopg
        from psycopg import sql

        params = connection.get_connection_params()
        for name in ("cursor_factory", "context", "prepare_threshold"):
            params.pop(name, None)
        with psycopg.connect(autocommit=True, **params) as listening:
            listening.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
            while not self._stop.is_set():
                for note in listening.notifies(timeout=0.5):
                    self._receive(note.payload[:1].encode(), note.payload[1:])

    def close(self) -> None:
        self._stop.set()
        self._thread.join(3)
