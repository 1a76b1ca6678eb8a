"""Purposes that people agree to, the ledger of what they said, and who looked at whom."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

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
