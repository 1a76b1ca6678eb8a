"""The ground's tables: the event log, the task queue, cron rows, leases, the audit trail, settings, stored files."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone


class StoredEvent(models.Model):
    """One thing that happened, committed together with the change it tells of. Holds ids, never text.

    `xid` is the id of the writing transaction on PostgreSQL (where ids may commit out of order) and 0 on SQLite, which
    has one writer. Readers go by (xid, id); see `core.events.read_after`.
    """

    at = models.DateTimeField(default=timezone.now)
    type = models.CharField(max_length=64)
    data = models.JSONField(default=dict)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    audience = models.TextField()  # Keys joined by a space.
    before = models.TextField(default="", blank=True)
    xid = models.BigIntegerField(default=0)

    class Meta:
        db_table = "core_event"
        indexes: ClassVar = [models.Index(fields=["xid", "id"], condition=Q(xid__gt=0), name="core_event_order")]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"

    @property
    def audience_keys(self) -> frozenset[str]:
        return frozenset(self.audience.split())

    @property
    def before_keys(self) -> frozenset[str]:
        return frozenset(self.before.split())


class QueuedTask(models.Model):
    """A task to run, running (leased) or dead. A task that succeeded has no row."""

    class State(models.TextChoices):
        READY = "ready"
        LEASED = "leased"
        DEAD = "dead"

    name = models.CharField(max_length=200)
    queue = models.CharField(max_length=32, default="default")
    kwargs = models.JSONField(default=dict)
    state = models.CharField(max_length=6, choices=State, default=State.READY)
    priority = models.SmallIntegerField(default=0)
    run_after = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=10)
    unique_key = models.CharField(max_length=200, null=True)
    owner = models.CharField(max_length=120, default="", blank=True)
    leased_until = models.DateTimeField(null=True)
    error = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "core_task"
        indexes: ClassVar = [
            models.Index(fields=["priority", "run_after", "id"], condition=Q(state="ready"), name="core_task_due"),
            models.Index(fields=["owner"], condition=Q(state="leased"), name="core_task_leased"),
            models.Index(fields=["-failed_at"], condition=Q(state="dead"), name="core_task_dead"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unique_key"],
                condition=Q(state="ready", unique_key__isnull=False),
                name="core_task_unique_pending",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk} ({self.state})"


class CronRow(models.Model):
    """When a recurring task runs next; moving it forward is what makes one process the one that enqueues the run."""

    name = models.CharField(max_length=200, primary_key=True)
    next_at = models.DateTimeField()

    class Meta:
        db_table = "core_cron"

    def __str__(self) -> str:
        return self.name


class StoredLease(models.Model):
    """Who does what only one process of all machines may do, and until when by the database's clock (core.leases)."""

    name = models.CharField(max_length=100, primary_key=True)
    owner = models.CharField(max_length=120, default="", blank=True)
    until = models.DateTimeField()

    class Meta:
        db_table = "core_lease"

    def __str__(self) -> str:
        return self.name


class AuditEntry(models.Model):
    """Who did what to which row. Only ever added to: saving again or deleting raises, and so does the database."""

    at = models.DateTimeField(default=timezone.now)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200, default="", blank=True)
    action = models.CharField(max_length=64)
    object_type = models.CharField(max_length=64)
    object_id = models.BigIntegerField(null=True)
    changes = models.JSONField(default=dict)

    class Meta:
        db_table = "core_audit"
        indexes: ClassVar = [
            models.Index(fields=["object_type", "object_id", "-id"], name="core_audit_object"),
            models.Index(fields=["actor_id", "-id"], name="core_audit_actor"),
            models.Index(fields=["action", "-id"], name="core_audit_action"),
            models.Index(fields=["at"], name="core_audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("An audit entry is written once.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("An audit entry is never deleted by itself.")


class StoredSetting(models.Model):
    """One setting of the installation that differs from its declared default."""

    key = models.CharField(max_length=100, primary_key=True)
    value = models.JSONField()
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "core_setting"

    def __str__(self) -> str:
        return self.key
