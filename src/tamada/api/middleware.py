"""The API's door. It stands before sessions, cookies and CSRF, which have no business here.

In this order: token, limits, rights, route, what was answered before, view. So a stranger learns nothing but 401,
whatever the path.
"""

from collections.abc import Callable
from urllib.parse import unquote_plus

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tamada.core import limits

from . import openapi, problems
from .answers import JSON
from .caller import Caller, authenticate, authorise
from .idempotency import replayed
from .problems import PROBLEM, Problem

ROOT = "/api/v1"
LIMIT = 3000
WINDOW = 10
"""A token may make LIMIT requests in WINDOW seconds."""


class ApiMiddleware:
    """Answers everything under /api/v1, and lets the rest pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if path != ROOT and not path.startswith(f"{ROOT}/"):
            return self.get_response(request)
        translation.activate(translation.get_language_from_request(request))
        timezone.deactivate()
        try:
            request.get_host()
            response: HttpResponseBase = _open(request) or _guarded(request)
        except DisallowedHost:
            response = problems.respond(Problem(400, _("This server does not answer to that name.")))
        except Exception as error:  # noqa: BLE001  problem_of logs what it doesn't know
            response = problems.respond(problems.problem_of(request, error))
        return _finish(request, response)


def _open(request: HttpRequest) -> HttpResponse | None:
    """The description of the API is for everybody."""
    if request.path_info == f"{ROOT}/openapi.json" and request.method in ("GET", "HEAD"):
        return HttpResponse(openapi.document(), content_type=JSON)
    return None


def _guarded(request: HttpRequest) -> HttpResponseBase:
    caller = authenticate(request)
    request.caller = caller  # type: ignore[attr-defined]
    method = request.method or ""
    left = throttle(caller)
    try:
        authorise(caller, method)
        response: HttpResponseBase = _dispatch(request)
    except Exception as error:  # noqa: BLE001  problem_of logs what it doesn't know
        response = problems.respond(problems.problem_of(request, error))
    response["RateLimit-Policy"] = f'"token";q={LIMIT};w={WINDOW}'
    response["RateLimit"] = f'"token";r={left};t={WINDOW}'
    return response


def throttle(caller: Caller) -> int:
    """How many requests are left in the window. Raises Problem 429."""
    used = limits.used(f"api:{caller.token.pk}", WINDOW)
    if used > LIMIT:
        policy = {"RateLimit-Policy": f'"token";q={LIMIT};w={WINDOW}', "RateLimit": f'"token";r=0;t={WINDOW}'}
        raise Problem(429, _("Too many requests. Wait a little."), headers={"Retry-After": str(WINDOW), **policy})
    return int(LIMIT - used)


def _dispatch(request: HttpRequest) -> HttpResponseBase:
    from .urls import resolver

    _without_nul(request)
    if request.method == "HEAD":
        request.method = "GET"
    try:
        match = resolver().resolve(request.path_info)
    except Resolver404:
        raise problems.not_found() from None
    response: HttpResponseBase = replayed(request) or match.func(request, *match.args, **match.kwargs)
    if response.status_code >= 400 and response.get("Content-Type") != PROBLEM:
        return _as_problem(response)
    return response


def _as_problem(response: HttpResponseBase) -> HttpResponse:
    """The framework's own refusals (405) in the API's form."""
    headers = {"Allow": response["Allow"]} if "Allow" in response else {}
    detail = _("This method is not allowed here.") if response.status_code == 405 else ""
    return problems.respond(Problem(response.status_code, detail, headers=headers))


def _without_nul(request: HttpRequest) -> None:
    """No text holds NUL, and no database takes it: it is dropped from the query, as it is from bodies."""
    query = request.META.get("QUERY_STRING", "")
    if "%00" in query or "\0" in unquote_plus(query):
        request.META["QUERY_STRING"] = query.replace("%00", "").replace("\0", "")
    if "\0" in request.path_info:
        raise problems.not_found()


def _finish(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    response.setdefault("Cache-Control", "no-store")
    response.setdefault("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'")
    response.setdefault("X-Content-Type-Options", "nosniff")
    is_head = request.META["REQUEST_METHOD"] == "HEAD"
    if isinstance(response, HttpResponse):
        response["Content-Length"] = str(len(response.content))
        if is_head:
            response.content = b""
    elif is_head and isinstance(response, StreamingHttpResponse):
        response.streaming_content = iter(())
    return response
