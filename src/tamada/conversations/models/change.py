"""What an agent changed a moment ago, so that they can undo it."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class ChangeRecord(models.Model):
    """One change to one or many conversations, with each one's values before and after. Kept for a day.

    `data` holds `conversations`, a list of `{id, before, after, tags, lines}` (see `actions.changes`), and `blocked`,
    the ids of senders that were blocked with it. Ids and states only, no words of anybody.
    """

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["created_at"], name="change_created")]
