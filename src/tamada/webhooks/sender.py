"""Sends deliveries, from the worker: one thread asks the database, others wait for receivers, none in a transaction.

An endpoint has at most AT_ONCE requests on their way and threads enough for them, so one that hangs holds up no other.
Order is not promised. A delivery is tried at least once: should we die between the receiver's answer and our commit,
the same bytes come again under the same `webhook-id`, and a careful receiver drops them.
"""

import logging
import queue
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils import timezone

from tamada.core import secrets, wakeup
from tamada.core.db import is_postgres

from . import actions, signing
from .actions.deliveries import RETRIED_FOR, Result
from .actions.endpoints import MOST
from .models import Delivery, Endpoint, Outcome
from .offered import TEST
from .queries import listening

if TYPE_CHECKING:
    from tamada.kit.http import Guard, Response

AT_ONCE: Final = 2
TIMEOUT: Final = 15.0
LEASE: Final = timedelta(seconds=120)
"""After this a delivery that was taken and never settled belongs to nobody: its process died."""

MOST_ANSWER: Final = 2048
LOOK_SECONDS: Final = 1.0
IDLE_SECONDS: Final = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """One request to be made, with nothing left to ask the database for."""

    delivery: int
    endpoint: int
    url: str
    name: str
    body: bytes
    secrets: tuple[str, ...]
    is_trusted: bool


def run_sender(stop: threading.Event) -> None:
    """The worker's loop: until `stop`, send what is due."""
    Sender(stop).run()


class Sender:
    """One worker's threads."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop
        self.pool = ThreadPoolExecutor(MOST * AT_ONCE, thread_name_prefix="webhook")
        self.waiter = wakeup.Waiter(wakeup.HOOKS)
        self.busy: Counter[int] = Counter()
        self.done: queue.SimpleQueue[tuple[Job, Result]] = queue.SimpleQueue()

    def run(self) -> None:
        """Hand out and settle until told to stop; what is on its way then is taken up again after its lease."""
        try:
            while not self.stop.is_set():
                try:
                    pause = self.step()
                except (DatabaseError, InterfaceError) as error:
                    log.warning("The webhooks can't be read; trying again.", extra={"reason": type(error).__name__})
                    connection.close()
                    pause = 1.0
                self.waiter.wait(pause)
        finally:
            self.pool.shutdown(wait=False, cancel_futures=True)
            self.waiter.close()
            connection.close()

    def step(self) -> float:
        """Settle what ended and start what is due; returns how long to sleep unless woken."""
        while not self.done.empty():
            job, result = self.done.get()
            self.busy[job.endpoint] -= 1
            actions.settle(delivery_id=job.delivery, result=result)
        endpoints = list(listening())
        for job in claim(endpoints, self.busy):
            self.busy[job.endpoint] += 1
            self.pool.submit(self._send, job)
        return LOOK_SECONDS if endpoints else IDLE_SECONDS

    def _send(self, job: Job) -> None:
        self.done.put((job, post(job)))
        self.waiter.wake()


def claim(endpoints: list[Endpoint], busy: Counter[int]) -> list[Job]:
    """Take due deliveries, a few of each endpoint, and note until when they are ours."""
    jobs: list[Job] = []
    for endpoint in endpoints:
        now = timezone.now()
        free = AT_ONCE - busy[endpoint.pk]
        waiting = Delivery.objects.filter(endpoint=endpoint, state="pending", not_before__lte=now)
        due = waiting.exclude(type=TEST, give_up_at__lte=now).order_by("not_before")
        if free <= 0 or (endpoint.not_before and endpoint.not_before > now) or not due.exists():
            continue
        with transaction.atomic():
            rows = list((due.select_for_update(skip_locked=True) if is_postgres() else due)[:free])
            Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(not_before=now + LEASE)
        jobs += [job_of(row, endpoint) for row in rows]
    return jobs


def job_of(row: Delivery, endpoint: Endpoint) -> Job:
    """The request of a delivery. A secret of another installation key signs nothing."""
    sealed = [endpoint.secret]
    if endpoint.old_secret and endpoint.old_secret_until and endpoint.old_secret_until > timezone.now():
        sealed.append(endpoint.old_secret)
    opened = tuple(secret for text in sealed if (secret := secrets.opened(text)) is not None)
    return Job(row.pk, endpoint.pk, endpoint.url, row.name, row.body.encode(), opened, endpoint.is_trusted)


def deliver_now(row: Delivery, endpoint: Endpoint) -> Delivery:
    """Send one delivery in this thread, outside of any transaction, and settle it: for the test button."""
    return actions.settle(delivery_id=row.pk, result=post(job_of(row, endpoint))) or row


def post(job: Job) -> Result:
    """Make the request and judge the answer. Raises nothing: whatever went wrong is the result."""
    from tamada.kit import http  # It brings httpx along.

    if not job.secrets:
        return Result(outcome=Outcome.SECRET)
    began = time.monotonic()
    try:
        answer = http.fetch(
            "POST",
            job.url,
            content=job.body,
            headers={
                "Content-Type": "application/json",
                **signing.headers(job.secrets, job.name, int(time.time()), job.body),
            },
            timeout=TIMEOUT,
            max_bytes=MOST_ANSWER,
            cut=True,
            redirects=0,
            guard=_open_guard() if job.is_trusted else None,
            allow=settings.TAMADA.inner_hosts,
        )
    except http.RefusedAddress:
        return Result(outcome=Outcome.INSIDE, milliseconds=_since(began))
    except http.TooSlow:
        return Result(outcome=Outcome.SLOW, milliseconds=_since(began))
    except http.HttpError as error:
        return Result(outcome=Outcome.UNREACHABLE, milliseconds=_since(began), answer=str(error))
    except Exception:
        log.exception("A webhook could not be sent.", extra={"job": job.delivery})
        return Result(outcome=Outcome.UNREACHABLE, milliseconds=_since(began))
    return _judged(answer, _since(began))


def _open_guard() -> "Guard":
    """For addresses that the operator gave at the command line: they may be inside."""
    from tamada.kit import http

    return http.Guard(frozenset({"0.0.0.0/0", "::/0"}))


def _judged(answer: "Response", milliseconds: int) -> Result:
    outcome = Outcome.OK if answer.ok else Outcome.REDIRECT if 300 <= answer.status < 400 else Outcome.STATUS
    return Result(
        outcome=outcome,
        status=answer.status,
        milliseconds=milliseconds,
        answer=_readable(answer.text()),
        wait=0 if answer.ok else retry_after(answer.headers.get("retry-after", "")),
    )


def _readable(text: str) -> str:
    """The beginning of an answer without what no database or page takes."""
    return "".join(c if c.isprintable() else " " for c in text[:600]).strip()[:300]


def _since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)


def retry_after(text: str) -> float:
    """Seconds that a receiver asks to be left alone, given as a number or a date, at most a day; 0 for nonsense."""
    text = text.strip()
    most = RETRIED_FOR.total_seconds()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), most)
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return 0
    at = at if at.tzinfo else at.replace(tzinfo=timezone.get_default_timezone())
    return max(0.0, min((at - timezone.now()).total_seconds(), most))
