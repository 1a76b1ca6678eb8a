"""Hand-offs: work on its way from one owner to the next. Who gives keeps it until somebody else has it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tamada.accounts.models import Team
from tamada.conversations.models import Conversation
from tamada.customers.models import Customer
from tamada.webhooks.models import Endpoint

from .jobs import Job


class HandoffStatus(models.TextChoices):
    """Where a hand-off stands. Only an accepted one has moved anything."""

    WAITING = "waiting", pgettext_lazy("a hand-off", "waiting")
    ACCEPTED = "accepted", pgettext_lazy("a hand-off", "accepted")
    RETURNED = "returned", pgettext_lazy("a hand-off", "returned")
    WITHDRAWN = "withdrawn", pgettext_lazy("a hand-off", "withdrawn")


class ByItself(models.TextChoices):
    """Why a hand-off ended that nobody answered."""

    LEFT = "left", _("Who was to take it works here no more.")
    AWAY = "away", _("Who was to take it is absent.")
    NOBODY = "nobody", _("There is nobody in this team who could take it.")
    SILENT = "silent", _("The outside system is switched off.")
    ENDED = "ended", _("There is nothing to hand over any more.")


class Handoff(models.Model):
    """One hand-off: of a job, of a step of it (`step`), or of a conversation; of a job's conversation as well where
    `takes_conversation`.

    `giver` is whose it was when it was offered. It goes to one of `to_agent`, `to_team` and `to_endpoint` (an outside
    system, which names its own number in `reference`). `brief` is what the brief is made of (`briefs`), `note` the
    giver's own words. `limbo` is the working time in minutes until it was answered; after `due_at` both sides are
    reminded, once (`told`). `cause` is why it ended by itself.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="handoffs")
    job = models.ForeignKey(Job, on_delete=models.CASCADE, null=True, blank=True, related_name="handoffs")
    step = models.CharField(max_length=60, blank=True, default="")
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, null=True, blank=True, related_name="handoffs"
    )
    takes_conversation = models.BooleanField(default=False)
    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    to_agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    to_team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    to_endpoint = models.ForeignKey(Endpoint, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=9, choices=HandoffStatus.choices, default=HandoffStatus.WAITING)
    cause = models.CharField(max_length=7, choices=ByItself.choices, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")
    reference = models.CharField(max_length=100, blank=True, default="")
    note = models.CharField(max_length=2000, blank=True, default="")
    brief = models.JSONField(default=dict, blank=True)
    offered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    told = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    limbo = models.PositiveIntegerField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("-offered_at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["job", "step"], condition=Q(status="waiting", job__isnull=False), name="handoff_waits_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(status="waiting"), name="handoff_waiting"),
            models.Index(fields=["changed_at", "id"], name="handoff_changed"),
            models.Index(fields=["offered_at"], name="handoff_offered"),
        ]

    def __str__(self) -> str:
        return f"hand-off {self.pk}"

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has answered it."""
        return self.status == HandoffStatus.WAITING
