"""Help centres, one for each brand, and the categories of their articles."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from tamada.accounts import company
from tamada.calendars.models import Calendar
from tamada.conversations.models import Inbox
from tamada.core.storage import FileKey

LANGUAGES: Final = ("en", "hy", "ka", "ru")
"""What articles can be written in."""


def in_language(texts: dict[str, str], language: str) -> str:
    """One of several wordings: the one in this language, else the first."""
    return texts.get(language) or next((text for text in texts.values() if text), "")


class HelpCentre(models.Model):
    """Where customers read: its name, look, languages and ways to reach us. One is there from the start.

    `language_order` holds the codes that somebody chose, the main one first; until then all are offered. `logo` is the
    key of a stored picture. What `email` and `phone` leave empty, the company's own details say.
    """

    slug = models.SlugField(max_length=40, unique=True)
    names = models.JSONField(default=dict, blank=True)
    intros = models.JSONField(default=dict, blank=True)
    language_order = models.JSONField(default=list, blank=True)
    colour = models.CharField(max_length=7, blank=True, default="")
    logo = FileKey(max_length=64, blank=True, default="")
    logo_type = models.CharField(max_length=40, blank=True, default="")
    host = models.CharField(max_length=253, unique=True, null=True, blank=True)
    email = models.EmailField(max_length=254, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    request_inbox = models.ForeignKey(Inbox, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    chat_inbox = models.ForeignKey(Inbox, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, blank=True, related_name="help_centres")
    is_main = models.BooleanField(default=False)
    is_published = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-is_main", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["is_main"], condition=Q(is_main=True), name="one_main_help_centre"),
        ]

    def __str__(self) -> str:
        return in_language(self.names, self.main_language) or (company.name() if self.is_main else self.slug)

    @property
    def languages(self) -> list[str]:
        """The codes it is offered in, the main one first: articles are written in that, and translated from it."""
        if self.language_order:
            return [str(code) for code in self.language_order]
        first = company.language()
        return [first, *(code for code in LANGUAGES if code != first)] if first in LANGUAGES else list(LANGUAGES)

    @property
    def main_language(self) -> str:
        """The language that articles are written in first."""
        return self.languages[0]


class Category(models.Model):
    """Articles about one thing, in one help centre; a category may stand under another, which stands under none."""

    centre = models.ForeignKey(HelpCentre, on_delete=models.CASCADE, related_name="categories")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    slug = models.SlugField(max_length=80)
    names = models.JSONField(default=dict, blank=True)
    descriptions = models.JSONField(default=dict, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position", "id")
        verbose_name_plural = "categories"
        constraints: ClassVar = [models.UniqueConstraint(fields=["centre", "slug"], name="category_slug_once")]

    def __str__(self) -> str:
        return in_language(self.names, self.centre.main_language) or self.slug

    def name_in(self, language: str) -> str:
        """What it is called in this language, or in the first that it has a name in."""
        return in_language(self.names, language) or self.slug
