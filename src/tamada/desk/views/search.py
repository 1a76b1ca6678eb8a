"""Search: the page that answers while one types, and the palette's results."""

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tamada.accounts.permissions import allowed
from tamada.automation.queries.views import PERMISSION as VIEW
from tamada.conversations.capabilities import capabilities_of
from tamada.kit.cursors import LAST_ID, BadCursor
from tamada.search.queries import KINDS, Cursor, Hit, Page, UnknownKind, search
from tamada.search.query import LONGEST

from .. import marks
from ..access import agent_of
from ..templatetags.tamada_desk import address
from .inbox import rail_context

LIMIT: Final = 20
_PEOPLE_ABOVE: Final = 3
_IN_PALETTE: Final = {"conversations": 6, "customers": 4, "articles": 3}
# Beside other things articles are looked for as the words are spelt: to guess takes as long as all the rest.
_AS_SPELT: Final = {"articles": Cursor("e", LAST_ID).written()}
_RECENT: Final = "recent_searches"
_MOST_RECENT: Final = 8


@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """Hits beside their words; htmx asks for the results alone. A lone number sent off opens its conversation."""
    q, kind = request.GET.get("q", "")[:LONGEST], request.GET.get("kind", "conversations")
    cursor = request.GET.get("cursor")
    try:
        page = search(agent_of(request), q, kind=kind, cursor=cursor, limit=LIMIT)
    except (BadCursor, UnknownKind):
        return HttpResponseBadRequest()
    context = _context(request, page, kind)
    if not cursor:
        context |= _beside(request, page, kind)
    if cursor:
        return render(request, "desk/search/hits.html", context)
    if request.headers.get("HX-Target") == "results":
        return render(request, "desk/search/results.html", context)
    if page.jump is not None and page.query.text.lstrip("#").isdecimal():
        return redirect("desk:conversation", pk=page.jump.pk)
    _remember(request, q)
    return render(request, "desk/search/page.html", context | rail_context(request, "search"))


def _context(request: HttpRequest, page: Page[Any], kind: str) -> dict[str, Any]:
    query = page.query
    here = urlencode({"q": query.text, "kind": kind})
    return {
        "page": page,
        "q": request.GET.get("q", ""),
        "kind": kind,
        "words": query.marked,
        "chips": [(o, urlencode({"q": query.without(o), "kind": kind})) for o in query.operators],
        "kinds": [
            ("conversations", _("Conversations"), urlencode({"q": query.text})),
            ("customers", _("Customers"), urlencode({"q": query.text, "kind": "customers"})),
            ("articles", _("Articles"), urlencode({"q": query.text, "kind": "articles"})),
        ],
        "recent": request.session.get(_RECENT, []),
        "may_view": allowed(agent_of(request), VIEW),
        "next": f"{reverse('desk:search')}?{here}&{urlencode({'cursor': page.next})}" if page.next else "",
    }


def _beside(request: HttpRequest, page: Page[Any], kind: str) -> dict[str, Any]:
    """How much there is of each kind, and customers of that name above the conversations."""
    if not page.query.text.strip():
        return {}
    others = [one for one in KINDS if one != kind]
    found = {
        one: search(agent_of(request), page.query.text, kind=one, cursor=_AS_SPELT.get(one), limit=LIMIT)
        for one in others
    }
    theirs = found.get("customers")
    people = theirs.items[:_PEOPLE_ABOVE] if kind == "conversations" and theirs and not theirs.nearly else []
    return {"people": people, "totals": {kind: _about(page)} | {one: _about(page) for one, page in found.items()}}


def _about(page: Page[Any]) -> str:
    """How many were found; a plus where there are more. Of what is only spelt alike, a guess, no number is said."""
    return "" if page.nearly else f"{len(page.hits)}{'+' if page.next else ''}"


@require_http_methods(["POST"])
def recent(request: HttpRequest) -> HttpResponse:
    """Keep a search that somebody finished typing (`q`), or forget them all (no `q`)."""
    if q := request.POST.get("q", "")[:LONGEST]:
        _remember(request, q)
        return HttpResponse(status=204)
    request.session.pop(_RECENT, None)
    return redirect("desk:search")


def _remember(request: HttpRequest, q: str) -> None:
    q = " ".join(q.split())
    kept: list[str] = request.session.get(_RECENT, [])
    if len(q) > 1 and kept[:1] != [q]:
        request.session[_RECENT] = [q, *(other for other in kept if other != q)][:_MOST_RECENT]


@require_GET
def palette(request: HttpRequest) -> HttpResponse:
    """A few conversations, customers and articles for the palette, and the way to all of them."""
    q = request.GET.get("q", "")[:LONGEST]
    agent = agent_of(request)
    found = {
        kind: search(agent, q, kind=kind, cursor=_AS_SPELT.get(kind), limit=limit)
        for kind, limit in _IN_PALETTE.items()
    }
    words = found["conversations"].query.marked
    conversations = [_conversation(hit, words) for hit in found["conversations"].hits]
    customers = [_customer(c, words) for c in found["customers"].items]
    articles = [_article(hit, words) for hit in found["articles"].hits]
    everything = f"{reverse('desk:search')}?{urlencode({'q': q})}" if conversations else ""
    context = {"conversations": conversations, "customers": customers, "articles": articles, "q": q}
    context["everything"] = everything
    return render(request, "desk/search/palette.html", context)


def _conversation(hit: Hit[Any], words: str) -> dict[str, Any]:
    return {
        "href": reverse("desk:conversation", args=[hit.item.pk]),
        "icon": capabilities_of(hit.item.channel).icon,
        "title": marks.marked(hit.item.subject or _("No subject"), words),
        "text": marks.excerpt(hit.message.text if hit.message else hit.item.preview, words, 90),
        "side": hit.item.customer.name or _("Somebody"),
    }


def _customer(customer: Any, words: str) -> dict[str, Any]:
    return {
        "href": reverse("desk:customer", args=[customer.pk]),
        "icon": "user",
        "title": marks.marked(customer.name or _("Somebody"), words),
        "text": next((address(i) for i in customer.identities.all()), ""),
    }


def _article(hit: Hit[Any], words: str) -> dict[str, Any]:
    return {
        "href": f"{reverse('desk:article', args=[hit.item.pk])}?language={hit.message.language}",
        "icon": "book",
        "title": marks.marked(hit.message.title, words),
        "text": marks.excerpt(hit.message.text, words, 90),
    }
