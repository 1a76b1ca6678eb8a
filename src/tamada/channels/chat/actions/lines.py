"""Adding to a thread what its visitor may see."""

from django.utils import timezone

from tamada.conversations.models import Message
from tamada.core import events
from tamada.core.actors import SYSTEM

from ..events import ChatMessage
from ..models import Line, Thread
from ..queries import keys_of


def add_line(thread: Thread, message: Message, *, is_ours: bool) -> Line:
    """Number a message in the thread and tell the visitor's browsers. Call in a transaction, the conversation held."""
    thread = Thread.objects.select_for_update().get(pk=thread.pk)
    if (known := thread.lines.filter(message=message).first()) is not None:
        return known
    now = timezone.now()
    if is_ours:
        thread.seen_seq = thread.last_seq  # who answers has read
    thread.last_seq += 1
    thread.last_activity_at = now
    thread.save(update_fields=["seen_seq", "last_seq", "last_activity_at"])
    line = Line.objects.create(thread=thread, seq=thread.last_seq, message=message, is_ours=is_ours, created_at=now)
    events.record(ChatMessage(audience=keys_of(thread), conversation=thread.pk, seq=line.seq), actor=SYSTEM)
    return line
