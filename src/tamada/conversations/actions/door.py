"""The door of every action: what the agent may not see can't be written to either, whoever calls."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require

from ..models import Conversation, Inbox, Message
from ..queries import get_visible, inboxes_visible_to, visible_to


def locked(agent: Agent, conversation: Conversation) -> Conversation:
    """The conversation as it stands, held until the transaction ends; DoesNotExist unless the agent may see it."""
    Conversation.objects.select_for_update().get(pk=conversation.pk)
    return get_visible(agent, conversation.pk)


def held_of(message: Message) -> Conversation | None:
    """The conversation in which a message is by now, held until the transaction ends, be it deleted; None without one.

    A message that was taken from the database before a merge learns where it went, and what became of it.
    """
    return message.conversation if hold([message]) else None


def hold(messages: Sequence[Message]) -> list[Message]:
    """The same for many, whose conversations are few: the messages that are still there."""
    ids = [message.pk for message in messages]
    held: dict[int, Conversation] = {}
    there = _where(ids)
    while there:
        wanted = {pk for pk, _delivery in there.values()}
        # Two that hold the same ones hold them in one order.
        rows = Conversation.everything.select_for_update().filter(pk__in=wanted).order_by("pk")
        held |= {row.pk: row for row in rows}
        there = _where(ids)
        if all(pk in held for pk, _delivery in there.values()):
            break
    left = [message for message in messages if message.pk in there]
    for message in left:
        pk, message.delivery = there[message.pk]
        message.conversation = held[pk]
    return left


def _where(ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    rows = Message.objects.filter(pk__in=ids).values_list("pk", "conversation_id", "delivery")
    return {pk: (conversation, delivery) for pk, conversation, delivery in rows}


def check_seen(agent: Agent, conversation: Conversation) -> None:
    """Raises DoesNotExist unless the agent may see the conversation."""
    if not visible_to(agent).filter(pk=conversation.pk).exists():
        raise Conversation.DoesNotExist


def check_works_in(agent: Agent, inbox: Inbox) -> None:
    """Raises DoesNotExist unless the agent works in the inbox."""
    if not inboxes_visible_to(agent).filter(pk=inbox.pk).exists():
        raise Inbox.DoesNotExist


def check_settles(agent: Agent | None, inbox: Inbox) -> None:
    """Raises PermissionDenied unless this is the command line, an admin, or a lead of the inbox's team."""
    if agent is None:
        return
    require(agent, "inbox.settings")
    if not inboxes_visible_to(agent).filter(pk=inbox.pk).exists():
        raise PermissionDenied("inbox.settings")
