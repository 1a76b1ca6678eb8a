"""Articles: what they say in each language, as it stands published, as it is being written, and as it once was."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tamada.core.storage import FileKey

from .centres import Category


class Kind(models.TextChoices):
    """What it is."""

    ARTICLE = "article", _("Article")
    SNIPPET = "snippet", _("Snippet")


class Audience(models.TextChoices):
    """Who may read it once it is published."""

    PUBLIC = "public", _("Everybody")
    INTERNAL = "internal", _("Our people only")


class Live(models.Manager["Article"]):
    """Articles that nobody deleted."""

    def get_queryset(self) -> "models.QuerySet[Article]":
        return super().get_queryset().filter(deleted_at=None)


class Article(models.Model):
    """One matter. What it says stands in its translations; a snippet is a few words for replies, never public."""

    category = models.ForeignKey(Category, on_delete=models.SET_NULL, null=True, blank=True, related_name="articles")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.ARTICLE)
    audience = models.CharField(max_length=8, choices=Audience.choices, default=Audience.PUBLIC)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="articles"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    review_at = models.DateField(null=True, blank=True)
    review_told_at = models.DateField(null=True, blank=True)
    position = models.PositiveIntegerField(default=0)
    helpful = models.PositiveIntegerField(default=0)
    unhelpful = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    everything = models.Manager["Article"]()
    objects = Live()

    class Meta:
        ordering = ("position", "id")
        base_manager_name = "everything"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(kind=Kind.SNIPPET) | Q(audience=Audience.INTERNAL), name="snippets_are_internal"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-changed_at", "-id"], name="article_changed")]

    def __str__(self) -> str:
        return f"article {self.pk}"

    @property
    def is_public(self) -> bool:
        """Whether customers may read what is published of it."""
        return self.audience == Audience.PUBLIC and self.kind == Kind.ARTICLE


class Translation(models.Model):
    """An article in one language.

    `title`, `html` and `text` are what was published last, `version` its number (0: never yet). `draft_title` and
    `draft_html` are being written while `draft_at` is set; readers see them when somebody publishes. `edited` grows
    with every change, and who saves says which one they saw. `based_on` is the version of the main language that it
    translates: when that has a newer one, this is out of date.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(max_length=5)
    slug = models.CharField(max_length=120)
    title = models.CharField(max_length=200, blank=True, default="")
    html = models.TextField(blank=True, default="")
    text = models.TextField(blank=True, default="")
    is_published = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    based_on = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(null=True, blank=True)
    draft_title = models.CharField(max_length=200, blank=True, default="")
    draft_html = models.TextField(blank=True, default="")
    draft_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    draft_at = models.DateTimeField(null=True, blank=True)
    edited = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["article", "language"], name="one_translation"),
            models.UniqueConstraint(fields=["language", "slug"], name="article_slug_once"),
        ]

    def __str__(self) -> str:
        return self.working_title

    @property
    def has_draft(self) -> bool:
        """Whether something is written that readers do not see yet."""
        return self.draft_at is not None

    @property
    def working_title(self) -> str:
        """The title as it is being written."""
        return self.draft_title if self.has_draft else self.title

    @property
    def working_html(self) -> str:
        """The words as they are being written."""
        return self.draft_html if self.has_draft else self.html


class TermCounts(models.Model):
    """What search ranks a published translation by: its terms and how much each and all count (`ranking.weighed`).

    Written with its row of the index; `analysis` says by which analysis of words, for another one counts anew.
    """

    translation = models.OneToOneField(Translation, on_delete=models.CASCADE, primary_key=True, related_name="counts")
    terms = models.TextField()
    size = models.PositiveIntegerField()
    analysis = models.PositiveIntegerField()


class OldSlug(models.Model):
    """A name in addresses that a translation once had: who comes by it is sent on."""

    translation = models.ForeignKey(Translation, on_delete=models.CASCADE, related_name="old_slugs")
    language = models.CharField(max_length=5)
    slug = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["language", "slug"], name="old_slug_once")]


class SourcePath(models.Model):
    """`CATEGORY/NAME` of the files that an article was imported from: the same ones again change it, whatever it is
    called by then."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="source_paths")
    path = models.CharField(max_length=700, unique=True)

    def __str__(self) -> str:
        return self.path


class Version(models.Model):
    """A translation as it was published: kept, compared, and brought back as a draft."""

    translation = models.ForeignKey(Translation, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    html = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-number",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["translation", "number"], name="version_once")]


class ArticleFile(models.Model):
    """A picture in an article, or a file beside it. `type` is what its bytes are, whatever its name says."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    blob = FileKey(max_length=64, db_index=True)
    is_inline = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name
