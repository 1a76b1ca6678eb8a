"""Times people name: later today, tomorrow, next week, when we open again, one they picked or said in words."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from tamada.calendars.queries import ALWAYS
from tamada.kit.spoken import read_time
from tamada.kit.working_time import Schedule

MORNING, EVENING = time(9, 0), time(18, 0)
LATER, SOONEST = timedelta(hours=3), timedelta(hours=1)
TO_ANSWER = timedelta(minutes=30)
"""How long before closing something wakes at the latest, so that it can still be answered."""


class NotUnderstood(ValueError):
    """What was picked or said names no time to come."""


def moment(choice: str, custom: str = "", *, hours: Schedule = ALWAYS, now: datetime | None = None) -> datetime | None:
    """The moment a choice means in the reader's time zone and within `hours`; None for `reply` (until they write).

    Raises NotUnderstood for what is no choice and no time; ValueError for `business` where no hours open again.
    """
    now = timezone.localtime(now)
    if hours.next_open(now) is None:
        hours = ALWAYS  # Shut for good says nothing about when somebody works.
    if choice == "reply":
        return None
    if choice == "in_1_hour":
        return now + timedelta(hours=1)
    if choice == "tomorrow_9":
        return _at(now + timedelta(days=1), MORNING)
    if choice in ("later", "later_today"):
        return _later(now, hours)
    if choice == "tomorrow":
        return _morning(now + timedelta(days=1), hours)
    if choice == "next_week":
        return _morning(now + timedelta(days=7 - now.weekday()), hours)
    if choice == "business":
        return _next_opening(now, hours)
    return _picked(custom or choice, now)


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a menu: what it is called (`kind`), what it sends (`value`, for `moment`), and when it means."""

    kind: str
    value: str
    at: datetime


def choices(*, hours: Schedule = ALWAYS, now: datetime | None = None) -> list[Choice]:
    """What there is to choose, soonest first: no moment twice, and none under a name that it isn't.

    Before a free day `tomorrow` means a later one: it is called the `working_day` then.
    """
    now = timezone.localtime(now)
    today, found = now.date(), dict[datetime, Choice]()
    for kind in ("later", "tomorrow", "next_week", "working_day", "business"):
        value = "tomorrow" if kind == "working_day" else kind
        try:
            at = moment(value, hours=hours, now=now)
        except ValueError:  # these hours never open again
            continue
        assert at is not None
        days = {"later": 0, "tomorrow": 1}.get(kind)
        if days is None or timezone.localtime(at).date() == today + timedelta(days=days):
            found.setdefault(at, Choice(kind, value, at))
    return sorted(found.values(), key=lambda choice: choice.at)


def _later(now: datetime, hours: Schedule) -> datetime:
    """In three hours, but today and in time to be answered; when the day is nearly over, the next morning."""
    wanted = now + LATER
    if hours.is_open(wanted) and not hours.is_always_open:
        return wanted
    if wanted <= (morning := _morning(now, hours)):
        return morning
    latest = min(wanted, _last_moment(now, hours))
    opening = hours.next_open(latest)
    is_today = opening is not None and opening.astimezone(now.tzinfo).date() == now.date()
    if opening and is_today and opening - now >= SOONEST:
        return opening
    return _morning(now + timedelta(days=1), hours)


def _last_moment(now: datetime, hours: Schedule) -> datetime:
    """The last moment of today at which something should wake: in the evening, or some time before closing."""
    if hours.is_always_open:
        return _at(now, EVENING)
    last, midnight = now, _at(now + timedelta(days=1), time())
    closing = hours.closes(now)
    while closing and closing < midnight:
        last = closing - TO_ANSWER
        closing = hours.closes(closing)
    return last


def _morning(day: datetime, hours: Schedule) -> datetime:
    """Nine o'clock, or when we open on that day or after it."""
    nine = _at(day, MORNING)
    opening = hours.next_open(_at(day, time()))
    if hours.is_always_open or opening is None:
        return nine
    if opening == _at(day, time()):  # Open since the evening before: that is no beginning of a day.
        return hours.next_open(nine) or nine
    return opening


def _next_opening(now: datetime, hours: Schedule) -> datetime:
    closing = hours.closes(now) if hours.is_open(now) else now
    opening = hours.next_open(closing) if closing else None
    if opening is None:
        raise ValueError("business")
    return opening


def _at(day: datetime, clock: time) -> datetime:
    return datetime.combine(day.date(), clock, tzinfo=timezone.get_current_timezone())


def _picked(text: str, now: datetime) -> datetime:
    picked = parse_datetime(text) or read_time(text, now, morning=MORNING)
    if picked is None:
        raise NotUnderstood(text)
    return picked if timezone.is_aware(picked) else timezone.make_aware(picked)
