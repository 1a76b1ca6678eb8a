"""Notices noted as a job goes on, in the transaction that holds it; what becomes of them is in `notices`."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from tamada.conversations.models import Message
from tamada.core import bulk

from .. import dose
from ..models import Dropped, Job, JobMove, JobStep, Moment, Notice, NoticeState

TOGETHER: Final = timedelta(minutes=5)
"""So long a notice waits for others, so that what happens at once is told in one message."""


def note(job: Job, reached: Iterable[tuple[JobStep, str]], now: datetime) -> None:
    """Note what the service tells of these steps at these moments, each once. Call where the job is held."""
    wanted = [(step.key, moment) for step, moment in reached if job.template.steps[step.key].told_at(moment)]
    if not wanted:
        return
    due = dose.chosen().quiet.ends(now + TOGETHER)
    known = set(Notice.objects.filter(job=job).values_list("step", "moment"))
    fresh = [pair for pair in dict.fromkeys(wanted) if pair not in known]
    bulk.insert(Notice, [Notice(job=job, step=s, moment=m, due_at=due, created_at=now) for s, m in fresh])


def note_move(move: JobMove, now: datetime) -> None:
    """Note that a job is promised for another date that nobody has told. Call where the job is held."""
    chosen = dose.chosen()
    if chosen.of_delays:
        due = chosen.quiet.ends(now + TOGETHER)
        dates = {"about_at": move.was, "moved_to": move.to, "due_at": due}
        Notice.objects.create(job=move.job, moment=Moment.DELAYED, **dates)


def drop_for(job: Job, now: datetime) -> None:
    """A job ends without delivery: what waits to be told of it is so no more."""
    settle(Q(job=job), NoticeState.DROPPED, now, why=Dropped.OVER)


def settle(which: Q, state: NoticeState, at: datetime, *, why: str = "", message: Message | None = None) -> int:
    """Say what became of those of these that wait; how many did."""
    rows = Notice.objects.filter(which, state=NoticeState.WAITING)
    return rows.update(state=state, settled_at=at, why=why, message=message)
