"""What all views stand behind: the method, and the job that is asked for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from tamada.operations.appointments import hours_of
from tamada.operations.models import Job
from tamada.operations.their_queries import job_of

from .. import pages
from ..visit import Visit

type_view = Callable[..., HttpResponseBase]


def by_method(**views: type_view) -> type_view:
    """A view for each method. HEAD is answered as GET; the server leaves the body out."""

    def view(request: HttpRequest, visit: Visit, **arguments: int | str) -> HttpResponseBase:
        method = "GET" if request.method == "HEAD" else request.method or ""
        if method not in views:
            response = HttpResponse(status=405)
            response["Allow"] = ", ".join(sorted(views))
            return response
        with translation.override(visit.language()):
            return views[method](request, visit, **arguments)

    return view


def of_job(view: Callable[..., HttpResponseBase]) -> type_view:
    """A view of one of their jobs, in its language and by the clock of the calendar it goes by."""

    def found(request: HttpRequest, visit: Visit, number: int, **more: str) -> HttpResponseBase:
        try:
            job: Job = job_of(visit.customer, number)
        except (Job.DoesNotExist, OverflowError):
            return pages.nothing(visit)
        with translation.override(visit.language(job)), timezone.override(hours_of(job).tz):
            return view(request, visit, job, **more)

    return found
