"""What is asked of a customer on the page of a job, as forms: filled with what is known, or with what came back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.core import dates
from tamada.core.language import readers_language
from tamada.kit.services.template import in_language
from tamada.operations import appointments, their_queries
from tamada.operations.answer_words import in_words
from tamada.operations.errors import Invalid, NotReady, NoWay
from tamada.operations.models import Job, JobStep

from . import words
from .fields import ACCEPTED, asked
from .visit import Visit, new_key

QUESTION: Final = ""
"""Where a question stands: at no step."""
_STILL_SHOWN: Final = timedelta(hours=12)


REFUSED: Final = (Invalid, NotReady, NoWay)
"""What is said on the page of the form that was sent."""


def wrong_with(error: Exception) -> dict[str, str]:
    """Why one of these refused, by the field it is about."""
    match error:
        case NotReady():
            return dict.fromkeys(error.missing, _("This is still to be answered."))
        case Invalid():
            return {error.field: error.message}
    return {"": _("We have no address at which we could answer you. Call us or write to us; below is how.")}


@dataclass(frozen=True, slots=True)
class Back:
    """What was sent at a step (or as a question) and refused: `given` by field, and what is `wrong` with it."""

    at: str | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)

    def given_at(self, place: str) -> Mapping[str, str]:
        """What was sent there."""
        return self.given if self.at == place else {}

    def wrong_at(self, place: str) -> Mapping[str, str]:
        """What is wrong there."""
        return self.wrong if self.at == place else {}


NOTHING: Final = Back()


def tasks(request: HttpRequest, visit: Visit, job: Job, back: Back) -> list[dict[str, Any]]:
    """What is asked now."""
    return [_task(request, visit, job, row, back) for row in their_queries.asked_of(job)]


def _task(request: HttpRequest, visit: Visit, job: Job, row: JobStep, back: Back) -> dict[str, Any]:
    said, language = job.template.steps[row.key], readers_language()
    declined = words.has_declined(job, row)
    known, given, wrong = (
        their_queries.known_to(job, row, of_all=not visit.is_narrow),
        back.given_at(row.key),
        back.wrong_at(row.key),
    )
    return {
        **_form(visit, job, row.key, back),
        "asks": said.asks,
        "text": in_language(said.shown, language),
        "due": dates.day_of(row.due_at) if row.due_at and not row.is_late and not declined else "",
        "facts": _facts(job, row, language),
        "fields": asked(said.form, known, language, given=given, wrong=wrong),
        "has_files": any(one.kind == "file" for one in said.form),
        "accepted": ACCEPTED,
        "reason": given.get("reason", ""),
        "declined": declined,
        **(_days(request, visit, job, row.key) if said.asks == "appointment" else {}),
    }


def _form(visit: Visit, job: Job, key: str, back: Back) -> dict[str, Any]:
    return {
        "step": key,
        "name": in_language(job.template.steps[key].name, readers_language()),
        "action": visit.job(job, "steps", key),
        "key": new_key(),
        "wrong": back.wrong_at(key),
    }


def _facts(job: Job, row: JobStep, language: str) -> list[tuple[str, str]]:
    """What they decide on: what the step before hands over to them."""
    fields = {one.id: one for step in job.template.steps.values() for one in step.form}
    found = [(fields[name], value) for name, value in their_queries.handed_to(job, row).items()]
    return [(in_language(one.label, language), in_words(one, value, language)) for one, value in found]


def _days(request: HttpRequest, visit: Visit, job: Job, key: str) -> dict[str, Any]:
    """The times that may be chosen, and where later ones are."""
    try:
        since = date.fromisoformat(request.GET.get("since", ""))
    except ValueError:
        since = None
    days = appointments.offered(job, key, list(job.steps.all()), timezone.now(), since=since)
    last = days[-1].date + timedelta(days=1) if len(days) == appointments.DAYS else None
    return {
        "days": [(dates.day(day.date), [(at.isoformat(), dates.clock(at)) for at in day.moments]) for day in days],
        "more": visit.job(job, since=last.isoformat()) if last else "",
        "first": visit.job(job) if since else "",
    }


def times(request: HttpRequest, visit: Visit, job: Job, back: Back) -> list[dict[str, Any]]:
    """The times that they have chosen, and others to choose while nothing that they hold has begun."""
    rows, now = list(job.steps.all()), timezone.now()
    found = []
    for key, said in job.template.steps.items():
        if said.doer.by != "customer" or said.asks != "appointment" or job.is_over:
            continue
        chosen = appointments.chosen(job, key, rows)
        if chosen is None or chosen < now - _STILL_SHOWN:
            continue
        may_move = appointments.may_move(job, key, rows, now)
        time = {
            "when": dates.whole(chosen),
            "ics": visit.job(job, "calendar.ics", step=key),
            "may_move": may_move,
            "is_open": "since" in request.GET or back.at == key,
        }
        found.append(_form(visit, job, key, back) | time | (_days(request, visit, job, key) if may_move else {}))
    return found
