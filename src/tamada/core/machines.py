"""Between machines: wake-ups and ephemeral messages travel over Redis, else over PostgreSQL's NOTIFY."""

import base64
import logging
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import Error as AnyDatabaseError
from django.db import connection

from tamada.core import wakeup

if TYPE_CHECKING:
    from redis import Redis

CHANNEL = "tamada"
MAX_PAYLOAD = 7900  # PostgreSQL allows 8000 bytes in a notification.

log = logging.getLogger(__name__)


def send(kind: bytes, payload: bytes) -> None:
    """To every other machine; on SQLite without Redis there is none. A failure is logged: readers look too."""
    if settings.TAMADA.redis_url:
        _over_redis(kind, payload)
    elif connection.vendor == "postgresql":
        text = _encode(kind, payload)
        if len(text) <= MAX_PAYLOAD:
            _over_postgres(text)


def _over_postgres(text: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, text])
    except AnyDatabaseError as error:
        if connection.in_atomic_block:
            raise  # it is the caller's transaction that failed
        connection.close_if_unusable_or_obsolete()
        log.warning("PostgreSQL did not take a message.", extra={"reason": type(error).__name__})


def _over_redis(kind: bytes, payload: bytes) -> None:
    from redis import RedisError

    try:
        redis().publish(CHANNEL, _encode(kind, payload))
    except RedisError as error:
        log.warning("Redis did not take a message.", extra={"reason": type(error).__name__})


@lru_cache(maxsize=1)
def redis() -> "Redis":
    """This process's client; its pool is safe for threads."""
    from redis import Redis

    return Redis.from_url(str(settings.TAMADA.redis_url), socket_timeout=2, socket_connect_timeout=2)


def _encode(kind: bytes, payload: bytes) -> str:
    return f"{wakeup.node()}|{kind.decode()}|{base64.b64encode(payload).decode()}"


def _deliver(text: str) -> None:
    """Hand a message of another machine to this process; our own machine's came by socket already."""
    node, kind, payload = text.split("|", 2)
    if node != wakeup.node():
        wakeup.deliver(kind.encode(), base64.b64decode(payload))


class Listener:
    """A thread with a connection of its own; connects again when cut off, and then wakes everyone."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        run = (
            self._redis if settings.TAMADA.redis_url else self._postgres if connection.vendor == "postgresql" else None
        )
        self._thread = threading.Thread(target=self._keep, args=(run,), name="machines", daemon=True) if run else None
        if self._thread is not None:
            self._thread.start()

    def _keep(self, run: Any) -> None:
        while not self._stop.is_set():
            try:
                run()
            except Exception as error:  # noqa: BLE001  the drivers' own, and whatever a message does to its receiver
                log.warning("Lost the other machines; connecting again.", extra={"reason": type(error).__name__})
                self._stop.wait(1)

    def _postgres(self) -> None:
        import psycopg
        from psycopg import sql

        params: Any = connection.get_connection_params()
        for name in ("cursor_factory", "context", "prepare_threshold"):
            params.pop(name, None)
        with psycopg.connect(autocommit=True, **params) as listening:
            listening.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
            _wake_all()
            while not self._stop.is_set():
                for note in listening.notifies(timeout=0.5):
                    _deliver(note.payload)

    def _redis(self) -> None:
        with redis().pubsub(ignore_subscribe_messages=True) as listening:
            listening.subscribe(CHANNEL)
            _wake_all()
            while not self._stop.is_set():
                message = listening.get_message(timeout=0.5)
                if message is not None:
                    _deliver(message["data"].decode())

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(3)


def _wake_all() -> None:
    for kind in (wakeup.EVENTS, wakeup.TASKS, wakeup.SETTINGS):
        wakeup.deliver(kind)
