"""Conversations that were made one, and what it takes to part them again."""

from django.conf import settings
from django.db import models

from .conversation import Conversation
from .message import Message


class Merge(models.Model):
    """Some conversations were merged into `target`, or parted again (`undone_at`).

    `data` holds how everything stood before (see `actions.merge`): ids, numbers and states, no words of anybody.
    """

    target = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="merges")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"merge {self.pk} into #{self.target_id}"


class MovedMessage(models.Model):
    """Where a message of a merge stood before: in which conversation, under which number."""

    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="moved")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    came_from = models.BigIntegerField()
    seq = models.PositiveIntegerField()
