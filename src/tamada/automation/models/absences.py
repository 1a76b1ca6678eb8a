"""Absences: from when until when somebody is away, and what becomes of their conversations meanwhile."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tamada.conversations.models import Conversation


class Road(models.TextChoices):
    """Where the conversations of somebody who is away go."""

    STAY = "stay", _("They stay where they are")
    COLLEAGUE = "person", _("To a colleague")
    TEAM = "team", _("Back to the team, without an owner")


class Absence(models.Model):
    """One time away. It runs from `began_at` to `ended_at`, which the clock's look at the plan decides once.

    `handed_at` is when everything that was open at its beginning had gone its road. `colleague` is NULL also when they
    are gone: then it is the team's.
    """

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    road = models.CharField(max_length=6, choices=Road.choices, default=Road.STAY)
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    began_at = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("starts_at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="absence_has_length"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["starts_at"], condition=Q(ended_at=None), name="absence_open"),
        ]

    @property
    def is_running(self) -> bool:
        """Whether they are away because of it now."""
        return self.began_at is not None and self.ended_at is None


class HandedOn(models.Model):
    """A conversation went its road in an absence: to whom, or to nobody (`to` NULL)."""

    absence = models.ForeignKey(Absence, on_delete=models.CASCADE, related_name="handed_on")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
