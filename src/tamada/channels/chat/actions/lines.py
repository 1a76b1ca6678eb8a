"""Adding to threads what their visitors may see."""

from collections.abc import Sequence
from typing import Final

from django.utils import timezone

from tamada.conversations.models import Conversation, Message
from tamada.core import bulk, events
from tamada.core.actors import SYSTEM

from ..events import ChatMessage
from ..models import Line, Thread, Visitor
from ..queries import hears, keys_of, one_for_each

MOST_NAMES: Final = 5
_ADVANCED: Final = ("seen_seq", "answered_seq", "agents", "last_seq", "last_activity_at")


def begin_thread(visitor: Visitor, conversation: Conversation) -> Thread:
    """A conversation as this visitor sees it, with nothing in it yet. Call in a transaction."""
    now = timezone.now()
    return Thread.objects.create(
        visitor=visitor,
        inbox_id=visitor.inbox_id,
        user=visitor.user,
        conversation=conversation,
        created_at=now,
        last_activity_at=now,
    )


def add_lines(pairs: Sequence[tuple[Thread, Message]], *, is_ours: bool) -> list[Line]:
    """Number messages that are in no thread yet, and tell the visitors' browsers.

    Call in a transaction, their conversations held.
    """
    held = Thread.objects.select_for_update().filter(pk__in={thread.pk for thread, _ in pairs}).order_by("pk")
    threads = {thread.pk: thread for thread in held}
    lines = [_line(threads[thread.pk], message, is_ours=is_ours) for thread, message in pairs]
    bulk.update(Thread, list(threads.values()), _ADVANCED)
    bulk.insert(Line, lines)
    events.record(
        *(ChatMessage(audience=keys_of(line.thread), conversation=line.thread_id, seq=line.seq) for line in lines),
        actor=SYSTEM,
    )
    return lines


def show_said_elsewhere(message: Message) -> list[Line]:
    """What a customer said to us by another way than the widget, in the threads that they have in this chat.

    Call in a transaction, its conversation held, once for a message that was stored now.
    """
    theirs = hears(message.conversation).filter(inbox=message.inbox_id, visitor__customer=message.customer_id)
    return add_lines([(thread, message) for thread in one_for_each(theirs)], is_ours=False)


def _line(thread: Thread, message: Message, *, is_ours: bool) -> Line:
    now = timezone.now()
    if is_ours:
        thread.seen_seq = thread.last_seq  # who answers has read
        thread.answered_seq = thread.last_seq + 1
        others = [name for name in thread.agents if name != message.author_name]
        thread.agents = [message.author_name, *others][:MOST_NAMES]
    thread.last_seq += 1
    thread.last_activity_at = now
    return Line(thread=thread, seq=thread.last_seq, message=message, is_ours=is_ours, created_at=now)
