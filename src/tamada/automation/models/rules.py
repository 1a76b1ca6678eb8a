"""Rules, what each was asked and why it fired or not, and trial runs over the past."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tamada.conversations.models import Conversation


class Match(models.TextChoices):
    """How many of a rule's conditions have to hold."""

    ALL = "all", _("all of these hold")
    ANY = "any", _("one of these holds")


class Rule(models.Model):
    """When something happens, and what is asked holds, something is done. Rules are asked in their order.

    `trigger` is a name of `points.triggers`; one that waits does so `minutes`. `conditions` are those of
    `points.Question`, `steps` those of `points.Step`. `off_reason` says why it was switched off by itself.
    """

    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=10)
    is_active = models.BooleanField(default=True)
    trigger = models.CharField(max_length=40)
    minutes = models.PositiveIntegerField(default=0)
    match = models.CharField(max_length=3, choices=Match.choices, default=Match.ALL)
    conditions = models.JSONField(default=list, blank=True)
    steps = models.JSONField(default=list)
    is_last = models.BooleanField(default=False)
    off_reason = models.CharField(max_length=200, blank=True, default="")
    fired_count = models.PositiveIntegerField(default=0)
    last_fired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name


class RuleBook(models.Model):
    """One row whose `edition` changes with every change of a rule: what was compiled from another one is stale."""

    edition = models.CharField(max_length=32)


class RuleTrace(models.Model):
    """What the rules said about one event, or one rule about one wait; `key` says that it was asked once.

    `results` are `{rule, name, outcome, why, done}` in the order in which the rules were asked; `why` is the condition
    that did not hold, or those that did. Kept for some days.
    """

    key = models.CharField(max_length=80, unique=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="rule_traces")
    trigger = models.CharField(max_length=40)
    depth = models.PositiveSmallIntegerField(default=0)
    fired = models.PositiveSmallIntegerField(default=0)
    results = models.JSONField(default=list)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar = [
            models.Index(fields=["conversation", "-id"], name="trace_conversation"),
            models.Index(fields=["trigger", "-id"], name="trace_trigger"),
            models.Index(fields=["created_at"], name="trace_created"),
            models.Index(fields=["conversation", "created_at"], condition=Q(fired__gt=0), name="trace_fired"),
        ]


class DryRun(models.Model):
    """What a rule would have done in the past: how many conversations were asked, and in how many it would have fired.

    `examples` are the ids of some of those; the next batch lies `before` that id. `asked` is what was asked, which the
    rule may not hold yet: {"match", "conditions"}, NULL for the rule as it was saved.
    """

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="dry_runs")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    asked = models.JSONField(null=True)
    total = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)
    examples = models.JSONField(default=list)
    before = models.BigIntegerField(null=True)
    error = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)

    @property
    def tried(self) -> Rule:
        """The rule with the conditions that were asked; never saved."""
        rule = self.rule
        return rule if self.asked is None else Rule(pk=rule.pk, trigger=rule.trigger, steps=rule.steps, **self.asked)

    @property
    def twentieths(self) -> int:
        """How far it is, in twentieths: what the bar shows."""
        return 20 if self.ended_at else self.seen * 20 // max(self.total, 1)
