"""What every page of a help centre has around it, and the headers that let browsers and caches keep it."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _

from tamada.knowledge.models.centres import in_language
from tamada.knowledge.search import search_public

from . import contact, look, shelves, visitors
from .places import Place

KEPT: Final = "public, max-age=60"
"""What is taken back is gone from every cache a minute later."""

_WORDS = re.compile(r"[\W_]+")
_NAMES: Final = dict(settings.LANGUAGES)


class NotHere(Exception):
    """Nothing that a reader may see has this address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is told of a page beside its content. `others` are its paths in the languages in which it is published."""

    title: str
    path: str
    description: str = ""
    others: Mapping[str, str] = field(default_factory=dict)
    facts: str = ""
    kind: str = "website"
    words: str = ""
    article: int = 0
    cache: str = KEPT
    changed: datetime | None = None
    is_listed: bool = True


def show(
    request: HttpRequest, place: Place, language: str, template: str, page: Page, *, status: int = 200, **content: Any
) -> HttpResponseBase:
    """A page with its frame; "not modified" for who has it already."""
    frame = _frame(place, language, page)
    body = render_to_string(f"portal/help/{template}.html", {**frame, "page": page, **content})
    response = HttpResponse(body, status=status)
    response["Content-Language"] = language
    response["Cache-Control"] = page.cache
    if not page.is_listed:
        response["X-Robots-Tag"] = "noindex"
    if status != 200 or "public" not in page.cache:
        return response
    return kept(request, response, page.changed)


def kept(request: HttpRequest, response: HttpResponse, changed: datetime | None = None) -> HttpResponseBase:
    """With the tag of its content, or as 304 without it."""
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    if changed:
        response["Last-Modified"] = http_date(changed.timestamp())
    # A date alone would leave out what stands around the article: hours, contact ways, other articles.
    return get_conditional_response(request, etag=etag, response=response) or response


def _frame(place: Place, language: str, page: Page) -> dict[str, Any]:
    centre = place.centre
    chat = contact.chat_inbox(place)
    written = shelves.written_languages(centre)
    shown = [code for code in centre.languages if code in written or code == language]
    return {
        "place": place,
        "language": language,
        "name": in_language(centre.names, language) or str(centre),
        "home": place.home(language),
        "logo": place.path("logo", centre.logo[:16]) if centre.logo else "",
        "style": look.element(centre.colour),
        "languages": [_choice(place, code, language, page) for code in shown],
        "alternates": _alternates(place, page),
        "canonical": place.whole(page.path),
        "ways": contact.ways(place),
        "hours": contact.hours(place),
        "search_at": place.path(language, "search"),
        "suggest_at": place.path(language, "suggest"),
        "unopened_at": place.path(language, "unopened"),
        "chat": chat.key if chat else "",
        "widget": f"{look.desk_origin(place)}/widget.js",
        "request_at": _request_at(place, language, page),
    }


def _choice(place: Place, code: str, current: str, page: Page) -> dict[str, Any]:
    target = page.others.get(code) or place.home(code)
    href = place.path("language", code, next=target)
    return {"code": code, "name": _NAMES[code], "href": href, "is_current": code == current}


def _alternates(place: Place, page: Page) -> list[tuple[str, str]]:
    """hreflang and address; x-default is the main language, or the first that there is."""
    if len(page.others) < 2 or not page.is_listed:
        return []
    found = [(code, place.whole(path)) for code, path in page.others.items()]
    first = next((code for code in place.centre.languages if code in page.others), next(iter(page.others)))
    return [*found, ("x-default", place.whole(page.others[first]))]


def _request_at(place: Place, language: str, page: Page) -> str:
    """Where a request is written, with what was tried before; "" where none can be sent."""
    if contact.request_inbox(place) is None:
        return ""
    return place.path(language, "request", q=page.words, article=str(page.article) if page.article else "")


# --- in place of a page -----------------------------------------------------------------------------------------------


def nothing(request: HttpRequest, place: Place, rest: str) -> HttpResponseBase:
    """Nothing is here: what the address seems to ask for is looked up."""
    language = translation.get_language() or place.centre.main_language
    words = " ".join(_WORDS.split(rest.rstrip("/").rpartition("/")[2])).strip()[:100]
    may_look = request.method in ("GET", "HEAD") and visitors.is_within(request, visitors.SEARCH)
    found = search_public(place.centre, language, words, limit=5).rows if words and may_look else []
    page = Page(title=_("There is nothing here"), path=place.home(language), cache="no-cache", is_listed=False)
    hits = [{"row": row, "href": place.article(row)} for row in found]
    return show(request, place, language, "nothing", page, status=404, hits=hits)


def refusal(request: HttpRequest, place: Place, status: int) -> HttpResponseBase:
    """What was asked for can't be done now, and why."""
    language = translation.get_language() or place.centre.main_language
    title, text = {
        403: (_("This form came from another page"), _("Open the page here and send the form once more.")),
        429: (_("That was a lot at once"), _("Wait a little, then try again.")),
        503: (_("This can't be reached at the moment"), _("Try again in a few minutes.")),
    }[status]
    page = Page(title=title, path=place.home(language), cache="no-store", is_listed=False)
    return show(request, place, language, "refusal", page, status=status, text=text)


def finished(place: Place, response: HttpResponseBase) -> HttpResponseBase:
    """With what every answer carries that brings none of its own."""
    response.setdefault("Content-Security-Policy", look.policy(place))
    response.setdefault("X-Frame-Options", "DENY")
    response.setdefault("Cache-Control", "no-store")
    return response
