"""Deliveries: queued from events, settled after each try, replayed, forgotten."""

import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, realtime, wakeup
from tamada.core.actors import Actor
from tamada.core.asked import Asked
from tamada.core.events import Event, EventMeta

from ..errors import Invalid
from ..models import Attempt, Delivery, Endpoint, OffReason, Outcome, State
from ..offered import TEST
from ..queries import abandoned_tests, listening
from ..signing import new_name
from .endpoints import disable

RETRIED_FOR: Final = timedelta(hours=24)
PAUSES: Final = (5, 30, 120, 600, 1800, 3600, 7200, 14400)
"""Seconds between tries, the last one repeating; longer or shorter by SPREAD of themselves."""

SPREAD: Final = 0.2
FAILS_FOR: Final = timedelta(days=5)
"""An endpoint that took nothing for so long is switched off."""

TEST_TAKES: Final = timedelta(seconds=120)
"""A test that has not ended by then never will: the process that sent it died."""

KEPT: Final = timedelta(days=30)
GONE: Final = 410
_BATCH: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How one try ended; `wait` is what the receiver asked for in Retry-After, in seconds."""

    outcome: Outcome
    status: int | None = None
    milliseconds: int = 0
    answer: str = ""
    wait: float = 0


_somebody = Asked(lambda: listening().values_list("pk")[:1])


def take_up(*, event: Event, meta: EventMeta) -> None:
    """Queue an event for every endpoint that hears its type, each once however often this runs."""
    if not _somebody.any():
        return
    hearing = [endpoint for endpoint in listening() if endpoint.hears(event.type)]
    if not hearing:
        return
    actor = realtime.shown_actor(meta.actor.kind, meta.actor.id)
    body = _body(realtime.shown(meta.id, event.type, meta.at, actor, event.payload()))
    with transaction.atomic():
        rows = [_new(endpoint, event.type, body, event_id=meta.id) for endpoint in hearing]
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)
        wakeup.notify_after_commit(wakeup.HOOKS)


def _body(shown: Mapping[str, Any]) -> str:
    """The event as the stream shows it, with the `timestamp` that Standard Webhooks asks for."""
    return json.dumps({"type": shown["type"], "timestamp": shown["at"], **shown}, separators=(",", ":"))


def _new(endpoint: Endpoint, type_: str, body: str, *, event_id: int | None = None) -> Delivery:
    now = timezone.now()
    return Delivery(
        endpoint=endpoint,
        name=new_name(),
        event_id=event_id,
        type=type_,
        body=body,
        not_before=now,
        give_up_at=now + RETRIED_FOR,
        created_at=now,
    )


def settle(*, delivery_id: int, result: Result) -> Delivery | None:
    """Write down how a try ended, and what follows: delivered, tried again later, or failed.

    410 switches the endpoint off; so does failing for days. None for a delivery that was removed meanwhile.
    """
    now = timezone.now()
    with transaction.atomic():
        row = Delivery.objects.select_for_update(of=("self",)).select_related("endpoint").filter(pk=delivery_id).first()
        if row is None:
            return None
        Attempt.objects.create(
            delivery=row,
            at=now,
            outcome=result.outcome,
            status=result.status,
            milliseconds=result.milliseconds,
            answer=result.answer[:300],
        )
        if row.state != State.DELIVERED:  # Two may have tried it, after a lease ran out.
            _advance(row, result, now)
            row.save(update_fields=["state", "round", "not_before", "settled_at"])
        if row.type != TEST or result.outcome == Outcome.OK:
            _judge(row.endpoint, result, now)
    return row


def _advance(row: Delivery, result: Result, now: datetime) -> None:
    row.round += 1
    if result.outcome == Outcome.OK:
        row.state, row.settled_at = State.DELIVERED, now
    elif row.type == TEST or result.status == GONE or now >= row.give_up_at or row.state == State.FAILED:
        row.state, row.settled_at = State.FAILED, now
    else:
        pause = PAUSES[min(row.round, len(PAUSES)) - 1] * random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311
        # The last try comes at the end of the day, not a pause after it.
        row.not_before = min(now + timedelta(seconds=max(pause, result.wait)), row.give_up_at)


def _judge(endpoint: Endpoint, result: Result, now: datetime) -> None:
    """What a try says about its endpoint."""
    if result.outcome == Outcome.OK:
        if endpoint.failing_since or endpoint.not_before:
            Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=None, not_before=None)
        return
    rest = now + timedelta(seconds=min(result.wait, RETRIED_FOR.total_seconds())) if result.wait else None
    since = endpoint.failing_since or now
    Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=since, not_before=rest)
    if result.status == GONE:
        disable(endpoint_id=endpoint.pk, reason=OffReason.GONE)
    elif now - since >= FAILS_FOR:
        disable(endpoint_id=endpoint.pk, reason=OffReason.FAILING)


def replay(*, agent: Agent, actor: Actor, delivery: Delivery) -> Delivery:
    """Send a delivery once more, whatever became of it: the same bytes under the same id. Raises as `replay_failed`.

    One that waits is tried at once, and what its receiver asked us to wait is over; its day goes on.
    """
    _require_on(agent, delivery.endpoint)
    with transaction.atomic():
        if not _again([delivery.pk]):
            Endpoint.objects.filter(pk=delivery.endpoint_id).update(not_before=None)
            waiting = Delivery.objects.filter(pk=delivery.pk, state=State.PENDING).exclude(type=TEST)
            waiting.update(not_before=timezone.now())
        audit.record(actor, "webhook.replayed", delivery.endpoint, delivery=delivery.pk)
    delivery.refresh_from_db()
    return delivery


def replay_failed(*, agent: Agent, actor: Actor, endpoint: Endpoint) -> int:
    """Send everything once more that failed; returns how many. Raises PermissionDenied, or Invalid for an endpoint
    that is off."""
    _require_on(agent, endpoint)
    total = 0
    failed = Delivery.objects.filter(endpoint=endpoint, state=State.FAILED).exclude(type=TEST).order_by("pk")
    ids = list(failed.values_list("pk", flat=True))
    with transaction.atomic():
        for start in range(0, len(ids), _BATCH):
            total += _again(ids[start : start + _BATCH])
        if total:
            audit.record(actor, "webhook.replayed", endpoint, total=total)
    return total


def _require_on(agent: Agent, endpoint: Endpoint) -> None:
    require(agent, "webhook.settings")
    if not endpoint.is_active:
        raise Invalid(_("Switch the webhook on first."), "is_active")


def _again(ids: Iterable[int]) -> int:
    now = timezone.now()
    rows = Delivery.objects.filter(pk__in=list(ids)).exclude(state=State.PENDING)
    count = rows.update(state=State.PENDING, round=0, not_before=now, give_up_at=now + RETRIED_FOR, settled_at=None)
    wakeup.notify_after_commit(wakeup.HOOKS)
    return count


def send_test(*, agent: Agent, actor: Actor, endpoint: Endpoint) -> Delivery:
    """Queue one delivery of the type `webhook.test` for the caller to send at once: it is tried once, now.

    Also for an endpoint that is off: who mends one wants to see it work first.
    """
    require(agent, "webhook.settings")
    at = realtime.instant(timezone.now())
    body = json.dumps({"type": TEST, "timestamp": at, "data": {"endpoint": str(endpoint.pk)}}, separators=(",", ":"))
    row = _new(endpoint, TEST, body)
    # Nobody else takes it; should we die, it fails by itself.
    row.not_before = row.give_up_at = timezone.now() + TEST_TAKES
    with transaction.atomic():
        row.save(force_insert=True)
        audit.record(actor, "webhook.tested", endpoint)
    return row


def replay_test(*, agent: Agent, actor: Actor, delivery: Delivery) -> Delivery:
    """Queue a test that ended for the caller to send once more: the same bytes under the same id, tried once, now.

    Raises PermissionDenied, or Invalid for one that is under way.
    """
    require(agent, "webhook.settings")
    fail_abandoned_tests()
    until = timezone.now() + TEST_TAKES
    with transaction.atomic():
        if not _again(Delivery.objects.filter(pk=delivery.pk, type=TEST).values_list("pk", flat=True)):
            raise Invalid(_("It is on its way already."), "delivery")
        Delivery.objects.filter(pk=delivery.pk).update(not_before=until, give_up_at=until)
        audit.record(actor, "webhook.tested", delivery.endpoint)
    delivery.refresh_from_db()
    return delivery


def fail_abandoned_tests() -> int:
    """Let tests fail whose sender died before it could say how they went; returns how many."""
    now = timezone.now()
    return abandoned_tests(now).update(state=State.FAILED, settled_at=now)


def forget_old() -> int:
    """Drop deliveries that ended long ago, and those of removed endpoints, a few hundred in a transaction."""
    removed = Endpoint.objects.filter(removed_at__isnull=False)
    total = _drop(Delivery.objects.filter(endpoint__in=removed.values("pk")))
    removed.filter(deliveries=None).delete()
    Endpoint.objects.filter(old_secret_until__lt=timezone.now()).update(old_secret="", old_secret_until=None)
    return total + _drop(Delivery.objects.filter(settled_at__lt=timezone.now() - KEPT))


def _drop(rows: QuerySet[Delivery]) -> int:
    total = 0
    while ids := list(rows.values_list("pk", flat=True)[:_BATCH]):
        with transaction.atomic():
            Attempt.objects.filter(delivery__in=ids).delete()
            total += Delivery.objects.filter(pk__in=ids).delete()[0]
    return total
