"""The widget's door. It stands before sessions, cookies and CSRF: a visitor is known by a token, and by nothing that a
browser sends by itself.
"""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404
from django.utils import timezone, translation

from .problems import Problem, respond_to

ROOT: Final = "/widget/v1/"


class WidgetMiddleware:
    """Answers everything under /widget/v1, and lets the rest pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(ROOT):
            return self.get_response(request)
        translation.activate(_language(request))
        timezone.deactivate()
        try:
            request.get_host()
            response = _preflight() if request.method == "OPTIONS" else _dispatch(request)
        except Exception as error:  # noqa: BLE001  respond_to logs what it doesn't know
            response = respond_to(request, error)
        return _finish(response)


def _language(request: HttpRequest) -> str:
    wanted = request.GET.get("lang", "")
    return wanted if wanted in dict(settings.LANGUAGES) else translation.get_language_from_request(request)


def _preflight() -> HttpResponse:
    """Any page may ask whether it may ask; the request itself is judged."""
    response = HttpResponse(status=204)
    response["Access-Control-Allow-Methods"] = "GET, POST, PATCH"
    response["Access-Control-Allow-Headers"] = "authorization, content-type, last-event-id, tamada-proof"
    response["Access-Control-Max-Age"] = "7200"
    return response


def _dispatch(request: HttpRequest) -> HttpResponseBase:
    from .urls import resolver

    if "\0" in request.path_info:
        raise Problem("conversation")
    try:
        match = resolver().resolve(request.path_info)
    except Resolver404:
        raise Problem("conversation") from None
    response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    return response


def _finish(response: HttpResponseBase) -> HttpResponseBase:
    """No cookie goes along, so that any page may read what its visitor's token opens."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "Retry-After"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.setdefault("Cache-Control", "no-store")
    response.setdefault("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'")
    return response
