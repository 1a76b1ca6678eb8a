"""Endpoints, the outbox of deliveries, and the log of their attempts."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OffReason(models.TextChoices):
    """Why an endpoint is off."""

    HAND = "hand", _("Switched off by hand")
    GONE = "gone", _("The receiver answered 410: gone")
    FAILING = "failing", _("It failed for days")


class Endpoint(models.Model):
    """An address that hears what happens. Only admins make one, for it hears of all conversations.

    `types` are event types, none of them meaning all. Secrets are encrypted; `old_secret` signs as well until
    `old_secret_until`. `is_trusted` marks one made at the command line, whose address stands outside the SSRF guard.
    """

    url = models.CharField(max_length=2000)
    description = models.CharField(max_length=200, blank=True, default="")
    types = models.JSONField(default=list, blank=True)
    secret = models.TextField()
    old_secret = models.TextField(blank=True, default="")
    old_secret_until = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    is_trusted = models.BooleanField(default=False)
    off_reason = models.CharField(max_length=8, choices=OffReason.choices, blank=True, default="")
    off_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.description or self.url

    def hears(self, event_type: str) -> bool:
        """Whether an event of this type is for it."""
        return not self.types or event_type in self.types


class State(models.TextChoices):
    """What became of a delivery."""

    PENDING = "pending", _("On its way")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed")


class Delivery(models.Model):
    """One event for one endpoint. `name` is its `webhook-id`; `body` the exact bytes of every try: ids, no text.

    `not_before` is when it is tried next, and while it is being tried, when another may take it for abandoned.
    `round` counts the tries since it was queued or replayed; at `give_up_at` it fails.
    """

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    name = models.CharField(max_length=40, unique=True)
    event_id = models.BigIntegerField(null=True, blank=True)
    type = models.CharField(max_length=64)
    body = models.TextField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.PENDING)
    round = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    give_up_at = models.DateTimeField()
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["endpoint", "event_id"], condition=Q(event_id__isnull=False), name="one_webhook_delivery"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["endpoint", "not_before"], condition=Q(state="pending"), name="webhook_due"),
            models.Index(fields=["endpoint", "state", "-id"], name="webhook_state"),
            models.Index(fields=["settled_at"], name="webhook_settled"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.name}"


class Outcome(models.TextChoices):
    """How one try ended."""

    OK = "ok", _("Taken")
    STATUS = "status", _("The receiver refused")
    REDIRECT = "redirect", _("The receiver redirects, which is not followed")
    SLOW = "slow", _("The receiver took too long")
    INSIDE = "inside", _("The address leads inside the network")
    UNREACHABLE = "lost", _("The receiver can't be reached")
    SECRET = "secret", _("The secret can't be read: make a new one")


class Attempt(models.Model):
    """One try: when, how long, and the first bytes of what the receiver answered."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    milliseconds = models.PositiveIntegerField(default=0)
    answer = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.outcome} {self.status or ''}".strip()
