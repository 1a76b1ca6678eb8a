"""A problem: taken by somebody, and solved with words of what was done."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.conversations.access import audience
from tamada.conversations.queries import visible_to
from tamada.core import audit, events
from tamada.core.actors import Actor
from tamada.notifications.actions import notify

from ..errors import Invalid
from ..events import ProblemChanged
from ..models import Problem, State
from ..queries import problems_visible_to

LONGEST: Final = 1_000


@transaction.atomic
def take_problem(*, agent: Agent, actor: Actor, problem: Problem, owner: Agent | None = None) -> Problem:
    """Give it an owner: oneself, or a colleague who works here and sees the conversation.

    Raises `PermissionDenied`, `Problem.DoesNotExist`, `Invalid`.
    """
    row, owner = _locked(agent, problem), owner or agent
    if row.state == State.SOLVED:
        raise Invalid(_("This problem is solved already."))
    if not owner.may_write or not visible_to(owner).filter(pk=row.conversation_id).exists():
        raise Invalid(_("Choose somebody who works here and sees this conversation."), "owner")
    row = _changed(row, actor, "problem.taken", {"state": State.TAKEN, "owner": owner})
    notify(
        agent_ids=[owner.pk],
        kind="problem",
        conversation_id=row.conversation_id,
        key=f"problem:{row.pk}",
        actor=actor,
    )
    return row


@transaction.atomic
def solve_problem(*, agent: Agent, actor: Actor, problem: Problem, outcome: str) -> Problem:
    """Say what was done about it: that is read in the guide by everybody who may see the conversation.

    Raises `PermissionDenied`, `Problem.DoesNotExist`, `Invalid`.
    """
    row, words = _locked(agent, problem), " ".join(outcome.replace("\0", "").split())
    if not words:
        raise Invalid(_("Say in a few words what was done."), "outcome")
    if len(words) > LONGEST:
        raise Invalid(_("These words are too long."), "outcome")
    fields = {"state": State.SOLVED, "outcome": words, "solved_by": agent, "solved_at": timezone.now()}
    return _changed(row, actor, "problem.solved", fields | ({} if row.owner_id else {"owner": agent}))


@transaction.atomic
def reopen_problem(*, agent: Agent, actor: Actor, problem: Problem) -> Problem:
    """It was not solved after all; what was said of it stays until somebody says something else.

    Raises `PermissionDenied`, `Problem.DoesNotExist`, `Invalid` where the conversation has a newer one.
    """
    row = _locked(agent, problem)
    others = Problem.objects.filter(conversation=row.conversation_id).exclude(pk=row.pk)
    if others.exclude(state=State.SOLVED).exists():
        raise Invalid(_("This conversation has a newer problem that is not solved."))
    state = State.TAKEN if row.owner_id else State.OPEN
    return _changed(row, actor, "problem.reopened", {"state": state, "solved_by": None, "solved_at": None})


def _locked(agent: Agent, problem: Problem) -> Problem:
    require(agent, "problem.update")
    row = Problem.objects.select_for_update().get(pk=problem.pk)
    return problems_visible_to(agent).select_related("conversation", "owner").get(pk=row.pk)


def _changed(row: Problem, actor: Actor, action: str, fields: Mapping[str, Any]) -> Problem:
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    audit.record(actor, action, row, conversation=row.conversation_id, owner=row.owner_id)
    fact = ProblemChanged(audience=audience(row.conversation), problem=row.pk, conversation=row.conversation_id)
    events.record(fact, actor=actor)
    return row
