"""May a machine answer? What the mail says of itself, and how many automatic answers its sender had lately."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from tamada.channels.email.loops import CAPS, Verdict, may_auto_reply
from tamada.channels.email.models import AutoReply
from tamada.channels.email.parse import Unparsable, parse
from tamada.channels.events import ChannelTroubled
from tamada.channels.queries import raw_message
from tamada.conversations.models import Message
from tamada.conversations.recipients import answer_recipients, own_addresses
from tamada.core import events, limits
from tamada.core.actors import SYSTEM

KEPT = timedelta(minutes=max(cap.minutes for cap in CAPS))


def may_answer(raw: bytes, *, address: str, inbox_id: int) -> Verdict:
    """Whether an automatic answer to this mail may go to `address`. Reaching a cap (`cap`) is told once."""
    try:
        mail = parse(raw, received_at=timezone.now())
    except Unparsable:
        return Verdict(allowed=False, reason="unreadable")
    verdict = may_auto_reply(mail, own_addresses())
    if verdict.allowed and is_capped(address):
        _tell_capped(inbox_id, address)
        return Verdict(allowed=False, reason="cap")
    return verdict


def is_capped(address: str) -> bool:
    """Whether the address had as many automatic answers as it may have, in any of the windows of `loops.CAPS`."""
    now = timezone.now()
    sent = AutoReply.objects.filter(address=address.casefold())
    return any(sent.filter(at__gt=now - timedelta(minutes=cap.minutes)).count() >= cap.count for cap in CAPS)


def note_answer(*, inbox_id: int, address: str) -> None:
    """Count an automatic answer that was sent. Call it in the transaction that queues the answer."""
    AutoReply.objects.create(inbox_id=inbox_id, address=address.casefold()[:320], at=timezone.now())
    AutoReply.objects.filter(at__lt=timezone.now() - KEPT).delete()


@transaction.atomic
def _tell_capped(inbox_id: int, address: str) -> None:
    if limits.hit(f"mail.cap:{inbox_id}:{address.casefold()}", 1, 3600):
        keys = frozenset({"role:admin", f"inbox:{inbox_id}"})
        events.record(ChannelTroubled(audience=keys, inbox=inbox_id, reason="automatic-answers"), actor=SYSTEM)


def refuses(message: Message) -> str:
    """Why no machine may answer a mail that came in; "" where one may. What we have not kept is not answered either."""
    to, _cc = answer_recipients(message, everyone=False)
    try:
        raw = raw_message(message.raw) if message.raw else b""
    except (OSError, ValueError):
        raw = b""
    if not raw or not to:
        return "unreadable"
    verdicts = (may_answer(raw, address=one["email"], inbox_id=message.inbox_id) for one in to)
    return next((verdict.reason for verdict in verdicts if not verdict.allowed), "")


def note(message: Message) -> None:
    """Count an automatic answer of ours, in the transaction that queues it."""
    for one in message.to:
        note_answer(inbox_id=message.inbox_id, address=one["email"])
