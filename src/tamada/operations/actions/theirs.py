"""What customers do in their own jobs: agree or not, answer, choose a time, send files, ask. Held like any other write.

The same form once more (`key`) changes nothing, whatever has become of the step since.
"""

import contextlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tamada.accounts.models import Team
from tamada.calendars.queries import schedule
from tamada.channels.chat.settings import FILE_TYPES, LARGEST_FILE, LARGEST_TEXT, MOST_FILES
from tamada.conversations.envelopes import IncomingAttachment
from tamada.core import audit, events, storage
from tamada.core.actors import Actor
from tamada.core.db import durable_atomic
from tamada.customers.models import Customer
from tamada.kit.services.template import Asks, in_language
from tamada.kit.services.template import Step as StepTemplate
from tamada.kit.sniff import sniff

from .. import appointments
from ..errors import Invalid, NotOpen, NotReady, NoWay
from ..events import JobChanged
from ..models import ActKind, Job, JobAct, JobStatus, JobStep, StepStatus
from ..planning import due
from ..their_words import Said, tell_us
from .commitments import LONGEST_REASON
from .jobs import held, start_next
from .keeping import Work, about_of, audience_of
from .step_promises import settle
from .steps import _answer, _set, unanswered

_KEY: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One filling of a form by a customer, about a job of theirs by its number.

    Without `of_all` they came by a link to this job alone: nothing of another one is taken for it.
    """

    customer: Customer
    job: int
    key: str
    step: str = ""
    of_all: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenFile:
    """A file as a browser sent it, for the field of this name or for none."""

    name: str
    content: bytes
    field: str = ""


def approve(*, sending: Sending, answers: Mapping[str, Any] | None = None) -> Job:
    """They agree. Raises `Job.DoesNotExist`, `JobStep.DoesNotExist`, `NotOpen`, `Invalid`, as all of these do."""
    return _do(sending, "approve", lambda work, row: _done(work, row, ActKind.APPROVED, sending, answers or {}))


def answer(*, sending: Sending, answers: Mapping[str, Any], files: Sequence[GivenFile] = ()) -> Job:
    """They answer what a step asks."""
    return _give(sending, "answer", ActKind.ANSWERED, answers, files)


def send_files(*, sending: Sending, files: Sequence[GivenFile], answers: Mapping[str, Any] | None = None) -> Job:
    """They send what is asked for. What they sent once for the same field, in whatever job, is not asked for again."""
    return _give(sending, "upload", ActKind.SENT, answers or {}, files)


def _give(sending: Sending, asks: Asks, kind: ActKind, answers: Mapping[str, Any], files: Sequence[GivenFile]) -> Job:
    """Answers and files for a step: the files come into the conversation, their names into the step.

    Raises `NoWay` for files that nobody could read, besides what `approve` raises.
    """
    kept = _keep(files)

    def take(work: Work, row: JobStep) -> None:
        said = work.job.template.steps[row.key]
        if not kept and asks == "upload" and not any(field.kind == "file" for field in said.form):
            raise Invalid(_("Choose a file."), "files")
        if kept:
            text = in_language(said.name, work.job.language)
            tell_us(work.job, Said(key=sending.key, text=text, step=row.key, files=kept))
        words = ", ".join(file.name for file in kept)
        _done(work, row, kind, sending, {**answers, **_named(files, kept)}, words=words)

    return _do(sending, asks, take)


def decline(*, sending: Sending, reason: str) -> Job:
    """They don't agree, and say why: it comes to us as a message, and the step stays open until somebody acts.

    Where there is no conversation to write in it stands with the job alone.
    """
    why = _plain(reason)
    if not why:
        raise Invalid(_("Say in a few words what is not right."), "reason")
    if len(why) > LONGEST_REASON:
        raise Invalid(_("These words are too long."), "reason")

    def told(work: Work, row: JobStep) -> None:
        said = work.job.template.steps[row.key]
        with translation.override(work.job.language):
            text = _("%(what)s: I do not agree.") % {"what": in_language(said.name, work.job.language)}
        with contextlib.suppress(NoWay):
            tell_us(work.job, Said(key=sending.key, text=f"{text}\n\n{why}", step=row.key))
        _note(work, ActKind.DECLINED, sending, words=why)
        work.touched(row)
        work.finish("job.declined", step=row.key)

    return _do(sending, "approve", told)


def choose_time(*, sending: Sending, at: datetime, answers: Mapping[str, Any] | None = None) -> Job:
    """They choose when, or another time while nothing that it holds has begun. The same once more changes nothing."""

    def set_time(work: Work, row: JobStep) -> None:
        is_new = row.status != StepStatus.DONE
        if not is_new and appointments.chosen(work.job, row.key, work.steps) == at:
            return
        _hold_times(work.job)
        if not appointments.is_free(work.job, row.key, work.steps, work.now, at):
            raise Invalid(_("This time is not free any more. Choose another one."), "at")
        if is_new:
            _done(work, row, ActKind.CHOSE, sending, answers or {}, moment=at)
        else:
            _hold(work, row, at)
            _note(work, ActKind.MOVED, sending, moment=at)
            work.finish("job.step", step=row.key, moment=at.isoformat())

    return _do(sending, "appointment", set_time, again=True)


def _hold_times(job: Job) -> None:
    """Whoever chooses a time of the same team waits until this one is chosen: the last free hour is one customer's."""
    teams = Team.objects.select_for_update(no_key=True).order_by("pk")
    list((teams[:1] if job.team_id is None else teams.filter(pk=job.team_id)).values_list("pk"))


def ask(*, sending: Sending, text: str, files: Sequence[GivenFile] = ()) -> bool:
    """They ask something about a job, also one that is over; whether it was taken in (a blocked sender's is not).

    Raises `Job.DoesNotExist`, `Invalid`, `NoWay`.
    """
    words = _plain(text)
    if not words:
        raise Invalid(_("Write what you would like to know."), "text")
    if len(words) > LARGEST_TEXT:
        raise Invalid(_("This text is too long."), "text")
    kept = _keep(files)
    with durable_atomic():
        job = _theirs(sending)
        if _is_known(job, sending):
            return True
        was = job.conversation_id
        taken = tell_us(job, Said(key=sending.key, text=words, files=kept))
        JobAct.objects.create(job=job, kind=ActKind.ASKED, key=sending.key)
        actor = _actor(sending.customer)
        audit.record(actor, "job.asked", job, customer=job.customer_id, conversation=job.conversation_id)
        if job.conversation_id != was:
            heard = audience_of(job, list(job.steps.all()))
            fact = JobChanged(
                audience=heard, **about_of(job), status=job.status, risk=job.risk, fields=("conversation",)
            )
            events.record(fact, actor=actor)
    return taken


# --- what all of them share -------------------------------------------------------------------------------------------


def _do(sending: Sending, asks: Asks, what: Callable[[Work, JobStep], None], *, again: bool = False) -> Job:
    """Do something about a step that is asked of the customer now, once. `again`: also after it is done."""
    with durable_atomic():
        job = _theirs(sending)
        work = Work(job, list(job.steps.select_related("owner")), _actor(sending.customer), timezone.now())
        row = next((one for one in work.steps if one.key == sending.step), None)
        said = job.template.steps[row.key] if row else None
        if row is None or said is None or said.doer.by != "customer" or said.asks != asks:
            raise JobStep.DoesNotExist
        if _is_known(job, sending):
            return job
        late = again and appointments.may_move(job, row.key, work.steps, work.now)
        if job.is_over or job.status == JobStatus.PLANNED or not (row.is_running or late):
            raise NotOpen
        what(work, row)
        if job.status == JobStatus.DONE:
            start_next(job, work.actor)
        return job


def _actor(customer: Customer) -> Actor:
    return Actor("customer", customer.pk, customer.name)


def _theirs(sending: Sending) -> Job:
    """A job of this customer, held; whoever became another while we waited has it no more."""
    _check_key(sending.key)
    job = held(Q(pk=sending.job, customer=sending.customer.pk))
    if job is None or job.customer_id != sending.customer.pk:
        raise Job.DoesNotExist
    return job


def _check_key(key: str) -> None:
    if not _KEY.fullmatch(key):
        raise Invalid(_("This form is too old. Send it once more."))


def _is_known(job: Job, sending: Sending) -> bool:
    return JobAct.objects.filter(job=job, key=sending.key).exists()


def _note(work: Work, kind: ActKind, sending: Sending, *, moment: datetime | None = None, words: str = "") -> None:
    JobAct.objects.create(
        job=work.job, step=sending.step, kind=kind, key=sending.key, moment=moment, words=words[:LONGEST_REASON]
    )


def _done(
    work: Work,
    row: JobStep,
    kind: ActKind,
    sending: Sending,
    answers: Mapping[str, Any],
    *,
    moment: datetime | None = None,
    words: str = "",
) -> None:
    """A step of theirs is done, with what it asks answered."""
    said = work.job.template.steps[row.key]
    _check(said, answers)
    _answer(work, row, said, {name: value for name, value in answers.items() if value not in ("", None)})
    if missing := unanswered(work, row, said, of_all=sending.of_all):
        raise NotReady(missing=missing)
    _set(work, row, None, StepStatus.DONE)
    work.touched(row)
    if moment is not None:
        _hold(work, row, moment)
    work.open_ready()
    _note(work, kind, sending, moment=moment, words=words)
    work.finish("job.step", step=row.key, status=str(StepStatus.DONE))
    settle(work.job, row, work.actor, by=None, now=work.now)


def _check(said: StepTemplate, answers: Mapping[str, Any]) -> None:
    """What they left empty is said at once, not filled from what is known: they saw it filled, and emptied it."""
    for field in said.form:
        if field.required and field.id in answers and answers[field.id] in ("", None):
            raise Invalid(_("This is still to be answered."), field.id)


def _hold(work: Work, row: JobStep, at: datetime) -> None:
    """What comes next is not begun before then."""
    hours = schedule(work.job.calendar)
    for step in appointments.held_by(work.job, row.key, work.steps):
        step.not_before = at
        if step.is_running and step is not row:
            step.due_at = due(hours, at, work.job.template.steps[step.key].takes)
        work.touched(step)


def _plain(text: str) -> str:
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()


def _keep(files: Sequence[GivenFile]) -> list[IncomingAttachment]:
    """Put files into the store, by what their content says they are. Raises `Invalid`."""
    if len(files) > MOST_FILES:
        raise Invalid(
            _("That is more than %(number)s files. Send the rest with a question.") % {"number": MOST_FILES}, "files"
        )
    kinds = [sniff(file.content) for file in files]
    for file, kind in zip(files, kinds, strict=True):
        if len(file.content) > LARGEST_FILE:
            raise Invalid(_("A file may have up to 10 MB: %(name)s") % {"name": file.name}, file.field or "files")
        if kind not in FILE_TYPES:
            raise Invalid(
                _("Files of this kind are not taken: %(name)s. Send a picture, a PDF or a document.")
                % {"name": file.name},
                file.field or "files",
            )
    return [
        IncomingAttachment(name=_name(file.name), type=kind, size=len(file.content), blob=storage.put(file.content))
        for file, kind in zip(files, kinds, strict=True)
    ]


def _name(given: str) -> str:
    last = given.rpartition("/")[2].rpartition("\\")[2]
    return "".join(c for c in last if c.isprintable()).strip()[:255] or "file"


def _named(files: Sequence[GivenFile], kept: Sequence[IncomingAttachment]) -> dict[str, str]:
    """The names of files by the field they were given for."""
    found: dict[str, list[str]] = {}
    for given, file in zip(files, kept, strict=True):
        if given.field:
            found.setdefault(given.field, []).append(file.name)
    return {name: ", ".join(names)[:500] for name, names in found.items()}
