"""Taking the steps of a macro by hand, with the rights of who uses it."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from tamada.accounts.models import Agent
from tamada.conversations.actions import add_note, change_conversations
from tamada.conversations.models import ChangeRecord, Conversation
from tamada.core.actors import Actor

from ..points import Step, plan_for


def take_steps(
    *, agent: Agent, actor: Actor, conversation: Conversation, steps: Sequence[Step], but: Sequence[str] = ()
) -> ChangeRecord | None:
    """Do to a conversation what a macro says; the record undoes it (its notes stay). None when nothing changed.

    `but` names what is settled otherwise (`status` when it is sent and closed). Raises `Missing`, and what
    `conversations.actions` raise.
    """
    with transaction.atomic():
        # Planned as it stands now, and held: a plan names all its tags, those that a rule added meanwhile too.
        held = Conversation.objects.select_for_update().filter(pk=conversation.pk).first()
        plan = plan_for(held or conversation, steps, agent=agent)
        changes: dict[str, Any] = {name: value for name, value in plan.changes.items() if name not in but}
        record = None
        if changes:
            record = change_conversations(
                agent=agent, actor=actor, conversations=[conversation], changes=lambda _found: changes
            )
        for text in plan.notes:
            add_note(agent=agent, actor=actor, conversation=conversation, text=text)
        for step in plan.after:
            step(conversation, actor)
    return record
