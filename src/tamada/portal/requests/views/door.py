"""What views stand behind: that a job is theirs, and that their link opens it."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from tamada.operations.appointments import hours_of
from tamada.operations.models import Job
from tamada.operations.their_queries import job_of

from ...methods import type_view
from .. import pages
from ..visit import Visit


def of_job(view: Callable[..., HttpResponseBase]) -> type_view:
    """A view of one of their jobs, in its language and by the clock of the calendar it goes by."""

    def found(request: HttpRequest, visit: Visit, number: int, **more: str) -> HttpResponseBase:
        if visit.link.job_id not in (None, number):
            return pages.nothing(visit)
        try:
            job: Job = job_of(visit.customer, number)
        except (Job.DoesNotExist, OverflowError):
            return pages.nothing(None if visit.is_narrow else visit)  # else its button would lead here again
        with translation.override(visit.language(job)), timezone.override(hours_of(job).tz):
            return view(request, visit, job, **more)

    return found


def of_all(view: Callable[..., HttpResponseBase]) -> type_view:
    """A view that a link to one job alone does not open."""

    def found(request: HttpRequest, visit: Visit, **more: str) -> HttpResponseBase:
        return pages.nothing(visit) if visit.is_narrow else view(request, visit, **more)

    return found
