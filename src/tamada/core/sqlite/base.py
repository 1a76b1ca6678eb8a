"""Django's SQLite backend; every write transaction first takes the fair writer lock of its file."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper

from tamada.core.sqlite.lock import WriterLock, lock_for

LONG = 2.0  # Seconds; a write transaction that takes longer is told of.

log = logging.getLogger(__name__)

_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER", "VACUUM", "REINDEX")


class DatabaseWrapper(base.DatabaseWrapper):
    """Holds the writer lock from BEGIN IMMEDIATE to COMMIT or ROLLBACK, and around lone write statements."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lock: WriterLock | None = None
        self._taken_at = 0.0

    def _take(self) -> None:
        if self._lock is None and not self.is_in_memory_db():
            lock = lock_for(str(self.settings_dict["NAME"]))
            lock.acquire()
            self._lock, self._taken_at = lock, time.monotonic()

    def _let_go(self) -> None:
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.release()
            if (held := time.monotonic() - self._taken_at) > LONG:
                log.warning("A transaction held up all writers.", extra={"duration_ms": round(held * 1000)})

    def _start_transaction_under_autocommit(self) -> None:
        self._take()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._let_go()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        # A commit that failed leaves the transaction open: the roll-back that follows lets go.
        self._let_go()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._let_go()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._let_go()

    @contextmanager
    def writing(self, query: str) -> Iterator[None]:
        """Around a statement outside any transaction: takes the lock when the statement writes."""
        alone = self._lock is None and query.lstrip()[:8].upper().startswith(_WRITES)
        if not alone:
            yield
            return
        self._take()
        try:
            yield
        finally:
            # A statement that began a transaction by itself (autocommit off) keeps the lock until it ends.
            if self.connection is None or not self.connection.in_transaction:
                self._let_go()

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=_Cursor)

    def make_cursor(self, cursor: Any) -> CursorWrapper:
        cursor.wrapper = self
        return super().make_cursor(cursor)

    def make_debug_cursor(self, cursor: Any) -> CursorDebugWrapper:
        cursor.wrapper = self
        return super().make_debug_cursor(cursor)


class _Cursor(base.SQLiteCursorWrapper):
    wrapper: DatabaseWrapper

    def execute(self, query: str, params: Any = None) -> Any:
        if self.wrapper.in_atomic_block:
            return super().execute(query, params)
        with self.wrapper.writing(query):
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        if self.wrapper.in_atomic_block:
            return super().executemany(query, param_list)
        with self.wrapper.writing(query):
            return super().executemany(query, param_list)
