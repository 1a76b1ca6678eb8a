"""How far each side has read, and who is typing."""

from typing import Final

from django.db import transaction

from tamada.conversations.access import audience
from tamada.conversations.actions import set_deliveries
from tamada.conversations.models import Conversation, DeliveryState
from tamada.core import events
from tamada.core.actors import SYSTEM
from tamada.core.realtime import publish_ephemeral

from ..events import ChatMarks
from ..models import Thread
from ..queries import hears, keys_of

TYPING_LASTS: Final = 6.0


@transaction.atomic
def mark_seen_by_visitor(*, thread: Thread, seq: int, read: bool) -> None:
    """The browser has our answers up to `seq`, or the visitor has read them. Never goes backwards."""
    thread = _held(thread)
    seq = min(seq, thread.last_seq)
    before = thread.read_seq if read else thread.got_seq
    if seq <= before:
        return
    thread.got_seq = max(thread.got_seq, seq)
    thread.read_seq = max(thread.read_seq, seq) if read else thread.read_seq
    thread.save(update_fields=["got_seq", "read_seq"])
    state = DeliveryState.READ if read else DeliveryState.DELIVERED
    lines = thread.lines.filter(is_ours=True, seq__gt=before, seq__lte=seq).select_related("message")
    set_deliveries(messages=[line.message for line in lines], state=state)
    _tell(thread)


@transaction.atomic
def mark_seen_by_us(*, conversation_id: int, seq: int) -> None:
    """A colleague has read the conversation up to its message `seq`; the visitors whose words those are see it."""
    conversation = Conversation.everything.select_for_update().filter(pk=conversation_id).first()
    if conversation is None:
        return
    for thread in hears(conversation).select_for_update().order_by("pk"):
        theirs = thread.lines.filter(is_ours=False, message__conversation=conversation, message__seq__lte=seq)
        last = theirs.order_by("-seq").values_list("seq", flat=True).first()
        if last and last > thread.seen_seq:
            thread.seen_seq = last
            thread.save(update_fields=["seen_seq"])
            _tell(thread)


def tell_typing(*, thread: Thread, typing: bool) -> None:
    """Colleagues who look at the conversation see that the visitor types. Nothing is stored."""
    payload = {"conversation_id": str(thread.conversation_id), "typing": typing}
    publish_ephemeral(audience(thread.conversation), "visitor.typing", payload, TYPING_LASTS)


def tell_we_type(*, conversation: Conversation, name: str, typing: bool) -> None:
    """The visitor sees that a colleague types. Nothing is stored."""
    for thread in hears(conversation):
        payload = {"conversation": str(thread.pk), "name": name, "typing": typing}
        publish_ephemeral(keys_of(thread), "chat.typing", payload, TYPING_LASTS)


def _held(thread: Thread) -> Thread:
    """The thread as it stands; its conversation is held first, as everywhere."""
    Conversation.everything.select_for_update().filter(pk=thread.conversation_id).first()
    return Thread.objects.select_for_update().get(pk=thread.pk)


def _tell(thread: Thread) -> None:
    events.record(ChatMarks(audience=keys_of(thread), conversation=thread.pk), actor=SYSTEM)
