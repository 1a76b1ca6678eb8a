"""Words: written as a draft, seen by readers when somebody publishes, kept as versions."""

from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.core import audit
from tamada.core.actors import Actor
from tamada.kit.html import clean_article, to_text
from tamada.kit.text import slug

from ..errors import Invalid, Stale
from ..events import EVERYBODY, ArticlePublished, ArticleUnpublished
from ..indexing import index_article
from ..models import Article, Link, OldSlug, Translation, Version
from ..models.centres import LANGUAGES
from ..queries import main_language
from ..references import meaning, urls_in
from .door import locked, renew_state, require, tell

MOST_HTML: Final = 200_000
LONGEST_TITLE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What an article is to say in one language."""

    title: str
    html: str

    def checked(self) -> "Words":
        """As they are kept: one line of title, clean HTML. Raises `Invalid`."""
        title = " ".join(self.title.replace("\0", "").split())
        if not title:
            raise Invalid(_("Enter a title."), "title")
        if len(title) > LONGEST_TITLE:
            raise Invalid(_("This title is too long."), "title")
        if len(self.html) > MOST_HTML:
            raise Invalid(_("This article is too long."), "html")
        return Words(title=title, html=cleaned(self.html))


def cleaned(html: str) -> str:
    """Words as they would be kept."""
    return clean_article(html, resolve=meaning)


@transaction.atomic
def save_draft(
    *,
    agent: Agent | None,
    actor: Actor,
    article: Article,
    language: str,
    title: str,
    html: str,
    seen: int | None = None,
) -> Translation:
    """Keep what is being written in one language; readers still see what was published.

    `seen` is the `edited` of the translation that the writer began from, None where nothing is lost by it. Raises
    `PermissionDenied`, `Invalid`, or `Stale` with what somebody else wrote meanwhile.
    """
    require(agent, "knowledge.write")
    if language not in LANGUAGES:
        raise Invalid(_("Choose a language."), "language")
    words = Words(title=title, html=html).checked()
    row = locked(article)
    found = row.translations.filter(language=language).first() or Translation(article=row, language=language)
    if seen is not None and seen != found.edited:
        raise Stale(found)
    if (found.working_title, found.working_html) == (words.title, words.html) and found.pk:
        return found
    is_taken_up = not found.has_draft or found.draft_by_id != (agent.pk if agent else None)
    found.draft_title, found.draft_html = words.title, words.html
    found.draft_by, found.draft_at = agent, timezone.now()
    found.edited += 1
    if not found.version:
        found.slug = free_slug(words.title, found)
    if not found.pk:
        found.based_on = _main_version(row)
    _save_named(found)
    if is_taken_up:  # not each of the times that it is kept while somebody writes
        audit.record(actor, "article.written", row, language=language)
    tell(row, actor)
    return found


@transaction.atomic
def discard_draft(*, agent: Agent | None, actor: Actor, translation: Translation, seen: int | None = None) -> None:
    """Throw away what is being written; a translation that was never published goes with it."""
    require(agent, "knowledge.write")
    row = locked(translation.article)
    found = row.translations.get(pk=translation.pk)
    _check_seen(found, seen)
    if not found.has_draft:
        return
    audit.record(actor, "article.draft_discarded", row, language=found.language)
    if found.version:
        _drop_draft(found)
        found.edited += 1
        found.save()
    else:
        found.delete()
    tell(row, actor)


@transaction.atomic
def publish(
    *, agent: Agent | None, actor: Actor, translation: Translation, seen: int | None = None, is_current: bool = True
) -> Translation:
    """Let readers see what was written; without a draft, see again what was published.

    `is_current` says that a translation stands for what the main language says now. Raises `PermissionDenied`,
    `Invalid` for an article without words, or `Stale`.
    """
    require(agent, "knowledge.publish")
    row = locked(translation.article)
    found = row.translations.select_related("article").get(pk=translation.pk)
    _check_seen(found, seen)
    if not to_text(found.working_html).strip() and "<img" not in found.working_html:
        raise Invalid(_("Write something before you publish it."), "html")
    if found.has_draft:
        _take_draft(found, agent)
    found.is_published, found.published_at = True, timezone.now()
    if is_current:
        found.based_on = found.version if found.language == main_language(row) else _main_version(row)
    found.edited += 1
    _save_named(found)
    if found.version == 1 and found.language == main_language(row):
        # What was published before there was anything to translate from is no older than that.
        row.translations.filter(based_on=0).update(based_on=1)
    _note_links(found)
    index_article(row.pk, found.language)
    renew_state()
    audit.record(actor, "article.published", row, language=found.language, version=found.version)
    told = ArticlePublished(
        audience=EVERYBODY,
        article=row.pk,
        internal=not row.is_public,
        language=found.language,
        version=found.version,
    )
    tell(row, actor, told)
    return found


def _take_draft(found: Translation, agent: Agent | None) -> None:
    """What is written becomes what readers see, under the next number; its address follows the title."""
    found.title, found.html = found.draft_title, found.draft_html
    found.text = to_text(found.html)
    found.version += 1
    wanted = free_slug(found.title, found)
    if wanted != found.slug:
        if found.version > 1:
            OldSlug.objects.update_or_create(language=found.language, slug=found.slug, defaults={"translation": found})
        OldSlug.objects.filter(language=found.language, slug=wanted, translation=found).delete()
        found.slug = wanted
    _drop_draft(found)
    Version.objects.create(
        translation=found, number=found.version, title=found.title, html=found.html, by=agent, at=timezone.now()
    )


def _drop_draft(found: Translation) -> None:
    found.draft_title, found.draft_html, found.draft_by, found.draft_at = "", "", None, None


def _note_links(found: Translation) -> None:
    urls = urls_in(found.html)
    found.links.exclude(url__in=urls).delete()
    Link.objects.bulk_create([Link(translation=found, url=url) for url in urls], ignore_conflicts=True)


@transaction.atomic
def unpublish(*, agent: Agent | None, actor: Actor, translation: Translation) -> None:
    """Take what readers see in one language from them; its words stay, to be published again."""
    require(agent, "knowledge.publish")
    row = locked(translation.article)
    found = row.translations.get(pk=translation.pk)
    if not found.is_published:
        return
    found.is_published = False
    found.edited += 1
    found.save(update_fields=["is_published", "edited"])
    found.links.all().delete()
    index_article(row.pk, found.language)
    renew_state()
    audit.record(actor, "article.unpublished", row, language=found.language)
    gone = ArticleUnpublished(audience=EVERYBODY, article=row.pk, internal=not row.is_public, language=found.language)
    tell(row, actor, gone)


def restore_version(
    *, agent: Agent | None, actor: Actor, translation: Translation, number: int, seen: int | None = None
) -> Translation:
    """Bring the words of a version back as a draft. Raises `Version.DoesNotExist`, and as `save_draft`."""
    old = Version.objects.get(translation=translation, number=number)
    return save_draft(
        agent=agent,
        actor=actor,
        article=translation.article,
        language=translation.language,
        title=old.title,
        html=old.html,
        seen=seen,
    )


def _check_seen(found: Translation, seen: int | None) -> None:
    if seen is not None and seen != found.edited:
        raise Stale(found)


def _main_version(article: Article) -> int:
    # Taken back from readers or not: the same words may be published again.
    main = article.translations.filter(language=main_language(article))
    return main.values_list("version", flat=True).first() or 0


def _save_named(found: Translation) -> None:
    """Two articles may be given the same title at the same moment: the second is called by another name."""
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:
        found.slug = free_slug(found.working_title, found)
        found.save()


def free_slug(title: str, of: Translation) -> str:
    """A readable name for addresses that no other article has or had in this language; the one it has, if it fits."""
    wanted = slug(title)
    taken = set(
        Translation.objects.filter(language=of.language, slug__startswith=wanted)
        .exclude(pk=of.pk)
        .values_list("slug", flat=True)
    )
    old = OldSlug.objects.filter(language=of.language, slug__startswith=wanted)
    taken |= set((old.exclude(translation=of.pk) if of.pk else old).values_list("slug", flat=True))
    if of.slug and of.slug not in taken and (of.slug == wanted or of.slug.removeprefix(f"{wanted}-").isdecimal()):
        return of.slug
    number, free = 2, wanted
    while free in taken:
        free, number = f"{wanted}-{number}", number + 1
    return free
