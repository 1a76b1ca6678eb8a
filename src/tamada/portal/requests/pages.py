"""What every page of requests has around it, and the headers that keep it to whoever holds the link."""

import base64
import hashlib
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from tamada.accounts import company
from tamada.core.language import readers_language
from tamada.knowledge.models.centres import in_language
from tamada.knowledge.queries import main_centre

from ..help import contact, look, places
from .visit import LANGUAGES, Visit

_NAMES: Final = dict(settings.LANGUAGES)


def show(template: str, title: str, *, visit: Visit | None = None, status: int = 200, **content: Any) -> HttpResponse:
    """A page with its frame. Without a visit it tells nothing of anybody."""
    language = readers_language()
    centre = main_centre()
    place = places.Place(centre, places.ROOT)
    frame = {
        "title": title,
        "language": language,
        "visit": visit,
        "name": company.given_name() or in_language(centre.names, language) or str(centre),
        "logo": place.path("logo", centre.logo[:16]) if centre.logo and centre.is_published else "",
        "style": look.element(centre.colour),
        "home": visit.home if visit else "",
        "help_at": place.home(language) if centre.is_published and language in centre.languages else "",
        "ways": contact.ways(place),
        "hours": contact.hours(place),
        "languages": _choices(visit, language, content.get("here", ())) if visit else [],
    }
    response = HttpResponse(render_to_string(f"portal/requests/{template}.html", {**frame, **content}), status=status)
    response["Content-Language"] = language
    response["Content-Security-Policy"] = _policy(look.style(centre.colour))
    return response


def _choices(visit: Visit, current: str, here: tuple[str | int, ...]) -> list[dict[str, Any]]:
    """This page in the other languages."""
    return [
        {"code": code, "name": _NAMES[code], "href": visit.path(*here, language=code), "is_current": code == current}
        for code in LANGUAGES
    ]


@lru_cache(maxsize=64)
def _policy(inline: str) -> str:
    """No script at all, and that one style by its hash."""
    digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'self' 'sha256-{digest}'; img-src 'self' data:; font-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def finished(response: HttpResponseBase) -> HttpResponseBase:
    """With what every answer carries: whoever has the address has the requests."""
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response.setdefault("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'")
    response.setdefault("X-Frame-Options", "DENY")
    return response


# --- in place of a page -----------------------------------------------------------------------------------------------


def over(*, revoked: bool) -> HttpResponse:
    """The link opened something once."""
    title = _("This link has been taken back") if revoked else _("This link is too old")
    return show("nothing", title, status=410, text=_("Write to us or call, and we send you a new one."))


def nothing(visit: Visit | None) -> HttpResponse:
    """Nothing of theirs is here."""
    text = _("Perhaps a part of the address is missing. Open the link in our message once more, or write to us.")
    return show("nothing", _("There is nothing here"), visit=visit, status=404, text=text)


def refusal(_request: HttpRequest, status: int) -> HttpResponse:
    """What was asked for can't be done now, and why."""
    title, text = {
        403: (_("This form came from another page"), _("Open the page here and send the form once more.")),
        429: (_("That was a lot at once"), _("Wait a little, then try again.")),
        503: (_("This can't be reached at the moment"), _("Try again in a few minutes.")),
    }[status]
    return show("nothing", title, status=status, text=text)


def conflict(visit: Visit, back: str, *, is_over: bool) -> HttpResponse:
    """Not now, or not any more."""
    text = _("It has been done already, or is not needed any more.") if is_over else _("We do not ask for this yet.")
    title = _("This has changed meanwhile")
    return show("nothing", title, visit=visit, status=409, text=text, back=back)
