"""A holiday is added: how long until 100,000 running deadlines are worked out anew, portion by portion.

    python benchmarks/sla.py [DEADLINES]

Measured from the action to the last link of the chain, everything run in this process as a worker would. The yardstick
is one UPDATE that touches the same rows and works out nothing. Prints one JSON object.
"""

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import bigdata
from benchmarks.timing import spread

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOLIDAY = NOW.date() + timedelta(days=2)


def measure(deadlines: int = 100_000) -> dict[str, Any]:
    """The chain's whole time and its longest link, on the office hours of one calendar with two intervals a day."""
    with bigdata.company(conversations=deadlines, messages=deadlines) as big:
        from django.db import connection
        from django.db.models import F

        from tamada.automation.models import Deadline

        calendar = _fill(deadlines)
        figures: dict[str, Any] = {"deadlines": big.conversations, "database": connection.vendor}
        figures |= _add_holiday(calendar)
        started = time.perf_counter()
        Deadline.objects.filter(met_at=None).update(due_at=F("due_at"))
        figures["yardstick: one UPDATE of all, s"] = round(time.perf_counter() - started, 2)
        return figures


def _fill(total: int) -> Any:
    """One calendar, one policy, and a running deadline of each conversation; a tenth has stood still before."""
    from tamada.automation.actions import create_policy
    from tamada.automation.actions.sla import Terms
    from tamada.automation.models import Deadline
    from tamada.calendars.actions import create_calendar
    from tamada.calendars.queries import schedule
    from tamada.core.actors import SYSTEM
    from tamada.core.models import QueuedTask

    week = {day: [(9 * 60, 13 * 60), (14 * 60, 18 * 60)] for day in range(5)}
    calendar = create_calendar(agent=None, actor=SYSTEM, name="Office", time_zone="Asia/Yerevan", week=week)
    terms = Terms(name="Usual", first_minutes=2_400, hours="calendar", calendar=calendar)
    policy = create_policy(agent=None, actor=SYSTEM, terms=terms)
    QueuedTask.objects.all().delete()
    hours = schedule(calendar)
    example = Deadline(target="first", policy=policy, calendar=calendar, minutes=2_400, warn_percent=75)
    rows = bigdata.Rows(
        _planned(example, 1, hours), "id", "conversation_id", "started_at", "pauses", "due_at", "warn_at"
    )
    rows.write(_columns(_planned(example, pk, hours)) for pk in range(1, total + 1))
    return calendar


def _planned(row: Any, pk: int, hours: Any) -> Any:
    row.pk = row.conversation_id = pk
    row.started_at = NOW - timedelta(minutes=pk % 4_000)
    pause = [(row.started_at + timedelta(minutes=minutes)).isoformat() for minutes in (30, 90)]
    row.pauses = [pause] if pk % 10 == 0 else []
    row.plan(hours, NOW)
    return row


def _columns(row: Any) -> tuple[Any, ...]:
    moment = bigdata._moment  # noqa: SLF001
    return (
        row.pk, row.conversation_id, moment(row.started_at), json.dumps(row.pauses), moment(row.due_at),
        moment(row.warn_at),
    )  # fmt: skip


def _add_holiday(calendar: Any) -> dict[str, Any]:
    from tamada.automation.models import Deadline
    from tamada.calendars.actions import DayHours, set_special_days
    from tamada.core.actors import SYSTEM
    from tamada.core.tasks import run_pending

    before = set(Deadline.objects.values_list("pk", "due_at"))
    started, worked = time.perf_counter(), time.process_time()
    set_special_days(agent=None, actor=SYSTEM, calendar=calendar, days=[DayHours(HOLIDAY, "A holiday")])
    links = []
    while True:
        begun = time.perf_counter()
        if not run_pending(limit=1):
            break
        links.append(time.perf_counter() - begun)
    seconds, worked = time.perf_counter() - started, time.process_time() - worked
    moved = len(set(Deadline.objects.values_list("pk", "due_at")) - before)
    return {
        "moved": moved,
        "all worked out anew, s": round(seconds, 2),
        "of it CPU, s": round(worked, 2),
        "links": len(links),
        "one link": spread(links),
    }


if __name__ == "__main__":
    print(json.dumps(measure(*(int(a) for a in sys.argv[1:] if a.isdigit())), indent=1))
