"""The outbox of e-mail: claims what is due, sends it, settles it. Every message ends as sent, failed, or perhaps sent.

The order of writes decides that nothing is sent twice: a claim is committed before the network is touched, and an
attempt is marked `data` in a durable commit (FULL) before the first byte of the message leaves. A claim whose process
died is released when its attempt is not marked, and `uncertain` when it is: such a message is never resent by itself.
"""

import logging
import threading
import time
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from tamada.channels.email import reasons
from tamada.channels.email.accounts import credentials_of, sender_login
from tamada.channels.email.clock import bring_back_from_the_future
from tamada.channels.email.compose import BadAddressError, compose, envelope_recipients, needs_smtputf8
from tamada.channels.email.models import MailAccount
from tamada.channels.email.oauth import OAuthError
from tamada.channels.email.outgoing import NotSendable, outgoing
from tamada.channels.email.send import Connections, Refusal, Result, Server, failure, transmit
from tamada.channels.events import ChannelTroubled
from tamada.channels.metrics import SENT
from tamada.conversations.actions import postpone_delivery, set_delivery, tell_delayed, tell_refused
from tamada.conversations.models import ASKED_AGAIN, Conversation, Delivery, DeliveryAttempt, DeliveryState, Message
from tamada.core import events, storage, wakeup
from tamada.core.actors import SYSTEM
from tamada.core.claims import lives, signature
from tamada.core.db import durable_atomic, is_postgres
from tamada.customers.models import Identity, IdentityType

log = logging.getLogger(__name__)

THREADS = 8
GIVE_UP = timedelta(days=2)
PAUSES = (10, 30, 60, 300, 900, 1800, 3600, 7200, 14400)
"""Seconds between tries of one message; the last one repeats."""

TOLD_AFTER = 5
"""Tries after which the conversation tells that a message is delayed: some twenty minutes."""

CAP_PAUSE = 300
ABANDONED = timedelta(minutes=20)
"""A claim of another machine that is older belongs to nobody. Should it be alive all the same, it can begin nothing:
its attempt is closed, and only an open one may hand its message over."""

_LOOK_SECONDS = 1.0


def run_outbox(stop: threading.Event) -> None:
    """The worker's loop: until `stop`, send what is due."""
    Outbox(stop).run()


class Outbox:
    """One worker's senders."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop
        self.name = signature()
        self.connections = Connections()
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="send")
        self.waiter = wakeup.Waiter(wakeup.OUTGOING)
        self.running: set[int] = set()
        self.guard = threading.Lock()

    def run(self) -> None:
        """Claim and hand out until told to stop; then wait for what is under way."""
        next_look = 0.0  # By a clock that nobody sets.
        try:
            while not self.stop.is_set():
                try:
                    if time.monotonic() >= next_look:
                        release_abandoned(self.name, self._at_work())
                        bring_back_from_the_future(longest_pause=max(PAUSES))
                        self.connections.close_idle()
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
            self.connections.close_idle(all_of_them=True)
            self.waiter.close()
            connection.close()

    def step(self) -> float:
        """Start what is due; returns how long nothing else will be."""
        with self.guard:
            free = THREADS - len(self.running)
        if free <= 0:
            return _LOOK_SECONDS
        for delivery in claim(self.name, free):
            with self.guard:
                self.running.add(delivery)
            self.pool.submit(self._send, delivery)
        return min(_LOOK_SECONDS, _seconds_to_next())

    def _at_work(self) -> frozenset[int]:
        with self.guard:
            return frozenset(self.running)

    def _send(self, delivery_id: int) -> None:
        try:
            Sending(delivery_id, self.connections, self.stop).run()
        except Exception:
            log.exception("A message could not be handled.", extra={"job": delivery_id})
        finally:
            connection.close()
            with self.guard:
                self.running.discard(delivery_id)
            self.waiter.wake()


# -- claims ---------------------------------------------------------------------------------------------------------


def _unsettled() -> "Q":
    return Q(settled_at__isnull=True, channel="email")


def claim(name: str, limit: int) -> list[int]:
    """Take due deliveries, oldest first, never passing an earlier one of the same conversation that is on its way.

    One that has reached some and waits for a server to take the others holds nobody up.
    """
    now = timezone.now()
    before = Delivery.objects.filter(
        _unsettled(),
        Q(attempts__gt=0) | Q(not_before__lte=now),
        message__conversation=OuterRef("message__conversation"),
        message__seq__lt=OuterRef("message__seq"),
        message__delivery=DeliveryState.QUEUED,
    ).exclude(message__data__has_key="deferred")
    due = Delivery.objects.filter(
        _unsettled(), claimed_at__isnull=True, not_before__lte=now, message__delivery=DeliveryState.QUEUED
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


def release_abandoned(own_name: str, at_work: Collection[int] = ()) -> None:
    """What died processes left behind: back into the queue, or `uncertain` when their message had begun to leave.

    Of our own claims those that are not `at_work`: their sending broke, or nobody heard that they were committed.
    Whoever makes claims under `own_name` must be the one who calls, so that none is made meanwhile.
    """
    claimed = Delivery.objects.filter(_unsettled(), claimed_at__isnull=False).exclude(pk__in=at_work)
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
        _note_outcome(attempt, "uncertain", detail)
        set_delivery(message=delivery.message, state=DeliveryState.UNCERTAIN, detail=detail)
        return
    if attempt is not None:
        # Where its process lives after all, it may be marking the attempt this very moment: one of the two finds it so.
        closed = {"outcome": "stopped", "detail": reasons.STOPPED_BEFORE, "finished_at": now}
        if not DeliveryAttempt.objects.filter(pk=attempt.pk).exclude(outcome="data").update(**closed):
            return
    Delivery.objects.filter(pk=delivery.pk).update(claimed_at=None, claimed_by="", not_before=now)


def _note_outcome(attempt: DeliveryAttempt, outcome: str, detail: str) -> None:
    attempt.outcome, attempt.detail, attempt.finished_at = outcome[:12], detail[:500], timezone.now()
    attempt.save(update_fields=["outcome", "detail", "finished_at"])


def _seconds_to_next() -> float:
    upcoming = Delivery.objects.filter(_unsettled(), claimed_at__isnull=True, not_before__gt=timezone.now())
    first: datetime | None = upcoming.order_by("not_before").values_list("not_before", flat=True).first()
    return max(0.005, (first - timezone.now()).total_seconds()) if first else _LOOK_SECONDS


# -- one message ----------------------------------------------------------------------------------------------------


class ClaimLost(Exception):
    """Somebody took us for dead and released the message: it is not ours to send."""


class Sending:
    """One claimed delivery, from reading its message to settling it."""

    def __init__(self, delivery_id: int, connections: Connections, stop: threading.Event) -> None:
        related = Delivery.objects.select_related("message__conversation", "message__inbox", "message__agent")
        self.delivery = related.prefetch_related("message__attachments").get(pk=delivery_id)
        self.message: Message = self.delivery.message
        self.attempt = self.delivery.log.order_by("-id").first() or DeliveryAttempt.objects.create(
            delivery=self.delivery, started_at=timezone.now()
        )
        self.connections = connections
        self.stop = stop
        self.wanted: list[str] = []
        self.may_have_left = False

    def run(self) -> None:
        """Send and settle. Outcomes that could not be written are tried again until they are."""
        account = MailAccount.objects.filter(inbox=self.message.inbox_id).select_related("inbox").first()
        if account is None or not (url := credentials_of(account).smtp_url):
            self.settle(Result("failed", reasons.NO_SERVER, no_server=True))
        elif _over_cap(account):
            self.hold(reasons.OVER_CAP % {"count": account.hourly_cap})
        else:
            try:
                result = self.send(account, url)
            except ClaimLost:
                log.warning("A message was released while it was about to leave.", extra={"job": self.delivery.pk})
                return
            self.settle(result)

    def send(self, account: MailAccount, url: str) -> Result:
        """One try. Raises ClaimLost."""
        try:
            mail = outgoing(self.message, account)
            raw = compose(mail)
            server = Server.from_url(url)
        except NotSendable as error:
            return Result("failed", error.reason)
        except (BadAddressError, ValueError) as error:
            return Result("failed", str(error))
        except storage.StoreAway as error:
            log.warning("A message waits for its files.", extra={"job": self.delivery.pk, "reason": str(error)})
            return Result("retry", reasons.UNREADABLE % {"kind": type(error).__name__})
        except Exception as error:
            log.exception("A message can't be put together.", extra={"job": self.delivery.pk})
            return Result("retry", reasons.UNREADABLE % {"kind": type(error).__name__})
        self.wanted = self.message.data.get("deferred") or envelope_recipients(mail)
        paused = _paused(self.wanted)
        recipients = [address for address in self.wanted if address.casefold() not in paused]
        refused = tuple(Refusal(a, True, reasons.PAUSED) for a in self.wanted if a not in recipients)
        if not recipients:
            return Result("failed", reasons.PAUSED, refused)
        result = self._hand_over(account, server, recipients, raw, smtputf8=needs_smtputf8(mail))
        return replace(result, refused=(*refused, *result.refused))

    def _hand_over(
        self, account: MailAccount, server: Server, recipients: Sequence[str], raw: bytes, *, smtputf8: bool
    ) -> Result:
        result: Result | None = None
        try:
            login = sender_login(account)
            with self.connections.use(server, login, account.address if login else "") as client:
                result = transmit(
                    client,
                    sender=account.address,
                    recipients=recipients,
                    raw=raw,
                    smtputf8=smtputf8,
                    before_data=self.mark_data,
                )
        except ClaimLost:
            raise
        except (DatabaseError, InterfaceError):
            return Result("retry", reasons.DATABASE_AWAY)
        except OAuthError as error:
            return Result("retry" if error.passing else "failed", error.reason, no_server=True)
        except Exception as error:
            if self.may_have_left:
                log.exception("Sending broke off.", extra={"job": self.delivery.pk})
                return result or Result("uncertain", reasons.BROKE_OFF % {"kind": type(error).__name__})
            return failure(error)
        return result

    def mark_data(self) -> None:
        """From here on the message may have been taken. Durable, so that even a power loss does not make us forget."""
        with durable_atomic():
            if not DeliveryAttempt.objects.filter(pk=self.attempt.pk, outcome="").update(outcome="data"):
                raise ClaimLost
        self.may_have_left = True

    # -- settling ---------------------------------------------------------------------------------------------

    def settle(self, result: Result) -> None:
        """Write what became of it, however long the database takes to come back."""
        SENT.labels(result.outcome).inc()
        pause = 0.2
        while True:
            try:
                self._settle(result)
                return
            except (DatabaseError, InterfaceError) as error:
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
        _note_outcome(self.attempt, result.outcome, result.detail)
        if result.outcome == "sent":
            self._sent(result)
        elif result.outcome == "uncertain":
            set_delivery(message=self.message, state=DeliveryState.UNCERTAIN, detail=result.detail)
        elif result.outcome == "retry" and not self._is_given_up():
            self._again(result.detail, self.wanted)
        elif self.message.data.get("deferred"):
            # The others have it: calling it not sent would invite to send it to them again.
            self._sent(Result("sent", refused=_for_good(self.wanted, result)))
        else:
            set_delivery(message=self.message, state=DeliveryState.FAILED, detail=result.detail)
        _heard_from_server(self.message.inbox_id, result)

    def _is_ours(self) -> bool:
        """Whether the claim is still the one that this try began with."""
        mine = Delivery.objects.filter(pk=self.delivery.pk, claimed_by=self.delivery.claimed_by)
        mine = mine.filter(claimed_at=self.delivery.claimed_at)
        return mine.select_for_update().exists()

    def _sent(self, result: Result) -> None:
        """Taken for at least one recipient; those refused for now are tried alone, those refused for good are shown."""
        later = [r for r in result.refused if not r.permanent]
        never = [r for r in result.refused if r.permanent]
        if later and self._is_given_up():
            never, later = [*never, *later], []
        for refusal in never:
            tell_refused(message=self.message, address=refusal.address, detail=refusal.detail)
        known = self.message.data.get("refused") or []
        fresh = [{"address": r.address, "detail": r.detail} for r in never]
        waiting = [r.address for r in later]
        self._keep_data(deferred=waiting or None, refused=[*known, *fresh] or None)
        if waiting:
            told = {"addresses": ", ".join(waiting)[:200], "words": later[0].detail}
            self._again(reasons.NOT_YET % told, waiting)
        else:
            set_delivery(message=self.message, state=DeliveryState.SENT)

    def _keep_data(self, **values: object) -> None:
        self.message.refresh_from_db(fields=["data"])
        data = {**self.message.data, **values}
        self.message.data = {name: value for name, value in data.items() if value is not None}
        self.message.save(update_fields=["data"])

    def _again(self, reason: str, addresses: Sequence[str]) -> None:
        tries = self.delivery.attempts
        if tries == TOLD_AFTER:
            tell_delayed(message=self.message, addresses=addresses, detail=reason)
        postpone_delivery(delivery=self.delivery, seconds=PAUSES[min(tries, len(PAUSES) - 1)], error=reason)

    def _is_given_up(self) -> bool:
        """Whether it was tried for long enough since it was written, or since somebody last asked for it again."""
        log = self.delivery.log.order_by("id").values_list("started_at", flat=True)
        began = log.filter(outcome=ASKED_AGAIN).last() or log.first()
        return began is not None and timezone.now() - began > GIVE_UP

    @transaction.atomic
    def hold(self, reason: str) -> None:
        """Wait without counting a try."""
        self.attempt.delete()
        later = timezone.now() + timedelta(seconds=CAP_PAUSE)
        Delivery.objects.filter(pk=self.delivery.pk).update(
            claimed_at=None, claimed_by="", not_before=later, last_error=reason[:500]
        )


def _for_good(wanted: Sequence[str], result: Result) -> tuple[Refusal, ...]:
    """Everybody who was still to get it, each with the reason why they don't."""
    told = {refusal.address: refusal.detail for refusal in result.refused}
    return tuple(Refusal(address, True, told.get(address, result.detail)) for address in wanted)


def _paused(addresses: Sequence[str]) -> set[str]:
    """Those that came back too often to be written to."""
    values = {address.casefold() for address in addresses}
    rows = Identity.objects.filter(type=IdentityType.EMAIL, value__in=values, paused_at__isnull=False)
    return set(rows.values_list("value", flat=True))


def _over_cap(account: MailAccount) -> bool:
    """Whether a new inbox has sent as much as it may in an hour before someone confirmed it."""
    if account.cap_confirmed_at is not None:
        return False
    since = timezone.now() - timedelta(hours=1)
    sent = DeliveryAttempt.objects.filter(
        delivery__message__inbox=account.inbox_id, started_at__gte=since, outcome__in=("sent", "data", "uncertain")
    )
    return sent.count() >= account.hourly_cap


def _heard_from_server(inbox_id: int, result: Result) -> None:
    """Keep when the server last took something, or why it takes nothing; the inbox's settings show it."""
    accounts = MailAccount.objects.filter(inbox=inbox_id)
    if result.no_server:
        if accounts.exclude(sending_error=result.detail[:500]).update(sending_error=result.detail[:500]):
            keys = frozenset({"role:admin", f"inbox:{inbox_id}"})
            events.record(ChannelTroubled(audience=keys, inbox=inbox_id, reason="sending"), actor=SYSTEM)
    elif result.outcome == "sent":
        now = timezone.now()
        stale = Q(last_ok_at__isnull=True) | Q(last_ok_at__lt=now - timedelta(minutes=1)) | ~Q(sending_error="")
        accounts.filter(stale).update(last_ok_at=now, sending_error="")
