"""Routing: how a team's conversations find their owner, and what each agent takes."""

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tamada.accounts.models import Team
from tamada.conversations.models import Conversation
from tamada.customers.models import Tag

ALERT_MINUTES: Final = 60
"""After so long the leads hear of what nobody owns, until somebody settles it otherwise for a team."""


class Method(models.TextChoices):
    """Who gets the next conversation."""

    MANUAL = "manual", _("Nobody: they are taken by hand")
    TURN = "turn", _("Everybody in turn")
    LOAD = "load", _("Whoever has the fewest open")


class TeamRouting(models.Model):
    """How a team is routed to. Whoever gives an owner to a conversation of the team holds this row until it is done.

    `cap` is the most open conversations of one agent (0: no limit). `by_skill` and `by_language` want agents who have
    what a conversation asks for. `alert_minutes` is how long a customer waits unowned before leads hear (0: never).
    """

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="routing")
    method = models.CharField(max_length=6, choices=Method.choices, default=Method.MANUAL)
    cap = models.PositiveSmallIntegerField(default=0)
    by_skill = models.BooleanField(default=False)
    by_language = models.BooleanField(default=False)
    in_hours = models.BooleanField(default=True)
    reassigns = models.BooleanField(default=False)
    alert_minutes = models.PositiveIntegerField(default=ALERT_MINUTES)


class AgentRouting(models.Model):
    """What an agent takes: their own cap (NULL: the team's), languages and skills. Held while they are given something.

    A skill is a tag: who has it takes conversations with that tag. No languages are all of them. `turn` grows with
    every conversation they were given, so that the lowest is next in turn.
    """

    agent = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="routing")
    cap = models.PositiveSmallIntegerField(null=True, blank=True)
    languages = models.JSONField(default=list, blank=True)
    skills = models.ManyToManyField(Tag, blank=True, related_name="+")
    turn = models.BigIntegerField(default=0)


class UnownedAlert(models.Model):
    """The leads were told that a customer waits (since `since`) and nobody owns the conversation."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="unowned_alerts")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["conversation", "since"], name="one_unowned_alert")]
