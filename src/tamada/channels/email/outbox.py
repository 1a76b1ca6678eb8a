"""The outbox of e-mail (`channels.outbox`): every message ends as sent, failed, or perhaps sent."""

import logging
import threading
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

from django.db import DatabaseError, InterfaceError
from django.db.models import Q
from django.utils import timezone

from tamada.channels import outbox as shared
from tamada.channels.email import reasons
from tamada.channels.email.accounts import credentials_of, sender_login
from tamada.channels.email.compose import BadAddressError, checked_email, compose, envelope_recipients, needs_smtputf8
from tamada.channels.email.models import MailAccount
from tamada.channels.email.oauth import OAuthError
from tamada.channels.email.outgoing import NotSendable, outgoing
from tamada.channels.email.send import Connections, Refusal, Result, Server, failure, transmit
from tamada.channels.events import ChannelTroubled
from tamada.channels.outbox import ABANDONED, PAUSES, TOLD_AFTER, ClaimLost
from tamada.conversations.actions import set_delivery, tell_refused
from tamada.conversations.models import DeliveryAttempt, DeliveryState
from tamada.core import events, storage
from tamada.core.actors import SYSTEM
from tamada.customers import identities
from tamada.customers.models import Identity, IdentityType

__all__ = ["ABANDONED", "PAUSES", "TOLD_AFTER", "ClaimLost", "Outbox", "Sending", "claim", "release_abandoned"]

log = logging.getLogger(__name__)

CAP_PAUSE = 300


def run_outbox(stop: threading.Event) -> None:
    """The worker's loop: until `stop`, send what is due."""
    Outbox(stop).run()


class Outbox(shared.Outbox):
    """One worker's senders, who share their connections."""

    channel = "email"

    def __init__(self, stop: threading.Event) -> None:
        super().__init__(stop)
        self.connections = Connections()

    def send(self, delivery_id: int) -> None:
        Sending(delivery_id, self.connections, self.stop).run()

    def claim(self, limit: int) -> list[int]:
        return claim(self.name, limit)

    def tidy(self, *, at_the_end: bool = False) -> None:
        self.connections.close_idle(all_of_them=at_the_end)


def claim(name: str, limit: int) -> list[int]:
    """Take due mails."""
    return shared.claim("email", name, limit)


def release_abandoned(own_name: str, at_work: Collection[int] = ()) -> None:
    """What died processes left behind of mail."""
    shared.release_abandoned("email", own_name, at_work)


class Sending(shared.Sending):
    """One claimed delivery, from reading its message to settling it."""

    def __init__(self, delivery_id: int, connections: Connections, stop: threading.Event) -> None:
        super().__init__(delivery_id, stop)
        self.connections = connections
        self.wanted: list[str] = []

    def run(self) -> None:
        """Send and settle. Outcomes that could not be written are tried again until they are."""
        account = MailAccount.objects.filter(inbox=self.message.inbox_id).select_related("inbox").first()
        if account is None or not (url := credentials_of(account).smtp_url):
            self.settle(Result("failed", reasons.NO_SERVER, no_server=True))
        elif _over_cap(account):
            self.hold(reasons.OVER_CAP % {"count": account.hourly_cap}, CAP_PAUSE)
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
            self.wanted = self.message.data.get("deferred") or envelope_recipients(mail)
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
        paused = _paused(self.wanted)
        recipients = [address for address in self.wanted if address not in paused]
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
                    sender=checked_email(account.address),
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

    def write_outcome(self, result: shared.Result) -> None:
        assert isinstance(result, Result)
        if result.outcome == "sent":
            self._sent(result)
        elif result.outcome == "uncertain":
            set_delivery(message=self.message, state=DeliveryState.UNCERTAIN, detail=result.detail)
        elif result.outcome == "retry" and not self.is_given_up():
            self.again(result.detail, self.wanted)
        elif self.message.data.get("deferred"):
            # The others have it: calling it not sent would invite to send it to them again.
            self._sent(Result("sent", refused=_for_good(self.wanted, result)))
        else:
            set_delivery(message=self.message, state=DeliveryState.FAILED, detail=result.detail)
        _heard_from_server(self.message.inbox_id, result)

    def _sent(self, result: Result) -> None:
        """Taken for at least one recipient; those refused for now are tried alone, those refused for good are shown."""
        later = [r for r in result.refused if not r.permanent]
        never = [r for r in result.refused if r.permanent]
        if later and self.is_given_up():
            never, later = [*never, *later], []
        for refusal in never:
            tell_refused(message=self.message, address=refusal.address, detail=refusal.detail)
        known = self.message.data.get("refused") or []
        fresh = [{"address": r.address, "detail": r.detail} for r in never]
        waiting = [r.address for r in later]
        self.keep_data(deferred=waiting or None, refused=[*known, *fresh] or None)
        if waiting:
            told = {"addresses": ", ".join(waiting)[:200], "words": later[0].detail}
            self.again(reasons.NOT_YET % told, waiting)
        else:
            set_delivery(message=self.message, state=DeliveryState.SENT)


def _for_good(wanted: Sequence[str], result: Result) -> tuple[Refusal, ...]:
    """Everybody who was still to get it, each with the reason why they don't."""
    told = {refusal.address: refusal.detail for refusal in result.refused}
    return tuple(Refusal(address, True, told.get(address, result.detail)) for address in wanted)


def _paused(addresses: Sequence[str]) -> set[str]:
    """Those that came back too often to be written to."""
    stored = {address: identities.loose("email", address) for address in addresses}
    rows = Identity.objects.filter(type=IdentityType.EMAIL, value__in=set(stored.values()), paused_at__isnull=False)
    paused = set(rows.values_list("value", flat=True))
    return {address for address, value in stored.items() if value in paused}


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
