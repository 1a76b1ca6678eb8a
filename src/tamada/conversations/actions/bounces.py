"""Delivery reports: our message came back."""

from tamada.core.actors import SYSTEM
from tamada.customers import identities
from tamada.customers.actions import count_bounce
from tamada.customers.models import IdentityType

from ..envelopes import Envelope, Received
from ..models import DeliveryState, Kind, Message
from .delivery import set_delivery
from .system import add_system_line


def record_bounce(envelope: Envelope) -> Received:
    """Mark the message that came back, say so in its conversation, and pause an address that keeps failing.

    A report on a message that isn't ours has no `message_id` in its result: the channel shows it to an admin.
    Reports from an archive are old news: they mark the message and pause nobody.
    """
    bounce = envelope.bounce
    found = Message.objects.filter(external_id=bounce.external_id, kind="out") if bounce else Message.objects.none()
    message = found.select_related("conversation").first()
    if bounce is None or message is None:
        return Received(outcome="bounce")
    if bounce.permanent:
        set_delivery(message=message, state=DeliveryState.BOUNCED, detail=bounce.detail)
        if not envelope.imported and _is_news(message, bounce.address):
            count_bounce(type=IdentityType.EMAIL, value=bounce.address)
    data = {
        "event": "bounced" if bounce.permanent else "delayed",
        "message": message.pk,
        "address": bounce.address,
        "detail": bounce.detail[:300],
    }
    add_system_line(conversation=message.conversation, actor=SYSTEM, data=data)
    return Received(outcome="bounce", conversation_id=message.conversation_id, message_id=message.pk)


def _is_news(message: Message, address: str) -> bool:
    """Whether the message went to this address and had not come back from there.

    Whoever got one mail of ours can write reports about it: about whom it went to, and once. A domain in other letters
    stands in a report in ASCII.
    """
    wrote_to = {identities.loose("email", a["email"]) for a in (*message.to, *message.cc, *message.bcc)}
    lines = message.conversation.messages.filter(kind=Kind.SYSTEM, data__event="bounced", data__message=message.pk)
    told = {identities.loose("email", data["address"]) for data in lines.values_list("data", flat=True)}
    return identities.loose("email", address) in wrote_to - told
