"""Articles as the desk shows and edits them."""

import re
from dataclasses import dataclass
from json import dumps
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

from tamada.kit.html.article import shown_article
from tamada.kit.html.markup import attributes_of, written_attributes
from tamada.knowledge.models import Article, ArticleFile, Translation
from tamada.knowledge.queries import STATES, main_language, state

LANGUAGES = {"en": "English", "hy": "Հայերեն", "ka": "ქართული", "ru": "Русский"}
LOOKS = {"published": ("kept", "circle-check"), "draft": ("note", "edit"), "out_of_date": ("waiting", "refresh")}
_FIGURE = re.compile(
    r"<figure>\s*<img([^>]*)>\s*(?:<figcaption>(.*?)</figcaption>)?\s*</figure>|<img([^>]*)>", re.DOTALL
)
_BEYOND_TRIX = re.compile(r"<(?:table|details|dl|h4|code|sub|sup)\b")


@dataclass(frozen=True, slots=True)
class Told:
    """How far an article is in one language, as a chip shows it."""

    language: str
    name: str
    state: str
    word: str | Promise
    look: str
    icon: str
    has_draft: bool
    title: str

    @property
    def is_there(self) -> bool:
        """Whether there are any words in this language."""
        return self.state != "missing"


def told(article: Article, languages: list[str]) -> list[Told]:
    """Every language with how far the article is in it. Needs `translations` and `category__centre` fetched."""
    by_language = {one.language: one for one in article.translations.all()}
    main = by_language.get(main_language(article))
    return [_told(code, by_language.get(code), main) for code in languages]


def _told(code: str, one: Translation | None, main: Translation | None) -> Told:
    is_so = state(one, main)
    look, icon = LOOKS.get(is_so, ("", "plus"))
    has_draft = one is not None and one.has_draft and one.is_published
    title = one.working_title if one else ""
    return Told(code, LANGUAGES[code], is_so, STATES[is_so], look, icon, has_draft, title)


def title_of(article: Article) -> str:
    """What an article is called in a list: in its main language, else in any."""
    rows = list(article.translations.all())
    main = main_language(article)
    named = sorted(rows, key=lambda one: one.language != main)
    return next((one.working_title for one in named if one.working_title), "")


def html_shown(html: str) -> SafeString:
    """Kept words for a page of the desk."""
    return mark_safe(_shown(html))  # noqa: S308  cleaned when it was kept


def _shown(html: str) -> str:
    names = dict(ArticleFile.objects.filter(pk__in=_file_ids(html)).values_list("pk", "name"))
    known = set(Article.objects.filter(pk__in=_article_ids(html)).values_list("pk", flat=True))
    return shown_article(
        html,
        file=lambda pk: reverse("desk:article_file", args=[pk, names[pk]]) if pk in names else "",
        article=lambda pk: reverse("desk:article", args=[pk]) if pk in known else "",
    )


def _file_ids(html: str) -> list[int]:
    return [int(found) for found in re.findall(r'"article-file:(\d+)"', html)]


def _article_ids(html: str) -> list[int]:
    return [int(found) for found in re.findall(r'"article:(\d+)"', html)]


def for_editor(html: str) -> str:
    """Kept words as Trix takes them: pictures as attachments of its own."""
    return _FIGURE.sub(_as_attachment, _shown(html))


def _as_attachment(match: re.Match[str]) -> str:
    given = attributes_of(match[1] or match[3] or "")
    sizes = {name: int(given[name]) for name in ("width", "height") if given.get(name, "").isdecimal()}
    file: dict[str, Any] = {"contentType": "image", "url": given.get("src", ""), **sizes}
    caption = {"caption": re.sub(r"<[^>]+>", "", match[2])} if match[2] else {}
    told = {"data-trix-attachment": dumps(file), "data-trix-attributes": dumps(caption)}
    return f"<figure{written_attributes(told)}></figure>"


def is_beyond_trix(html: str) -> bool:
    """Whether words hold what the editor would lose, a table above all: they are edited as they are written."""
    return bool(_BEYOND_TRIX.search(html))
