"""What became of outgoing messages."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events, wakeup
from tamada.core.actors import SYSTEM, Actor

from ..access import audience, audiences
from ..events import DeliveryChanged, RecipientRefused
from ..models import ASKED_AGAIN, Delivery, DeliveryAttempt, DeliveryState, Inbox, Message
from .door import held_of, hold, locked
from .system import add_system_line
from .waiting import end_when_sent, follow_deliveries

# A state never goes back: a late "sent" must not hide a "read" or a "bounced".
RANK: Final = {
    "": 0,
    DeliveryState.QUEUED: 1,
    DeliveryState.UNCERTAIN: 2,
    DeliveryState.FAILED: 3,
    DeliveryState.SENT: 4,
    DeliveryState.DELIVERED: 5,
    DeliveryState.READ: 6,
    DeliveryState.BOUNCED: 7,
}


def set_delivery(*, message: Message, state: DeliveryState, detail: str = "", at: datetime | None = None) -> bool:
    """Move a message's delivery forward and tell; False if it already stood there or further. Call in a transaction."""
    return bool(set_deliveries(messages=[message], state=state, detail=detail, at=at))


def set_deliveries(
    *, messages: Sequence[Message], state: DeliveryState, detail: str = "", at: datetime | None = None
) -> list[Message]:
    """The same for many at once: those that moved. The queries are as many as for one."""
    # Whoever writes holds the conversation before anything in it.
    moved = [message for message in hold(messages) if RANK[message.delivery] < RANK[state]]
    if not moved:
        return []
    ids = [message.pk for message in moved]
    Message.objects.filter(pk__in=ids).update(delivery=state)
    for message in moved:
        message.delivery = state
    if state != DeliveryState.QUEUED:
        settled = at or timezone.now()
        Delivery.objects.filter(message__in=ids).update(settled_at=settled, last_error=detail[:500])
    _tell(*moved)
    for conversation, theirs in groupby(sorted(moved, key=_place), key=attrgetter("conversation")):
        follow_deliveries(conversation, list(theirs))
    return moved


@transaction.atomic
def send_again(*, agent: Agent, actor: Actor, message: Message) -> None:
    """Try a failed or perhaps sent message once more; its Message-ID stays, so a careful receiver drops a double."""
    require(agent, "conversation.reply")
    locked(agent, message.conversation)
    again = (DeliveryState.FAILED, DeliveryState.UNCERTAIN, DeliveryState.BOUNCED)
    delivery = Delivery.objects.filter(message=message).first()  # None: another program sent it
    failed = Message.objects.filter(pk=message.pk, delivery__in=again)
    if delivery is None or not failed.update(delivery=DeliveryState.QUEUED):
        return
    now = timezone.now()
    Delivery.objects.filter(pk=delivery.pk).update(
        settled_at=None, claimed_at=None, claimed_by="", not_before=now, last_error="", attempts=0
    )
    # From here on the sender counts anew how long it has been trying.
    DeliveryAttempt.objects.create(delivery=delivery, started_at=now, finished_at=now, outcome=ASKED_AGAIN)
    message.refresh_from_db(fields=["data"])
    message.delivery = DeliveryState.QUEUED
    end_when_sent(message)
    message.save(update_fields=["data"])
    wakeup.notify_after_commit(wakeup.OUTGOING)
    audit.record(actor, "message.send_again", message, conversation=message.conversation_id)
    _tell(message)


def tell_refused(*, message: Message, address: str, detail: str) -> None:
    """Say in the conversation that one recipient did not get a message which others did. Call in a transaction."""
    held_of(message)
    data = {"event": "refused", "address": address, "detail": detail}
    add_system_line(conversation=message.conversation, actor=SYSTEM, data=data)
    told = RecipientRefused(
        audience=audience(message.conversation), conversation=message.conversation_id, message=message.pk
    )
    events.record(told, actor=SYSTEM)


def tell_delayed(*, message: Message, addresses: Sequence[str], detail: str) -> None:
    """Say in the conversation that a message still waits for its server. Call in a transaction."""
    held_of(message)
    data = {"event": "delayed", "address": ", ".join(addresses)[:300], "detail": detail}
    add_system_line(conversation=message.conversation, actor=SYSTEM, data=data)


@transaction.atomic
def postpone_delivery(*, delivery: Delivery, seconds: float, error: str) -> None:
    """Give a temporary failure another try later; the message stays queued and shows the reason."""
    Delivery.objects.filter(pk=delivery.pk).update(
        attempts=F("attempts") + 1,
        claimed_at=None,
        claimed_by="",
        not_before=timezone.now() + timedelta(seconds=seconds),
        last_error=error[:500],
    )
    _tell(delivery.message)


def try_postponed(*, inbox: Inbox) -> None:
    """Try at once what waits for another try over an inbox: what stood in the way was changed. In a transaction."""
    postponed = Delivery.objects.filter(message__inbox=inbox, settled_at=None, attempts__gt=0)
    if postponed.update(not_before=timezone.now()):
        wakeup.notify_after_commit(wakeup.OUTGOING)


def _place(message: Message) -> tuple[int, int]:
    return message.conversation_id, message.seq


def _tell(*messages: Message) -> None:
    keys = audiences({message.conversation_id: message.conversation for message in messages}.values())
    facts = [
        DeliveryChanged(
            audience=keys[one.conversation_id], conversation=one.conversation_id, message=one.pk, state=one.delivery
        )
        for one in messages
    ]
    events.record(*facts, actor=SYSTEM)
