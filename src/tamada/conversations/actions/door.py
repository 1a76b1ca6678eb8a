"""The door of every action: what the agent may not see can't be written to either, whoever calls."""

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

    A message that was taken from the database before a merge learns where it went.
    """
    while (pk := Message.objects.filter(pk=message.pk).values_list("conversation_id", flat=True).first()) is not None:
        conversation = Conversation.everything.select_for_update().get(pk=pk)
        if Message.objects.filter(pk=message.pk, conversation=pk).exists():
            message.conversation = conversation
            return conversation
    return None


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
