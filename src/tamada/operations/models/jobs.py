"""Jobs: one delivery of a service for a customer, and its steps."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tamada.accounts.models import Team
from tamada.calendars.models import Calendar
from tamada.conversations.models import Conversation
from tamada.customers.models import Customer
from tamada.kit.services.template import Service as Template

from .services import Service, ServiceVersion


class JobStatus(models.TextChoices):
    """`waiting` is for the customer, or for somebody outside: nothing of ours is open."""

    PLANNED = "planned", _("Planned")
    ACTIVE = "active", _("In progress")
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class StepStatus(models.TextChoices):
    """A step is blocked until what it comes after is done or skipped; somebody who begins it makes it active."""

    BLOCKED = "blocked", _("Not yet")
    OPEN = "open", _("To do")
    ACTIVE = "active", _("In progress")
    DONE = "done", _("Done")
    SKIPPED = "skipped", _("Skipped")


class Risk(models.TextChoices):
    """`late` is past what was promised, `at_risk` a forecast past it."""

    ON_TRACK = "on_track", _("On track")
    AT_RISK = "at_risk", _("At risk")
    LATE = "late", _("Late")


RUNNING = (JobStatus.ACTIVE, JobStatus.WAITING)
CLOSED = (StepStatus.DONE, StepStatus.SKIPPED)


class Job(models.Model):
    """One delivery.

    `promised_at` is what the customer was told, `first_promised_at` what they were told at first, and `moves` counts
    how often it was put off. `forecast_at` is when it will likely be finished and `forecast_slow_at` by when nine of
    ten such jobs are, both worked out again at every change and at `recheck_at`, when they would change with nothing
    happening; `cause` is the step that makes it late or a risk, `told_risk` the worst of which its owner has been told
    since the promise was last moved. `stage` is the first one with something left to do. `follows` is the job before
    it, where the service recurs.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="jobs")
    version = models.ForeignKey(ServiceVersion, on_delete=models.PROTECT, related_name="jobs")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="jobs")
    conversation = models.ForeignKey(
        Conversation, on_delete=models.SET_NULL, null=True, blank=True, related_name="jobs"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="jobs"
    )
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=5, default="en")
    status = models.CharField(max_length=10, choices=JobStatus.choices, default=JobStatus.ACTIVE)
    stage = models.CharField(max_length=60, blank=True, default="")
    risk = models.CharField(max_length=10, choices=Risk.choices, default=Risk.ON_TRACK)
    cause = models.CharField(max_length=60, blank=True, default="")
    told_risk = models.CharField(max_length=10, choices=Risk.choices, default=Risk.ON_TRACK)
    promised_at = models.DateTimeField(null=True, blank=True)
    first_promised_at = models.DateTimeField(null=True, blank=True)
    moves = models.PositiveSmallIntegerField(default=0)
    forecast_at = models.DateTimeField(null=True, blank=True)
    forecast_slow_at = models.DateTimeField(null=True, blank=True)
    recheck_at = models.DateTimeField(null=True, blank=True)
    starts_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True, default="")
    follows = models.OneToOneField("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="next")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("-changed_at", "-id")
        indexes: ClassVar = [
            models.Index(fields=["status", "promised_at", "id"], name="job_status_promised"),
            models.Index(fields=["changed_at", "id"], name="job_changed"),
            models.Index(fields=["customer", "changed_at"], name="job_customer"),
            models.Index(
                fields=["service", "stage", "risk", "promised_at", "id"],
                condition=Q(finished_at=None),
                name="job_board_of_service",
            ),
            models.Index(
                fields=["risk", "status", "promised_at", "id"], condition=Q(finished_at=None), name="job_board_of_all"
            ),
            models.Index(fields=["recheck_at"], condition=Q(status__in=("active", "waiting")), name="job_recheck"),
            models.Index(fields=["starts_at"], condition=Q(status="planned"), name="job_planned"),
        ]

    def __str__(self) -> str:
        return f"job {self.pk}"

    @property
    def number(self) -> int:
        """What people call it by."""
        return self.pk

    @property
    def template(self) -> Template:
        """The service as it was when this began."""
        return self.version.template

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do."""
        return self.status in (JobStatus.DONE, JobStatus.CANCELLED)


class JobStep(models.Model):
    """A step of a job. `key` is its id in the template.

    `due_at` is when it should be done, from when it opened; `starts_at` and `ends_at` are the forecast. `not_before` is
    a date before which nobody works on it (an appointment), `expected_at` the end that somebody who knows has named (a
    supplier's date); `took` is the working time it needed in minutes, `returns` how often it was opened again after it
    had been done.
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="steps")
    key = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=8, choices=StepStatus.choices, default=StepStatus.BLOCKED)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="job_steps"
    )
    due_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    not_before = models.DateTimeField(null=True, blank=True)
    expected_at = models.DateTimeField(null=True, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    took = models.PositiveIntegerField(null=True, blank=True)
    returns = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True, default="")
    answers = models.JSONField(default=dict, blank=True)
    ticked = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("job", "position")
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "key"], name="job_step_once")]
        indexes: ClassVar = [
            models.Index(fields=["owner", "due_at"], condition=Q(status__in=("open", "active")), name="job_step_work"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_closed(self) -> bool:
        """Whether what comes after it may begin."""
        return self.status in CLOSED

    @property
    def is_running(self) -> bool:
        """Whether somebody can work on it now."""
        return self.status in (StepStatus.OPEN, StepStatus.ACTIVE)

    @property
    def is_late(self) -> bool:
        """Whether it should have been done by now."""
        return self.is_running and self.due_at is not None and self.due_at < timezone.now()


class JobMove(models.Model):
    """The promised date of a job was moved: from when to when, and why."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="moved")
    was = models.DateTimeField(null=True, blank=True)
    to = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    told = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-at", "-id")
