"""The journal's rows: every raw thing that came in, and what became of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RawState(models.TextChoices):
    """What became of raw input."""

    DONE = "done", _("Received")
    DUPLICATE = "duplicate", _("Duplicate")
    BLOCKED = "blocked", _("Blocked sender")
    QUARANTINED = "quarantined", _("Quarantined")
    DISCARDED = "discarded", _("Discarded")


class RawInput(models.Model):
    """One journal entry. `name` is its file (`raw/YYYY/MM/DD/name.eml`); `digest` the SHA-256 of the raw bytes."""

    name = models.CharField(max_length=160, unique=True)
    channel = models.CharField(max_length=12)
    source = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    inbox_ids = models.JSONField(default=list)
    sender = models.CharField(max_length=320, blank=True, default="")
    state = models.CharField(max_length=12, choices=RawState.choices)
    reason = models.CharField(max_length=300, blank=True, default="")
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar = [
            models.Index(fields=["-id"], name="raw_quarantined", condition=Q(state=RawState.QUARANTINED)),
            models.Index(fields=["-id"], name="raw_blocked", condition=Q(state=RawState.BLOCKED)),
        ]

    def __str__(self) -> str:
        return self.name
