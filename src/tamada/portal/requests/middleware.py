"""The door of customers' requests. It stands before sessions, sign-in and cookies: the link is all there is."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404
from django.utils import timezone, translation

from tamada.accounts.zones import company_zone
from tamada.core.storage import StoreAway
from tamada.operations.errors import LinkOver, NoLink

log = logging.getLogger(__name__)


class RequestsMiddleware:
    """Answers everything below /requests, and lets the rest pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/requests/"):
            return self.get_response(request)
        request.get_host()
        from .pages import finished
        from .visit import chosen_language, language_of_browser

        language = chosen_language(request) or language_of_browser(request)
        with timezone.override(company_zone()), translation.override(language):
            return finished(_answer(request))


def _answer(request: HttpRequest) -> HttpResponseBase:
    from ..refusals import Busy, Foreign
    from . import pages

    try:
        return _dispatch(request)
    except LinkOver as ended:
        return pages.over(revoked=ended.revoked)
    except Busy as error:
        response = pages.refusal(request, 429)
        response["Retry-After"] = str(error.seconds)
        return response
    except Foreign:
        return pages.refusal(request, 403)
    except StoreAway:
        log.warning("The file store is away.")
        response = pages.refusal(request, 503)
        response["Retry-After"] = "30"
        return response


def _dispatch(request: HttpRequest) -> HttpResponseBase:
    from tamada.operations import actions
    from tamada.operations.link_queries import link_for

    from . import pages
    from .urls import resolver
    from .visit import Visit, chosen_language, note_wrong

    words, _slash, rest = request.path_info.removeprefix("/requests/").partition("/")
    try:
        link, customer = link_for(words)
    except NoLink:
        note_wrong(request)
        return pages.nothing(None)
    visit = Visit(link, customer, words, chosen_language(request))
    with translation.override(visit.language()):
        try:
            match = resolver().resolve(f"/{rest}")
        except Resolver404:
            return pages.nothing(visit)
        actions.link_seen(link=link)
        response: HttpResponseBase = match.func(request, visit, *match.args, **match.kwargs)
        return response
