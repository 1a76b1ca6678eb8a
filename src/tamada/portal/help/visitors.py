"""Who reads: a language, an address that is counted, and what they said in a cookie of ours when they chose to.

No page needs a cookie. One is set for a language that somebody chose, and one for an opinion that somebody gave.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation.trans_real import parse_accept_lang_header

from tamada.core import limits
from tamada.core.callers import caller
from tamada.kit import origins

from ..refusals import Busy, Foreign
from .places import Place

_DAY: Final = 24 * 3600
_YEAR: Final = 365 * _DAY
_SALT: Final = "tamada.portal.help"
OPINIONS_COOKIE: Final = "__Host-tamada_help" if settings.TAMADA.https else "tamada_help"
_MOST_KEPT: Final = 60


@dataclass(frozen=True, slots=True)
class Window:
    """So many requests in so many seconds from one address."""

    name: str
    most: int
    seconds: int


SEARCH: Final = Window("search", 240, 60)
OPINION: Final = Window("opinion", 60, 3600)
REQUEST: Final = Window("request", 20, 3600)
DEAD_END: Final = Window("dead", 30, 600)


def check(request: HttpRequest, window: Window) -> None:
    """Count a request. Raises `Busy`."""
    if not is_within(request, window):
        raise Busy(window.seconds)


def is_within(request: HttpRequest, window: Window) -> bool:
    """The same as an answer, for what is left out silently when there is too much of it."""
    address, factor = caller(request)
    return limits.hit(f"help:{window.name}:{address}", window.most * factor, window.seconds)


def check_own_form(request: HttpRequest) -> None:
    """Take forms of our own pages only: the browser says where a form stands. Raises `Foreign`.

    Pages are the same for everybody and kept by caches, so no token of one visitor can stand in them; and none signs
    in, so there is nothing that another site could do in a visitor's name but fill our lists.
    """
    fetched = request.headers.get("Sec-Fetch-Site", "")
    origin = request.headers.get("Origin", "")
    if fetched and fetched not in ("same-origin", "none"):
        raise Foreign
    here = request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME", "")
    if origin and not origins.is_of(origin, here):
        raise Foreign


# --- language ---------------------------------------------------------------------------------------------------------


def language_for(request: HttpRequest, place: Place, offered: list[str] | None = None) -> str:
    """What to greet somebody in: what they chose before, what their browser asks for, else the main language."""
    languages = offered or place.centre.languages
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in languages:
        return chosen
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:500]):
        if (short := code.partition("-")[0]) in languages:
            return short
    return languages[0]


def remember_language(response: HttpResponse, language: str) -> None:
    """Keep a choice for a year, at this host alone."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=_YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.TAMADA.https,
    )


# --- opinions ---------------------------------------------------------------------------------------------------------


def has_said(request: HttpRequest, translation_id: int) -> bool:
    """Whether this browser has said today whether the article helped."""
    return _said(request).get(str(translation_id)) == timezone.now().date().isoformat()


def remember_opinion(request: HttpRequest, response: HttpResponse, translation_id: int) -> None:
    """Keep that they said it, for a day."""
    today = timezone.now().date().isoformat()
    kept = {pk: day for pk, day in _said(request).items() if day == today}
    kept[str(translation_id)] = today
    response.set_cookie(
        OPINIONS_COOKIE,
        signing.dumps(dict(list(kept.items())[-_MOST_KEPT:]), salt=_SALT),
        max_age=_DAY,
        httponly=True,
        samesite="Lax",
        secure=settings.TAMADA.https,
    )


def _said(request: HttpRequest) -> Mapping[str, str]:
    try:
        found = signing.loads(request.COOKIES.get(OPINIONS_COOKIE, ""), salt=_SALT, max_age=_DAY)
    except signing.BadSignature:
        return {}
    return found if isinstance(found, dict) else {}
