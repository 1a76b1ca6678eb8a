"""The outbox of chats: what is due later, or could not leave with its message, is committed to its threads. No network
is between, so nothing can be uncertain.
"""

import logging
import threading
from datetime import timedelta
from typing import Final

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import QuerySet
from django.utils import timezone

from tamada.conversations.models import Delivery, DeliveryState
from tamada.core import wakeup

from .actions import deliver_answer
from .actions.outgoing import put_off

log = logging.getLogger(__name__)

AT_ONCE: Final = 200
_LOOK_SECONDS: Final = 1.0
_AGAIN: Final = 60.0


def run_outbox(stop: threading.Event) -> None:
    """The worker's loop: until `stop`, deliver what is due. Two workers at it do no harm."""
    waiter = wakeup.Waiter(wakeup.OUTGOING)
    try:
        while not stop.is_set():
            try:
                pause = 0.0 if deliver_due() == AT_ONCE else _until_next()
            except (DatabaseError, InterfaceError) as error:
                log.warning("The chats' outbox can't be read; trying again.", extra={"reason": type(error).__name__})
                connection.close()
                pause = _LOOK_SECONDS
            if pause:
                waiter.wait(pause)
    finally:
        waiter.close()
        connection.close()


def deliver_due() -> int:
    """Deliver what is due, oldest first; how many there were."""
    due = _waiting().filter(not_before__lte=timezone.now()).order_by("not_before", "id")
    ids = list(due.values_list("pk", flat=True)[:AT_ONCE])
    for pk in ids:
        try:
            deliver_answer(delivery_id=pk)
        except (DatabaseError, InterfaceError):
            raise
        except Exception:
            log.exception("An answer could not be delivered.", extra={"job": pk})
            put_off(delivery_id=pk, seconds=_AGAIN)
    return len(ids)


def _waiting() -> QuerySet[Delivery]:
    return Delivery.objects.filter(settled_at__isnull=True, channel="chat", message__delivery=DeliveryState.QUEUED)


def _until_next() -> float:
    now = timezone.now()
    soon = _waiting().filter(not_before__gt=now, not_before__lt=now + timedelta(seconds=_LOOK_SECONDS))
    first = soon.order_by("not_before").values_list("not_before", flat=True).first()
    return max(0.005, (first - now).total_seconds()) if first else _LOOK_SECONDS
