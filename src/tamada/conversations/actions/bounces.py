"""Delivery reports: our message came back."""

from django.db.models import F
from django.utils import timezone

from tamada.core.actors import SYSTEM
from tamada.customers.models import Identity, IdentityType

from ..envelopes import Envelope, Received
from ..models import DeliveryState, Message
from .delivery import set_delivery
from .system import add_system_line

PERMANENT_FAILURES = 3  # after so many in a row an address is paused


def record_bounce(envelope: Envelope) -> Received:
    """Mark the message that came back, say so in its conversation, and pause an address that keeps failing."""
    bounce = envelope.bounce
    found = Message.objects.filter(external_id=bounce.external_id, kind="out") if bounce else Message.objects.none()
    message = found.select_related("conversation").first()
    if bounce is None or message is None:
        return Received(outcome="bounce")
    if bounce.permanent:
        set_delivery(message=message, state=DeliveryState.BOUNCED, detail=bounce.detail)
        _count_failure(bounce.address)
    data = {"event": "bounced", "address": bounce.address, "detail": bounce.detail[:300]}
    add_system_line(conversation=message.conversation, actor=SYSTEM, data=data)
    return Received(outcome="bounce", conversation_id=message.conversation_id, message_id=message.pk)


def _count_failure(address: str) -> None:
    identity = Identity.objects.filter(type=IdentityType.EMAIL, value=address.casefold())
    identity.update(bounces=F("bounces") + 1)
    identity.filter(bounces__gte=PERMANENT_FAILURES, paused_at__isnull=True).update(paused_at=timezone.now())
