"""Working time, against a counter that looks at the wall clock every minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tamada.kit.working_time import ALL_DAY, Day, Interval, NeverOpen, Schedule

YEREVAN, TBILISI = ZoneInfo("Asia/Yerevan"), ZoneInfo("Asia/Tbilisi")
BERLIN, NEW_YORK, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OFFICE: Day = (Interval.between("09:00", "13:00"), Interval.between("14:00", "18:00"))


def office(tz: ZoneInfo = YEREVAN, **changes: object) -> Schedule:
    return Schedule((OFFICE,) * 5 + ((), ()), tz, **changes)  # type: ignore[arg-type]


def at(tz: ZoneInfo, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=tz)  # type: ignore[arg-type, misc]


def test_office_hours() -> None:
    schedule = office()
    friday = at(YEREVAN, 2026, 3, 6, 12, 30)
    assert schedule.is_open(friday)
    assert not schedule.is_open(friday + HOUR)
    assert schedule.add(friday, HOUR) == at(YEREVAN, 2026, 3, 6, 14, 30)
    assert schedule.add(friday, 5 * HOUR) == at(YEREVAN, 2026, 3, 9, 9, 30)
    assert schedule.elapsed(friday, at(YEREVAN, 2026, 3, 9, 9, 30)) == 5 * HOUR
    assert schedule.next_open(at(YEREVAN, 2026, 3, 7, 12)) == at(YEREVAN, 2026, 3, 9, 9)
    assert schedule.next_open(friday) == friday
    assert schedule.closes(friday) == at(YEREVAN, 2026, 3, 6, 13)
    assert schedule.closes(at(YEREVAN, 2026, 3, 7, 12)) == at(YEREVAN, 2026, 3, 9, 13)


def test_time_that_ends_with_the_day_ends_there_and_not_the_next_morning() -> None:
    assert office().add(at(YEREVAN, 2026, 3, 6, 9), 8 * HOUR) == at(YEREVAN, 2026, 3, 6, 18)


def test_no_time_at_all_passes_at_once_even_when_shut() -> None:
    night = at(YEREVAN, 2026, 3, 7, 3)
    assert office().add(night, timedelta(0)) == night
    assert office().elapsed(night, night - HOUR) == timedelta(0)


def test_holidays_single_and_yearly_and_short_days() -> None:
    eve = date(2026, 12, 31)
    schedule = office(
        dates={date(2026, 3, 9): (), date(2027, 1, 1): OFFICE, eve: (Interval.between("09:00", "12:00"),)},
        yearly={(1, 1): (), (1, 2): ()},
    )
    assert schedule.next_open(at(YEREVAN, 2026, 3, 7, 12)) == at(YEREVAN, 2026, 3, 10, 9)
    assert schedule.elapsed(at(YEREVAN, 2026, 12, 31, 0), at(YEREVAN, 2027, 1, 1, 0)) == 3 * HOUR
    assert schedule.is_open(at(YEREVAN, 2027, 1, 1, 10))  # a date goes before the yearly rule
    assert not schedule.is_open(at(YEREVAN, 2029, 1, 1, 10))


def test_a_night_shift_belongs_to_the_day_it_starts_on() -> None:
    night: Day = (Interval.between("22:00", "06:00"),)
    schedule = Schedule((night,) * 7, TBILISI, dates={date(2026, 3, 7): ()})
    assert schedule.is_open(at(TBILISI, 2026, 3, 7, 5, 59))  # Friday's shift
    assert not schedule.is_open(at(TBILISI, 2026, 3, 7, 23))
    assert not schedule.is_open(at(TBILISI, 2026, 3, 8, 3))
    assert schedule.closes(at(TBILISI, 2026, 3, 6, 23)) == at(TBILISI, 2026, 3, 7, 6)


def test_an_hour_that_is_skipped_is_not_worked_and_one_that_comes_twice_is_worked_twice() -> None:
    night = Schedule(((Interval.between("00:00", "06:00"),),) * 7, BERLIN)
    spring, autumn = at(BERLIN, 2026, 3, 29), at(BERLIN, 2026, 10, 25)
    assert night.elapsed(spring, spring.replace(hour=12)) == 5 * HOUR
    assert night.elapsed(autumn, autumn.replace(hour=12)) == 7 * HOUR
    assert night.add(autumn, 6 * HOUR + 30 * MINUTE) == at(BERLIN, 2026, 10, 25, 5, 30)


def test_opening_inside_the_skipped_hour_means_when_it_is_over() -> None:
    schedule = Schedule(((Interval.between("02:30", "05:00"),),) * 7, BERLIN)
    assert schedule.next_open(at(BERLIN, 2026, 3, 29)) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_day_and_night() -> None:
    schedule = Schedule.always(YEREVAN)
    start = at(YEREVAN, 2026, 3, 7, 3)
    assert schedule.is_always_open
    assert schedule.add(start, timedelta(days=4000)) == start + timedelta(days=4000)
    assert schedule.elapsed(start, start + timedelta(days=4000)) == timedelta(days=4000)
    assert schedule.is_open(start)
    assert schedule.next_open(start) == start
    assert schedule.closes(start) is None


def test_a_schedule_that_never_opens_says_so() -> None:
    shut = Schedule(((),) * 7, YEREVAN)
    start = at(YEREVAN, 2026, 3, 7, 3)
    assert shut.next_open(start) is None
    assert shut.closes(start) is None
    assert shut.elapsed(start, start + timedelta(days=30)) == timedelta(0)
    with pytest.raises(NeverOpen):
        shut.add(start, MINUTE)


def test_what_makes_no_sense_is_refused() -> None:
    for bad in ((-1, 10), (1440, 1500), (600, 600), (600, 500), (600, 600 + 1441)):
        with pytest.raises(ValueError, match="interval"):
            Interval(*bad)
    with pytest.raises(ValueError, match="aware"):
        office().is_open(datetime(2026, 3, 7))  # noqa: DTZ001
    with pytest.raises(ValueError, match="negative"):
        office().add(at(YEREVAN, 2026, 3, 7), -MINUTE)


# Against a counter of minutes ----------------------------------------------------------------------------------------

_interval = st.builds(lambda start, length: Interval(start, start + length), st.integers(0, 1439), st.integers(1, 1440))
_day = st.one_of(st.just(()), st.just((ALL_DAY,)), st.lists(_interval, max_size=3).map(tuple))
_zone = st.sampled_from(
    [YEREVAN, BERLIN, NEW_YORK, LORD_HOWE, ZoneInfo("America/St_Johns"), ZoneInfo("Africa/Casablanca")]
)
# Days around clock changes of these zones, and ordinary ones.
_start = st.sampled_from(
    [
        datetime(2026, month, day, tzinfo=UTC)
        for month, day in ((3, 7), (3, 28), (4, 3), (10, 24), (10, 31), (7, 1), (12, 30), (2, 13), (3, 20))
    ]
)


@st.composite
def _schedules(draw: st.DrawFn) -> tuple[Schedule, datetime]:
    start = draw(_start) + timedelta(minutes=draw(st.integers(0, 2880)))
    near = st.integers(-1, 3).map(lambda days: start.date() + timedelta(days=days))
    week = draw(st.tuples(*[_day] * 7))
    dates = draw(st.dictionaries(near, _day, max_size=2))
    return Schedule(week, draw(_zone), dates, {(12, 31): draw(_day)}), start


def _open_by_the_wall(schedule: Schedule, instant: datetime) -> bool:
    wall = instant.astimezone(schedule.tz).replace(tzinfo=None)
    for back in (0, 1):
        day = wall.date() - timedelta(days=back)
        minute = (wall - datetime.combine(day, datetime.min.time())) / MINUTE
        if any(interval.start <= minute < interval.end for interval in schedule.intervals(day)):
            return True
    return False


@given(_schedules(), st.integers(1, 4000))
@settings(max_examples=150, deadline=None)
def test_sums_agree_with_counting_minutes(case: tuple[Schedule, datetime], minutes: int) -> None:
    schedule, start = case
    opened = [_open_by_the_wall(schedule, start + step * MINUTE) for step in range(minutes)]
    assert [schedule.is_open(start + step * MINUTE) for step in range(0, minutes, 7)] == opened[::7]
    assert schedule.elapsed(start, start + minutes * MINUTE) == sum(opened) * MINUTE
    first = next((step for step, is_open in enumerate(opened) if is_open), None)
    if first is not None:
        assert schedule.next_open(start) == start + first * MINUTE
    if sum(opened):
        wanted = (sum(opened) + 1) // 2
        counted = 0
        for step, is_open in enumerate(opened):
            counted += is_open
            if counted == wanted:
                assert schedule.add(start, wanted * MINUTE) == start + (step + 1) * MINUTE
                break


@given(_schedules(), st.integers(0, 500_000), st.integers(0, 500_000))
@settings(max_examples=100, deadline=None)
def test_adding_is_the_inverse_of_measuring_and_sums_add_up(
    case: tuple[Schedule, datetime], first: int, second: int
) -> None:
    schedule, start = case
    middle, end = start + first * MINUTE, start + (first + second) * MINUTE
    whole = schedule.elapsed(start, end)
    assert schedule.elapsed(start, middle) + schedule.elapsed(middle, end) == whole
    if whole:
        due = schedule.add(start, whole)
        assert due <= end
        assert schedule.elapsed(start, due) == whole
