"""How the assistant is settled for each inbox, what it has learned, where it stands in a conversation, what it said."""

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tamada.conversations.models import Conversation, Inbox, Kind, Message
from tamada.core.storage import FileKey
from tamada.customers.models import Customer

from .brain import Band


class Mode(models.TextChoices):
    """What the assistant does in an inbox."""

    OFF = "off", pgettext_lazy("assistant", "Off")
    SUGGEST = "suggest", _("Suggests answers to us")
    ANSWER = "answer", _("Answers customers")


WAITS: Final = (10, 30, 60, 240, 1440, 4320)
"""So many minutes the assistant may be told to wait for an answer."""


class InboxAssistant(models.Model):
    """The assistant of one inbox; without a row it is off.

    `languages` are those in which it answers, none of them meaning all. What it asks for before a person takes over:
    a phone number, an order number by `order_mask` (9 a digit, A a letter, anything else itself). `waits` is for how
    many minutes it waits for an answer to a question of its own; None for what suits the channel (`queries.SILENCE`).
    """

    inbox = models.OneToOneField(Inbox, on_delete=models.CASCADE, related_name="assistant")
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.OFF)
    name = models.CharField(max_length=60, blank=True, default="")
    languages = models.JSONField(default=list, blank=True)
    asks_phone = models.BooleanField(default=False)
    asks_order = models.BooleanField(default=False)
    order_mask = models.CharField(max_length=40, blank=True, default="")
    waits = models.PositiveSmallIntegerField(null=True, blank=True)
    answers_since = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"assistant of inbox {self.inbox_id}"


class Learned(models.Model):
    """What was learned last; nothing older is kept. `blob` is its file in `core.storage`, "" when there was nothing to
    learn.

    `made_of` names the versions of everything that it was made of. `told` says for each language how much that was, how
    well it does, and whether it may answer by itself.
    """

    made_of = models.CharField(max_length=64)
    blob = FileKey(max_length=64, blank=True, default="")
    told = models.JSONField(default=dict)
    failed = models.CharField(max_length=200, blank=True, default="")
    seconds = models.FloatField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"learned {self.pk}"


class Stand(models.TextChoices):
    """Whose turn a conversation is."""

    TALKING = "talking", _("The assistant talks")
    HANDED = "handed", _("Handed over to people")


class Dialogue(models.Model):
    """Where the assistant stands in a conversation. Once handed over it answers nothing there any more.

    `since` is the customer's first message that no person has answered, `handled_seq` the last one that was looked at.
    `clarified`: its one question back was asked, and `offered` holds the labels of what could be chosen. `asks` counts
    how often it asked for `wanted` (fields that are missing), `pending` is the action that waits for them.
    """

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="dialogue")
    stand = models.CharField(max_length=8, choices=Stand.choices, default=Stand.TALKING)
    reason = models.CharField(max_length=16, blank=True, default="")
    since = models.DateTimeField()
    handled_seq = models.PositiveIntegerField(default=0)
    clarified = models.BooleanField(default=False)
    offered = models.JSONField(default=list, blank=True)
    asks = models.PositiveSmallIntegerField(default=0)
    wanted = models.JSONField(default=list, blank=True)
    pending = models.CharField(max_length=80, blank=True, default="")
    collected = models.JSONField(default=dict, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"dialogue in {self.conversation_id}"


class What(models.TextChoices):
    """What the assistant did about a question."""

    ANSWER = "answer", _("Answered")
    QUESTION = "question", _("Asked back")
    ACTION = "action", _("Looked it up")
    OWN = "own", _("Told of their own requests")
    NOTHING = "nothing", _("Gave it to a person")


class Outcome(models.TextChoices):
    """What came of it."""

    OPEN = "open", _("Not known yet")
    HELPED = "helped", _("Helped")
    PERSON = "person", _("A person was asked for")
    REOPENED = "reopened", _("The customer asked on")
    CORRECTED = "corrected", _("A person wrote after it")


class Verdict(models.TextChoices):
    """What a person found."""

    RIGHT = "right", _("Right")
    WRONG = "wrong", _("Wrong")
    OTHER = "other", _("Another answer is right")
    OFF = "off", _("No question for us")


class Said(models.Model):
    """One thing the assistant did about a customer's message: what it relied on, how surely, and what came of it.

    `question` is the customer's message and `message` ours, None where it said nothing. `asked` are the ids of all
    messages that were read as one question, the last of which is `question`; empty where it was that alone. `source`,
    `key` and `version` name what it quoted, `brain` which version of what was learned chose it.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="assistant_said")
    question = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    asked = models.JSONField(null=True, blank=True)
    what = models.CharField(max_length=8, choices=What.choices)
    band = models.CharField(max_length=6, choices=[(band.value, band.value) for band in Band])
    confidence = models.FloatField(default=0)
    source = models.CharField(max_length=40, blank=True, default="")
    key = models.CharField(max_length=80, blank=True, default="")
    title = models.CharField(max_length=300, blank=True, default="")
    language = models.CharField(max_length=5, blank=True, default="")
    version = models.PositiveIntegerField(default=0)
    brain = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=9, choices=Outcome.choices, default=Outcome.OPEN)
    verdict = models.CharField(max_length=5, choices=Verdict.choices, blank=True, default="")
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    judged_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["question", "what"], name="one_said")]
        indexes: ClassVar = [
            models.Index(fields=["-id"], name="said_unjudged", condition=Q(verdict="")),
            models.Index(fields=["conversation", "-id"], name="said_conversation"),
            models.Index(fields=["created_at"], name="said_open", condition=Q(outcome="open")),
            models.Index(fields=["created_at"], name="said_created"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.pk}"

    @property
    def words(self) -> str:
        """The words that were judged, as they stand now in the conversation of the question."""
        if len(self.asked or ()) < 2:
            return self.question.text
        read = Message.objects.filter(pk__in=self.asked or (), conversation=self.question.conversation_id, kind=Kind.IN)
        return "\n".join(read.order_by("seq").values_list("text", flat=True))


class Lesson(models.Model):
    """A question that a person judged: from now on an example of `label`, or of nothing we answer where that is "".

    Mail addresses and numbers are taken out of `text`. `customer` is who asked, so that it goes when they are erased.
    """

    said = models.OneToOneField(Said, on_delete=models.SET_NULL, null=True, blank=True, related_name="lesson")
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.CharField(max_length=500)
    language = models.CharField(max_length=5)
    label = models.CharField(max_length=130, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"lesson {self.pk}"


class BusinessAction(models.Model):
    """Something that a program of the company's own tells when it is asked, such as where an order is.

    `phrasings` are ways to ask for it, one a line. `fields` are what it must be told (`order`, `phone`). `secret` is
    encrypted; requests are signed as webhooks are. With `proven_only` it is asked only for customers who are proven to
    be who they say: an order number is known to more people than its owner.
    """

    name = models.CharField(max_length=80)
    url = models.CharField(max_length=2000)
    secret = models.TextField()
    phrasings = models.TextField(blank=True, default="")
    fields = models.JSONField(default=list, blank=True)
    proven_only = models.BooleanField(default=True, db_default=True)
    is_active = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)
    last_error = models.CharField(max_length=200, blank=True, default="")
    last_error_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name
