"""Calendars: the hours of each weekday, and the days that have their own."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from tamada.kit.working_time import DAY, Day, Interval


class Weekday(models.IntegerChoices):
    """As `date.weekday()` counts."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Calendar(models.Model):
    """When a company, or a part of it, is open. Whatever has no calendar is open day and night.

    `version` counts the changes of its hours and days, so that what was worked out from it knows when it is stale.
    """

    name = models.CharField(max_length=80)
    time_zone = models.CharField(max_length=50)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "id")
        constraints: ClassVar = [models.UniqueConstraint(Lower("name"), name="calendar_name_once")]

    def __str__(self) -> str:
        return self.name


class OpenHours(models.Model):
    """One interval of a weekday, in minutes after its midnight; an end past 1440 lies on the next day."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    start = models.PositiveSmallIntegerField()
    end = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("weekday", "start")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="calendar_hours_weekday"),
            models.CheckConstraint(
                condition=Q(start__lt=DAY, end__gt=F("start"), end__lte=F("start") + DAY),
                name="calendar_hours_within_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{Weekday(self.weekday).label} {clock(self.start)}–{clock(self.end)}"

    @property
    def interval(self) -> Interval:
        return Interval(self.start, self.end)


class SpecialDay(models.Model):
    """A date that has hours of its own instead of its weekday's: none on a holiday.

    `yearly` repeats it on that day of every year; a single date goes before it. `source` names the set of public
    holidays it was taken from ("" when somebody entered it), so that the set can be renewed or taken away.
    """

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="special_days")
    date = models.DateField()
    name = models.CharField(max_length=80, blank=True, default="")
    yearly = models.BooleanField(default=False)
    hours = models.JSONField(default=list, blank=True)  # [[start, end], …] in minutes, as of `OpenHours`
    source = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        ordering = ("date", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["calendar", "date", "yearly"], name="calendar_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}".rstrip()

    @property
    def intervals(self) -> Day:
        return tuple(Interval(start, end) for start, end in self.hours)


def clock(minutes: int) -> str:
    """Minutes after midnight as the wall shows them.

    >>> clock(1500)
    '01:00'
    """
    return f"{minutes % DAY // 60:02}:{minutes % 60:02}"
