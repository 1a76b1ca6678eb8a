"""Forecasts of jobs: tables, laws that hold for whatever job, and how often they come true."""

import math
import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tamada.kit.services.durations import Known, known
from tamada.kit.services.forecast import Forecast, Part, Risk, forecast, free_at, risk
from tamada.kit.working_time import Interval, Schedule

YEREVAN, BERLIN = ZoneInfo("Asia/Yerevan"), ZoneInfo("Europe/Berlin")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK = ((Interval.between("09:00", "13:00"), Interval.between("14:00", "18:00")),) * 5 + ((), ())
OFFICE, ALWAYS, SHUT = Schedule(WEEK, YEREVAN), Schedule.always(), Schedule(((),) * 7, YEREVAN)
NIGHT = Schedule(((Interval.between("22:00", "06:00"),),) * 7, BERLIN)


def at(day: int, hour: int, minute: int = 0, *, month: int = 3, tz: ZoneInfo = YEREVAN) -> datetime:
    """A moment of 2026; the 2nd of March is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=tz)


NOW = at(2, 9)


def part(name: str, hours: float, *after: str, slow: float | None = None, **more: Any) -> Part:
    """A part that takes so many hours, and surely, unless it is said how long when it is slow."""
    more.setdefault("schedule", OFFICE)
    return Part(id=name, known=Known(hours * HOUR, (slow or hours) * HOUR), after=after, **more)


def begun(name: str, hours: float, opened: datetime = NOW, **more: Any) -> Part:
    """One that is open."""
    return part(name, hours, state="active" if more.pop("active", False) else "open", opened_at=opened, **more)


def done(name: str, when: datetime) -> Part:
    return part(name, 1, state="done", opened_at=when - HOUR, done_at=when)


# --- when it ends ---------------------------------------------------------------------------------------------------

TABLE = [
    ("one part", [begun("a", 4)], NOW, at(2, 13)),
    ("one after another", [begun("a", 4), part("b", 2, "a")], NOW, at(2, 16)),
    ("side by side", [begun("a", 4), begun("b", 6), part("c", 1, "a", "b")], NOW, at(2, 17)),
    ("over the weekend", [begun("a", 4, at(6, 16))], at(6, 16), at(9, 11)),
    ("half of it is over", [begun("a", 4, at(2, 9))], at(2, 11), at(2, 13)),
    ("what is done waits for nobody", [done("a", at(2, 8)), part("b", 2, "a")], NOW, at(2, 11)),
    ("what was passed over neither", [part("a", 9, state="skipped"), part("b", 2, "a")], NOW, at(2, 11)),
    ("what it waits for is not there", [part("b", 2, "gone")], NOW, at(2, 11)),
    ("an appointment", [begun("a", 1), part("b", 2, "a", not_before=at(4, 10))], NOW, at(4, 12)),
    ("an appointment that is sooner than it can be kept", [begun("a", 7), part("b", 2, "a", not_before=at(2, 10))], NOW,
     at(3, 10)),
    ("its owner is ill", [begun("a", 4, not_before=at(5, 9))], NOW, at(5, 13)),
    ("its owner is well again", [begun("a", 4, not_before=at(5, 9))], at(5, 11), at(5, 13)),
    ("a supplier's date goes before sums", [begun("a", 40, expected_at=at(3, 12), schedule=ALWAYS), part("b", 1, "a")],
     NOW, at(3, 13)),
    ("a supplier's date later than sums", [begun("a", 2, expected_at=at(5, 12)), part("b", 1, "a")], NOW, at(5, 13)),
    ("a supplier's date that passed is none", [begun("a", 40, expected_at=at(3, 12))], at(4, 9), at(6, 18)),
    ("a date named before it began", [begun("a", 8), part("b", 1, "a", expected_at=at(5, 12))], NOW, at(5, 12)),
    ("whose owner has more to do", [begun("a", 8, work=Known(HOUR, HOUR), free_at=at(3, 10))], NOW, at(3, 11)),
    ("whose owner is free by now", [begun("a", 8, work=Known(HOUR, HOUR), free_at=at(2, 9))], at(2, 9, 30), at(2, 10)),
    ("that was begun after it had lain", [begun("a", 8, at(2, 9), work=Known(HOUR, HOUR), started_at=at(2, 14),
     active=True)], at(2, 14, 30), at(2, 15)),
    ("two calendars", [begun("a", 4, at(6, 15)), part("b", 10, "a", schedule=ALWAYS)], at(6, 15), at(9, 20)),
    ("an evening of an outside office", [begun("a", 4, at(2, 23, tz=BERLIN), schedule=NIGHT)], at(2, 23, tz=BERLIN),
     at(3, 3, tz=BERLIN)),
    ("an hour that is skipped is not worked", [begun("a", 6, at(28, 23, tz=BERLIN), schedule=NIGHT)],
     at(28, 23, tz=BERLIN), at(29, 6, tz=BERLIN)),
    ("an hour that comes twice is worked twice", [begun("a", 8, at(24, 22, month=10, tz=BERLIN), schedule=NIGHT)],
     at(24, 22, month=10, tz=BERLIN), at(25, 5, month=10, tz=BERLIN)),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "now", "wanted"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_when_a_job_will_be_finished(parts: list[Part], now: datetime, wanted: datetime) -> None:
    found = forecast(parts, now)
    assert found.finish == wanted
    assert found.finish_slow is not None
    assert found.finish_slow >= wanted


def test_a_holiday_moves_it_by_a_day() -> None:
    free = Schedule(WEEK, YEREVAN, {date(2026, 3, 3): ()})
    parts = [begun("a", 8), part("b", 4, "a")]
    assert forecast(parts, NOW).finish == at(3, 13)
    assert forecast([replace(one, schedule=free) for one in parts], NOW).finish == at(4, 13)


def test_each_part_has_its_own_hours() -> None:
    found = forecast([done("z", at(2, 8)), begun("a", 4), part("b", 2, "a", "z"), part("c", 1, "z")], NOW)
    assert (found.spans["b"].starts, found.spans["b"].ends) == (at(2, 13), at(2, 16))
    assert (found.spans["c"].starts, found.spans["c"].ends) == (NOW, at(2, 10))
    assert (found.spans["z"].starts, found.spans["z"].ends) == (at(2, 7), at(2, 8))
    assert found.chain == ("a", "b")


def test_a_job_that_is_over_ended_with_its_last_part() -> None:
    found = forecast([done("a", at(2, 8)), done("b", at(2, 7)), part("c", 1, state="skipped")], NOW)
    assert (found.finish, found.finish_slow, found.is_over) == (at(2, 8), at(2, 8), True)
    assert (found.chain, found.recheck_at, found.cause(at(1, 9))) == ((), None, None)
    assert forecast([], NOW).finish == NOW


def test_what_was_learned_counts_from_its_opening_and_from_its_start_and_never_before_its_date() -> None:
    step = part("a", 1, state="done", opened_at=at(2, 9), started_at=at(2, 14), done_at=at(2, 16))
    assert (step.took, step.worked) == (6 * HOUR, 2 * HOUR)
    visit = replace(step, not_before=at(2, 15))
    assert (visit.took, visit.worked) == (HOUR, HOUR)
    for unknown in (replace(step, state="active"), replace(step, done_at=None), replace(step, state="skipped")):
        assert (unknown.took, unknown.worked) == (None, None)
    assert replace(step, started_at=None).worked is None


def test_when_somebody_is_free() -> None:
    """What is in their hands first, then what lies there, by the hours it takes once begun."""
    active = begun("a", 8, at(2, 9), started_at=at(2, 9), active=True, work=Known(4 * HOUR, 4 * HOUR))
    waits = begun("b", 20, work=Known(6 * HOUR, 6 * HOUR))
    assert free_at([], NOW) == NOW
    assert free_at([waits, active], at(2, 11)) == at(3, 11)
    assert free_at([active, begun("c", 1, schedule=SHUT), waits], NOW) is None
    assert free_at([replace(active, schedule=SHUT), waits], NOW) is None


# --- what runs over -------------------------------------------------------------------------------------------------


def test_what_runs_over_is_never_due_any_minute_for_ever() -> None:
    """Each time its expected end passes the next is further off, and the forecast asks to be made again just then."""
    step, now, ends = begun("a", 4, slow=8, schedule=ALWAYS), NOW, []
    for _ in range(60):
        found = forecast([step], now)
        assert found.finish is not None
        assert found.finish == found.recheck_at
        ends.append(found.finish - NOW)
        now = found.finish
    assert ends[0] == 4 * HOUR
    assert 5.3 * HOUR < ends[1] < 6 * HOUR
    assert 7 * HOUR < ends[2] < 8 * HOUR
    assert all((after - before) / before > 0.04 for before, after in pairwise(ends))


def test_what_was_thought_sure_and_runs_over_is_sure_no_more() -> None:
    found = forecast([begun("a", 4, schedule=ALWAYS)], NOW + 4 * HOUR)
    assert found.finish is not None
    assert found.finish >= NOW + 4.5 * HOUR
    assert found.spans["a"].overruns


def test_between_two_instants_of_change_nothing_changes() -> None:
    parts = [begun("a", 4, slow=8), part("b", 4, "a", slow=6), part("c", 1, "a", not_before=at(3, 15))]
    found = forecast(parts, NOW)
    assert found.recheck_at == at(2, 13)
    assert forecast(parts, at(2, 12, 59)) == found
    assert forecast(parts, at(2, 13)).spans["b"].ends > found.spans["b"].ends  # type: ignore[operator]


def test_a_date_that_passes_is_an_instant_of_change() -> None:
    assert forecast([part("a", 4, not_before=at(4, 9))], NOW).recheck_at == at(4, 9)
    assert forecast([part("a", 4, "b"), part("b", 4, "a")], NOW).recheck_at is None


# --- what never ends ------------------------------------------------------------------------------------------------


def test_a_calendar_that_never_opens_has_no_finish_but_a_cause() -> None:
    found = forecast([begun("a", 1), part("b", 1, "a", schedule=SHUT), part("c", 1, "b"), begun("d", 90)], NOW)
    assert (found.finish, found.finish_slow) == (None, None)
    assert found.spans["a"].ends == at(2, 10)
    assert found.spans["b"].ends is found.spans["c"].starts is found.spans["c"].ends is None
    assert found.cause(at(20, 9)) == "b"
    assert risk(at(20, 9), found, NOW) == "at_risk"
    assert risk(at(20, 9), found, at(20, 10)) == "late"


def test_work_that_would_last_for_generations_never_ends() -> None:
    seldom = Schedule(((),) * 7, YEREVAN, yearly={(3, 8): (Interval.between("09:00", "10:00"),)})
    assert forecast([begun("a", 50, schedule=seldom)], NOW).finish is None


@pytest.mark.parametrize("circle", [("a",), ("a", "b"), ("a", "b", "c")])
def test_parts_that_wait_for_one_another_never_end(circle: tuple[str, ...]) -> None:
    parts = [part(name, 1, circle[place - 1]) for place, name in enumerate(circle)]
    found = forecast([*parts, begun("z", 1), part("y", 1, "a")], NOW)
    assert found.finish is None
    assert found.cause(at(20, 9)) in circle
    assert found.spans["z"].ends == at(2, 10)


# --- who is to blame ------------------------------------------------------------------------------------------------


def test_nothing_is_to_blame_while_nothing_is_in_danger() -> None:
    found = forecast([begun("a", 4), part("b", 2, "a")], NOW)
    assert found.cause(at(2, 17)) is None
    assert risk(at(2, 17), found, NOW) == "on_track"
    assert risk(None, found, NOW) == "on_track"


BLAMED = [
    ("what a date holds up", [begun("a", 1), part("b", 2, "a", not_before=at(5, 9)), part("c", 30, "b")], NOW, "b"),
    ("the supplier who named a late day", [begun("a", 2, expected_at=at(6, 9)), part("b", 8, "a")], NOW, "a"),
    ("whose owner has much to do", [begun("a", 4, free_at=at(5, 9)), part("b", 20, "a")], NOW, "a"),
    ("whose owner is ill", [begun("a", 4, not_before=at(5, 9)), part("b", 20, "a")], NOW, "a"),
    ("what runs over, before what is long", [begun("a", 4, slow=5), part("b", 30, "a", planned=28 * HOUR)], at(2, 15),
     "a"),
    ("what takes longer than was planned", [begun("a", 4), part("b", 9, "a", planned=2 * HOUR), part("c", 20, "b")],
     NOW, "b"),
    ("the longest, where nothing was lost", [begun("a", 4), part("b", 6, "a"), part("c", 2, "b")], NOW, "b"),
    ("not what runs over beside the chain", [begun("a", 1, at(2, 9)), begun("b", 20), part("c", 1, "a", "b")],
     at(2, 10), "b"),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "now", "wanted"), [row[1:] for row in BLAMED], ids=[row[0] for row in BLAMED])
def test_who_is_to_blame(parts: list[Part], now: datetime, wanted: str) -> None:
    assert forecast(parts, now).cause(at(2, 9, 30)) == wanted


STANDING = [
    ("well before", [begun("a", 4)], NOW, at(3, 9), "on_track"),
    ("a forecast past it", [begun("a", 4)], NOW, at(2, 12), "at_risk"),
    ("past it", [begun("a", 4)], at(2, 12, 1), at(2, 12), "late"),
    ("over in time", [done("a", at(2, 10))], at(9, 9), at(2, 12), "on_track"),
    ("over too late", [done("a", at(2, 13))], at(9, 9), at(2, 12), "late"),
]


@pytest.mark.parametrize(
    ("parts", "now", "promised", "wanted"), [row[1:] for row in STANDING], ids=[row[0] for row in STANDING]
)
def test_how_a_promise_stands(parts: list[Part], now: datetime, promised: datetime, wanted: Risk) -> None:
    assert risk(promised, forecast(parts, now), now) == wanted


# --- laws -----------------------------------------------------------------------------------------------------------

_schedules = st.sampled_from([OFFICE, OFFICE, ALWAYS, NIGHT, Schedule(WEEK, BERLIN)])
_moments = st.sampled_from([NOW, at(27, 15), at(28, 23), at(23, 12, month=10), at(30, 17, month=12)])


@st.composite
def _jobs(draw: st.DrawFn) -> tuple[list[Part], datetime]:
    """A job as it may stand: what is done or has begun waits for nothing that is not done."""
    now = draw(_moments) + timedelta(minutes=draw(st.integers(0, 3000)))
    parts: list[Part] = []
    for place in range(draw(st.integers(1, 7))):
        before = [one for one in parts if draw(st.booleans())]
        typical = timedelta(minutes=draw(st.integers(0, 3000)))
        blocked = any(not one.is_over for one in before)
        state: Any = "blocked" if blocked else draw(st.sampled_from(["open", "active", "done", "skipped"]))
        opened = None if state == "blocked" else now - timedelta(minutes=draw(st.integers(0, 9000)))
        dates = [
            draw(st.none() | st.none() | st.integers(-2000, 9000).map(lambda m: now + timedelta(minutes=m)))
            for _ in range(3)
        ]
        parts.append(
            Part(
                id=f"p{place}",
                known=Known(typical, typical * draw(st.floats(1, 4))),
                work=draw(st.none() | st.just(Known(typical / 3, typical))),
                schedule=draw(_schedules),
                after=tuple(one.id for one in before),
                state=state,
                opened_at=opened,
                started_at=opened if state == "active" else None,
                done_at=now if state == "done" else None,
                not_before=dates[0],
                expected_at=dates[1],
                free_at=dates[2],
            )
        )
    return parts, now


def _ends(found: Forecast) -> datetime:
    assert found.finish is not None
    return found.finish


@given(_jobs(), st.randoms())
@settings(max_examples=100, deadline=None)
def test_a_forecast_is_never_past_and_the_same_in_whatever_order_and_however_often(
    case: tuple[list[Part], datetime], chance: random.Random
) -> None:
    parts, now = case
    found = forecast(parts, now)
    mixed = [replace(one, after=tuple(chance.sample(one.after, len(one.after)))) for one in parts]
    chance.shuffle(mixed)
    again = forecast(mixed, now)
    assert found == forecast(parts, now)
    assert (again.finish, again.finish_slow, again.chain, again.recheck_at) == (
        found.finish, found.finish_slow, found.chain, found.recheck_at
    )  # fmt: skip
    assert dict(again.spans) == dict(found.spans)
    assert again.cause(now) == found.cause(now)
    assert found.finish_slow is not None
    assert found.finish_slow >= _ends(found) >= now
    for one in found.chain:
        assert not next(part for part in parts if part.id == one).is_over


@given(_jobs(), st.integers(0, 6))
@settings(max_examples=100, deadline=None)
def test_a_step_that_ends_before_it_was_expected_to_never_makes_it_later(
    case: tuple[list[Part], datetime], choice: int
) -> None:
    parts, now = case
    running = [one for one in parts if one.has_begun]
    if not running:
        return
    ended = running[choice % len(running)]
    after = [replace(one, state="done", done_at=now) if one is ended else one for one in parts]
    assert _ends(forecast(after, now)) <= _ends(forecast(parts, now))
    over = {one.id for one in after if one.is_over}
    opened = [
        replace(one, state="open", opened_at=now, free_at=None)
        if one.state == "blocked" and over.issuperset(one.after)
        else one
        for one in after
    ]
    assert _ends(forecast(opened, now)) <= _ends(forecast(parts, now))


@given(_jobs(), st.integers(1, 20))
@settings(max_examples=100, deadline=None)
def test_a_holiday_never_makes_it_earlier(case: tuple[list[Part], datetime], days: int) -> None:
    parts, now = case
    holiday = now.date() + days * DAY
    free = [replace(one, schedule=replace(one.schedule, dates={holiday: ()})) for one in parts]
    before, after = forecast(parts, now), forecast(free, now)
    assert _ends(after) >= _ends(before)
    assert before.finish_slow is not None
    assert after.finish_slow is not None
    assert after.finish_slow >= before.finish_slow


@given(_jobs(), st.integers(0, 5000))
@settings(max_examples=100, deadline=None)
def test_time_that_passes_never_makes_it_earlier_and_changes_nothing_before_it_said_so(
    case: tuple[list[Part], datetime], minutes: int
) -> None:
    parts, now = case
    later = now + timedelta(minutes=minutes)
    before, after = forecast(parts, now), forecast(parts, later)
    if before.is_over:
        return
    assert _ends(after) >= _ends(before)
    if before.recheck_at and later < before.recheck_at:
        assert (after.finish, after.finish_slow, after.chain) == (before.finish, before.finish_slow, before.chain)


@given(_jobs(), st.integers(0, 6), st.integers(1, 3000))
@settings(max_examples=100, deadline=None)
def test_work_that_is_added_never_makes_it_earlier(
    case: tuple[list[Part], datetime], choice: int, minutes: int
) -> None:
    parts, now = case
    before = parts[choice % len(parts)]
    extra = Part(id="extra", known=known([], timedelta(minutes=minutes)), schedule=OFFICE, after=(before.id,))
    assert _ends(forecast([*parts, extra], now)) >= _ends(forecast(parts, now))


# --- how often it comes true ----------------------------------------------------------------------------------------


def _shares_in_time(parts: list[Part]) -> tuple[float, float]:
    """Of 1,000 jobs whose parts take what a lognormal says, how many end by the likely forecast and by the slow one."""
    found, chance, times = forecast(parts, NOW), random.Random(7), 1000
    assert found.finish_slow is not None
    ended = []
    for _ in range(times):
        ends: dict[str, float] = {}
        for one in parts:
            spread = math.log(one.known.slow / one.known.typical) / 1.2816
            lasts = one.known.typical / HOUR * chance.lognormvariate(0, spread)
            ends[one.id] = max((ends[name] for name in one.after), default=0.0) + lasts
        ended.append(NOW + max(ends.values()) * HOUR)
    return sum(end <= _ends(found) for end in ended) / times, sum(end <= found.finish_slow for end in ended) / times


def _chain(length: int, *, slow: float) -> list[Part]:
    first = begun("p0", 4, slow=4 * slow, schedule=ALWAYS)
    return [first, *(part(f"p{n}", 4, f"p{n - 1}", slow=4 * slow, schedule=ALWAYS) for n in range(1, length))]


@pytest.mark.parametrize("length", [1, 2, 5, 20])
@pytest.mark.parametrize("slow", [1.4, 1.9, 3])
def test_a_chain_ends_by_its_forecast_as_often_as_is_said(length: int, slow: float) -> None:
    parts = _chain(length, slow=slow)
    likely, nine_of_ten = _shares_in_time(parts)
    print(f"chain of {length}, p90 {slow} medians: {likely:.0%} by finish, {nine_of_ten:.0%} by finish_slow")
    assert 0.44 <= likely <= 0.58
    assert 0.86 <= nine_of_ten <= 0.94


def test_where_many_ways_meet_it_is_too_early_by_as_much_as_is_said() -> None:
    """Merge bias: known, and noted in decision 0040."""
    for ways in (2, 4):
        parts = [begun(f"p{n}", 8, slow=15, schedule=ALWAYS) for n in range(ways)]
        parts.append(part("end", 2, *(one.id for one in parts), slow=4, schedule=ALWAYS))
        likely, nine_of_ten = _shares_in_time(parts)
        print(f"{ways} ways of one length: {likely:.0%} by finish, {nine_of_ten:.0%} by finish_slow")
        assert nine_of_ten >= 0.6
