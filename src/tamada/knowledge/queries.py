"""Reads: what our people see, what customers may read, and how far each language is."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import allowed
from tamada.kit.html.article import ARTICLE, links_in

from .models import (
    Article,
    ArticleFile,
    Category,
    DeadEnd,
    HelpCentre,
    Kind,
    Link,
    LinkStatus,
    OldSlug,
    Opinion,
    Phrasing,
    Reason,
    Translation,
)
from .models.articles import Audience
from .points import address_of

# --- what our people see ----------------------------------------------------------------------------------------------


def visible_to(agent: Agent) -> QuerySet[Article]:
    """Articles this agent may see: all that are not deleted, for everybody who works here."""
    return Article.objects.all() if allowed(agent, "knowledge.read") else Article.objects.none()


def deleted_for(agent: Agent) -> QuerySet[Article]:
    """What was deleted and can be brought back, newest first, for who may do so."""
    if not allowed(agent, "knowledge.publish"):
        return Article.everything.none()
    return Article.everything.filter(deleted_at__isnull=False).order_by("-deleted_at")


def with_everything(articles: QuerySet[Article]) -> QuerySet[Article]:
    """Articles with what a list shows of each, in a query for each kind of it."""
    words = Translation.objects.defer("html", "text", "draft_html")
    return articles.select_related("category__centre", "owner").prefetch_related(Prefetch("translations", words))


STATES: Final = {
    "published": _("Published"),
    "draft": _("Draft"),
    "out_of_date": _("Out of date"),
    "missing": _("Missing"),
}
"""How far an article is in one language."""


def main_language(article: Article) -> str:
    """The language it is written in first: that of its help centre."""
    category = article.category
    return category.centre.main_language if category else main_centre().main_language


def state(translation: Translation | None, main: Translation | None) -> str:
    """How far a translation is: a key of `STATES`. `main` is the one in the language it is made from."""
    if translation is None:
        return "missing"
    if not translation.is_published:
        return "draft"
    if main is not None and main.pk != translation.pk and main.is_published and translation.based_on < main.version:
        return "out_of_date"
    return "published"


def states(article: Article, languages: Iterable[str]) -> dict[str, str]:
    """How far an article is in each of some languages."""
    by_language = {one.language: one for one in article.translations.all()}
    main = by_language.get(main_language(article))
    return {code: state(by_language.get(code), main) for code in languages}


def in_state(articles: QuerySet[Article], wanted: str, languages: Iterable[str]) -> QuerySet[Article]:
    """Those that are so in at least one of these languages."""
    found = Q(pk__in=[])
    for code in languages:
        own = Translation.objects.filter(article=OuterRef("pk"), language=code)
        found |= _stands(wanted, own)
    return articles.filter(found)


def _stands(wanted: str, own: QuerySet[Translation]) -> Q:
    if wanted == "missing":
        return Q(~Exists(own))
    if wanted == "draft":
        return Q(Exists(own.filter(is_published=False)))
    if wanted == "out_of_date":
        return Q(Exists(own.filter(out_of_date())))
    return Q(Exists(own.filter(is_published=True).exclude(out_of_date())))


def out_of_date() -> Q:
    """Published translations whose main language says something newer by now."""
    newer = Q()
    centres = list(HelpCentre.objects.all())
    for centre in centres:
        of = Q(article__category__centre=centre)
        of = of | Q(article__category=None) if centre.is_main else of
        main = Translation.objects.filter(
            article=OuterRef("article"),
            language=centre.main_language,
            is_published=True,
            version__gt=OuterRef("based_on"),
        )
        newer |= of & ~Q(language=centre.main_language) & Q(Exists(main))
    return Q(is_published=True) & newer if newer else Q(pk__in=[])


def due_for_review(today: date | None = None) -> Q:
    """Articles that somebody wanted to read again by now."""
    return Q(review_at__lte=today or timezone.localdate())


def with_troubles() -> Q:
    """Articles with a link that leads nowhere."""
    return Q(Exists(Link.objects.filter(translation__article=OuterRef("pk"), status=LinkStatus.BROKEN)))


def broken_links(article: Article | None = None) -> QuerySet[Link]:
    """Links of what is published that lead nowhere, of one article or of all."""
    rows = Link.objects.filter(status=LinkStatus.BROKEN, translation__article__deleted_at=None)
    return rows.filter(translation__article=article) if article else rows


# --- help centres -----------------------------------------------------------------------------------------------------


def main_centre() -> HelpCentre:
    """The centre that is there from the start."""
    found = HelpCentre.objects.filter(is_main=True).first()
    return found or HelpCentre.objects.get_or_create(is_main=True, defaults={"slug": "main", "is_published": True})[0]


def open_centres() -> QuerySet[HelpCentre]:
    """Centres that customers may see."""
    return HelpCentre.objects.filter(is_published=True)


def categories(centre: HelpCentre) -> QuerySet[Category]:
    """The categories of a centre, in their order."""
    return Category.objects.filter(centre=centre).select_related("centre", "parent").order_by("position", "id")


# --- what customers may read: the one door for portal and widget ------------------------------------------------------


def public(centre: HelpCentre, language: str | None = None) -> QuerySet[Translation]:
    """What of a centre customers may read now, in one language or in all; in the order of the shelf."""
    here = Q(article__category__centre=centre)
    if centre.is_main:
        here |= Q(article__category=None)
    rows = Translation.objects.filter(
        here,
        is_published=True,
        language__in=centre.languages,
        article__deleted_at=None,
        article__audience=Audience.PUBLIC,
        article__kind=Kind.ARTICLE,
    )
    if language is not None:
        rows = rows.filter(language=language)
    return rows.select_related("article__category__centre").order_by("article__position", "article_id", "id")


def public_by_slug(centre: HelpCentre, language: str, slug: str) -> tuple[Translation | None, bool]:
    """What a customer asks for by its name in the address, and whether it is called so now; (None, False) for nothing.

    Under a name that it had once, it is to be sent on to its own.
    """
    rows = public(centre, language)
    if found := rows.filter(slug=slug).first():
        return found, True
    old = OldSlug.objects.filter(language=language, slug=slug, translation__in=rows).values_list(
        "translation", flat=True
    )
    return rows.filter(pk__in=old).first(), False


# --- phrasings and dead ends ------------------------------------------------------------------------------------------


def accepted_phrasings() -> QuerySet[Phrasing]:
    """Every way to ask that somebody looked at, of articles that are there."""
    return Phrasing.objects.filter(accepted=True, article__deleted_at=None)


def dead_ends() -> QuerySet[DeadEnd]:
    """Searches in vain that nobody has dealt with, the most frequent first."""
    rows = DeadEnd.objects.filter(dismissed_at=None).select_related("centre")
    return rows.order_by("-count", "-last_at")


# --- what words refer to ----------------------------------------------------------------------------------------------


def files_visible_to(agent: Agent) -> QuerySet[ArticleFile]:
    """Pictures and files of articles this agent may see."""
    return ArticleFile.objects.filter(article__in=visible_to(agent))


def public_addresses(html: str, language: str) -> dict[int, str]:
    """Where customers read the articles that some words link to: in this language, else in the main one."""
    ids = {int(link.removeprefix(ARTICLE)) for link in links_in(html) if link.startswith(ARTICLE)}
    if not ids:
        return {}
    rows = Translation.objects.filter(article__in=ids, is_published=True, article__deleted_at=None)
    listed = sorted(rows.select_related("article__category__centre"), key=lambda row: row.language == language)
    return {row.article_id: address for row in listed if (address := address_of(row))}


# --- what readers say -------------------------------------------------------------------------------------------------


def reasons(article: Article) -> list[tuple[str, int]]:
    """Why it did not help, the most frequent reason first."""
    no = Opinion.objects.filter(translation__article=article, helpful=False).exclude(reason="")
    counted = no.order_by().values_list("reason").annotate(total=Count("pk")).order_by("-total")
    return [(str(Reason(reason).label), total) for reason, total in counted]


def comments(article: Article) -> QuerySet[Opinion]:
    """What readers wrote beside, newest first."""
    rows = Opinion.objects.filter(translation__article=article).exclude(comment="")
    return rows.select_related("translation").order_by("-pk")


# --- settings ---------------------------------------------------------------------------------------------------------


def may_settle(agent: Agent) -> bool:
    """Whether they may change help centres."""
    return allowed(agent, "knowledge.settings")


def category_rows(centre: HelpCentre) -> list[tuple[Category, int]]:
    """Categories with how many articles stand in each, every one under its parent."""
    counted = Article.objects.filter(category__centre=centre).order_by().values_list("category")
    counts = dict(counted.annotate(total=Count("pk")))
    rows = list(categories(centre))
    roots = [row for row in rows if row.parent_id is None]
    order = [one for root in roots for one in (root, *(row for row in rows if row.parent_id == root.pk))]
    return [(row, counts.get(row.pk, 0)) for row in order]
