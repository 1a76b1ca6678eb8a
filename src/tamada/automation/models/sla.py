"""SLA policies, and the deadlines that follow from them."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tamada.calendars.models import Calendar
from tamada.conversations.models import Conversation, Inbox
from tamada.customers.models import Tag
from tamada.kit.deadlines import Clock, Pause, due
from tamada.kit.working_time import Schedule

MINUTE = timedelta(minutes=1)


class Target(models.TextChoices):
    """What is promised in time."""

    FIRST = "first", _("First answer")
    NEXT = "next", _("Next answer")
    RESOLUTION = "resolution", _("Solution")


class Hours(models.TextChoices):
    """By which hours a policy counts."""

    INBOX = "inbox", _("Opening hours of the inbox")
    ALWAYS = "always", _("Day and night")
    CALENDAR = "calendar", _("Opening hours of its own")


class Policy(models.Model):
    """How soon customers are answered and helped. The first active policy that fits a conversation counts.

    It fits when inbox, priority and one of the customer's tags are among those named; naming none of a kind means all.
    Targets are in minutes of working time, NULL for no promise. `warn_percent` of a target is when to warn.
    """

    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=10)
    is_active = models.BooleanField(default=True)
    inboxes = models.ManyToManyField(Inbox, blank=True, related_name="policies")
    priorities = models.JSONField(default=list, blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="policies")
    first_minutes = models.PositiveIntegerField(null=True, blank=True)
    next_minutes = models.PositiveIntegerField(null=True, blank=True)
    resolution_minutes = models.PositiveIntegerField(null=True, blank=True)
    hours = models.CharField(max_length=8, choices=Hours.choices, default=Hours.INBOX)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, blank=True, related_name="policies")
    pauses = models.BooleanField(default=True)
    warn_percent = models.PositiveSmallIntegerField(default=75)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("position", "id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(warn_percent__gte=1, warn_percent__lte=99), name="policy_warns_before"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_new(self) -> bool:
        """Whether it is still to be stored."""
        return self._state.adding

    @property
    def targets(self) -> dict[Target, int]:
        """What is promised, in minutes."""
        given = {
            Target.FIRST: self.first_minutes,
            Target.NEXT: self.next_minutes,
            Target.RESOLUTION: self.resolution_minutes,
        }
        return {target: minutes for target, minutes in given.items() if minutes is not None}

    def fits(self, conversation: Conversation, tags: Collection[int]) -> bool:
        """Whether it promises anything in a conversation whose customer has these tags (ids)."""
        inboxes, wanted = {inbox.pk for inbox in self.inboxes.all()}, {tag.pk for tag in self.tags.all()}
        return (
            (not inboxes or conversation.inbox_id in inboxes)
            and (not self.priorities or conversation.priority in self.priorities)
            and (not wanted or not wanted.isdisjoint(tags))
        )

    def covers(self, other: "Policy") -> bool:
        """Whether it fits wherever the other one does."""
        return all(
            not ours or bool(theirs and ours.issuperset(theirs))
            for ours, theirs in zip(self.scope(), other.scope(), strict=True)
        )

    def scope(self) -> tuple[set[Any], ...]:
        """What it is for: inboxes, priorities, tags; an empty one is all of them."""
        inboxes, tags = self.inboxes.all(), self.tags.all()
        return {inbox.pk for inbox in inboxes}, set(self.priorities), {tag.pk for tag in tags}

    def calendar_for(self, inbox: Inbox) -> Calendar | None:
        """The hours by which it counts in an inbox; None is day and night."""
        if self.hours == Hours.CALENDAR:
            return self.calendar
        return inbox.calendar if self.hours == Hours.INBOX else None


class Deadline(models.Model):
    """One clock of one conversation, with the instants that follow from it. Each is worked out anew, never adjusted.

    `due_at` is NULL while it stands still (`paused_at`, with `remaining` seconds of working time left) and when the
    hours never open long enough. `warn_at` comes before it. `met_at` is when it was answered or closed, `warned_at` and
    `breached_at` when that was told; each is told once. `pauses` are [from, to], as ISO 8601.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="deadlines")
    target = models.CharField(max_length=10, choices=Target.choices)
    policy = models.ForeignKey(Policy, on_delete=models.SET_NULL, null=True, related_name="deadlines")
    calendar = models.ForeignKey(Calendar, on_delete=models.SET_NULL, null=True, related_name="deadlines")
    minutes = models.PositiveIntegerField()
    warn_percent = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    pauses = models.JSONField(default=list)
    paused_at = models.DateTimeField(null=True)
    remaining = models.PositiveIntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "target"], name="one_deadline"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(met_at=None, breached_at=None), name="deadline_due"),
            models.Index(
                fields=["warn_at"], condition=Q(met_at=None, breached_at=None, warned_at=None), name="deadline_warn"
            ),
            models.Index(fields=["calendar", "id"], condition=Q(met_at=None), name="deadline_calendar"),
            models.Index(fields=["due_at"], condition=Q(breached_at__isnull=False), name="deadline_breached"),
        ]

    def __str__(self) -> str:
        return f"#{self.conversation_id} {self.target}"

    @property
    def is_new(self) -> bool:
        """Whether it is still to be stored."""
        return self._state.adding

    @property
    def is_late(self) -> bool:
        """Whether it was told that the promise is broken."""
        return self.breached_at is not None

    def follow(self, clock: Clock) -> None:
        """Take over how a clock stands. One that began anew has told nothing yet."""
        if self.started_at != clock.started_at:
            self.warned_at = self.breached_at = None
        self.started_at, self.paused_at, self.met_at = clock.started_at, clock.paused_at, clock.ended_at
        self.pauses = [[start.isoformat(), end.isoformat()] for start, end in clock.pauses]

    def plan(self, schedule: Schedule, now: datetime) -> None:
        """Work out the instants by these hours; what was told holds unless the instants say that it was not so."""
        whole = self.minutes * MINUTE
        facts: dict[str, Any] = {
            "started_at": self.started_at,
            "pauses": self._pauses(),
            "paused_at": self.paused_at,
        }
        planned = due(schedule, whole, **facts)
        self.due_at = planned.at
        self.warn_at = due(schedule, whole * self.warn_percent / 100, **facts).at if planned.at else None
        self.remaining = None if planned.left is None else int(planned.left.total_seconds())
        if not self.is_overdue(now):
            self.breached_at = None
        if self.warn_at is not None and self.warn_at > now:
            self.warned_at = None

    def is_overdue(self, now: datetime) -> bool:
        """Whether it was not met in time, or is late now."""
        return self.due_at is not None and (self.met_at or now) > self.due_at

    def _pauses(self) -> list[Pause]:
        return [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in self.pauses]
