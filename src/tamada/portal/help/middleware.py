"""The door of help centres. It stands before sessions, sign-in and cookies: whoever reads here is nobody in
particular.
"""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404
from django.utils import timezone, translation

from tamada.core.storage import StoreAway

from . import places

log = logging.getLogger(__name__)


class HelpMiddleware:
    """Answers everything at a help centre's own host and everything below /help, and lets the rest pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path, host = request.path_info, places.host_of(request)
        place = None if places.is_ours(host) else places.place_at_host(host)
        if place is not None:
            return self._answer(request, place, path)
        if path == "/robots.txt":
            request.get_host()
            return _robots(request)
        if path != places.ROOT and not path.startswith(f"{places.ROOT}/"):
            return self.get_response(request)
        request.get_host()
        place, rest = places.place_below_help(path)
        # No open centre: the same as any address that leads nowhere.
        return self.get_response(request) if place is None else self._answer(request, place, rest)

    def _answer(self, request: HttpRequest, place: places.Place, rest: str) -> HttpResponseBase:
        from ..refusals import Busy, Foreign
        from . import pages
        from .visitors import language_for

        timezone.deactivate()
        with translation.override(_language_in(rest, place) or language_for(request, place)):
            try:
                response = _dispatch(request, place, rest)
            except pages.NotHere:
                response = pages.nothing(request, place, rest)
            except Busy as error:
                response = pages.refusal(request, place, 429)
                response["Retry-After"] = str(error.seconds)
            except Foreign:
                response = pages.refusal(request, place, 403)
            except StoreAway:
                log.warning("The file store is away.")
                response = pages.refusal(request, place, 503)
                response["Retry-After"] = "30"
        return pages.finished(place, response)


def _language_in(rest: str, place: places.Place) -> str:
    first = rest[1:].partition("/")[0]
    return first if first in place.centre.languages else ""


def _robots(request: HttpRequest) -> HttpResponseBase:
    from .views import machine

    return machine.robots_of_all(request)


def _dispatch(request: HttpRequest, place: places.Place, rest: str) -> HttpResponseBase:
    from .pages import NotHere
    from .urls import resolver

    if "\0" in rest:
        raise NotHere
    try:
        match = resolver().resolve(rest)
    except Resolver404:
        raise NotHere from None
    language = match.kwargs.get("language")
    if language is not None and language not in place.centre.languages:
        raise NotHere
    response: HttpResponseBase = match.func(request, place, *match.args, **match.kwargs)
    return response
