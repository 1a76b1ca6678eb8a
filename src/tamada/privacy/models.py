"""Purposes that people agree to, what they said, who looked at whom, who was erased, and how long things are kept."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tamada.conversations.models import Inbox
from tamada.customers.models import Customer


class Purpose(models.Model):
    """Something a person can agree to. `texts` are what they are asked, by language code; `version` counts its changes.

    A purpose that was ever answered stays; `is_active` off asks nobody any more.
    """

    name = models.CharField(max_length=120)
    texts = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Source(models.TextChoices):
    """How a person told us."""

    WRITTEN = "written", _("In a message")
    PHONE = "phone", _("By phone")
    PERSON = "person", _("In person")
    PAPER = "paper", _("On paper")
    SITE = "site", _("On the web site")
    OTHER = "other", _("In another way")


class Consent(models.Model):
    """One line of the ledger: on that day this person said yes or no to exactly this text. Lines are only added."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents")
    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, related_name="consents")
    given = models.BooleanField()
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=5, blank=True, default="")
    text = models.TextField(blank=True, default="")
    source = models.CharField(max_length=8, choices=Source.choices)
    note = models.CharField(max_length=300, blank=True, default="")
    actor_kind = models.CharField(max_length=12)
    actor_name = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar = [models.Index(fields=["customer", "purpose", "-id"], name="consent_latest")]


class Look(models.Model):
    """That somebody of ours opened a person's page or conversation on a day (UTC), and when they first did."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="looks")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["customer", "agent", "day"], name="one_look_a_day")]


class Reason(models.TextChoices):
    """Why somebody was erased."""

    ASKED = "asked", _("The person asked for it")
    UNNEEDED = "unneeded", _("The data is not needed any more")
    BACKUP = "backup", _("A backup brought them back")


class Erasure(models.Model):
    """Somebody is being erased, or was: then it is the receipt, and names nobody.

    `subject` is encrypted, and empty as soon as it is done. `key` names it in the ledger beside the database.
    `progress` is `{eraser, after}`: where to go on. `counts` and `kept` are by eraser.
    """

    key = models.CharField(max_length=32, unique=True)
    customer_id = models.BigIntegerField()
    reason = models.CharField(max_length=8, choices=Reason.choices)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_name = models.CharField(max_length=200, blank=True, default="")
    subject = models.TextField(blank=True, default="")
    progress = models.JSONField(default=dict, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    kept = models.JSONField(default=dict, blank=True)
    left = models.JSONField(default=dict, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer_id"], condition=models.Q(ended_at__isnull=True), name="one_erasure_at_once"
            )
        ]

    def __str__(self) -> str:
        return f"E-{self.pk}"


class Term(models.Model):
    """How long things of a kind (`retention.kinds`) are kept, in an inbox or, without one, everywhere else.

    NULL `days` are for ever: what an inbox says instead of the rule for all.
    """

    kind = models.CharField(max_length=20)
    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    days = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "inbox"], name="one_term_an_inbox"),
            models.UniqueConstraint(fields=["kind"], condition=models.Q(inbox__isnull=True), name="one_term_for_all"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.days or ''}".strip()
