"""Whether an article helped, and why not: once a day from one browser."""

from typing import Final

from django.core import signing
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tamada.knowledge.actions import explain_opinion, give_opinion
from tamada.knowledge.errors import Invalid
from tamada.knowledge.models import Opinion, Reason
from tamada.knowledge.queries import public, public_by_slug

from .. import visitors
from ..pages import NotHere, Page, show
from ..places import Place

_SALT: Final = "tamada.portal.opinion"
_HOLDS: Final = 24 * 3600
_NONE: Final = 0
"""Stands for an opinion that was not counted, because they had given one: they hear the same thanks."""


def give(request: HttpRequest, place: Place, language: str, slug: str) -> HttpResponseBase:
    """Take an opinion, then thank for it."""
    visitors.check_own_form(request)
    row, is_current = public_by_slug(place.centre, language, slug)
    helpful = request.POST.get("helpful")
    if row is None or not is_current or helpful not in ("yes", "no"):
        raise NotHere
    given = _NONE
    if not visitors.has_said(request, row.pk):
        visitors.check(request, visitors.OPINION)
        given = give_opinion(translation=row, helpful=helpful == "yes").pk
    token = signing.dumps([given, row.article_id, helpful], salt=_SALT)
    response = _seen_other(place.path(language, "opinions", token))
    visitors.remember_opinion(request, response, row.pk)
    return response


def thanks(request: HttpRequest, place: Place, language: str, token: str) -> HttpResponseBase:
    """Thanks; who was not helped may say why."""
    given, article, helpful = _read(token)
    asks = helpful == "no" and given != _NONE and "done" not in request.GET
    return _page(request, place, language, token, article, asks=asks, helpful=helpful == "yes")


def explain(request: HttpRequest, place: Place, language: str, token: str) -> HttpResponseBase:
    """Keep the reason."""
    visitors.check_own_form(request)
    visitors.check(request, visitors.OPINION)
    given, article, _helpful = _read(token)
    opinion = Opinion.objects.filter(pk=given).first()
    if opinion is None:
        raise NotHere
    comment = request.POST.get("comment", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    try:
        explain_opinion(opinion=opinion, reason=request.POST.get("reason", ""), comment=comment)
    except Invalid as error:
        return _page(
            request, place, language, token, article, asks=True, status=422, problem=error.message, comment=comment
        )
    return _seen_other(place.path(language, "opinions", token, done="1"))


def _page(
    request: HttpRequest,
    place: Place,
    language: str,
    token: str,
    article: int,
    *,
    asks: bool,
    helpful: bool = False,
    status: int = 200,
    problem: str = "",
    comment: str = "",
) -> HttpResponseBase:
    row = public(place.centre, language).filter(article=article).first()
    page = Page(
        title=_("What was missing?") if asks else _("Thank you"),
        path=place.home(language),
        article=article,
        cache="no-store",
        is_listed=False,
    )
    return show(
        request,
        place,
        language,
        "opinion",
        page,
        status=status,
        asks=asks,
        helpful=helpful,
        reasons=Reason.choices,
        explain_at=place.path(language, "opinions", token),
        back={"title": row.title, "href": place.article(row)} if row else None,
        problem=problem,
        comment=comment,
    )


def _read(token: str) -> tuple[int, int, str]:
    try:
        given, article, helpful = signing.loads(token, salt=_SALT, max_age=_HOLDS)
    except (signing.BadSignature, ValueError):
        raise NotHere from None
    return int(given), int(article), str(helpful)


def _seen_other(path: str) -> HttpResponseRedirect:
    response = HttpResponseRedirect(path)
    response.status_code = 303
    response["Cache-Control"] = "no-store"
    return response
