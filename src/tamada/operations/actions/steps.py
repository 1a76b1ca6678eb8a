"""Steps of a job: begun, done, skipped, opened again, given to somebody, answered. One at a time: the job is held."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.calendars.queries import schedule
from tamada.core.actors import Actor
from tamada.core.language import readers_language
from tamada.kit.services.template import Field, in_language
from tamada.kit.services.template import Step as StepTemplate

from ..errors import Invalid, NotReady, ReasonOwed
from ..job_queries import known_answers
from ..models import Job, JobStatus, JobStep, Moment, StepStatus
from ..paces import note_pace
from ..planning import due
from .commitments import _in_reach, _reason
from .jobs import _checked, _open, start_next
from .keeping import Work
from .step_promises import settle

_LONGEST: Final = {"long": 5000}
_USUAL: Final = 500
_MOST_NUMBER: Final = 1e15


@transaction.atomic
def change_step(
    *,
    agent: Agent,
    actor: Actor,
    job: Job,
    step: str,
    status: str | None = None,
    reason: str = "",
    answers: Mapping[str, Any] | None = None,
    ticked: list[int] | None = None,
    owner: Agent | None = None,
    **dates: datetime | None,
) -> Job:
    """Change one step, by its id in the template: in this order what is known of it, then who does it, then its status.

    `done` needs what comes before it done, and its form and what it hands over answered; an admin's with a reason
    passes over the latter. Skipping, and opening again what was done, owe a reason. The same once more changes nothing.
    `dates` are `not_before` and `expected_at`.

    Raises `PermissionDenied`, `Job.DoesNotExist`, `JobStep.DoesNotExist`, `Invalid`, `NotReady`, `ReasonOwed`, `Over`.
    """
    work, why = _open(agent, actor, job), _reason(reason)
    row = next((one for one in work.steps if one.key == step), None)
    if row is None:
        raise JobStep.DoesNotExist
    if work.job.status == JobStatus.PLANNED:
        raise NotReady(blocked=(_("This job has not begun."),))
    said = work.job.template.steps[row.key]
    notes: dict[str, Any] = {"step": row.key}
    _answer(work, row, said, answers or {})
    _mark(work, row, said, ticked, dates)
    if owner is not None and owner != row.owner:
        row.owner, notes["owner"] = _checked(owner), owner.pk
        work.touched(row)
    if status is not None and status != row.status:
        notes |= {"status": status} | _change(work, row, agent, status, why)
    elif why:
        row.reason = why
        work.touched(row)
    if not work.touched_steps:
        return work.job
    work.finish("job.step", **notes)
    if row.is_closed:
        settle(work.job, row, actor, by=agent, now=work.now)
    if work.job.status == JobStatus.DONE:
        start_next(work.job, actor)
    return work.job


def _answer(work: Work, row: JobStep, said: StepTemplate, answers: Mapping[str, Any]) -> None:
    fields = {field.id: field for field in said.form}
    for name, value in answers.items():
        if name not in fields:
            raise Invalid(_("This step asks for nothing of this name: %(name)s") % {"name": name}, "answers")
        row.answers = {**row.answers, name: clean(fields[name], value)}
        work.touched(row)


def _mark(
    work: Work, row: JobStep, said: StepTemplate, ticked: list[int] | None, dates: Mapping[str, datetime | None]
) -> None:
    if ticked is not None:
        row.ticked = sorted({place for place in ticked if 0 <= place < len(said.checklist)})
        work.touched(row)
    for name, value in dates.items():
        if getattr(row, name) != value:
            setattr(row, name, None if value is None else _in_reach(value))
            work.touched(row)


def _change(work: Work, row: JobStep, agent: Agent, status: str, why: str) -> dict[str, Any]:
    """Bring a step into another status; returns what the audit is to say besides."""
    if status == StepStatus.BLOCKED or status not in StepStatus.values:
        raise Invalid(_("A step is open, active, done or skipped."), "status")
    said, more = work.job.template.steps[row.key], dict[str, Any]()
    if status != StepStatus.SKIPPED:
        _must_be_open(work, row, said)
    if status == StepStatus.DONE:
        missing = unanswered(work, row, said)
        if missing and not (agent.is_admin and why):
            raise NotReady(missing=missing)
        more = {"passed_over": list(missing)} if missing else {}
    if status == StepStatus.SKIPPED and not why:
        raise ReasonOwed
    if row.is_closed:
        if not why:
            raise ReasonOwed
        _open_again(work, row)
    _set(work, row, agent, status)
    row.reason = why or row.reason
    work.touched(row)
    work.open_ready()
    return more


def _set(work: Work, row: JobStep, agent: Agent | None, status: str) -> None:
    now = work.now
    row.status = StepStatus(status)
    if status == StepStatus.ACTIVE:
        row.started_at = row.started_at or now
        work.reached.append((row, Moment.STARTED))
    elif status in (StepStatus.DONE, StepStatus.SKIPPED):
        row.done_at, row.done_by = now, agent
        if status == StepStatus.DONE:
            row.started_at = row.started_at or now
            note_pace(work.job, row)
            work.reached.append((row, Moment.DONE))


def _open_again(work: Work, row: JobStep) -> None:
    """What was done is to be done again; what comes after it and has not begun waits again."""
    row.returns += row.status == StepStatus.DONE
    row.done_at = row.done_by = row.took = row.started_at = None
    steps = work.job.template.steps
    row.opened_at, row.due_at = work.now, due(schedule(work.job.calendar), work.now, steps[row.key].takes)
    work.opened.append(row)
    for other in work.steps:
        if other.status == StepStatus.OPEN and row.key in steps[other.key].after:
            other.status, other.opened_at, other.due_at = StepStatus.BLOCKED, None, None
            work.touched(other)


def _must_be_open(work: Work, row: JobStep, said: StepTemplate) -> None:
    closed = {one.key for one in work.steps if one.is_closed}
    before = tuple(key for key in said.after if key not in closed)
    if before and not row.is_running:
        raise NotReady(blocked=before)


def unanswered(work: Work, row: JobStep, said: StepTemplate, *, of_all: bool = True) -> tuple[str, ...]:
    """The fields that must be answered before a step is done, here or, with `of_all`, in any job of the customer's
    before: what it asks, and what it hands over."""
    wanted = [field.id for field in said.form if field.required]
    wanted += [name for name in said.hands_over if name not in wanted]
    have = {name for one in work.steps for name, value in one.answers.items() if value not in ("", None)}
    left = [name for name in wanted if name not in have]
    if not left:
        return ()
    known = known_answers(work.job.customer_id, but=row.pk, fields=left) if of_all else {}
    row.answers = {**row.answers, **{name: known[name] for name in left if name in known}}
    return tuple(name for name in left if name not in known)


def clean(field: Field, value: Any) -> Any:
    """An answer as it is kept. Raises `Invalid` for one that is not of the field's kind."""
    text = "" if value is None else value.strip() if isinstance(value, str) else value
    if text == "":
        return ""
    kept = _CLEANERS.get(field.kind, _text)(text, field)
    if kept is None:
        label = in_language(field.label, readers_language())
        raise Invalid(_("This is no answer to “%(field)s”.") % {"field": label}, field.id)
    return kept


def _text(value: Any, field: Field) -> str | None:
    words = str(value).replace("\0", "") if isinstance(value, str | int | float) else ""
    return words if 0 < len(words) <= _LONGEST.get(field.kind, _USUAL) else None


def _number(value: Any, _field: Field) -> float | int | None:
    try:
        number = float(str(value).replace(",", ".").replace(" ", ""))
    except ValueError:
        return None
    if not abs(number) < _MOST_NUMBER:
        return None
    return int(number) if number == int(number) else number


def _date(value: Any, _field: Field) -> str | None:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        return None


def _choice(value: Any, field: Field) -> str | None:
    return value if any(value == choice.id for choice in field.choices) else None


def _yes_no(value: Any, _field: Field) -> bool | None:
    return {"true": True, "yes": True, "on": True, "false": False, "no": False}.get(str(value).casefold())


def _phone(value: Any, _field: Field) -> str | None:
    text = str(value)
    digits = sum(letter.isdigit() for letter in text)
    return text if 5 <= digits <= 15 and len(text) <= 40 else None


def _email(value: Any, _field: Field) -> str | None:
    try:
        validate_email(value)
    except ValidationError:
        return None
    return str(value)


_CLEANERS: Final = {
    "number": _number,
    "date": _date,
    "choice": _choice,
    "yes_no": _yes_no,
    "phone": _phone,
    "email": _email,
}
