"""What an agent was told, and where their browsers listen."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Notification(models.Model):
    """One thing an agent should know. `type` and `data` make the sentence; no customer text is kept."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    type = models.CharField(max_length=40)
    conversation_id = models.BigIntegerField(null=True, blank=True)
    key = models.CharField(max_length=100)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["agent", "key"], name="one_notification")]
        indexes: ClassVar = [
            models.Index(fields=["agent", "-id"], name="notification_unseen", condition=Q(seen_at__isnull=True)),
            models.Index(
                fields=["conversation_id"],
                name="notification_new_chat",
                condition=Q(type="new_chat", seen_at__isnull=True),
            ),
        ]


class PushSubscription(models.Model):
    """A browser that asked for web push (RFC 8030, RFC 8291)."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = models.CharField(max_length=700, unique=True)
    p256dh = models.CharField(max_length=128)
    auth = models.CharField(max_length=64)
    user_agent = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    failures = models.PositiveSmallIntegerField(default=0)
