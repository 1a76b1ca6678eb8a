"""What machines ask for: the list of all pages, rules for robots, pictures and files."""

from collections import defaultdict
from datetime import datetime
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from tamada.core import storage
from tamada.kit.html.article import files_in
from tamada.kit.numbers import row_number
from tamada.knowledge.models import ArticleFile
from tamada.knowledge.queries import open_centres, public

from ..pages import NotHere, kept
from ..places import Place
from ..shelves import shelves, written_languages

_SHOWN: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_SCHEMA: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_MOST: Final = 10_000
"""Pages in one list. Allowed are 50,000 and 50 MB: with its other languages a page is up to 2 KB of that."""
_NOT_FOR_ROBOTS: Final = ("search", "suggest", "request", "opinions", "unopened")


# --- pages ------------------------------------------------------------------------------------------------------------


def sitemap(request: HttpRequest, place: Place) -> HttpResponseBase:
    """Every page in every language, each with its others; of very many a list of such lists."""
    pages = _pages(place)
    if len(pages) <= _MOST:
        return _listed(request, place, pages)
    parts = (place.whole(place.path(f"sitemap-{number}.xml")) for number in range(1, -(-len(pages) // _MOST) + 1))
    entries = "\n".join(f"<sitemap><loc>{escape(part)}</loc></sitemap>" for part in parts)
    return _xml(request, f'<sitemapindex xmlns="{_SCHEMA}">\n{entries}\n</sitemapindex>\n')


def part_of_sitemap(request: HttpRequest, place: Place, number: int) -> HttpResponseBase:
    """The pages of one of those lists."""
    pages = _pages(place)[max(0, number - 1) * _MOST :][:_MOST]
    if not number or not pages:
        raise NotHere
    return _listed(request, place, pages)


def _pages(place: Place) -> list[tuple[str, dict[str, str], datetime | None]]:
    """Each page's path, with those of the same in every language, and when it was changed."""
    groups: list[tuple[dict[str, str], datetime | None]] = [
        ({code: place.home(code) for code in written_languages(place.centre)}, None),
        *_categories(place),
        *_articles(place),
    ]
    return [(path, pages, at) for pages, at in groups for path in pages.values()]


def _listed(
    request: HttpRequest, place: Place, pages: list[tuple[str, dict[str, str], datetime | None]]
) -> HttpResponseBase:
    entries = "\n".join(_entry(place, others, at, path) for path, others, at in pages)
    return _xml(
        request, f'<urlset xmlns="{_SCHEMA}" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n{entries}\n</urlset>\n'
    )


def _xml(request: HttpRequest, body: str) -> HttpResponseBase:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    response = HttpResponse(head + body, content_type="application/xml; charset=utf-8")
    response["Cache-Control"] = "public, max-age=600"
    return kept(request, response)


def _categories(place: Place) -> list[tuple[dict[str, str], datetime | None]]:
    pages: dict[int, dict[str, str]] = defaultdict(dict)
    for code in place.centre.languages:
        for row, _count in shelves(place.centre, code):
            pages[row.pk][code] = place.category(row, code)
    return [(found, None) for found in pages.values()]


def _articles(place: Place) -> list[tuple[dict[str, str], datetime | None]]:
    pages: dict[int, dict[str, str]] = defaultdict(dict)
    changed: dict[int, datetime] = {}
    rows = public(place.centre).select_related(None).values_list("article", "language", "slug", "published_at")
    for pk, language, slug, at in rows:
        pages[pk][language] = place.path(language, "articles", slug)
        if at and at > changed.get(pk, at.min.replace(tzinfo=at.tzinfo)):
            changed[pk] = at
    return [(found, changed.get(pk)) for pk, found in pages.items()]


def _entry(place: Place, pages: dict[str, str], at: datetime | None, path: str) -> str:
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href={quoteattr(place.whole(other))}/>'
        for code, other in pages.items()
        if len(pages) > 1
    )
    modified = f"<lastmod>{at.date().isoformat()}</lastmod>" if at else ""
    return f"<url><loc>{escape(place.whole(path))}</loc>{modified}{others}</url>"


def robots(_request: HttpRequest, place: Place) -> HttpResponseBase:
    """For a centre at a host of its own: everything but what is worked out for one reader."""
    return _text([*(f"Disallow: /*/{name}" for name in _NOT_FOR_ROBOTS), "Disallow: /language/"], [place.canonical])


def robots_of_all(_request: HttpRequest) -> HttpResponseBase:
    """For the desk's host: the help centres below it, and nothing else."""
    centres = [Place(centre, "/help") for centre in open_centres() if not centre.host]
    hidden = [f"Disallow: /help/*/{name}" for name in _NOT_FOR_ROBOTS] if centres else []
    opened = ["Allow: /help/", "Allow: /static/"] if centres else []
    return _text([*opened, *hidden, "Disallow: /"], [place.canonical for place in centres])


def _text(rules: list[str], beginnings: list[str]) -> HttpResponseBase:
    lines = ["User-agent: *", *rules, "", *(f"Sitemap: {one}/sitemap.xml" for one in beginnings)]
    response = HttpResponse("\n".join(lines).rstrip() + "\n", content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=600"
    return response


# --- bytes ------------------------------------------------------------------------------------------------------------


def logo(_request: HttpRequest, place: Place, key: str) -> HttpResponseBase:
    """The centre's picture. Another one has another address."""
    centre = place.centre
    if not centre.logo or key != centre.logo[:16] or centre.logo_type not in _SHOWN:
        raise NotHere
    return _bytes(centre.logo, centre.logo_type, "", "public, max-age=31536000, immutable")


def file(_request: HttpRequest, place: Place, pk: str, name: str = "") -> HttpResponseBase:
    """A picture of an article that is published here, or a file beside it. What only a draft shows is not there."""
    del name
    row = ArticleFile.objects.filter(pk=row_number(pk)).first()
    words = list(public(place.centre).filter(article=row.article_id).values_list("html", flat=True)) if row else []
    if row is None or not words or (row.is_inline and not any(row.pk in files_in(html) for html in words)):
        raise NotHere
    type_ = row.type if row.type in _SHOWN else ""
    return _bytes(row.blob, type_, row.name, "public, max-age=300")


def _bytes(blob: str, type_: str, name: str, cache: str) -> HttpResponseBase:
    """Pictures are shown, everything else is saved; nothing runs in this origin."""
    try:
        content = storage.open(blob)
    except storage.MissingFile:
        raise NotHere from None
    response = FileResponse(content, content_type=type_ or "application/octet-stream")
    how = "inline" if type_ else "attachment"
    response["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(name, safe='')}" if name else how
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = cache
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
