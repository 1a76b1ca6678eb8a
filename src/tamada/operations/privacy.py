"""What this room keeps about a person, for exports: what was promised to them, what is delivered for them, and
with what brief it was handed over."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.core.personal import Holding, holdings
from tamada.customers.queries import everybody_in
from tamada.kit.services.template import in_language

from .briefs import Briefs
from .handoff_queries import with_everything
from .models import Commitment, Handoff, Job

_AT_ONCE = 200


def _promises(customer_id: int) -> QuerySet[Commitment]:
    return Commitment.objects.filter(customer__in=everybody_in(customer_id))


def _rows(customer_id: int) -> Iterator[dict[str, Any]]:
    for one in _promises(customer_id).order_by("pk").iterator(500):
        yield {
            "conversation": one.conversation_id,
            "promise": one.text,
            "by": one.due_at,
            "promised at first for": one.first_due_at,
            "what became of it": one.get_state_display(),
            "reason": one.reason,
            "at": one.created_at,
            "settled": one.settled_at,
        }


holdings.register(
    "commitments",
    Holding(
        _("What was promised to them"),
        _("So that promises are kept, and not forgotten."),
        _rows,
        lambda pk: _promises(pk).count(),
    ),
)


def _jobs(customer_id: int) -> QuerySet[Job]:
    return Job.objects.filter(customer__in=everybody_in(customer_id))


def _job_rows(customer_id: int) -> Iterator[dict[str, Any]]:
    rows = _jobs(customer_id).select_related("service", "version").prefetch_related("steps", "moved")
    for job in rows.order_by("pk").iterator(200):
        yield {
            "number": job.number,
            "service": in_language(job.template.name, job.language),
            "status": job.get_status_display(),
            "promised for": job.promised_at,
            "promised at first for": job.first_promised_at,
            "moved": [{"to": move.to, "reason": move.reason, "at": move.at} for move in job.moved.all()],
            "begun": job.starts_at,
            "finished": job.finished_at,
            "reason": job.reason,
            "answers": {name: value for step in job.steps.all() for name, value in step.answers.items()},
        }


holdings.register(
    "jobs",
    Holding(
        _("What is delivered for them"),
        _("So that what was ordered is done, in time, without asking twice."),
        _job_rows,
        lambda pk: _jobs(pk).count(),
    ),
)


def _handoffs(customer_id: int) -> QuerySet[Handoff]:
    return Handoff.objects.filter(customer__in=everybody_in(customer_id))


def _handoff_rows(customer_id: int) -> Iterator[dict[str, Any]]:
    rows = with_everything(_handoffs(customer_id)).order_by("pk")
    for start in range(0, rows.count(), _AT_ONCE):
        some = list(rows[start : start + _AT_ONCE])
        briefs = Briefs(some)
        for one in some:
            yield {
                "job": one.job_id,
                "conversation": one.conversation_id,
                "what became of it": one.get_status_display(),
                "brief": {part.title: list(part.lines) for part in briefs.of(one)},
                "note": one.note,
                "reason": one.reason,
                "at": one.offered_at,
                "answered": one.answered_at,
            }


holdings.register(
    "handoffs",
    Holding(
        _("How their matters were handed over"),
        _("So that whoever takes over knows what was said and promised."),
        _handoff_rows,
        lambda pk: _handoffs(pk).count(),
    ),
)
