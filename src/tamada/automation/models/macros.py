"""Macros: words and actions that are kept for when they are needed again."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tamada.accounts.models import Team


class Visibility(models.TextChoices):
    """Who may use a macro."""

    ALL = "all", _("Everybody")
    TEAM = "team", _("One team")
    ME = "me", _("Only me")


class Macro(models.Model):
    """An answer with placeholders (`automation.variables`), and what is done to the conversation when it is sent.

    `bodies` is clean HTML by language; "" is for every other language. `steps` are those of `points.Step`.
    """

    name = models.CharField(max_length=80)
    visibility = models.CharField(max_length=4, choices=Visibility.choices, default=Visibility.ALL)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="macros")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="macros"
    )
    bodies = models.JSONField(default=dict, blank=True)
    steps = models.JSONField(default=list, blank=True)
    used_count = models.PositiveIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(visibility=Visibility.TEAM, team__isnull=False) | Q(team__isnull=True), name="macro_team"
            ),
            models.CheckConstraint(
                condition=Q(visibility=Visibility.ME, owner__isnull=False) | Q(owner__isnull=True), name="macro_owner"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def body(self, language: str) -> str:
        """The words for a language, or the usual ones."""
        return str(self.bodies.get(language) or self.bodies.get("", ""))
