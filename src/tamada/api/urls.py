"""The routes of v1. `middleware` answers them itself; they are not part of the site's own table."""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver
from django.urls.resolvers import RegexPattern
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from . import problems
from .bodies import JsonParser
from .views import (
    articles,
    attachments,
    commitments,
    conversations,
    customers,
    handoffs,
    house,
    jobs,
    merges,
    messages,
    search,
    views,
    webhooks,
)

urlpatterns: list[URLResolver] = []
"""Nothing here: a stranger must get 401 before any table of routes is read."""

DESCRIPTION = """\
Everything the desk can do to customers and conversations, as the person whose token asks.

Times are ISO 8601 in UTC, ids opaque strings, lists `{"items", "next"}` with `limit` and `cursor`. Errors are
`application/problem+json` (RFC 9457). What you may not see answers 404. A POST honours `Idempotency-Key`: sent again
within 24 hours with the same body, it is answered as the first time."""


@cache
def api() -> NinjaAPI:
    """The one instance."""
    made = NinjaAPI(
        title="Tamada",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        openapi_url=None,
        parser=JsonParser(),
        urls_namespace="api-v1",
    )
    for kind in (Exception, HttpError, ValidationError):
        made.add_exception_handler(kind, _respond)
    for module in (
        *(conversations, merges, messages, search, customers, commitments, jobs, handoffs),
        *(articles, attachments, house, views, webhooks),
    ):
        made.add_router("", module.router)
    return made


def _respond(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    assert isinstance(error, Exception)
    return problems.respond(problems.problem_of(request, error))


@cache
def resolver() -> URLResolver:
    """Finds the view of a path below /api/v1."""
    return URLResolver(RegexPattern(r"^/api/v1/"), api().urls[0])
