"""Where the links of articles lead, and whether somebody still answers there."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from .articles import Translation


class LinkStatus(models.TextChoices):
    """What the last look found."""

    NEW = "new", _("Not checked yet")
    FINE = "fine", _("Fine")
    BROKEN = "broken", _("Broken")


class Link(models.Model):
    """One link of what is published. `error` says in a code what is wrong with it; it counts after the second look."""

    translation = models.ForeignKey(Translation, on_delete=models.CASCADE, related_name="links")
    url = models.CharField(max_length=2000)
    status = models.CharField(max_length=6, choices=LinkStatus.choices, default=LinkStatus.NEW)
    checked_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=80, blank=True, default="")
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["translation", "url"], name="link_once")]
