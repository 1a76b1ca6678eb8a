"""Looking for articles, and noting what was looked for in vain.

No reader is followed: that nothing was opened is told by the next search from the same page, by the way to a person,
or by the page's script as it is left. What is kept is the words alone.
"""

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from tamada.kit.text import fold
from tamada.knowledge.actions import note_dead_end
from tamada.knowledge.search import Found, search_public

from .. import visitors
from ..pages import Page, show
from ..places import Place

_LONGEST: Final = 100
_SHOWN: Final = 12
_SUGGESTED: Final = 6
_NAMES: Final = dict(settings.LANGUAGES)
_NOTHING: Final = Found([], "")


def search(request: HttpRequest, place: Place, language: str) -> HttpResponseBase:
    """What was found, the best first."""
    visitors.check(request, visitors.SEARCH)
    words, before = words_in(request.GET.get("q")), words_in(request.GET.get("after"))
    found = search_public(place.centre, language, words, limit=_SHOWN) if words else _NOTHING
    if words and not found.rows:
        note_in_vain(request, place, language, words)
    if before and fold(before) != fold(words):
        note_in_vain(request, place, language, before)
    page = Page(
        title=_title(found, words),
        path=place.path(language, "search"),
        words=words,
        cache="private, no-cache",
        is_listed=False,
        others={code: place.path(code, "search", q=words) for code in place.centre.languages},
    )
    hits = _hits(place, language, found, words)
    return show(request, place, language, "search", page, words=words, found=found, hits=hits)


def suggest(request: HttpRequest, place: Place, language: str) -> HttpResponseBase:
    """The first few, as a fragment for the field that is being typed in."""
    visitors.check(request, visitors.SEARCH)
    words = words_in(request.GET.get("q"))
    found = search_public(place.centre, language, words, limit=_SUGGESTED) if words else _NOTHING
    content = {"hits": _hits(place, language, found, words), "words": words, "found": found}
    response = HttpResponse(render_to_string("portal/help/suggestions.html", content))
    response["Cache-Control"] = "public, max-age=60"
    response["X-Robots-Tag"] = "noindex"
    return response


def unopened(request: HttpRequest, place: Place, language: str) -> HttpResponseBase:
    """Somebody left without opening anything that was found."""
    visitors.check_own_form(request)
    words = words_in(request.POST.get("q"))
    if words:
        note_in_vain(request, place, language, words)
    return HttpResponse(status=204)


def words_in(given: object) -> str:
    """What was typed, on one line."""
    return " ".join(str(given or "").split())[:_LONGEST]


def note_in_vain(request: HttpRequest, place: Place, language: str, words: str) -> None:
    """Count the words, unless another site sent the reader or one address sends too many."""
    fetched = request.headers.get("Sec-Fetch-Site", "")
    if fetched in ("", "same-origin", "none") and visitors.is_within(request, visitors.DEAD_END):
        note_dead_end(centre=place.centre, language=language, words=words)


def _title(found: Found, words: str) -> str:
    if not words:
        return _("Search")
    if not found.rows:
        return _("Nothing found for “%(words)s”") % {"words": words}
    return _("Results for “%(words)s”") % {"words": found.words}


def _hits(place: Place, language: str, found: Found, words: str) -> list[dict[str, Any]]:
    return [
        {
            "title": row.title,
            "text": row.text,
            "href": place.article(row, words),
            "category": row.article.category.name_in(language) if row.article.category else "",
            "language": "" if row.language == language else row.language,
            "language_name": "" if row.language == language else _NAMES[row.language],
        }
        for row in found.rows
    ]
