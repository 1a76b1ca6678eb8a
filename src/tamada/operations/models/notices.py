"""Notices: what a customer is told by itself, at the moments that a service names, and when a job will be late."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tamada.conversations.models import Message

from .jobs import Job


class Moment(models.TextChoices):
    """What a customer is told of: a step's moments, or that the promised date can't be kept."""

    OPENED = "opened", _("opened")
    STARTED = "started", _("begun")
    DONE = "done", _("done")
    DELAYED = "delayed", _("delayed")


class NoticeState(models.TextChoices):
    """`dropped` are those that were never sent; `Notice.why` says why."""

    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    DROPPED = "dropped", _("not sent")


class Dropped(models.TextChoices):
    """Why a notice was not sent."""

    NEWER = "newer", _("a newer one says more")
    OVER = "over", _("it is so no more")
    STOPPED = "stopped", _("stopped by one of us")
    RESTORED = "restored", _("the data came back from a backup: it may have been said")
    NO_WAY = "no_way", _("there is no way to reach them")


class Notice(models.Model):
    """One thing to tell. Its words are the template's, in the customer's language, so none are kept here.

    `due_at` is when it may leave at the earliest. `about_at` is the promised date that a delay is told of, each date
    once; `moved_to` the date that is promised instead, where one is.
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="notices")
    step = models.CharField(max_length=60, blank=True, default="")
    moment = models.CharField(max_length=8, choices=Moment.choices)
    about_at = models.DateTimeField(null=True, blank=True)
    moved_to = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=NoticeState.choices, default=NoticeState.WAITING)
    why = models.CharField(max_length=8, choices=Dropped.choices, blank=True, default="")
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["job", "step", "moment"], condition=~Q(moment="delayed"), name="notice_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="notice_due"),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"
