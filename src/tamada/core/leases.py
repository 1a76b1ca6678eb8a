"""Work that only one process of all machines may do, such as asking a mailbox: whoever holds its lease does it.

    loops.register("imap", leases.alone("imap", run_imap), process="mail")

The holder renews; one that dies is followed within `LEASE`, on its own machine at once. Who cannot renew stops before
the lease is over for the others, so there are never two. On SQLite there is one process of each kind anyway.
"""

import logging
import threading
import time
from datetime import UTC, datetime, timedelta

from django.db import Error as AnyDatabaseError
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from tamada.core.claims import lives, signature
from tamada.core.loops import type_loop
from tamada.core.models import StoredLease

LEASE = timedelta(seconds=12)
MARGIN = 5.0  # Seconds before the lease's end by which the holder has to be done.
BEAT = 2.0  # Seconds between renewals, and between the looks of who would like to follow.
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

log = logging.getLogger(__name__)


def take(name: str) -> bool:
    """Take a lease that is free, over or left by a dead process, or renew our own. The database's clock counts."""
    mine = signature()
    owner = StoredLease.objects.filter(name=name).values_list("owner", flat=True).first()
    if owner is None:
        StoredLease.objects.bulk_create([StoredLease(name=name, until=_LONG_AGO)], ignore_conflicts=True)
    is_free = Q(owner=mine) | Q(until__lt=Now())
    if owner and lives(owner) is False:
        is_free |= Q(owner=owner)
    return StoredLease.objects.filter(is_free, name=name).update(owner=mine, until=Now() + LEASE) == 1


def give_back(name: str) -> None:
    """Let somebody else have it at once."""
    StoredLease.objects.filter(name=name, owner=signature()).update(owner="", until=_LONG_AGO)


class Term(threading.Event):
    """Set once the lease can't be relied on: told to stop, lost, or not renewed in time, even if nobody could say so.

    The clock goes on while the machine sleeps.
    """

    def __init__(self, stop: threading.Event) -> None:
        super().__init__()
        self._stop = stop
        self._good_until = 0.0

    def prolong(self, asked_at: float) -> None:
        """The lease was taken or renewed by a question that was asked then."""
        self._good_until = asked_at + LEASE.total_seconds() - MARGIN

    def is_set(self) -> bool:
        return super().is_set() or self._stop.is_set() or clock() >= self._good_until

    def wait(self, timeout: float | None = None) -> bool:
        ends = clock() + (timeout if timeout is not None else float("inf"))
        while not self.is_set() and (left := ends - clock()) > 0:
            super().wait(min(0.25, left))
        return self.is_set()


def clock() -> float:
    """Seconds; nobody sets it, and it counts those in which the machine was suspended."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def alone(name: str, loop: type_loop) -> type_loop:
    """A loop that runs in one process of all machines; its `stop` is set as well when the lease is lost.

    It has to end within `MARGIN` then.
    """

    def run(stop: threading.Event) -> None:
        if connection.vendor == "sqlite":
            loop(stop)
            return
        while not stop.is_set():
            _hold_once(name, loop, stop)
            stop.wait(BEAT)

    return run


def _hold_once(name: str, loop: type_loop, stop: threading.Event) -> None:
    """Run the loop for as long as we hold the lease; returns at once when somebody else does."""
    term = Term(stop)
    if not _renewed(name, term):
        return
    log.info("This process does what only one may do.", extra={"job": name})
    beat = threading.Thread(target=_keep_renewing, args=(name, term), name=f"lease-{name}", daemon=True)
    beat.start()
    try:
        loop(term)
    finally:
        term.set()
        beat.join(BEAT)
        try:
            give_back(name)
        except AnyDatabaseError:
            connection.close()  # It runs out by itself.


def _keep_renewing(name: str, term: Term) -> None:
    try:
        while not term.wait(BEAT):
            if not _renewed(name, term, is_held=True):
                log.warning("A lease was lost; somebody else goes on.", extra={"job": name})
                term.set()
    finally:
        connection.close()


def _renewed(name: str, term: Term, *, is_held: bool = False) -> bool:
    """Whether we have the lease. While the database can't be asked, who holds it holds it until the term's end."""
    asked_at = clock()
    try:
        taken = take(name)
    except AnyDatabaseError:
        connection.close()
        return is_held
    if taken:
        term.prolong(asked_at)
    return taken
