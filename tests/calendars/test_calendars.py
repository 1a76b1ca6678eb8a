"""Calendars: what is stored, who may change it, and the schedules that come of it."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tamada.calendars import holidays
from tamada.calendars.actions import (
    DayHours,
    create_calendar,
    delete_calendar,
    renew_public_holidays,
    set_public_holidays,
    set_special_days,
    set_week,
    update_calendar,
)
from tamada.calendars.errors import Invalid
from tamada.calendars.models import Calendar, OpenHours
from tamada.calendars.queries import calendars, schedule
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry, StoredEvent
from tamada.kit.working_time import Interval

pytestmark = pytest.mark.django_db
YEREVAN = ZoneInfo("Asia/Yerevan")
OFFICE = {day: [(9 * 60, 13 * 60), (14 * 60, 18 * 60)] for day in range(5)}
ADMIN = SimpleNamespace(role="admin", is_active=True)
LEAD = SimpleNamespace(role="lead", is_active=True)
FORMER = SimpleNamespace(role="admin", is_active=False)


@pytest.fixture
def office() -> Calendar:
    return create_calendar(agent=ADMIN, actor=SYSTEM, name="Office", time_zone="Asia/Yerevan", week=OFFICE)


def moment(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=YEREVAN)  # type: ignore[arg-type, misc]


def days(calendar: Calendar, *wanted: DayHours, source: str | None = None) -> None:
    set_special_days(agent=ADMIN, actor=SYSTEM, calendar=calendar, days=wanted, source=source)


def test_what_has_no_calendar_is_open_day_and_night() -> None:
    assert schedule(None).is_always_open


def test_several_intervals_a_day_in_the_calendars_own_time_zone(office: Calendar) -> None:
    hours = schedule(office)
    assert hours.is_open(moment(2026, 3, 6, 9))
    assert not hours.is_open(moment(2026, 3, 6, 13, 30))
    assert hours.add(moment(2026, 3, 6, 17), timedelta(hours=2)) == moment(2026, 3, 9, 10)


def test_hours_past_midnight_reach_into_the_next_day(office: Calendar) -> None:
    set_week(agent=ADMIN, actor=SYSTEM, calendar=office, week={4: [(22 * 60, 30 * 60)]})
    assert schedule(office).is_open(moment(2026, 3, 7, 5, 59))
    assert not schedule(office).is_open(moment(2026, 3, 7, 6))
    assert str(office.hours.get()) == "Friday 22:00–06:00"


def test_a_change_is_seen_at_once(office: Calendar) -> None:
    monday = moment(2026, 3, 9, 10)
    assert schedule(office).is_open(monday)
    days(office, DayHours(date(2026, 3, 9), "Women's day, moved"))
    assert not schedule(office).is_open(monday)
    assert not schedule(Calendar.objects.get()).is_open(monday)
    update_calendar(agent=ADMIN, actor=SYSTEM, calendar=office, name="Office", time_zone="Pacific/Auckland")
    assert schedule(office).next_open(monday) != monday


def test_a_single_date_goes_before_a_yearly_one(office: Calendar) -> None:
    days(
        office,
        DayHours(date(2026, 1, 6), "Christmas", yearly=True),
        DayHours(date(2028, 1, 6), hours=[(10 * 60, 12 * 60)]),
    )
    assert not schedule(office).is_open(moment(2027, 1, 6, 10))
    assert schedule(office).is_open(moment(2028, 1, 6, 10))
    assert not schedule(office).is_open(moment(2028, 1, 6, 12))


def test_renewing_a_set_of_holidays_leaves_what_was_entered(office: Calendar) -> None:
    days(
        office, DayHours(date(2026, 5, 28), "We work", hours=[(600, 900)]), DayHours(date(2026, 8, 1), "Summer outing")
    )
    days(office, DayHours(date(2026, 5, 28), "Republic day"), DayHours(date(2026, 9, 21), "Independence"), source="am")
    assert schedule(office).is_open(moment(2026, 5, 28, 10))
    assert not schedule(office).is_open(moment(2026, 9, 21, 10))
    days(office, source="am")
    assert {day.name for day in office.special_days.all()} == {"We work", "Summer outing"}


def test_a_schedule_is_read_once_for_each_version(
    office: Calendar, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        schedule(office)
    with django_assert_num_queries(0):
        schedule(office)
    with django_assert_num_queries(3):
        assert [calendar.name for calendar in calendars()] == ["Office"]


def test_only_admins_settle_calendars(office: Calendar) -> None:
    for agent in (LEAD, FORMER):
        with pytest.raises(PermissionDenied):
            create_calendar(agent=agent, actor=SYSTEM, name="Other", time_zone="UTC", week={})
        with pytest.raises(PermissionDenied):
            update_calendar(agent=agent, actor=SYSTEM, calendar=office, name="Other", time_zone="UTC")
        with pytest.raises(PermissionDenied):
            set_week(agent=agent, actor=SYSTEM, calendar=office, week={})
        with pytest.raises(PermissionDenied):
            set_special_days(agent=agent, actor=SYSTEM, calendar=office, days=[])
        with pytest.raises(PermissionDenied):
            delete_calendar(agent=agent, actor=SYSTEM, calendar=office)
    office.refresh_from_db()
    assert (office.name, office.version, office.hours.count()) == ("Office", 1, 10)


@pytest.mark.parametrize(
    "week",
    [
        {7: [(0, 60)]},
        {0: [(600, 600)]},
        {0: [(-1, 60)]},
        {0: [(1440, 1500)]},
        {0: [(0, 1441)]},
        {0: [(0, 120), (60, 180)]},
        {0: [(0, 60, 90)]},
        {0: [(1380, 1560)], 1: [(60, 120)]},
        {6: [(1380, 1560)], 0: [(60, 120)]},
        {0: [(step, step + 1) for step in range(0, 26, 2)]},
    ],
)
def test_hours_that_make_no_sense_are_refused(office: Calendar, week: dict[int, list[tuple[int, int]]]) -> None:
    with pytest.raises(Invalid):
        set_week(agent=ADMIN, actor=SYSTEM, calendar=office, week=week)
    assert office.hours.count() == 10


@pytest.mark.parametrize(
    ("name", "time_zone"), [("", "UTC"), ("x" * 81, "UTC"), ("OFFICE", "UTC"), ("New", "Mars/Base")]
)
def test_names_and_zones_that_cannot_be_taken_are_refused(office: Calendar, name: str, time_zone: str) -> None:
    with pytest.raises(Invalid):
        create_calendar(agent=ADMIN, actor=SYSTEM, name=name, time_zone=time_zone, week={})
    assert list(Calendar.objects.all()) == [office]


def test_names_are_compared_in_any_alphabet(office: Calendar) -> None:
    update_calendar(agent=ADMIN, actor=SYSTEM, calendar=office, name="Գրասենյակ", time_zone="Asia/Yerevan")
    with pytest.raises(Invalid, match="already"):
        create_calendar(agent=ADMIN, actor=SYSTEM, name="ԳՐԱՍԵՆՅԱԿ", time_zone="UTC", week={})


def test_a_day_named_twice_is_refused(office: Calendar) -> None:
    with pytest.raises(Invalid, match="2026-01-06"):
        days(office, DayHours(date(2026, 1, 6)), DayHours(date(2026, 1, 6)))


def test_the_database_keeps_nonsense_out_too(office: Calendar) -> None:
    for weekday, start, end in ((7, 0, 60), (0, 1440, 1500), (0, 60, 60), (0, 60, 1501)):
        with pytest.raises(IntegrityError), transaction.atomic():
            OpenHours.objects.create(calendar=office, weekday=weekday, start=start, end=end)


def test_changes_are_told_and_remembered(office: Calendar) -> None:
    set_week(agent=ADMIN, actor=SYSTEM, calendar=office, week={})
    calendar_id = office.pk
    delete_calendar(agent=ADMIN, actor=SYSTEM, calendar=office)
    told = StoredEvent.objects.filter(type__startswith="calendar.").order_by("id")
    assert [event.type for event in told] == ["calendar.changed", "calendar.changed", "calendar.deleted"]
    assert {event.data["calendar_id"] for event in told} == {calendar_id}
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
        "calendar.added",
        "calendar.hours_set",
        "calendar.deleted",
    ]
    assert not Calendar.objects.exists()


# Public holidays ------------------------------------------------------------------------------------------------------


def public(calendar: Calendar, country: str, language: str = "") -> bool:
    return set_public_holidays(agent=ADMIN, actor=SYSTEM, calendar=calendar, country=country, language=language)


@pytest.mark.parametrize(
    ("country", "closed", "name"),
    [("AM", date(2026, 5, 28), "Հանրապետության օր"), ("GE", date(2026, 5, 26), "დამოუკიდებლობის დღე")],
)
def test_public_holidays_come_ready_made(office: Calendar, country: str, closed: date, name: str) -> None:
    found = holidays.public_holidays(country, [2026], {"AM": "hy", "GE": "ka"}[country])
    assert found[closed].casefold() == name.casefold()
    assert found[date(2026, 1, 1)]
    assert holidays.public_holidays(country, [2026], "ru")[closed].isascii()
    assert public(office, country)
    office.refresh_from_db()
    today = timezone.localdate()
    assert not schedule(office).intervals(date(today.year + holidays.YEARS_AHEAD, 1, 1))
    assert not public(office, country), "Nothing changed the second time."


def test_what_somebody_entered_stands_beside_public_holidays(office: Calendar) -> None:
    new_year = date(timezone.localdate().year + 1, 1, 1)
    days(office, DayHours(new_year, "We work", hours=[(600, 720)]), DayHours(date(2000, 7, 7), yearly=True), source="")
    assert public(office, "AM")
    office.refresh_from_db()
    assert schedule(office).intervals(new_year) == (Interval(600, 720),)
    days(office, DayHours(new_year + timedelta(days=1), "Ours"), source="")
    stored = {day.date: day.source for day in office.special_days.all()}
    assert stored[new_year + timedelta(days=1)] == ""
    assert new_year not in stored
    renew_public_holidays()
    assert office.special_days.get(date=new_year).source == "AM"
    assert public(office, "GE")
    assert set(office.special_days.values_list("source", flat=True)) == {"", "GE"}
    assert public(office, "")
    assert set(office.special_days.values_list("source", flat=True)) == {""}


def test_the_coming_years_are_added_by_themselves(office: Calendar) -> None:
    public(office, "AM", "hy")
    last = office.special_days.order_by("-date")[0].date.year
    office.special_days.filter(date__year=last).delete()
    renew_public_holidays()
    renewed = office.special_days.filter(date__year=last)
    assert renewed
    assert not renewed[0].name.isascii()


def test_holidays_of_nowhere_and_of_who_may_not_are_refused(office: Calendar) -> None:
    with pytest.raises(Invalid):
        public(office, "XX")
    with pytest.raises(PermissionDenied):
        set_public_holidays(agent=LEAD, actor=SYSTEM, calendar=office, country="AM")
    assert not office.special_days.exists()
