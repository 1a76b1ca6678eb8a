"""Home, categories and articles."""

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tamada.core import dates
from tamada.kit.html.article import ARTICLE, FILE, files_in, links_in, shown_article
from tamada.knowledge.models import ArticleFile, Category, Translation
from tamada.knowledge.models.centres import in_language
from tamada.knowledge.queries import public, public_by_slug

from .. import contact, facts, visitors
from ..pages import NotHere, Page, show
from ..places import Place
from ..shelves import counts, most_helpful, shelves, written_languages

_OTHERS: Final = 50
_BESIDE: Final = 5
_DESCRIPTION: Final = 160
_GREETING: Final = 60
"""A short introduction is the heading of the home page; a longer one stands below ours."""

_LONGEST_WORDS: Final = 100
_SHOWN: Final = ("language", "slug", "title", "article__category")


def begin(request: HttpRequest, place: Place) -> HttpResponseBase:
    """To the reader's language."""
    language = visitors.language_for(request, place, written_languages(place.centre) or None)
    response = HttpResponseRedirect(place.home(language))
    response["Vary"] = "Accept-Language, Cookie"
    response["Cache-Control"] = "private, no-cache"
    return response


def with_slash(_request: HttpRequest, place: Place, language: str) -> HttpResponseBase:
    """The home page is called with a slash."""
    return HttpResponseRedirect(place.home(language))


def choose_language(request: HttpRequest, place: Place, code: str) -> HttpResponseBase:
    """Remember a language, and go on in it."""
    if code not in place.centre.languages:
        raise NotHere
    wanted = request.GET.get("next", "")
    is_ours = wanted.startswith(f"{place.root}/{code}/") and not any(char in wanted for char in "\\\r\n\t")
    response = HttpResponseRedirect(wanted if is_ours else place.home(code))
    visitors.remember_language(response, code)
    response["Cache-Control"] = "no-store"
    return response


# --- home and categories ----------------------------------------------------------------------------------------------


def home(request: HttpRequest, place: Place, language: str) -> HttpResponseBase:
    """What there is to read, and what helped others most."""
    rows, chosen = light(public(place.centre, language)), most_helpful(place.centre, language)
    known = rows.in_bulk(chosen) if chosen else {}
    best = [known[pk] for pk in chosen if pk in known]
    has_loose = None in counts(place.centre).get(language, {})
    loose = rows.filter(article__category=None)[:_OTHERS] if has_loose else []
    written = written_languages(place.centre)
    page = Page(
        title=_("Help"),
        path=place.home(language),
        description=in_language(place.centre.intros, language),
        others={code: place.home(code) for code in written},
        facts=facts.script(facts.site(place, language), facts.company(place, contact.ways(place), written)),
        is_listed=language in written,
    )
    return show(
        request,
        place,
        language,
        "home",
        page,
        greeting=page.description if len(page.description) <= _GREETING else "",
        categories=_shelves(place, language),
        best=links(place, best),
        loose=links(place, loose),
    )


def _shelves(place: Place, language: str) -> list[dict[str, Any]]:
    """Categories that stand under none, each with how much is in it and below."""
    rows = shelves(place.centre, language)
    below: dict[int, int] = {}
    for row, count in rows:
        below[row.parent_id or row.pk] = below.get(row.parent_id or row.pk, 0) + count
    return [_shelf(place, row, language, below[row.pk]) for row, _count in rows if row.parent_id is None]


def _shelf(place: Place, row: Category, language: str, count: int) -> dict[str, Any]:
    words = in_language(row.descriptions, language)
    return {"name": row.name_in(language), "text": words, "count": count, "href": place.category(row, language)}


def light(rows: QuerySet[Translation]) -> QuerySet[Translation]:
    """Articles for a list, without their words."""
    return rows.select_related("article").only(*_SHOWN)


def links(place: Place, rows: Iterable[Translation]) -> list[dict[str, str]]:
    """Title and address of each."""
    return [{"title": row.title, "href": place.article(row)} for row in rows]


def category(request: HttpRequest, place: Place, language: str, slug: str) -> HttpResponseBase:
    """The articles of a category, and of those below it under their names."""
    known = {row.slug: row for row, _count in shelves(place.centre, language)}
    row = known.get(slug)
    if row is None:
        raise NotHere
    parts = [one for one in known.values() if row.pk in (one.pk, one.parent_id)]
    found = list(light(public(place.centre, language)).filter(article__category__in=parts))
    sections = [
        {
            "name": "" if part.pk == row.pk else part.name_in(language),
            "articles": links(place, [one for one in found if one.article.category_id == part.pk]),
        }
        for part in parts
    ]
    name, steps = row.name_in(language), _steps(place, row, language)
    page = Page(
        title=name,
        path=place.category(row, language),
        description=in_language(row.descriptions, language),
        others=_others_of(place, parts, row),
        facts=facts.script(facts.trail(place, [*steps, (name, place.category(row, language))])),
    )
    return show(request, place, language, "category", page, steps=steps, sections=sections, text=page.description)


def _others_of(place: Place, parts: list[Category], row: Category) -> dict[str, str]:
    """The languages in which something stands in a category."""
    there, wanted = counts(place.centre), {part.pk for part in parts}
    return {code: place.category(row, code) for code in written_languages(place.centre) if wanted & there[code].keys()}


def _steps(place: Place, row: Category | None, language: str) -> list[tuple[str, str]]:
    """Names and addresses from the home page down to what `row` stands in."""
    above = [row.parent] if row is not None and row.parent is not None else []
    return [
        (_("Help"), place.home(language)),
        *((one.name_in(language), place.category(one, language)) for one in above),
    ]


# --- articles ---------------------------------------------------------------------------------------------------------


def article(request: HttpRequest, place: Place, language: str, slug: str) -> HttpResponseBase:
    """One article. Under a name that it had once it is sent on."""
    words = " ".join(request.GET.get("q", "").split())[:_LONGEST_WORDS]
    row, is_current = public_by_slug(place.centre, language, slug)
    if row is None:
        raise NotHere
    if not is_current:
        response = HttpResponseRedirect(place.article(row, words))
        response.status_code = 301
        response["Cache-Control"] = "public, max-age=3600"
        return response
    within = row.article.category
    steps = _steps(place, within, language)
    if within is not None:
        steps.append((within.name_in(language), place.category(within, language)))
    description = _beginning(row.text)
    page = Page(
        title=row.title,
        path=place.article(row),
        description=description,
        others=_languages_of(place, row),
        facts=facts.script(
            *facts.article(place, row, description), facts.trail(place, [*steps, (row.title, place.article(row))])
        ),
        kind="article",
        words=words,
        article=row.article_id,
        changed=row.published_at,
    )
    return show(
        request,
        place,
        language,
        "article",
        page,
        row=row,
        updated=dates.written(dates.local_day(row.published_at)) if row.published_at else "",
        steps=steps,
        html=_shown(place, row),
        files=_files(place, row),
        beside=links(place, _near(place, row)),
        opinion_at=place.path(language, "articles", row.slug, "opinion"),
    )


def _languages_of(place: Place, row: Translation) -> dict[str, str]:
    """Where the same article is read in each language that it is published in."""
    rows = light(public(place.centre)).filter(article=row.article_id)
    return {one.language: place.article(one) for one in rows}


def _beginning(text: str) -> str:
    """What search engines show under a title."""
    line = " ".join(text[: _DESCRIPTION * 4].split())
    return line if len(line) <= _DESCRIPTION else line[:_DESCRIPTION].rpartition(" ")[0] + "…"


def _shown(place: Place, row: Translation) -> SafeString:
    """Its words with addresses of this centre; a link to what is not public loses its address, a picture goes."""
    own = (
        set(ArticleFile.objects.filter(article=row.article_id).values_list("pk", flat=True)) if FILE in row.html else ()
    )
    targets = _targets(place, row)

    def file(pk: int) -> str:
        return place.path("files", str(pk)) if pk in own else ""

    html = shown_article(row.html, file=file, article=lambda pk: targets.get(pk, ""))
    return mark_safe(html)  # noqa: S308  cleaned when it was kept


def _targets(place: Place, row: Translation) -> dict[int, str]:
    """Where links to other articles lead: in this language if they are in it."""
    wanted = [int(href.removeprefix(ARTICLE)) for href in links_in(row.html) if href.startswith(ARTICLE)]
    found: dict[int, str] = {}
    for one in light(public(place.centre)).filter(article__in=wanted) if wanted else ():
        if one.article_id not in found or one.language == row.language:
            found[one.article_id] = place.article(one)
    return found


def _files(place: Place, row: Translation) -> list[dict[str, Any]]:
    """Files to take away. Pictures that stand in the text are not repeated."""
    shown = files_in(row.html)
    rows = ArticleFile.objects.filter(article=row.article_id, is_inline=False)
    return [
        {"name": one.name, "size": one.size, "href": place.path("files", str(one.pk), one.name)}
        for one in rows
        if one.pk not in shown
    ]


def _near(place: Place, row: Translation) -> QuerySet[Translation]:
    """Others of the same category."""
    rows = light(public(place.centre, row.language)).exclude(article=row.article_id)
    return rows.filter(article__category=row.article.category_id)[:_BESIDE]
