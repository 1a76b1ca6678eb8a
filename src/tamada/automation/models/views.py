"""Views: lists of conversations that people make for themselves, a team or everybody."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tamada.accounts.models import Team

from .macros import Visibility


class Icon(models.TextChoices):
    """What stands before a view's name: signs that the desk has."""

    FILTER = "filter", _("Funnel")
    STAR = "star", _("Star")
    FLAG = "flag", _("Flag")
    BOLT = "bolt", _("Lightning")
    CLOCK = "clock", _("Clock")
    ALERT = "alert", _("Warning")
    TAG = "tag", _("Tag")
    MONEY = "money", _("Money")
    BUILDING = "building", _("Building")
    PHONE = "phone", _("Phone")
    GLOBE = "globe", _("Globe")
    PIN = "pin", _("Pin")


class ViewOrder(models.TextChoices):
    """How a view is sorted: the orders of `conversations.queries.list_page`."""

    WAITING = "waiting", _("Longest waiting first")
    NEWEST = "newest", _("Newest activity first")
    CREATED = "created", _("Oldest first")
    WAKING = "waking", _("Next to wake first")


class View(models.Model):
    """A list under a name: conversations for which all of `every` hold, and of `some` at least one, where it has any.

    Both are conditions as `points.Condition` keeps them. Who looks at it sees of them what they may see anyway.
    """

    name = models.CharField(max_length=80)
    icon = models.CharField(max_length=12, choices=Icon.choices, default=Icon.FILTER)
    visibility = models.CharField(max_length=4, choices=Visibility.choices, default=Visibility.ME)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="views")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="views"
    )
    every = models.JSONField(default=list, blank=True)
    some = models.JSONField(default=list, blank=True)
    order = models.CharField(max_length=8, choices=ViewOrder.choices, default=ViewOrder.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(visibility=Visibility.TEAM, team__isnull=False) | Q(team__isnull=True), name="view_team"
            ),
            models.CheckConstraint(
                condition=Q(visibility=Visibility.ME, owner__isnull=False) | Q(owner__isnull=True), name="view_owner"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def slug(self) -> str:
        """What the desk calls its list."""
        return f"view-{self.pk}"


class ViewPlace(models.Model):
    """Where one agent has a view in their rail, and whether they have it there at all."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    view = models.ForeignKey(View, on_delete=models.CASCADE, related_name="places")
    position = models.PositiveSmallIntegerField(default=0)
    is_shown = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["agent", "view"], name="one_view_place")]
