"""What the language model costs, and how it fares: two tables of numbers, shared by all processes."""

from typing import Final

from django.db import models


class Spending(models.Model):
    """One day (UTC): what was asked, and what it took or may still take; `micro` are millionths of the currency."""

    day = models.DateField(unique=True)
    calls = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    tokens_in = models.BigIntegerField(default=0)
    tokens_out = models.BigIntegerField(default=0)
    micro = models.BigIntegerField(default=0)

    class Meta:
        db_table = "assistant_llm_spending"

    def __str__(self) -> str:
        return f"{self.day} {self.tokens_in}+{self.tokens_out}"


THE_CIRCUIT: Final = 1


class Circuit(models.Model):
    """The one row that says whether the endpoint is asked. Open until a moment: it is left alone."""

    failures = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=12, blank=True, default="")
    detail = models.CharField(max_length=200, blank=True, default="")
    failed_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "assistant_llm_circuit"

    def __str__(self) -> str:
        return f"{self.failures} failures, open until {self.open_until}"
