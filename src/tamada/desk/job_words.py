"""Services and jobs in words: of the reader, and to the customer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tamada.accounts.zones import company_zone
from tamada.core.language import labelled, readers_language
from tamada.kit.services.graph import Change, Comparison
from tamada.kit.services.template import Doer, Stage, Step, Texts, in_language
from tamada.operations.job_queries import by_name
from tamada.operations.models import Job, JobStatus, JobStep, Risk, Service, ServiceVersion, StepStatus

from . import times

ICONS: Final = {
    StepStatus.BLOCKED: "lock",
    StepStatus.OPEN: "circle",
    StepStatus.ACTIVE: "activity",
    StepStatus.DONE: "circle-check",
    StepStatus.SKIPPED: "minus",
}


def spoken(texts: Texts) -> str:
    """A text of a template in the reader's language."""
    return in_language(texts, readers_language())


def services_by_name(rows: Iterable[Service]) -> list[tuple[str, Service, ServiceVersion]]:
    """Services as the reader lists them."""
    return by_name(list(rows), readers_language())


def service_name(job: Job) -> str:
    """What is delivered."""
    return spoken(job.template.name)


def standing(job: Job) -> tuple[str, str, str]:
    """How a job stands: the kind of its chip, an icon, a word."""
    if job.status == JobStatus.CANCELLED:
        return "", "x", pgettext("a job", "cancelled")
    if job.status == JobStatus.DONE:
        if job.risk == Risk.LATE:
            return "late", "check", pgettext("a job", "done late")
        return "kept", "check", pgettext("a job", "done")
    if job.risk == Risk.LATE:
        return "late", "alert", pgettext("a job", "late")
    if job.risk == Risk.AT_RISK:
        return "waiting", "flag", pgettext("a job", "at risk")
    if job.status == JobStatus.PLANNED:
        return "", "calendar", pgettext("a job", "planned")
    if job.status == JobStatus.WAITING:
        return "", "clock", pgettext("a job", "waiting for others")
    return "kept", "circle-check", pgettext("a job", "on track")


def doer_name(doer: Doer) -> str:
    """Who does a step, as the template says."""
    if doer.by == "customer":
        return _("the customer")
    if doer.by == "outside":
        return spoken(doer.called) or doer.name
    if doer.by == "team":
        return doer.name
    return {"agent": _("an agent"), "lead": _("a lead"), "admin": _("an admin")}.get(doer.name, doer.name)


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step with what the template says of it, in the reader's language."""

    row: JobStep
    said: Step
    name: str
    by: str
    icon: str
    is_cause: bool
    waits_for: tuple[str, ...]

    @property
    def is_simple(self) -> bool:
        """Whether one press is enough to finish it."""
        return not self.said.form and not self.said.hands_over


@dataclass(frozen=True, slots=True)
class ShownStage:
    """A stage with its steps; `state` is done, now or later."""

    name: str
    state: str
    steps: list[ShownStep]


def stages_of(job: Job) -> list[ShownStage]:
    """The way of a job as its page shows it."""
    rows = {step.key: step for step in job.steps.all()}
    closed = {key for key, row in rows.items() if row.is_closed}
    return [_stage(job, stage, rows, closed) for stage in job.template.stages]


def _stage(job: Job, stage: Stage, rows: dict[str, JobStep], closed: set[str]) -> ShownStage:
    shown = []
    for said in stage.steps:
        row = rows[said.id]
        waits = () if row.status != StepStatus.BLOCKED else tuple(key for key in said.after if key not in closed)
        names = tuple(spoken(job.template.steps[key].name) for key in waits)
        name, by = spoken(said.name), doer_name(said.doer)
        shown.append(ShownStep(row, said, name, by, ICONS[StepStatus(row.status)], row.key == job.cause, names))
    is_done = all(step.row.is_closed for step in shown)
    state = "done" if is_done else "now" if stage.id == job.stage and not job.is_over else "later"
    return ShownStage(spoken(stage.name), state, shown)


def step_name(job: Job, key: str) -> str:
    """What a step is called; empty for none."""
    step = job.template.steps.get(key)
    return spoken(step.name) if step else ""


def cause_name(job: Job) -> str:
    """The step that makes a job late or a risk."""
    return step_name(job, job.cause)


def told_changes(found: Comparison) -> list[str]:
    """What a new version changes, a line each."""
    lines = [_("New: %(step)s") % {"step": spoken(step.name)} for step in found.added]
    lines += [_("No more: %(step)s") % {"step": spoken(step.name)} for step in found.removed]
    for change in found.changed:
        what = ", ".join(_changed_words(change, one) for one in change.what)
        lines.append(labelled(spoken(change.new.name), what))
    if found.within is not None:
        old, new = (times.hours_span(span) if span else "—" for span in found.within)
        lines.append(_("Promised within: %(old)s → %(new)s, for new jobs") % {"old": old, "new": new})
    return lines


def _changed_words(change: Change, what: str) -> str:
    if what == "takes":
        return f"{times.hours_span(change.old.takes)} → {times.hours_span(change.new.takes)}"
    if what == "doer":
        return f"{doer_name(change.old.doer)} → {doer_name(change.new.doer)}"
    words = {
        "name": _("another name"),
        "stage": _("another stage"),
        "after": _("waits for other steps than before"),
        "form": _("asks for other things"),
        "checklist": _("another checklist"),
        "asks": _("wants something else of the customer"),
        "hands_over": _("hands over other things"),
        "promise": _("promises something else"),
        "texts": _("other words for the customer"),
    }
    return words[what]


def honest_words(job: Job, to: datetime | None) -> str:
    """What to write to the customer about a date that moves, in their language; whoever sends it puts in the reason."""
    with translation.override(job.language), timezone.override(company_zone()):
        service, until = in_language(job.template.name, job.language), _day(to) if to else "…"
        if job.risk == Risk.LATE or job.promised_at is None or job.promised_at < timezone.now():
            words = _(
                "We promised you “%(service)s” and have not kept the date. We are sorry. "
                "It will be done by %(until)s, because …. If anything changes, we will tell you before then."
            )
            return words % {"service": service, "until": until}
        words = _(
            "We promised you “%(service)s” by %(was)s. We see already that this will take longer: until %(until)s, "
            "because …. We are sorry, and tell you now so that you can plan. If anything changes, we will write."
        )
        return words % {"service": service, "was": _day(job.promised_at), "until": until}


def _day(moment: datetime) -> str:
    return times.with_day(moment)
