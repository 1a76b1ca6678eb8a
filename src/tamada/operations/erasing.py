"""Erasing a person: promises to them go, jobs for them end without what they answered, and where another's words name
them, those words go, in lines of conversations and in briefs too. The emptied jobs and hand-offs stay, so that figures
of what was delivered do."""

import json
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tamada.core.actors import SYSTEM
from tamada.core.personal import Eraser, Piece, Subject, erasers, names_any

from . import lines
from .actions.handoffs import withdraw_by_itself
from .actions.jobs import stop
from .models import Commitment, Handoff, HandoffStatus, Job, JobMove, JobStep


def _theirs(subject: Subject) -> QuerySet[Commitment]:
    return Commitment.objects.filter(customer__in=subject.ids)


def _telling(rows: QuerySet[Any], subject: Subject, *fields: str) -> list[int]:
    """Which of these rows name them, in the words of these fields."""
    return [
        pk
        for pk, *words in rows.values_list("pk", *fields).iterator()
        if names_any("\n".join(_as_text(one) for one in words), subject.telling)
    ]


def _as_text(words: Any) -> str:
    return words if isinstance(words, str) else json.dumps(words, ensure_ascii=False)


def _naming(subject: Subject) -> list[int]:
    """Promises to others whose words name them."""
    return _telling(Commitment.objects.exclude(customer__in=subject.ids), subject, "text", "reason")


def _erase(subject: Subject, after: int) -> Piece:
    del after
    with transaction.atomic():
        told = lines.naming(subject)
        for line in told:
            lines.clear(line)
        named = Commitment.objects.filter(pk__in=_naming(subject)).update(text="—", reason="", message=None)
        count = _theirs(subject).count()
        _theirs(subject).delete()
    return Piece(named + count + len(told))


erasers.register(
    "commitments",
    Eraser(
        _("What was promised to them"),
        lambda subject: _theirs(subject).count() + len(_naming(subject)) + len(lines.naming(subject)),
        _erase,
        ("operations.Commitment", "conversations.Message"),
    ),
)


# --- jobs -------------------------------------------------------------------------------------------------------------

_AT_ONCE = 100


def _their_jobs(subject: Subject) -> QuerySet[Job]:
    return Job.objects.filter(customer__in=subject.ids)


def _telling_steps(subject: Subject) -> list[int]:
    """Steps of jobs for others whose words name them."""
    rows = JobStep.objects.exclude(job__customer__in=subject.ids).exclude(reason="", answers={})
    return _telling(rows, subject, "reason", "answers")


def _telling_moves(subject: Subject) -> list[int]:
    rows = JobMove.objects.exclude(job__customer__in=subject.ids).exclude(reason="")
    return _telling(rows, subject, "reason")


def _telling_jobs(subject: Subject) -> list[int]:
    return _telling(Job.objects.exclude(customer__in=subject.ids).exclude(reason=""), subject, "reason")


def _counted(subject: Subject) -> int:
    named = len(_telling_steps(subject)) + len(_telling_moves(subject)) + len(_telling_jobs(subject))
    return _their_jobs(subject).count() + named


def _erase_jobs(subject: Subject, after: int) -> Piece:
    with transaction.atomic():
        jobs = list(_their_jobs(subject).filter(pk__gt=after).select_for_update().order_by("pk")[:_AT_ONCE])
        for job in jobs:
            if not job.is_over:
                stop(job, SYSTEM, "")
        ids = [job.pk for job in jobs]
        JobStep.objects.filter(job__in=ids).update(answers={}, reason="")
        JobMove.objects.filter(job__in=ids).update(reason="")
        Job.objects.filter(pk__in=ids).update(reason="", conversation=None)
        if jobs:
            return Piece(len(jobs), jobs[-1].pk)
        named = JobStep.objects.filter(pk__in=_telling_steps(subject)).update(answers={}, reason="")
        named += JobMove.objects.filter(pk__in=_telling_moves(subject)).update(reason="")
        named += Job.objects.filter(pk__in=_telling_jobs(subject)).update(reason="")
    return Piece(named)


erasers.register(
    "jobs",
    Eraser(
        _("What was delivered for them"),
        _counted,
        _erase_jobs,
        ("operations.Job", "operations.JobStep", "operations.JobMove"),
    ),
)


# --- hand-offs --------------------------------------------------------------------------------------------------------

_EMPTY: Final = {"brief": {}, "note": "", "reason": "", "reference": ""}


def _their_handoffs(subject: Subject) -> QuerySet[Handoff]:
    return Handoff.objects.filter(customer__in=subject.ids)


def _telling_handoffs(subject: Subject) -> list[int]:
    """Hand-offs about others whose words name them; a brief is read as a whole."""
    return _telling(Handoff.objects.exclude(customer__in=subject.ids).exclude(**_EMPTY), subject, *_EMPTY)


def _erase_handoffs(subject: Subject, after: int) -> Piece:
    del after
    with transaction.atomic():
        waiting = _their_handoffs(subject).filter(status=HandoffStatus.WAITING)
        for pk in list(waiting.order_by("pk").values_list("pk", flat=True)):
            withdraw_by_itself(pk)
        named = Handoff.objects.filter(pk__in=_telling_handoffs(subject)).update(**_EMPTY)
        return Piece(_their_handoffs(subject).update(**_EMPTY) + named)


erasers.register(
    "handoffs",
    Eraser(
        _("How their matters were handed over"),
        lambda subject: _their_handoffs(subject).count() + len(_telling_handoffs(subject)),
        _erase_handoffs,
        ("operations.Handoff",),
    ),
)
