"""Clocks and due times, against tables and against a counter that looks at every minute."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tamada.kit.deadlines import FIRST, NEXT, RESOLUTION, Clock, Due, Fact, KindName, What, clocks, due, settled
from tamada.kit.working_time import ALL_DAY, Interval, Schedule
from tests.helpers.proof import report, sized

YEREVAN = ZoneInfo("Asia/Yerevan")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OFFICE = Schedule(((Interval.between("09:00", "13:00"), Interval.between("14:00", "18:00")),) * 5 + ((), ()), YEREVAN)
ALWAYS, SHUT = Schedule.always(), Schedule(((),) * 7, YEREVAN)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026 in Yerevan; the 6th is a Friday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=YEREVAN)


def story(*facts: tuple[int, int, What]) -> list[Fact]:
    return [Fact(at(day, hour), what) for day, hour, what in facts]


# --- when it is due -----------------------------------------------------------------------------------------------

TABLE = [
    # start, target in hours, pauses, standing still since, due or hours left
    ("within a day", at(6, 10), 2, [], None, at(6, 12)),
    ("over lunch", at(6, 12), 2, [], None, at(6, 15)),
    ("over the weekend", at(6, 17), 2, [], None, at(9, 10)),
    ("asked at night", at(6, 20), 1, [], None, at(9, 10)),
    ("ends with the day", at(6, 9), 8, [], None, at(6, 18)),
    ("a pause moves it", at(6, 10), 2, [(at(6, 11), at(6, 15))], None, at(6, 16)),
    ("a pause outside hours moves nothing", at(6, 10), 4, [(at(6, 13), at(6, 14))], None, at(6, 15)),
    ("a pause after it was due", at(6, 10), 1, [(at(6, 12), at(6, 15))], None, at(6, 11)),
    ("two pauses", at(6, 9), 4, [(at(6, 10), at(6, 11)), (at(6, 12), at(6, 14))], None, at(6, 16)),
    ("stands still", at(6, 10), 4, [], at(6, 12), 2),
    ("stands still before it opened", at(6, 20), 4, [], at(7, 12), 4),
    ("stands still after it was due", at(6, 10), 1, [], at(6, 12), at(6, 11)),
    ("stands still for the second time", at(6, 9), 4, [(at(6, 10), at(6, 15))], at(6, 16), 2),
]


@pytest.mark.parametrize(
    ("start", "target", "pauses", "paused", "wanted"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE]
)
def test_due_times(
    start: datetime, target: int, pauses: list[tuple[datetime, datetime]], paused: datetime | None, wanted: object
) -> None:
    found = due(OFFICE, target * HOUR, started_at=start, pauses=pauses, paused_at=paused)
    assert found == (Due(wanted) if isinstance(wanted, datetime) else Due(None, wanted * HOUR))  # type: ignore[operator]


def test_hours_that_never_open_have_no_due_time_and_nothing_left() -> None:
    assert due(SHUT, HOUR, started_at=at(6, 10)) == Due(None, None)
    assert due(SHUT, HOUR, started_at=at(6, 10), paused_at=at(6, 12)) == Due(None, HOUR)
    only_once = Schedule(((),) * 7, YEREVAN, dates={date(2026, 3, 9): (Interval.between("09:00", "10:00"),)})
    assert due(only_once, HOUR, started_at=at(6, 10)) == Due(at(9, 10))
    assert due(only_once, 2 * HOUR, started_at=at(6, 10)) == Due(None)


def test_what_would_be_due_in_hundreds_of_years_is_not_due_at_all() -> None:
    a_minute_a_week = Schedule(((Interval(0, 1),), (), (), (), (), (), ()), YEREVAN)
    assert due(a_minute_a_week, 366 * 24 * HOUR, started_at=at(6, 10)) == Due(None)
    assert due(a_minute_a_week, 3 * MINUTE, started_at=at(6, 10)) == Due(at(23, 0, 1))


# --- which clocks run ---------------------------------------------------------------------------------------------


def test_the_first_answer_then_the_next_one() -> None:
    asked = story((6, 9, "asked"), (6, 10, "asked"))
    assert clocks(asked)[FIRST] == Clock(at(6, 9))
    answered = [*asked, *story((6, 11, "answered"))]
    assert clocks(answered)[FIRST] == Clock(at(6, 9), met_at=at(6, 11))
    assert NEXT not in clocks(answered)
    again = [*answered, *story((6, 12, "asked"), (6, 14, "asked"))]
    assert clocks(again)[NEXT] == Clock(at(6, 12))
    assert clocks([*again, *story((6, 15, "answered"), (6, 16, "answered"))])[NEXT].met_at == at(6, 15)


def test_a_conversation_that_we_began_has_no_first_answer() -> None:
    found = clocks(story((6, 9, "answered"), (6, 12, "asked")))
    assert set(found) == {NEXT, RESOLUTION}
    assert found[RESOLUTION].started_at == at(6, 12)


def test_without_a_customers_message_no_clock_runs() -> None:
    assert clocks(story((6, 9, "open"), (6, 10, "answered"), (6, 11, "waits"), (6, 12, "closed"))) == {}


def test_closing_is_the_solution_and_drops_what_was_owed() -> None:
    found = clocks(story((6, 9, "asked"), (6, 11, "closed")))
    assert found[RESOLUTION].met_at == at(6, 11)
    assert (found[FIRST].met_at, found[FIRST].dropped_at) == (None, at(6, 11))
    later = clocks(story((6, 9, "asked"), (6, 11, "closed"), (9, 9, "asked")))
    assert later[FIRST] == Clock(at(9, 9))


def test_opened_again_the_solution_clock_goes_on_without_the_time_it_was_closed() -> None:
    found = clocks(story((6, 9, "asked"), (6, 10, "answered"), (6, 11, "closed"), (6, 15, "open")))[RESOLUTION]
    assert found == Clock(at(6, 9), pauses=[(at(6, 11), at(6, 15))])
    assert due(OFFICE, 4 * HOUR, started_at=found.started_at, pauses=found.pauses) == Due(at(6, 17))
    put_off = clocks(story((6, 9, "asked"), (6, 11, "closed"), (6, 15, "waits")))[RESOLUTION]
    assert put_off == Clock(at(6, 9), pauses=[(at(6, 11), at(6, 15))], paused_at=at(6, 15))


def test_it_stands_still_while_we_wait_and_goes_on_when_the_customer_writes() -> None:
    facts = story((6, 9, "asked"), (6, 10, "waits"), (6, 11, "waits"), (6, 12, "asked"))
    for clock in clocks(facts).values():
        assert clock == Clock(at(6, 9), pauses=[(at(6, 10), at(6, 12))])
    assert all(clock.pauses == [] for clock in clocks(facts, pausing=False).values())
    assert clocks(facts[:3])[FIRST].paused_at == at(6, 10)


def test_closed_while_it_stood_still_it_ends_there() -> None:
    found = clocks(story((6, 9, "asked"), (6, 10, "waits"), (6, 12, "closed")))[RESOLUTION]
    assert found == Clock(at(6, 9), pauses=[(at(6, 10), at(6, 12))], met_at=at(6, 12))


def test_how_a_conversation_stands_has_the_last_word() -> None:
    facts = story((6, 9, "asked"), (6, 10, "answered"))
    assert settled(facts, "open", at(6, 11)) == facts
    assert settled(facts, "waits", at(6, 11)) == [*facts, Fact(at(6, 11), "waits")]
    assert settled(facts, "closed", at(6, 8)) == [*facts, Fact(at(6, 10), "closed")]
    assert settled([], "closed", at(6, 8)) == [Fact(at(6, 8), "closed")]


# --- against a counter of minutes ---------------------------------------------------------------------------------

_interval = st.builds(lambda start, length: Interval(start, start + length), st.integers(0, 1439), st.integers(1, 1440))
_day = st.one_of(st.just(()), st.just((ALL_DAY,)), st.lists(_interval, max_size=3).map(tuple))
_zone = st.sampled_from([YEREVAN, *map(ZoneInfo, ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe"))])
# Around clock changes, the end of a year, and on ordinary days.
_begin = st.sampled_from(
    [datetime(2026, m, d, tzinfo=UTC) for m, d in ((3, 7), (3, 28), (4, 4), (10, 24), (7, 1), (12, 30))]
)
LENGTH = 3_500


@st.composite
def _cases(draw: st.DrawFn) -> tuple[Schedule, datetime, list[Fact], bool]:
    begin = draw(_begin) + draw(st.integers(0, 2_880)) * MINUTE
    near = st.integers(-1, 3).map(lambda days: begin.date() + timedelta(days=days))
    schedule = Schedule(
        draw(st.tuples(*[_day] * 7)), draw(_zone), draw(st.dictionaries(near, _day, max_size=2)), {(12, 31): draw(_day)}
    )
    moments = sorted(draw(st.lists(st.integers(0, LENGTH - 1), min_size=1, max_size=12)))
    facts = [Fact(begin + minute * MINUTE, draw(st.sampled_from(get_args(What)))) for minute in moments]
    return schedule, begin, facts, draw(st.booleans())


def _open_minutes(schedule: Schedule, begin: datetime) -> list[bool]:
    """Minute by minute, whether the clock on the wall shows a time that is open."""
    days: dict[date, set[int]] = {}
    found = []
    for step in range(LENGTH):
        wall = (begin + step * MINUTE).astimezone(schedule.tz)
        today = wall.date()
        if today not in days:
            days[today] = {m for i in schedule.intervals(today) for m in range(i.start, i.end)}
            days[today] |= {
                m - 1440 for i in schedule.intervals(today - timedelta(days=1)) for m in range(i.start, i.end)
            }
        found.append(wall.hour * 60 + wall.minute in days[today])
    return found


class Counter:
    """Counts the open minutes of one kind of clock, minute by minute, knowing nothing of intervals or pauses."""

    def __init__(self, kind: KindName, target: int, pausing: bool) -> None:
        self.kind, self.target, self.pausing = kind, target, pausing
        self.status, self.runs, self.answered, self.begun = "open", False, False, False
        self.worked = 0
        self.due: int | None = None
        self.met: int | None = None
        self.dropped: int | None = None

    def hear(self, what: What, now: int) -> None:
        if what in ("asked", "open"):
            self.status = "open"
        elif what != "answered":
            self.status = what
        if self.kind == RESOLUTION:
            self._solution(what, now)
        elif what == "asked" and not self.runs and (self.kind == NEXT) == self.answered:
            self.runs, self.begun, self.worked, self.due, self.met, self.dropped = True, True, 0, None, None, None
        elif what == "answered" and self.runs:
            self.runs, self.met = False, now
        elif what == "closed" and self.runs:
            self.runs, self.dropped = False, now
        self.answered = self.answered or what == "answered"

    def _solution(self, what: What, now: int) -> None:
        self.begun = self.begun or what == "asked"
        if self.begun and what == "closed" and self.runs:
            self.runs, self.met = False, now
        elif self.begun and what in ("asked", "open", "waits"):
            self.runs, self.met = True, None

    def count(self, heard: dict[int, list[What]], opened: Sequence[bool]) -> None:
        for minute, is_open in enumerate(opened):
            if minute in heard:
                for what in heard[minute]:
                    self.hear(what, minute)
            if is_open and self.runs and self.due is None and not (self.pausing and self.status == "waits"):
                self.worked += 1
                if self.worked == self.target:
                    self.due = minute + 1


def _agrees(
    schedule: Schedule, begin: datetime, facts: Sequence[Fact], pausing: bool, target: int, is_open: Sequence[bool]
) -> None:
    counters = [Counter(kind, target, pausing) for kind in get_args(KindName)]
    heard = {
        minute: [f.what for f in facts if f.at == begin + minute * MINUTE]
        for minute in {(f.at - begin) // MINUTE for f in facts}
    }
    for counter in counters:
        counter.count(heard, is_open)
    found = clocks(facts, pausing=pausing)
    end = begin + LENGTH * MINUTE
    for counter in counters:
        clock = found.get(counter.kind)
        assert (clock is not None) == counter.begun
        if clock is None:
            continue
        instant = {
            name: None if (m := getattr(counter, name)) is None else begin + m * MINUTE
            for name in ("met", "dropped", "due")
        }
        assert (clock.met_at, clock.dropped_at) == (instant["met"], instant["dropped"])
        planned = due(
            schedule, target * MINUTE, started_at=clock.started_at, pauses=clock.pauses, paused_at=clock.paused_at
        )
        _same_due(planned, instant["due"], clock, counter, end)


def _same_due(planned: Due, counted: datetime | None, clock: Clock, counter: Counter, end: datetime) -> None:
    """What was counted is what was planned; what was not reached is planned for later, or never, or stands still."""
    if counted is not None:
        assert planned == Due(counted)
    elif clock.paused_at is not None:
        assert planned == Due(None, (counter.target - counter.worked) * MINUTE)
    elif planned.at is not None:
        assert planned.at > (clock.ended_at or end)


@pytest.mark.sized
def test_clocks_agree_with_counting_minutes() -> None:
    examples = sized(60, 10_000)
    kept: dict[str, int] = {"facts": 0}

    @given(_cases(), st.one_of(st.integers(1, 300), st.integers(1, 1_500)))
    @settings(max_examples=examples, deadline=None, database=None, derandomize=True)
    def agree(case: tuple[Schedule, datetime, list[Fact], bool], target: int) -> None:
        schedule, begin, facts, pausing = case
        kept["facts"] += len(facts)
        _agrees(schedule, begin, facts, pausing, target, _open_minutes(schedule, begin))

    agree()
    report("SLA clocks against a counter of minutes", calendars=examples, facts=kept["facts"], disagreements=0)


@given(_cases(), st.integers(1, 50_000), st.integers(1, 5_000))
@settings(max_examples=sized(60, 1_000), deadline=None)
def test_a_longer_target_is_never_due_sooner_and_a_longer_pause_never_makes_it_sooner(
    case: tuple[Schedule, datetime, list[Fact], bool], target: int, more: int
) -> None:
    schedule, begin, _facts, _pausing = case
    plain = due(schedule, target * MINUTE, started_at=begin).at
    longer = due(schedule, (target + more) * MINUTE, started_at=begin).at
    paused = due(schedule, target * MINUTE, started_at=begin, pauses=[(begin + HOUR, begin + more * MINUTE + HOUR)]).at
    if plain is not None and longer is not None:
        assert longer > plain
    if plain is not None and paused is not None:
        assert paused >= plain
    if plain is None:
        assert longer is None
        assert paused is None
