"""A request to a person, with what was tried before. Works without JavaScript, and asks no third party who is human.

What machines do is made useless: a field that people do not see stays empty, a form is signed and at least some
seconds old, holds for a day and is one request however often it is sent, and an address sends only so many.
"""

import secrets
import time
from typing import Any, Final

from django.core import signing
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tamada.kit.numbers import row_numbers
from tamada.knowledge.actions import Question, ask
from tamada.knowledge.actions.requests import LARGEST_TEXT, MOST_READ
from tamada.knowledge.errors import Invalid
from tamada.knowledge.queries import public

from .. import contact, visitors
from ..pages import NotHere, Page, show
from ..places import Place
from .reading import light
from .searching import note_in_vain, words_in

_FORM: Final = "tamada.portal.request"
_SENT: Final = "tamada.portal.sent"
_HOLDS: Final = 24 * 3600
_LEAST: Final = 2.0
"""Seconds in which nobody reads a form and fills it in."""


def form(request: HttpRequest, place: Place, language: str) -> HttpResponseBase:
    """What they need, and where to answer."""
    words = words_in(request.GET.get("q"))
    read = row_numbers(request.GET.getlist("article"))[:MOST_READ]
    if words:
        note_in_vain(request, place, language, words)
    given = {"searched": words, "read": ",".join(map(str, read))}
    return _page(request, place, language, given)


def send(request: HttpRequest, place: Place, language: str) -> HttpResponseBase:
    """Take it in, and say its number."""
    visitors.check_own_form(request)
    given = {name: request.POST.get(name, "") for name in ("name", "email", "text", "searched", "read", "website")}
    if given["website"]:  # No person sees this field. Whoever filled it hears the same as everybody.
        return _to(place, language, None)
    visitors.check(request, visitors.REQUEST)
    try:
        question = Question(
            key=_key(request.POST.get("form", "")),
            email=given["email"],
            text=given["text"],
            name=given["name"],
            language=language,
            searched=given["searched"],
            read=row_numbers([given["read"]]),
        )
        number = ask(centre=place.centre, question=question)
    except Invalid as error:
        return _page(request, place, language, given, problem=error)
    return _to(place, language, number)


def sent(request: HttpRequest, place: Place, language: str, token: str) -> HttpResponseBase:
    """It has come in, under this number."""
    try:
        number, _random = signing.loads(token, salt=_SENT, max_age=_HOLDS)
    except (signing.BadSignature, ValueError):
        raise NotHere from None
    page = Page(title=_("We have your request"), path=place.home(language), cache="no-store", is_listed=False)
    return show(request, place, language, "sent", page, number=number)


def _to(place: Place, language: str, number: int | None) -> HttpResponseBase:
    token = signing.dumps([number, secrets.token_hex(4)], salt=_SENT)
    response = HttpResponseRedirect(place.path(language, "request", token))
    response.status_code = 303
    return response


def new_form(at: float | None = None) -> str:
    """What makes a form ours, and its request one."""
    return signing.dumps([secrets.token_urlsafe(16), at or time.time()], salt=_FORM)


def _key(form: str) -> str:
    """The name of this filling of the form. Raises `Invalid`."""
    try:
        key, at = signing.loads(form, salt=_FORM, max_age=_HOLDS)
    except (signing.BadSignature, ValueError):
        raise Invalid(_("This form is too old. Send it once more.")) from None
    if time.time() - float(at) < _LEAST:
        raise Invalid(_("That was very fast. Look through it once more, then send it."))
    return str(key)


def _page(
    request: HttpRequest, place: Place, language: str, given: dict[str, str], problem: Invalid | None = None
) -> HttpResponseBase:
    can = contact.request_inbox(place) is not None
    read = row_numbers([given.get("read", "")])[:MOST_READ]
    rows = light(public(place.centre, language)).filter(article__in=read) if read else []
    page = Page(title=_("Ask us"), path=place.path(language, "request"), cache="no-store", is_listed=False)
    content: dict[str, Any] = {
        "can": can,
        "given": given,
        "read": [row.title for row in rows],
        "form": new_form(),
        "longest": LARGEST_TEXT,
        "problem": problem.message if problem else "",
        "wrong": problem.field if problem else "",
    }
    return show(request, place, language, "request", page, status=422 if problem else 200, **content)
