"""What customers teach us: how they ask, whether it helped, and what they looked for in vain."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from .articles import Article, Translation
from .centres import HelpCentre


class Origin(models.TextChoices):
    """Where a phrasing comes from."""

    WRITTEN = "written", _("Written by us")
    PROPOSED = "proposed", _("From a conversation")


class Phrasing(models.Model):
    """One way to ask what an article answers. Until it is accepted it waits for somebody to look at it.

    `message_id` is the message whose words it shortens: it goes when they are erased.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="phrasings")
    language = models.CharField(max_length=5)
    text = models.CharField(max_length=300)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.WRITTEN)
    accepted = models.BooleanField(default=False)
    message_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["article", "language", "text"], name="phrasing_once"),
        ]

    def __str__(self) -> str:
        return self.text


class Reason(models.TextChoices):
    """Why an article did not help."""

    UNCLEAR = "unclear", _("Hard to understand")
    WRONG = "wrong", _("Wrong or out of date")
    INCOMPLETE = "incomplete", _("Something is missing")
    OTHER_MATTER = "other_matter", _("Not what I was looking for")
    OTHER = "other", _("Something else")


class Opinion(models.Model):
    """Whether a reader was helped. Nobody is named; only the comment may hold words about somebody."""

    translation = models.ForeignKey(Translation, on_delete=models.CASCADE, related_name="opinions")
    version = models.PositiveIntegerField(default=0)
    helpful = models.BooleanField()
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True, default="")
    comment = models.CharField(max_length=1000, blank=True, default="")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)


class DeadEnd(models.Model):
    """Words that somebody searched for in vain: nothing was found, or nothing that was found was opened."""

    centre = models.ForeignKey(HelpCentre, on_delete=models.CASCADE, related_name="dead_ends")
    language = models.CharField(max_length=5)
    words = models.CharField(max_length=100)
    count = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(auto_now_add=True)
    last_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-count", "-last_at")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["centre", "language", "words"], name="dead_end_once"),
        ]

    def __str__(self) -> str:
        return self.words
