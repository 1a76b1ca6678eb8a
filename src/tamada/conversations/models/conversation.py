"""Conversations and what agents have to do with them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tamada.accounts.models import Team
from tamada.customers.models import Customer, Tag

from .inbox import Channel, Inbox


class Status(models.TextChoices):
    """Where a conversation stands."""

    OPEN = "open", _("Open")
    PENDING = "pending", _("Pending")
    SNOOZED = "snoozed", _("Snoozed")
    CLOSED = "closed", _("Closed")


class Priority(models.TextChoices):
    """How much a conversation presses."""

    LOW = "low", _("Low")
    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")
    URGENT = "urgent", _("Urgent")


_NEWEST = (F("last_activity_at").desc(), F("id").desc())
_OPEN_WAITING = Q(status=Status.OPEN, waiting_since__isnull=False)


class LiveManager(models.Manager["Conversation"]):
    """Conversations that are there: neither merged into another one nor deleted."""

    def get_queryset(self) -> models.QuerySet["Conversation"]:
        """Leave out what is gone."""
        return super().get_queryset().filter(merged_into__isnull=True, deleted_at__isnull=True)


class Conversation(models.Model):
    """One matter with one customer.

    `waiting_since` is the time of the oldest customer message without an answer, NULL when we owe none.
    `last_seq` numbers the messages; `preview` is the first line of the last one, for lists.
    What was merged into another one, or deleted, is in `everything` alone: no list, search or count asks for it.
    """

    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, related_name="conversations")
    channel = models.CharField(max_length=12, choices=Channel.choices)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="conversations")
    subject = models.CharField(max_length=998, blank=True, default="")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    priority = models.CharField(max_length=6, choices=Priority.choices, default=Priority.NORMAL)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="assigned"
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="conversations")
    tags = models.ManyToManyField(Tag, blank=True, related_name="conversations")
    language = models.CharField(max_length=5, blank=True, default="")
    is_spam = models.BooleanField(default=False)
    linked_to = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="linked_from")
    merged_into = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="merged_from", db_index=False
    )
    message_count = models.PositiveIntegerField(default=0)
    last_seq = models.PositiveIntegerField(default=0)
    preview = models.CharField(max_length=160, blank=True, default="")
    last_kind = models.CharField(max_length=6, blank=True, default="")
    created_at = models.DateTimeField()
    last_activity_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    first_replied_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    objects = LiveManager()
    everything = models.Manager["Conversation"]()

    class Meta:
        # House rule: every list is a keyset page over an index that ends in its order (docs/architecture.md).
        indexes: ClassVar = [
            models.Index(*_NEWEST, name="conv_newest"),
            models.Index("status", *_NEWEST, name="conv_status"),
            models.Index("assignee", "status", *_NEWEST, name="conv_assignee"),
            models.Index("inbox", "status", *_NEWEST, name="conv_inbox"),
            models.Index("team", "status", *_NEWEST, name="conv_team"),
            models.Index("customer", *_NEWEST, name="conv_customer"),
            models.Index("created_at", "id", name="conv_created"),
            models.Index("updated_at", name="conv_updated"),
            models.Index("waiting_since", "id", name="conv_waiting", condition=_OPEN_WAITING),
            models.Index("assignee", "waiting_since", "id", name="conv_mine_waiting", condition=_OPEN_WAITING),
            models.Index(
                "inbox", "assignee", "waiting_since", "id", name="conv_inbox_waiting", condition=_OPEN_WAITING
            ),
            models.Index("inbox", "assignee", "status", *_NEWEST, name="conv_inbox_assignee"),
            models.Index("snoozed_until", name="conv_snoozed", condition=Q(status=Status.SNOOZED)),
            # Only of those that are gone: an index with every NULL in it would be taken for each list.
            models.Index(fields=["merged_into"], name="conv_merged", condition=Q(merged_into__isnull=False)),
            models.Index(fields=["deleted_at", "id"], name="conv_deleted", condition=Q(deleted_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.subject}"

    @property
    def number(self) -> int:
        """What people call it by: `[#NUMBER]` in subjects."""
        return self.pk


class ConversationCount(models.Model):
    """How many conversations of an inbox and team have this owner and status: badges sum these rows.

    `assignee_id` is 0 for nobody. Spam is counted under the status `spam`. Kept by `counts.move` in the
    transaction that changes the conversation; `counts.rebuild` makes them anew.
    """

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    assignee_id = models.BigIntegerField(default=0)
    status = models.CharField(max_length=8)
    total = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inbox", "team", "assignee_id", "status"], name="one_count"),
        ]


class Access(models.Model):
    """Whether an agent follows, and whether a note let them in (`is_open`) who would not see it otherwise.

    An owner needs no such door: they see what is theirs while it is.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="access")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="access")
    follows = models.BooleanField(default=False)
    is_open = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["agent", "conversation"], name="one_access")]


class ReadMark(models.Model):
    """How far an agent has read a conversation."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="read_marks")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="read_marks")
    seq = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["agent", "conversation"], name="one_read_mark")]


class Mention(models.Model):
    """An agent was named in a note; open until they have seen it."""

    message = models.ForeignKey("conversations.Message", on_delete=models.CASCADE, related_name="mentions")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="mentions")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mentions")
    seen_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["message", "agent"], name="one_mention")]
        indexes: ClassVar = [
            models.Index(fields=["agent", "-id"], name="mention_open", condition=Q(seen_at__isnull=True)),
        ]


class SpamWord(models.Model):
    """In how many spam and wanted messages a word was seen; the row of the empty word counts the messages."""

    word = models.CharField(max_length=64, primary_key=True)
    spam = models.PositiveIntegerField(default=0)
    ham = models.PositiveIntegerField(default=0)
