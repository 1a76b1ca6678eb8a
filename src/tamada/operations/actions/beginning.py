"""A customer begins a job themself: they answer what is needed first, and say what it is about.

The same form once more (`key`) begins nothing. What they wrote comes in as a message, like everything else they say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.channels.chat.settings import LARGEST_TEXT
from tamada.core.db import durable_atomic
from tamada.core.language import labelled
from tamada.customers.models import Customer
from tamada.kit.services.template import in_language

from ..answer_words import in_words
from ..errors import Invalid, NotReady, NoWay
from ..events import JobStarted
from ..models import ActKind, Job, JobAct, JobStatus, JobStep, Moment, StepStatus
from ..their_queries import needs_words, offer
from ..their_words import Said, place_for, tell_us
from .commitments import LONGEST_REASON
from .jobs import prepare, start_next
from .keeping import Work
from .steps import _answer, unanswered
from .theirs import GivenFile, _actor, _check, _check_key, _keep, _named, _plain

MOST_A_DAY: Final = 5
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One filling of the form in which a customer asks for a service, by its id; `language` is what they read."""

    customer: Customer
    service: str
    key: str
    language: str


def begin(*, wish: Wish, text: str, answers: Mapping[str, Any], files: Sequence[GivenFile] = ()) -> Job:
    """Begin what they ask for, and answer its first steps: those of theirs are done with it.

    Where nobody could answer them it stands with the job alone. Raises `Service.DoesNotExist` for what is not offered
    to customers, `Customer.DoesNotExist` for who is gone or another by now, `Invalid`, `NotReady`, and `NoWay` for
    files that nobody could read, and for senders whom we refuse: they are not told so.
    """
    _check_key(wish.key)
    words, kept = _plain(text), _keep(files)
    with durable_atomic():
        customer = _held(wish.customer)
        if (known := _begun(customer, wish.key)) is not None:
            return known
        service, template = offer(wish.service)
        _check_words(words, is_needed=needs_words(template))
        _check_enough(customer)
        inbox, talk = place_for(customer, service.team_id)
        work = prepare(
            actor=_actor(customer),
            service=service,
            customer=customer,
            conversation=talk,
            inbox=inbox,
            language=wish.language,
        )
        given = _answer_first(work, {**answers, **_named(files, kept)})
        _tell(work.job, words, Said(key=wish.key, text=_message(work.job, words, given), files=kept))
        JobAct.objects.create(job=work.job, kind=ActKind.BEGAN, key=wish.key, words=words[:LONGEST_REASON])
        work.finish("job.started", JobStarted, service=service.pk)
        if work.job.status == JobStatus.DONE:
            start_next(work.job, work.actor)
        return work.job


def _held(customer: Customer) -> Customer:
    """Two fillings of a form wait for each other here, and so do they for a merge."""
    rows = Customer.objects.select_for_update(no_key=True).filter(merged_into=None, erased_at=None)
    return rows.get(pk=customer.pk)


def _begun(customer: Customer, key: str) -> Job | None:
    act = JobAct.objects.filter(job__customer=customer, kind=ActKind.BEGAN, key=key).select_related("job").first()
    return act.job if act is not None else None


def _check_words(words: str, *, is_needed: bool) -> None:
    if is_needed and not words:
        raise Invalid(_("Say in a few words what it is about."), "text")
    if len(words) > LARGEST_TEXT:
        raise Invalid(_("This text is too long."), "text")


def _check_enough(customer: Customer) -> None:
    """Who begins very many begins them elsewhere too: a person looks at it first."""
    since = timezone.now() - _DAY
    if JobAct.objects.filter(job__customer=customer, kind=ActKind.BEGAN, at__gt=since).count() >= MOST_A_DAY:
        raise Invalid(
            _("More than %(number)s requests a day can't be begun here. Call us or write to us; below is how.")
            % {"number": MOST_A_DAY}
        )


def _answer_first(work: Work, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answer what the first steps ask, and finish those of the customer's; what was answered, as it is kept."""
    rows, missing, kept = {row.key: row for row in work.steps}, list[str](), dict[str, Any]()
    for key, fields in work.job.template.first_form.items():
        row, said = rows[key], work.job.template.steps[key]
        given = {field.id: answers[field.id] for field in fields if field.id in answers}
        _check(said, given)
        _answer(work, row, said, {name: value for name, value in given.items() if value not in ("", None)})
        kept |= row.answers
        left = unanswered(work, row, said)
        missing += [field.id for field in fields if field.id in left]
        if said.doer.by == "customer" and not left:
            _close(work, row)
    if missing:
        raise NotReady(missing=tuple(missing))
    work.open_ready()
    return kept


def _close(work: Work, row: JobStep) -> None:
    """Done as it opens. Nobody waited for it, so it tells nothing of how long such a step takes."""
    row.status, row.started_at, row.done_at = StepStatus.DONE, work.now, work.now
    work.reached.append((row, Moment.DONE))


def _message(job: Job, words: str, given: Mapping[str, Any]) -> str:
    """What they wrote, with what they answered: whoever reads it need not look elsewhere."""
    language = job.language
    asked = {field.id: field for fields in job.template.first_form.values() for field in fields}
    lines = [
        labelled(in_language(asked[name].label, language), in_words(asked[name], value, language), language)
        for name, value in given.items()
    ]
    return "\n\n".join(part for part in (words, "\n".join(lines)) if part) or in_language(job.template.name, language)


def _tell(job: Job, words: str, said: Said) -> None:
    try:
        is_taken = tell_us(job, said)
    except NoWay:
        if said.files:
            raise
        if len(words) > LONGEST_REASON:
            raise Invalid(_("This text is too long."), "text") from None
        return
    if not is_taken:
        raise NoWay
