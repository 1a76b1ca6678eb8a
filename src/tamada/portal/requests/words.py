"""A job in a customer's words: how far it is, who acts, by when, what changed. Of a step nothing is told whose template
shows nothing of it; of colleagues, notes and reasons of ours nothing at all, but why a date moved or it was cancelled.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.core import dates
from tamada.kit.services.template import Doer, in_language
from tamada.operations.models import ActKind, Job, JobAct, JobStatus, JobStep, Risk, StepStatus
from tamada.operations.their_queries import asked_of

_NEXT: Final = 3


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the way: `done`, `now` or `later`."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Doing:
    """What somebody does: now with what the template shows, later with its name and when it likely ends."""

    who: str
    words: str
    when: str = ""
    is_yours: bool = False


@dataclass(frozen=True, slots=True)
class News:
    """Something that changed, and why."""

    at: datetime
    when: str
    words: str
    reason: str
    icon: str


def name_of(job: Job, language: str) -> str:
    """What is delivered."""
    return in_language(job.template.name, language)


def who(doer: Doer, language: str) -> str:
    """Who acts, as the customer says it."""
    if doer.by == "customer":
        return _("You")
    if doer.by == "outside":
        return in_language(doer.called, language) or doer.name
    return _("We")


# --- how far ----------------------------------------------------------------------------------------------------------


def stages(job: Job, language: str) -> list[Stage]:
    """The stages as a line."""
    rows = {step.key: step for step in job.steps.all()}
    shown = []
    for stage in job.template.stages:
        is_done = all(rows[step.id].is_closed for step in stage.steps)
        is_now = stage.id == job.stage and not job.is_over and job.status != JobStatus.PLANNED
        shown.append(Stage(in_language(stage.name, language), "done" if is_done else "now" if is_now else "later"))
    return shown


def stands(job: Job, language: str) -> tuple[str, str]:
    """In a sentence where it stands, and its mark: yours, ours, outside, planned, done, cancelled."""
    if job.status == JobStatus.CANCELLED:
        return _("Cancelled"), "cancelled"
    if job.status == JobStatus.DONE:
        return _("Done"), "done"
    if job.status == JobStatus.PLANNED:
        return _("Planned. Begins: %(day)s") % {"day": dates.day_of(job.starts_at)}, "planned"
    if asks := asked_of(job):
        if all(has_declined(job, step) for step in asks):
            return _("You did not agree. Now it is our turn"), "ours"
        return _("It is your turn"), "yours"
    template = job.template.steps
    running = [template[step.key].doer for step in job.steps.all() if step.is_running]
    if job.status == JobStatus.WAITING and running and all(doer.by == "outside" for doer in running):
        return _("We are waiting for others: %(who)s") % {"who": who(running[0], language)}, "outside"
    return _("We are working on it"), "ours"


def has_declined(job: Job, step: JobStep) -> bool:
    """Whether they did not agree to what is asked, since it is asked."""
    said = [act.at for act in job.acts.all() if act.step == step.key and act.kind == ActKind.DECLINED]
    return bool(said) and (step.opened_at is None or max(said) >= step.opened_at)


# --- by when ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dates:
    """What was promised, what is likely, and an honest sentence where these differ."""

    promised: str
    likely: str
    ended: str
    honest: str


def dates_of(job: Job) -> Dates:
    """The dates of a job. What is likely is the date that nine of ten such jobs keep, by the day."""
    promised = dates.whole(job.promised_at) if job.promised_at else ""
    if job.is_over:
        ended = dates.day_of(job.finished_at) if job.finished_at and job.status == JobStatus.DONE else ""
        is_late = job.status == JobStatus.DONE and job.risk == Risk.LATE
        return Dates(promised, "", ended, _("It took longer than we had promised. We are sorry.") if is_late else "")
    slow = job.forecast_slow_at or job.forecast_at
    differs = job.risk != Risk.ON_TRACK or not promised
    likely = dates.day_of(max(slow, timezone.now())) if slow and differs else ""
    return Dates(promised, likely, "", _honest(job, is_known=bool(likely)))


def _honest(job: Job, *, is_known: bool) -> str:
    if job.risk == Risk.ON_TRACK or job.promised_at is None:
        return ""
    passed = job.risk == Risk.LATE
    if any(step.key == job.cause for step in asked_of(job)):
        if passed:
            return _("The date we promised has passed. It goes on as soon as we have your answer.")
        return _("It will likely take longer than we promised. It goes on as soon as we have your answer.")
    if passed and is_known:
        return _("We promised an earlier date and have not kept it. We are sorry. This is what we expect now:")
    if passed:
        return _("We promised an earlier date and have not kept it. We are sorry. We will tell you a new date.")
    if is_known:
        return _("As it looks now, it will take longer than we promised. We are sorry. This is what we expect now:")
    return _("As it looks now, it will take longer than we promised. We are sorry. We will tell you a new date.")


# --- who acts ---------------------------------------------------------------------------------------------------------


def now(job: Job, language: str) -> list[Doing]:
    """What is going on, but for what is asked of the customer, and what is ours alone."""
    if job.is_over or job.status == JobStatus.PLANNED:
        return []
    template, mine = job.template, {step.key for step in asked_of(job)}
    running = [step for step in job.steps.all() if step.is_running and step.key not in mine]
    return [
        Doing(who(said.doer, language), in_language(said.shown, language), is_yours=said.doer.by == "customer")
        for step in running
        if (said := template.steps[step.key]).shown
    ]


def later(job: Job, language: str) -> list[Doing]:
    """The next steps of which something is shown once they begin."""
    if job.is_over:
        return []
    template = job.template.steps
    waiting = [step for step in job.steps.all() if step.status == StepStatus.BLOCKED and template[step.key].shown]
    return [_later(template[step.key].doer, job, step, language) for step in waiting[:_NEXT]]


def _later(doer: Doer, job: Job, step: JobStep, language: str) -> Doing:
    name = in_language(job.template.steps[step.key].name, language)
    when = dates.day_of(step.ends_at) if step.ends_at else ""
    return Doing(who(doer, language), name, when, is_yours=doer.by == "customer")


# --- what changed -----------------------------------------------------------------------------------------------------


def news(job: Job, language: str) -> list[News]:
    """What changed and why, the newest first."""
    theirs = {act.step for act in job.acts.all() if act.kind not in (ActKind.DECLINED, ActKind.ASKED)}
    is_ours = job.status != JobStatus.PLANNED and all(act.kind != ActKind.BEGAN for act in job.acts.all())
    found = [_news(job.starts_at, _("Begun"), icon="circle")] if is_ours else []
    found += [_news(act.at, words, act.words, "user") for act in job.acts.all() if (words := _act(job, act, language))]
    found += [_news(move.at, _moved(move.was, move.to), move.reason, "calendar") for move in job.moved.all()]
    for step in job.steps.all():
        said = job.template.steps[step.key]
        if step.status != StepStatus.DONE or step.done_at is None or step.key in theirs:
            continue
        words = in_language(said.tells.get("done", {}), language)
        if not words and said.shown:
            words = _("Done: %(what)s") % {"what": in_language(said.name, language)}
        if words:
            found.append(_news(step.done_at, words, icon="check"))
    if job.is_over and job.finished_at:
        is_done = job.status == JobStatus.DONE
        words = _("All done") if is_done else _("Cancelled")
        found.append(_news(job.finished_at, words, "" if is_done else job.reason, "check" if is_done else "x"))
    return sorted(found, key=lambda one: one.at, reverse=True)


def _news(at: datetime, words: str, reason: str = "", icon: str = "circle") -> News:
    return News(at, dates.whole(at), words, reason, icon)


def _moved(was: datetime | None, to: datetime) -> str:
    if was is None:
        return _("Promised for: %(day)s") % {"day": dates.whole(to)}
    return _("New date: %(day)s (before: %(was)s)") % {"day": dates.whole(to), "was": dates.whole(was)}


def _act(job: Job, act: JobAct, language: str) -> str:
    said = job.template.steps.get(act.step)
    about = {"what": in_language(said.name, language) if said else "", "when": dates.whole(act.moment or act.at)}
    return {
        ActKind.APPROVED: _("You agreed: %(what)s"),
        ActKind.DECLINED: _("You did not agree: %(what)s"),
        ActKind.ANSWERED: _("You answered: %(what)s"),
        ActKind.CHOSE: _("You chose a time: %(when)s"),
        ActKind.MOVED: _("You chose another time: %(when)s"),
        ActKind.SENT: _("You sent files: %(what)s"),
        ActKind.ASKED: _("You asked a question"),
        ActKind.BEGAN: _("You asked for this"),
    }[ActKind(act.kind)] % about
