"""What becomes of conversations whose owner no longer works here."""

from django.db import transaction

from tamada.accounts.models import Agent
from tamada.core.actors import Actor

from ..models import Conversation, Status
from .update import change


def release_conversations(*, agent_id: int, actor: Actor) -> int:
    """Take every unfinished conversation from who left, so that it stands among the unassigned; returns how many.

    Does nothing for somebody who works here (again). Each is a transaction of its own: there may be thousands.
    """
    if Agent.objects.filter(pk=agent_id, is_active=True).exists():
        return 0
    unfinished = Conversation.objects.filter(assignee=agent_id).exclude(status=Status.CLOSED)
    return sum(_release(pk, agent_id, actor) for pk in list(unfinished.values_list("pk", flat=True)))


def _release(pk: int, agent_id: int, actor: Actor) -> bool:
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update().get(pk=pk)
        if conversation.assignee_id != agent_id:
            return False
        change(conversation=conversation, actor=actor, by=None, changes={"assignee": None})
        return True
