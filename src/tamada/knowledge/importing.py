"""Articles from a folder of Markdown or HTML files: read whole first, then written by this room's own actions.

A file is one language of an article: `CATEGORY/NAME.LANGUAGE.md`. What was imported before is changed, not doubled: an
article is known by the path that its files had, else by its name in addresses within its category.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final

import yaml
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.core.actors import Actor
from tamada.kit.html import clean_article, to_text
from tamada.kit.sniff import sniff
from tamada.kit.text import detect_language, slug

from . import actions
from .actions import Settled
from .errors import Invalid
from .exporting import UNSORTED
from .folders import beside, texts
from .markdown import front_matter, to_html
from .models import Article, ArticleFile, Audience, Category, Kind, SourcePath, Translation
from .models.centres import LANGUAGES
from .queries import main_centre
from .references import meaning

_LANGUAGE: Final = re.compile(r"^(?P<name>.+?)[._](?P<language>[a-z]{2})$")
_TITLE: Final = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_HEADING: Final = re.compile(r"<h1[^>]*>(.*?)</h1>", re.IGNORECASE | re.DOTALL)
_BODY: Final = re.compile(r"<body[^>]*>(.*)", re.IGNORECASE | re.DOTALL)
_LANG: Final = re.compile(r"<html[^>]*\blang=[\"']?([a-z]{2})", re.IGNORECASE)


@dataclass(slots=True)
class Page:
    """One file as it was read."""

    path: str
    place: str
    """Which article it is one language of: `CATEGORY/NAME`, with the folders between."""
    name: str
    category: str
    language: str
    title: str
    html: str
    fields: dict[str, Any]


@dataclass(slots=True)
class Imported:
    """What became of it; `problems` are (path, why)."""

    articles: int = 0
    translations: int = 0
    files: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)


def import_articles(*, agent: Agent | None, actor: Actor, files: Mapping[str, bytes]) -> Imported:
    """Bring articles in. Those of who may not publish, and those that say `published: false`, stay drafts."""
    done = Imported()
    pages = [page for page in (_read(path, text, done) for path, text in texts(files, _ENDINGS)) if page]
    run = _Run(agent, actor, files, done)
    run.categories(pages)
    run.articles(pages)
    main = main_centre().main_language
    for page in sorted(pages, key=lambda one: one.language != main):  # the others are made from its versions
        try:
            run.write(page)
        except Invalid as error:
            done.problems.append((page.path, error.message))
    return done


_ENDINGS: Final = (".md", ".markdown", ".html", ".htm")


def _read(path: str, text: str, done: Imported) -> Page | None:
    try:
        is_html = path.lower().endswith((".html", ".htm"))
        fields, body = ({}, text) if is_html else front_matter(text)
        return _page(path, fields, body, is_html=is_html)
    except ValueError:
        done.problems.append((path, _("The fields at its top can't be read.")))
        return None


def _page(path: str, fields: dict[str, Any], body: str, *, is_html: bool) -> Page:
    pure = PurePosixPath(path)
    named = _LANGUAGE.match(pure.stem)
    html, title = _from_html(body) if is_html else (to_html(body), "")
    said = (_line(fields.get("language")) or (named["language"] if named else "")).lower()
    given = _LANG.search(body[:2_000]) if is_html else None
    language = next((code for code in (said, given[1].lower() if given else "") if code in LANGUAGES), "")
    folders = [part for part in pure.parent.parts if part != "articles"]
    if not title and not fields.get("title") and (heading := _HEADING.search(html)):
        title, html = to_text(heading[1]), html.replace(heading[0], "", 1)
    name = named["name"] if named and named["language"] in LANGUAGES else pure.stem
    category = _line(fields.get("category")) or (folders[0] if folders else "")
    return Page(
        path=path,
        place="/".join([_slug(category), *folders[1:], name]),
        name=name,
        category=category,
        language=language or _guessed(html),
        title=_line(fields.get("title")) or title or name.replace("-", " "),
        html=html,
        fields=fields,
    )


def _slug(category: str) -> str:
    """What a category of this name is called in addresses."""
    return slug(category, "category") if category not in ("", UNSORTED) else UNSORTED


def _line(value: object) -> str:
    """A field that is a text or a number; what is nested says nothing, and may be of any size."""
    return str(value).strip() if isinstance(value, (str, int, float)) else ""


def _from_html(text: str) -> tuple[str, str]:
    title = _TITLE.search(text[:20_000])
    body = _BODY.search(text)
    html = body[1] if body else text
    heading = _HEADING.search(html)
    if heading:
        html = html.replace(heading[0], "", 1)
    named = heading or title
    return html, to_text(named[1]).strip() if named else ""


def _guessed(html: str) -> str:
    found = detect_language(to_text(html)[:2_000])
    code = str(getattr(found, "code", found))
    return code if code in LANGUAGES else main_centre().main_language


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What a `category.yml` says."""

    slug: str
    names: dict[str, str]
    descriptions: dict[str, str]
    position: int


def _by_language(given: object) -> dict[str, str]:
    return {str(code): _line(words) for code, words in given.items()} if isinstance(given, dict) else {}


def _remembered(places: Iterable[str]) -> dict[str, Article]:
    """The articles that came from these places before, but for those that were deleted."""
    found: dict[str, Article] = {}
    listed = list(places)
    for start in range(0, len(listed), _AT_ONCE):
        rows = SourcePath.objects.filter(
            path__in=listed[start : start + _AT_ONCE], article__deleted_at=None
        ).select_related("article")
        found |= {row.path: row.article for row in rows}
    return found


_AT_ONCE: Final = 500


@dataclass(slots=True)
class _Run:
    agent: Agent | None
    actor: Actor
    files: Mapping[str, bytes]
    done: Imported
    shelves: dict[str, Category] = field(default_factory=dict)
    known: dict[str, Article] = field(default_factory=dict)
    paths: dict[str, int] = field(default_factory=dict)
    stored: dict[tuple[int, str], ArticleFile] = field(default_factory=dict)
    written: set[tuple[int, str]] = field(default_factory=set)

    @property
    def by(self) -> dict[str, Any]:
        return {"agent": self.agent, "actor": self.actor}

    def categories(self, pages: list[Page]) -> None:
        """Shelves by the names of folders; a `category.yml` in one says what it is called."""
        centre = main_centre()
        rows = Category.objects.order_by("centre__is_main").select_related("centre")  # of two alike, the main centre's
        self.shelves = {row.slug: row for row in rows}
        wanted = {_slug(page.category): page.category for page in pages}
        names = [name for key, name in wanted.items() if key != UNSORTED and key not in self.shelves]
        for about in sorted(map(self._about, names), key=lambda one: (one.position, one.slug)):
            titles = about.names or {code: about.slug.replace("-", " ").capitalize() for code in centre.languages[:1]}
            self.shelves[_slug(about.slug)] = actions.save_category(
                **self.by, centre=centre, names=titles, descriptions=about.descriptions, slug_hint=about.slug
            )

    def _about(self, name: str) -> "_Shelf":
        places = (f"articles/{name}/category.yml", f"{name}/category.yml")
        found = next((path for path in places if path in self.files), "")
        try:
            about = yaml.safe_load(self.files[found][:20_000]) if found else None
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
            about = None
        given = about if isinstance(about, dict) else {}
        position = given.get("position")
        place = position if isinstance(position, int) else 0
        return _Shelf(name, _by_language(given.get("names")), _by_language(given.get("descriptions")), place)

    def articles(self, pages: list[Page]) -> None:
        """The articles that the files are languages of: what came from there before, what is called so, or new ones."""
        groups: dict[str, list[Page]] = {}
        for page in pages:
            groups.setdefault(page.place, []).append(page)
        self.known = _remembered(groups)
        for place, group in groups.items():
            if place not in self.known:
                with transaction.atomic():
                    self.known[place] = self._named(group) or self._made(group[0])
                    SourcePath.objects.update_or_create(path=place, defaults={"article": self.known[place]})
            self.paths |= dict.fromkeys((page.path for page in group), self.known[place].pk)

    def _named(self, group: list[Page]) -> Article | None:
        """The article of this name and category, in the languages of its files first; none that other files are of."""
        first, own = group[0], {page.language for page in group}
        shelf = Q(article__category__slug=_slug(first.category))
        if _slug(first.category) == UNSORTED:
            shelf = Q(article__category=None)
        rows = Translation.objects.filter(shelf, slug=first.name, article__deleted_at=None).select_related("article")
        taken = {article.pk for article in self.known.values()}
        free = [row for row in rows if row.article_id not in taken]
        best = min(free, key=lambda row: (row.language not in own, row.pk), default=None)
        return best.article if best else None

    def _made(self, page: Page) -> Article:
        fields = page.fields
        is_internal = fields.get("audience") == Audience.INTERNAL
        self.done.articles += 1
        settled = Settled(
            category=self.shelves.get(_slug(page.category)),
            kind=Kind.SNIPPET if fields.get("kind") == Kind.SNIPPET else Kind.ARTICLE,
            audience=Audience.INTERNAL if is_internal else Audience.PUBLIC,
            position=position if isinstance(position := fields.get("position"), int) else 0,
        )
        return actions.create_article(**self.by, settled=settled)

    def write(self, page: Page) -> None:
        """The words of one file, its pictures, and how it is asked for."""
        article = self.known[page.place]
        if (article.pk, page.language) in self.written:
            raise Invalid(_("Another file is this article in this language."))
        self.written.add((article.pk, page.language))
        html = clean_article(page.html, resolve=lambda address: self._meaning(article, page, address))
        row = actions.save_draft(**self.by, article=article, language=page.language, title=page.title, html=html)
        asked = page.fields.get("phrasings")
        if isinstance(asked, list):
            actions.add_phrasings(**self.by, article=article, language=page.language, texts=map(_line, asked[:100]))
        is_wanted = page.fields.get("published", True) is not False and actions.may_publish(self.agent)
        if is_wanted and (row.has_draft or not row.is_published):
            actions.publish(**self.by, translation=row)
        self.done.translations += 1

    def _meaning(self, article: Article, page: Page, address: str) -> str | None:
        path = beside(page.path, address) if "://" not in address else ""
        if path in self.paths:
            return f"article:{self.paths[path]}"
        if path in self.files:
            return self._file(article, path)
        return meaning(address)

    def _file(self, article: Article, path: str) -> str | None:
        """A picture that the words show, stored once for each article."""
        content = self.files[path]
        if sniff(content) not in actions.PICTURES:
            return None
        if (article.pk, path) not in self.stored:
            name = re.sub(r"^\d+-", "", PurePosixPath(path).name)
            known = next((one for one in article.files.all() if one.name == name and one.size == len(content)), None)
            self.stored[article.pk, path] = known or actions.add_file(
                **self.by, article=article, name=name, content=content, is_inline=True
            )
            self.done.files += known is None
        return f"article-file:{self.stored[article.pk, path].pk}"
