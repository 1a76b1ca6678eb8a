"""Hand-offs in words of the reader, and what they may do with them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import allowed
from tamada.operations import actions, briefs, handoff_queries, job_queries
from tamada.operations.models import Handoff

from .job_words import service_name, spoken


@dataclass(frozen=True, slots=True)
class ShownHandoff:
    """A hand-off as pages show it: what it is about, to whom, its brief for who may read it, and what they may do.
    `sees_job`: whether they may open its job; who is to take it over sees it once they have."""

    row: Handoff
    title: str
    sees_job: bool
    receiver: str
    brief: list[briefs.Part] | None
    may_answer: bool
    may_withdraw: bool


def shown_handoffs(agent: Agent, rows: Iterable[Handoff]) -> list[ShownHandoff]:
    """Rows (of `with_everything`) for their reader."""
    listed = list(rows)
    if not listed:
        return []
    readable, told, writes = handoff_queries.read_by(agent, listed), briefs.Briefs(listed), allowed(agent, "job.update")
    jobs = set(job_queries.visible_to(agent).filter(handoffs__in=listed).values_list("pk", flat=True))
    return [
        ShownHandoff(
            row=row,
            title=title_of(row),
            sees_job=row.job_id in jobs,
            receiver=handoff_queries.receiver_name(row),
            brief=told.of(row) if row.pk in readable else None,
            may_answer=writes and row.is_waiting and handoff_queries.is_for(agent, row),
            may_withdraw=writes and row.is_waiting and actions.may_withdraw(agent, row),
        )
        for row in listed
    ]


def title_of(row: Handoff) -> str:
    """What is handed over."""
    if row.job is None:
        return _("Conversation #%(number)d") % {"number": row.conversation_id or 0}
    facts = {"service": service_name(row.job), "number": row.job.number}
    step = row.job.template.steps.get(row.step)
    if step is None:
        return _("%(service)s #%(number)d") % facts
    return _("%(service)s #%(number)d, only “%(step)s”") % {**facts, "step": spoken(step.name)}
