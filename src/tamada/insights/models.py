"""What was asked, week by week, and what troubled customers, day by day. Ids only: no word of a customer is kept."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tamada.conversations.models import Conversation, Message


class Span(models.TextChoices):
    """Of how long a time questions are gathered."""

    WEEK = "week", _("A week")
    GUIDE = "guide", _("Four weeks, for the guide")


class Period(models.Model):
    """A stretch of the company's days whose questions were gathered: from `starts_on` up to and without `ends_on`."""

    span = models.CharField(max_length=5, choices=Span.choices)
    starts_on = models.DateField()
    ends_on = models.DateField()
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-starts_on",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["span", "starts_on"], name="one_period")]

    def __str__(self) -> str:
        return f"{self.span} {self.starts_on}"


class Topic(models.Model):
    """Questions of a period that ask the same.

    `label` names what answers them, as the assistant does (`knowledge:12`, `action:3`), and is "" where nothing is
    known to; then all are in one `language`. What it is called is read from messages that the reader may see.
    """

    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="topics")
    label = models.CharField(max_length=130, blank=True, default="")
    language = models.CharField(max_length=5, blank=True, default="")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"topic {self.pk}"


class Asked(models.Model):
    """One question of a topic; `place` 0 is the most typical.

    `is_before` marks those of the stretch before, for the trend. `is_well`: it was answered and the matter is closed.
    """

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="asked")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveIntegerField()
    is_before = models.BooleanField(default=False)
    is_well = models.BooleanField(default=False)

    class Meta:
        ordering = ("place",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["topic", "message"], name="asked_once")]


class Judged(models.Model):
    """What the assistant took a question for, and with which of its brains, so that it is not asked again."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="+")
    brain = models.PositiveIntegerField()
    label = models.CharField(max_length=130, blank=True, default="")


class Drafted(models.Model):
    """A question from which an article was drafted: what asks the same next week belongs to it too."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="+")
    article_id = models.BigIntegerField(db_index=True)


class State(models.TextChoices):
    """How far a problem is."""

    OPEN = "open", pgettext_lazy("a problem", "Open")
    TAKEN = "taken", pgettext_lazy("a problem", "Taken")
    SOLVED = "solved", pgettext_lazy("a problem", "Solved")


class Problem(models.Model):
    """What troubles one customer in one conversation, until somebody says what was done about it.

    `message` is theirs that tells it best, None where nobody said a word (a deadline passed). `outcome` is written by
    our own people.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="problems")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=1000, blank=True, default="")
    solved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    solved_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation"], condition=~Q(state=State.SOLVED), name="one_unsolved_problem"
            ),
        ]

    def __str__(self) -> str:
        return f"problem {self.pk}"


class Reading(models.Model):
    """A day of the company that was looked through for what troubled customers."""

    day = models.DateField(unique=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-day",)

    def __str__(self) -> str:
        return f"reading of {self.day}"


class Trouble(models.Model):
    """A problem as it stood on one day: `reasons` are keys of `troubles.Reason`, the gravest first."""

    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="troubles")
    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="troubles")
    reasons = models.JSONField(default=list)
    score = models.PositiveIntegerField()

    class Meta:
        ordering = ("-score", "id")
        constraints: ClassVar = [models.UniqueConstraint(fields=["reading", "problem"], name="one_trouble")]


class Mailed(models.Model):
    """That somebody was mailed the reading of a day, or that it is being sent: nobody gets it twice."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["agent", "day"], name="one_evening_mail")]
