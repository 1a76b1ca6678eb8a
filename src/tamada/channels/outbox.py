"""The outbox that channels with a network share: claims what is due, lets the channel send it, settles it.

The order of writes decides that nothing is sent twice: a claim is committed before the network is touched, and an
attempt is marked `data` in a durable commit (FULL) before the first byte of the message leaves. A claim whose process
died is released when its attempt is not marked, and `uncertain` when it is: such a message is never resent by itself.
"""

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import ClassVar, Final, Protocol

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from tamada.channels import reasons
from tamada.channels.clock import bring_back_from_the_future
from tamada.channels.metrics import SENT
from tamada.conversations.actions import postpone_delivery, set_delivery, tell_delayed
from tamada.conversations.models import ASKED_AGAIN, Conversation, Delivery, DeliveryAttempt, DeliveryState, Message
from tamada.core import wakeup
from tamada.core.claims import lives, signature
from tamada.core.db import AWAY, durable_atomic, is_postgres

log = logging.getLogger(__name__)

THREADS: Final = 8
GIVE_UP: Final = timedelta(days=2)
PAUSES: Final = (10, 30, 60, 300, 900, 1800, 3600, 7200, 14400)
"""Seconds between tries of one message; the last one repeats."""

TOLD_AFTER: Final = 5
"""Tries after which the conversation tells that a message is delayed: some twenty minutes."""

ABANDONED: Final = timedelta(minutes=20)
"""A claim of another machine that is older belongs to nobody. Should it be alive all the same, it can begin nothing:
its attempt is closed, and only an open one may hand its message over."""

LOOK_SECONDS: Final = 1.0


class Result(Protocol):
    """How a try ended: `outcome` is "sent", "retry", "failed" or "uncertain"."""

    @property
    def outcome(self) -> str: ...
    @property
    def detail(self) -> str: ...


class Outbox(ABC):
    """One worker's senders for one channel. `send(delivery)` sends what was claimed and settles it."""

    channel: ClassVar[str] = ""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop
        self.name = signature()
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix=f"send-{self.channel}")
        self.waiter = wakeup.Waiter(wakeup.OUTGOING)
        self.running: set[int] = set()
        self.guard = threading.Lock()

    @abstractmethod
    def send(self, delivery_id: int) -> None:
        """Send one claimed delivery."""

    def claim(self, limit: int) -> list[int]:
        """Take what is due."""
        return claim(self.channel, self.name, limit)

    def tidy(self, *, at_the_end: bool = False) -> None:  # noqa: B027  most channels have nothing to tidy
        """Called now and then, and at the end."""

    def run(self) -> None:
        """Claim and hand out until told to stop; then wait for what is under way."""
        next_look = 0.0  # By a clock that nobody sets.
        try:
            while not self.stop.is_set():
                try:
                    if time.monotonic() >= next_look:
                        release_abandoned(self.channel, self.name, self._at_work())
                        bring_back_from_the_future(longest_pause=max(PAUSES))
                        self.tidy()
                        next_look = time.monotonic() + 10
                    pause = self.step()
                except (DatabaseError, InterfaceError) as error:
                    log.warning("The outbox can't be read; trying again.", extra={"reason": type(error).__name__})
                    connection.close()
                    # A claim may have been committed without our hearing of it: look for it first.
                    pause, next_look = 1.0, 0.0
                self.waiter.wait(pause)
        finally:
            self.pool.shutdown(wait=True, cancel_futures=True)
            self.tidy(at_the_end=True)
            self.waiter.close()
            connection.close()

    def step(self) -> float:
        """Start what is due; returns how long nothing else will be."""
        with self.guard:
            free = THREADS - len(self.running)
        if free <= 0:
            return LOOK_SECONDS
        for delivery in self.claim(free):
            with self.guard:
                self.running.add(delivery)
            self.pool.submit(self._send, delivery)
        return min(LOOK_SECONDS, _seconds_to_next(self.channel))

    def _at_work(self) -> frozenset[int]:
        with self.guard:
            return frozenset(self.running)

    def _send(self, delivery_id: int) -> None:
        try:
            self.send(delivery_id)
        except Exception:
            log.exception("A message could not be handled.", extra={"job": delivery_id})
        finally:
            connection.close()
            with self.guard:
                self.running.discard(delivery_id)
            self.waiter.wake()


# -- claims ---------------------------------------------------------------------------------------------------------


def _unsettled(channel: str) -> Q:
    return Q(settled_at__isnull=True, channel=channel)


def claim(channel: str, name: str, limit: int) -> list[int]:
    """Take due deliveries, oldest first, never passing an earlier one of the same conversation that is on its way.

    One that has reached some and waits for a server to take the others holds nobody up.
    """
    now = timezone.now()
    before = Delivery.objects.filter(
        _unsettled(channel),
        Q(attempts__gt=0) | Q(not_before__lte=now),
        message__conversation=OuterRef("message__conversation"),
        message__seq__lt=OuterRef("message__seq"),
        message__delivery=DeliveryState.QUEUED,
    ).exclude(message__data__has_key="deferred")
    due = Delivery.objects.filter(
        _unsettled(channel), claimed_at__isnull=True, not_before__lte=now, message__delivery=DeliveryState.QUEUED
    )
    due = due.exclude(Exists(before)).order_by("not_before", "id")
    if not due.exists():
        return []
    with transaction.atomic():
        if is_postgres():
            due = due.select_for_update(skip_locked=True, of=("self",))
        ids = list(due.values_list("pk", flat=True)[:limit])
        Delivery.objects.filter(pk__in=ids).update(claimed_at=now, claimed_by=name)
        DeliveryAttempt.objects.bulk_create(DeliveryAttempt(delivery_id=pk, started_at=now) for pk in ids)
    return ids


def release_abandoned(channel: str, own_name: str, at_work: Collection[int] = ()) -> None:
    """What died processes left behind: back into the queue, or `uncertain` when their message had begun to leave.

    Of our own claims those that are not `at_work`: their sending broke, or nobody heard that they were committed.
    Whoever makes claims under `own_name` must be the one who calls, so that none is made meanwhile.
    """
    claimed = Delivery.objects.filter(_unsettled(channel), claimed_at__isnull=False).exclude(pk__in=at_work)
    for delivery in claimed.select_related("message__conversation"):
        is_alive = delivery.claimed_by != own_name and lives(delivery.claimed_by)
        if is_alive or (is_alive is None and delivery.claimed_at and timezone.now() - delivery.claimed_at < ABANDONED):
            continue
        _release(delivery)


@transaction.atomic
def _release(delivery: Delivery) -> None:
    attempt = delivery.log.order_by("-id").first()
    now = timezone.now()
    if attempt is not None and attempt.outcome == "data":
        detail = reasons.STOPPED_WHILE
        note_outcome(attempt, "uncertain", detail)
        set_delivery(message=delivery.message, state=DeliveryState.UNCERTAIN, detail=detail)
        return
    if attempt is not None:
        # Where its process lives after all, it may be marking the attempt this very moment: one of the two finds it so.
        closed = {"outcome": "stopped", "detail": reasons.STOPPED_BEFORE, "finished_at": now}
        if not DeliveryAttempt.objects.filter(pk=attempt.pk).exclude(outcome="data").update(**closed):
            return
    Delivery.objects.filter(pk=delivery.pk).update(claimed_at=None, claimed_by="", not_before=now)


def note_outcome(attempt: DeliveryAttempt, outcome: str, detail: str) -> None:
    attempt.outcome, attempt.detail, attempt.finished_at = outcome[:12], detail[:500], timezone.now()
    attempt.save(update_fields=["outcome", "detail", "finished_at"])


def _seconds_to_next(channel: str) -> float:
    upcoming = Delivery.objects.filter(_unsettled(channel), claimed_at__isnull=True, not_before__gt=timezone.now())
    first: datetime | None = upcoming.order_by("not_before").values_list("not_before", flat=True).first()
    return max(0.005, (first - timezone.now()).total_seconds()) if first else LOOK_SECONDS


# -- one message ----------------------------------------------------------------------------------------------------


class ClaimLost(Exception):
    """Somebody took us for dead and released the message: it is not ours to send."""


class Sending(ABC):
    """One claimed delivery, from reading its message to settling it."""

    def __init__(self, delivery_id: int, stop: threading.Event) -> None:
        related = Delivery.objects.select_related("message__conversation", "message__inbox", "message__agent")
        self.delivery = related.prefetch_related("message__attachments").get(pk=delivery_id)
        self.message: Message = self.delivery.message
        self.attempt = self.delivery.log.order_by("-id").first() or DeliveryAttempt.objects.create(
            delivery=self.delivery, started_at=timezone.now()
        )
        self.stop = stop
        self.may_have_left = False

    def mark_data(self) -> None:
        """From here on the message may have been taken. Durable, so that even a power loss does not make us forget."""
        with durable_atomic():
            if not DeliveryAttempt.objects.filter(pk=self.attempt.pk, outcome="").update(outcome="data"):
                raise ClaimLost
        self.may_have_left = True

    # -- settling ---------------------------------------------------------------------------------------------

    @abstractmethod
    def write_outcome(self, result: Result) -> None:
        """Write what became of it; the conversation is held."""

    def settle(self, result: Result) -> None:
        """Write what became of it, however long the database takes to come back."""
        SENT.labels(result.outcome).inc()
        self.until_written(lambda: self._settle(result))

    def until_written(self, write: Callable[[], None]) -> None:
        """Try to write until the database is back, or until we are to stop.

        Raises what does not pass by waiting; what is to become of the message is then told by its attempt's mark.
        """
        pause = 0.2
        while True:
            try:
                write()
                return
            except AWAY as error:
                log.warning("An outcome can't be written yet.", extra={"reason": type(error).__name__})
                connection.close()
                if self.stop.wait(pause):
                    # The next process finds the attempt marked, or not, and decides by that.
                    return
                pause = min(5.0, pause * 2)

    @transaction.atomic
    def _settle(self, result: Result) -> None:
        # As everywhere: the conversation is held before anything in it.
        Conversation.everything.select_for_update().get(pk=self.message.conversation_id)
        if not self.may_have_left and not self._is_ours():
            return
        note_outcome(self.attempt, result.outcome, result.detail)
        self.write_outcome(result)

    def _is_ours(self) -> bool:
        """Whether the claim is still the one that this try began with."""
        mine = Delivery.objects.filter(pk=self.delivery.pk, claimed_by=self.delivery.claimed_by)
        mine = mine.filter(claimed_at=self.delivery.claimed_at)
        return mine.select_for_update().exists()

    def keep_data(self, **values: object) -> None:
        """Note something in the message's data; what is None goes."""
        self.message.refresh_from_db(fields=["data"])
        data = {**self.message.data, **values}
        self.message.data = {name: value for name, value in data.items() if value is not None}
        self.message.save(update_fields=["data"])

    def again(self, reason: str, addresses: Sequence[str]) -> None:
        """Try once more later, ever later."""
        tries = self.delivery.attempts
        if tries == TOLD_AFTER:
            tell_delayed(message=self.message, addresses=addresses, detail=reason)
        postpone_delivery(delivery=self.delivery, seconds=PAUSES[min(tries, len(PAUSES) - 1)], error=reason)

    def is_given_up(self) -> bool:
        """Whether it was tried for long enough since it was written, or since somebody last asked for it again."""
        log = self.delivery.log.order_by("id").values_list("started_at", flat=True)
        began = log.filter(outcome=ASKED_AGAIN).last() or log.first()
        return began is not None and timezone.now() - began > GIVE_UP

    @transaction.atomic
    def hold(self, reason: str, seconds: float) -> None:
        """Wait without counting a try."""
        self.attempt.delete()
        later = timezone.now() + timedelta(seconds=seconds)
        Delivery.objects.filter(pk=self.delivery.pk).update(
            claimed_at=None, claimed_by="", not_before=later, last_error=reason[:500]
        )
