"""How long the forecast of a job takes, of 10 and of 50 steps, and of 10,000 jobs on one calendar with a new holiday.

    python benchmarks/forecast.py [JOBS]

A third of the steps run side by side, each twentieth has a date, and steps are done by three calendars. The yardstick
is one sum in working time (`Schedule.add`) for each step. Prints one JSON object.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.timing import spread, timed

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROUNDS = 500


def measure(jobs: int = 10_000) -> dict[str, Any]:
    """Milliseconds a forecast, beside the sums it cannot do without."""
    from tamada.kit.services.forecast import forecast

    figures: dict[str, Any] = {"jobs": jobs}
    calendars = _calendars()
    for steps in (10, 50):
        parts = job(steps, 0, calendars)
        figures[f"{steps} steps"] = timed(partial(forecast, parts, NOW), ROUNDS)
        figures[f"{steps} steps, of it CPU"] = _worked(partial(forecast, parts, NOW))
        figures[f"{steps} steps, yardstick: a sum each"] = timed(partial(_sums, parts), ROUNDS)
    every = [job(10, number, calendars) for number in range(jobs)]
    started, worked = time.perf_counter(), time.process_time()
    for parts in every:
        forecast(parts, NOW)
    figures["all jobs of 10 steps, s"] = round(time.perf_counter() - started, 2)
    figures["of it CPU, s"] = round(time.process_time() - worked, 2)
    return figures


def _worked(ask: Callable[[], object]) -> dict[str, float]:
    """The same without what other programs took of the processor."""
    spent = []
    for _ in range(ROUNDS):
        started = time.process_time()
        ask()
        spent.append(time.process_time() - started)
    return spread(spent)


def _sums(parts: list[Any]) -> None:
    for part in parts:
        part.schedule.add(NOW, 3 * HOUR)


def _calendars() -> list[Any]:
    from tamada.kit.working_time import Interval, Schedule

    office = ((Interval.between("09:00", "13:00"), Interval.between("14:00", "18:00")),) * 5 + ((), ())
    late = ((Interval.between("12:00", "22:00"),),) * 7
    free: dict[date, Any] = {date(2026, 11, 4): ()}
    yerevan, tbilisi = ZoneInfo("Asia/Yerevan"), ZoneInfo("Asia/Tbilisi")
    return [Schedule(office, yerevan, free), Schedule(late, tbilisi, free), Schedule.always()]


def job(steps: int, number: int, calendars: list[Any]) -> list[Any]:
    """One that is at its third step."""
    from tamada.kit.services.durations import known
    from tamada.kit.services.forecast import Part

    parts = []
    for place in range(steps):
        state: Any = "done" if place < 2 else "active" if place == 2 else "blocked"
        opened = NOW - (3 + number % 7) * HOUR if place <= 2 else None
        parts.append(
            Part(
                id=f"step_{place}",
                known=known([], (1 + (number + place) % 6) * HOUR),
                schedule=calendars[(0, 0, 0, 1, 2)[place % 5]],
                after=tuple(f"step_{place - back}" for back in (1, 3) if place >= back and place % 3 != back - 1),
                state=state,
                opened_at=opened,
                done_at=NOW if state == "done" else None,
                not_before=NOW + 30 * HOUR if (number + place) % 20 == 7 else None,
            )
        )
    return parts


if __name__ == "__main__":
    print(json.dumps(measure(*(int(a) for a in sys.argv[1:] if a.isdigit())), indent=1))
