"""Exports and imports that were asked for, their files, and what an imported thing was called elsewhere."""

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tamada.conversations.models import Inbox
from tamada.core.storage import FileKey

MOST_SYSTEM: Final = 80


class Progress(models.TextChoices):
    """How far a piece of work is."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Export(models.Model):
    """Everything as one zip file. `blob` is its key in `core.storage` until `expires_at`."""

    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=7, choices=Progress.choices, default=Progress.WAITING)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict, blank=True)
    blob = FileKey(max_length=128, blank=True, default="")
    size = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"


class Source(models.TextChoices):
    """Whose export a file is."""

    CSV = "csv", _("CSV table")
    ZENDESK = "zendesk", _("Zendesk")
    FRESHDESK = "freshdesk", _("Freshdesk")
    CHATWOOT = "chatwoot", _("Chatwoot")


class Import(models.Model):
    """A file on its way in. `options` hold what a person chose: of a table, what it lists and which column is what.

    `system` is what people call the installation or account that it is from: ids are unique there alone.
    `blob` is the file's key in `core.storage`, dropped when the row is. `problems` are lines for people, with no more
    of the file than a place in it.
    """

    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    source = models.CharField(max_length=9, choices=Source.choices)
    system = models.CharField(max_length=MOST_SYSTEM, blank=True, default="")
    name = models.CharField(max_length=255)
    blob = FileKey(max_length=128)
    size = models.PositiveBigIntegerField(default=0)
    inbox = models.ForeignKey(Inbox, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    options = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=7, choices=Progress.choices, blank=True, default="")
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    result = models.JSONField(default=dict, blank=True)
    problems = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name


class Kind(models.TextChoices):
    """What an imported thing is here."""

    CUSTOMER = "customer"
    CONVERSATION = "conv"
    MESSAGE = "message"


class ImportedThing(models.Model):
    """What a thing was called in the system it came from: the same file again, or a longer one, brings no doubles.

    `system` is `systems.key_of` of the import's; empty in rows from before imports said it (`importing.known`).
    """

    source = models.CharField(max_length=9)
    system = models.CharField(max_length=MOST_SYSTEM, blank=True, default="")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.CharField(max_length=200)
    row_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "system", "kind", "key"], name="one_thing_a_system"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.key}"
