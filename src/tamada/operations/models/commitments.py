"""What was promised to customers: by whom, by when, and whether it was kept."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tamada.conversations.models import Conversation, Message
from tamada.customers.models import Customer

from .jobs import Job


class State(models.TextChoices):
    """What became of a promise. Late is what is open past its time: nobody has to say so."""

    PROPOSED = "proposed", _("proposed")
    """Found in a message; nobody has said yet that it is one."""
    OPEN = "open", _("open")
    KEPT = "kept", _("kept")
    BROKEN = "broken", _("broken")


class Commitment(models.Model):
    """One promise to a customer.

    `message` is the one in which it was made. `first_due_at` is what was promised at first: `due_at` may be put off,
    with a reason, and then `moved` counts how often. `told` says of which of its moments its owner has been told.
    """

    text = models.CharField(max_length=300)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="commitments")
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, null=True, blank=True, related_name="commitments"
    )
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    job = models.ForeignKey(
        Job, on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="commitments"
    )
    step = models.CharField(max_length=60, blank=True, default="", db_default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="commitments"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    due_at = models.DateTimeField()
    first_due_at = models.DateTimeField()
    moved = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True, default="")
    told = models.CharField(max_length=4, blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("due_at", "id")
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state="open"), name="commitment_due"),
            models.Index(fields=["customer", "due_at"], name="commitment_customer"),
            models.Index(fields=["changed_at", "id"], name="commitment_changed"),
            models.Index(fields=["job"], condition=Q(job__isnull=False), name="commitment_job"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "text"], name="commitment_once"),
        ]

    def __str__(self) -> str:
        return f"commitment {self.pk}"

    @property
    def is_late(self) -> bool:
        """Whether it is open past its time."""
        return self.state == State.OPEN and self.due_at < timezone.now()

    @property
    def status(self) -> str:
        """Its state as people speak of it: `late` beside `open`, `kept` and `broken`."""
        return "late" if self.is_late else str(self.state)

    @property
    def was_in_time(self) -> bool:
        """Whether what is kept was kept by the time that was promised at first."""
        at: datetime | None = self.settled_at
        return self.state == State.KEPT and at is not None and at <= self.first_due_at
