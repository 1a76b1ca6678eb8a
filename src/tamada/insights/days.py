"""The company's days and weeks as instants: they begin at midnight of its own zone, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from tamada.accounts.zones import company_zone

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def today(now: datetime | None = None) -> date:
    """The company's day."""
    return (now or timezone.now()).astimezone(company_zone()).date()


def start_of(day: date) -> datetime:
    """When a day begins. It need not be 24 hours after the one before."""
    return datetime.combine(day, time(), tzinfo=company_zone()).astimezone(UTC)


def monday_of(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def at_hour(day: date, hour: int) -> datetime:
    """An hour of a day; where the clocks skip it, the one they jump to."""
    return datetime.combine(day, time(hour), tzinfo=company_zone()).astimezone(UTC)
