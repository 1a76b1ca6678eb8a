"""An answer reaches a chat by being committed: the visitor's browsers fetch it."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from tamada.conversations.actions import set_delivery
from tamada.conversations.actions.door import held_of
from tamada.conversations.models import Conversation, Delivery, DeliveryState, Message

from ..models import Line, Thread
from ..queries import hears, one_for_each, proven_visitors
from .lines import add_lines, begin_thread
from .unseen import look_in

NOBODY: Final = gettext_noop("Nobody is at the other end of this chat.")


@transaction.atomic
def deliver_answer(*, delivery_id: int) -> None:
    """Put a due answer into the threads of its conversation. Once: who comes second finds it settled."""
    found = Delivery.objects.select_related("message").filter(pk=delivery_id, settled_at__isnull=True).first()
    if found is None or (conversation := held_of(found.message)) is None:
        return
    # Held by its conversation now: taken back meanwhile, it is gone.
    mine = Delivery.objects.select_for_update().filter(pk=delivery_id, settled_at__isnull=True)
    if not mine.exists():
        return
    # Sent again after all, it may stand in some already.
    told = set(Line.objects.filter(message=found.message).values_list("thread", flat=True))
    threads = one_for_each(hears(conversation), told)
    if all(thread.inbox_id != found.message.inbox_id for thread in threads):
        threads += _begun(conversation, found.message)
    add_lines([(thread, found.message) for thread in threads if thread.pk not in told], is_ours=True)
    for thread in threads:
        look_in(thread)
    if threads:
        set_delivery(message=found.message, state=DeliveryState.SENT)
    else:
        set_delivery(message=found.message, state=DeliveryState.FAILED, detail=NOBODY)


def _begun(conversation: Conversation, message: Message) -> list[Thread]:
    """A conversation that goes on into a chat begins there with our answer, for whoever is known there beyond doubt."""
    known = proven_visitors(conversation.customer.identities.filter(paused_at=None))
    visitor = known.filter(inbox=message.inbox_id).first()
    if visitor is None:
        return []
    if visitor.customer_id is None:  # signed in there, and has not written yet
        visitor.customer = conversation.customer
        visitor.save(update_fields=["customer"])
    return [begin_thread(visitor, conversation)]


def deliver_in_step(message: Message) -> None:
    """Deliver an answer in the transaction that sends it, if it is due: visitor and agent then see one order."""
    due = Delivery.objects.filter(message=message, not_before__lte=timezone.now())
    for pk in due.values_list("pk", flat=True):
        deliver_answer(delivery_id=pk)


def put_off(*, delivery_id: int, seconds: float) -> None:
    """Try one that failed again later, so that it holds up no other."""
    later = timezone.now() + timedelta(seconds=seconds)
    Delivery.objects.filter(pk=delivery_id, settled_at__isnull=True).update(not_before=later)
