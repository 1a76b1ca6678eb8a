"""Articles as a folder of Markdown: `articles/CATEGORY/SLUG.LANGUAGE.md`, with their pictures beside."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any, Final

import yaml
from django.db.models import QuerySet

from tamada.core import storage
from tamada.kit.html.article import shown_article

from .markdown import to_markdown, with_front_matter
from .models import Article, ArticleFile, Category, Translation
from .queries import main_centre

UNSORTED = "unsorted"
_AT_ONCE: Final = 100


def files() -> Iterator[tuple[str, bytes]]:
    """Everything that is not deleted: what is published, and drafts of what never was. Read some articles at a time."""
    articles = Article.objects.select_related("category__centre")
    for category in Category.objects.filter(articles__in=Article.objects.all()).distinct():
        about: dict[str, Any] = {"names": category.names, "descriptions": category.descriptions}
        about["position"] = category.position
        yield f"articles/{category.slug}/category.yml", yaml.safe_dump(about, allow_unicode=True).encode()
    places = _places(articles)
    for article in articles.prefetch_related("translations", "files", "phrasings").iterator(chunk_size=_AT_ONCE):
        if article.pk not in places:  # made a moment ago
            continue
        for row in article.translations.all():
            yield f"{places[article.pk]}.{row.language}.md", _written(article, row, places).encode()
        for file in article.files.all():
            with suppress(storage.MissingFile):
                yield _file_path(places[article.pk], file), storage.read(file.blob)


def _places(articles: QuerySet[Article]) -> dict[int, str]:
    """The path of each article without language and ending, every one once."""
    names: dict[int, dict[str, str]] = {}
    for pk, language, slug in Translation.objects.order_by("pk").values_list("article", "language", "slug"):
        names.setdefault(pk, {})[language] = slug
    main, taken = main_centre(), dict[str, int]()
    for article in articles.iterator(chunk_size=_AT_ONCE):
        centre = article.category.centre if article.category else main
        rows = names.get(article.pk, {})
        name = rows.get("en") or rows.get(centre.main_language) or next(iter(rows.values()), f"article-{article.pk}")
        place = f"articles/{article.category.slug if article.category else UNSORTED}/{name}"
        taken[place if place not in taken else f"{place}-{article.pk}"] = article.pk
    return {pk: place for place, pk in taken.items()}


def _file_path(place: str, file: ArticleFile) -> str:
    return f"{PurePosixPath(place).parent}/files/{file.pk}-{PurePosixPath(file.name).name}"


def _written(article: Article, row: Translation, places: dict[int, str]) -> str:
    here = PurePosixPath(places[article.pk]).parent
    files = {file.pk: file for file in article.files.all()}

    def picture(pk: int) -> str:
        return os.path.relpath(_file_path(places[article.pk], files[pk]), here) if pk in files else ""

    def other(pk: int) -> str:
        return os.path.relpath(f"{places[pk]}.{row.language}.md", here) if pk in places else ""

    is_new = not row.version
    html = shown_article(row.draft_html if is_new else row.html, file=picture, article=other)
    fields: dict[str, Any] = {"title": row.draft_title if is_new else row.title, "language": row.language}
    fields |= {"audience": article.audience, "kind": article.kind, "published": row.is_published}
    fields["position"] = article.position
    if article.category:  # a page that comes back alone is known by it
        fields["category"] = article.category.slug
    asked = [one.text for one in article.phrasings.all() if one.accepted and one.language == row.language]
    return with_front_matter(fields | ({"phrasings": asked} if asked else {}), to_markdown(html))
