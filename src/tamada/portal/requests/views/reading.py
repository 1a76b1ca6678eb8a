"""The list of a customer's requests, one of them, and its dates for their calendar."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.core import dates
from tamada.core.language import readers_language
from tamada.kit.services.template import in_language
from tamada.operations import appointments, their_queries
from tamada.operations.models import Job
from tamada.operations.their_words import way_of

from .. import ics, tasks, words
from ..fields import ACCEPTED
from ..pages import nothing, show
from ..tasks import NOTHING, QUESTION, Back
from ..visit import Visit, new_key
from .door import of_job


def requests(_request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """What runs, then what ended in the last months; by a link to one job, that one."""
    if visit.is_narrow:
        return HttpResponseRedirect(visit.home)
    language = readers_language()
    jobs = their_queries.jobs_of(visit.customer)
    lines = [_line(visit, job, language) for job in jobs]
    running, over = ([line for line in lines if line["is_over"] is ended] for ended in (False, True))
    new = visit.path("new") if their_queries.offers(language) else ""
    return show("list", _("My requests"), visit=visit, running=running, over=over, new=new)


def _line(visit: Visit, job: Job, language: str) -> dict[str, Any]:
    with timezone.override(appointments.hours_of(job).tz):
        says, mark = words.stands(job, language)
        return {
            "name": words.name_of(job, language),
            "number": job.number,
            "href": visit.job(job),
            "says": says,
            "mark": mark,
            "stages": words.stages(job, language),
            "dates": words.dates_of(job),
            "is_over": job.is_over,
        }


@of_job
def request(request: HttpRequest, visit: Visit, job: Job) -> HttpResponseBase:
    """How one stands, and what is asked."""
    return page(request, visit, job)


@of_job
def step(_request: HttpRequest, visit: Visit, job: Job, step: str) -> HttpResponseBase:
    """Where a form was sent to, opened as an address: back to the page that it stands on."""
    del step
    return HttpResponseRedirect(visit.job(job))


def page(request: HttpRequest, visit: Visit, job: Job, *, status: int = 200, back: Back = NOTHING) -> HttpResponse:
    """One request; with what was sent and refused put back where it stood."""
    language = readers_language()
    says, mark = words.stands(job, language)
    content: dict[str, Any] = {
        "here": ("jobs", job.pk),
        "job": job,
        "about": in_language(job.template.about, language),
        "says": says,
        "mark": mark,
        "stages": words.stages(job, language),
        "dates": words.dates_of(job),
        "now": words.now(job, language),
        "later": words.later(job, language),
        "news": words.news(job, language),
        "promises": [(one, dates.whole(one.due_at)) for one in their_queries.promises_of(job)],
        "tasks": tasks.tasks(request, visit, job, back),
        "times": tasks.times(request, visit, job, back),
        "promised_ics": visit.job(job, "calendar.ics")
        if job.promised_at and job.promised_at > timezone.now() and not job.is_over
        else "",
        "question": {
            "action": visit.job(job, "question"),
            "key": new_key(),
            "text": back.given_at(QUESTION).get("text", ""),
            "wrong": back.wrong_at(QUESTION),
            "way": way_of(job),
            "accepted": ACCEPTED,
        },
        "said": _said(request.GET.get("said", "")),
        "zone": dates.zone(),
    }
    return show("job", words.name_of(job, language), visit=visit, status=status, **content)


def _said(kind: str) -> str:
    """What has just been taken in."""
    return {
        "begun": _("Thank you. We have your request, and have begun."),
        "approved": _("Thank you. You have agreed, and we go on."),
        "declined": _("We have read that you do not agree, and will write to you."),
        "answered": _("Thank you. We have your answer."),
        "chosen": _("Thank you. The time is yours."),
        "sent": _("Thank you. We have your files."),
        "asked": _("We have your question, and will answer."),
    }.get(kind, "")


@of_job
def calendar(request: HttpRequest, visit: Visit, job: Job) -> HttpResponseBase:
    """The time they chose at a step, or the day that was promised, for their calendar."""
    key, language = request.GET.get("step", ""), readers_language()
    host = urlsplit(settings.TAMADA.base_url).hostname
    found = ics.Event(
        uid=f"job-{job.pk}{'-' if key else ''}{key}@{host}",
        name=words.name_of(job, language),
        text=_("Your request no. %(number)s") % {"number": job.number},
        stamp=job.changed_at,
    )
    if key:
        rows = list(job.steps.all())
        said = job.template.steps.get(key)
        at = appointments.chosen(job, key, rows) if said and said.asks == "appointment" else None
        if at is None:
            return nothing(visit)
        found = replace(found, begins=at, lasts=appointments.lasts(job, key, rows))
    elif job.promised_at is not None:
        found = replace(found, day=timezone.localtime(job.promised_at).date())
    else:
        return nothing(visit)
    response = HttpResponse(ics.written(found), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="request-{job.pk}.ics"'
    return response
