"""A holiday is added: how long until 100,000 running deadlines are worked out anew, and how the desk fares meanwhile.

    python benchmarks/sla.py [DEADLINES]

Measured from the action to the last link of the chain, run in a process of its own as a worker would. This process is
the desk: ten times a second somebody opens a list, and somebody changes a conversation. The yardstick is one UPDATE
that touches the same rows and works out nothing. Prints one JSON object.
"""

import json
import multiprocessing
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import bigdata
from benchmarks.timing import spread

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOLIDAY = NOW.date() + timedelta(days=2)
PAUSE = 0.1
ROUNDS = 60


def measure(deadlines: int = 100_000) -> dict[str, Any]:
    """The chain's whole time and its longest link, on the office hours of one calendar with two intervals a day."""
    with bigdata.company(conversations=deadlines, messages=deadlines) as big:
        from django.db import connection
        from django.db.models import F

        from tamada.automation.models import Deadline

        calendar = _fill(deadlines)
        desk = Desk(big.admin)
        figures: dict[str, Any] = {"deadlines": big.conversations, "database": connection.vendor}
        figures["desk before"] = desk.used(lambda rounds: rounds < ROUNDS)
        figures |= _beside(desk, calendar)
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


class Desk:
    """Whole requests through every middleware: a list of 50 is read, and one of its conversations is changed."""

    def __init__(self, agent: Any) -> None:
        from django.test import Client

        from tamada.conversations.queries import visible_to

        self.client = Client()
        self.client.force_login(agent)
        self.rows = list(visible_to(agent).filter(status="open").order_by("-pk").values_list("pk", flat=True)[:50])

    def used(self, goes_on: Callable[[int], bool]) -> dict[str, dict[str, float]]:
        """Read and change until it is enough; how long each took."""
        read, changed, rounds = [], [], 0
        while goes_on(rounds):
            started = time.perf_counter()
            self.client.get("/inbox/open?fragment=list")
            middle = time.perf_counter()
            values = {"priority": "high" if rounds % 2 else "low"}
            answer = self.client.post(f"/conversations/{self.rows[rounds % len(self.rows)]}/update", values)
            assert answer.status_code == 204, answer.status_code
            read.append(middle - started)
            changed.append(time.perf_counter() - middle)
            rounds += 1
            time.sleep(PAUSE)
        return {"a list is read": spread(read), "a conversation is changed": spread(changed)}


def _beside(desk: Desk, calendar: Any) -> dict[str, Any]:
    """The chain in a process of its own, and the desk until it ends."""
    from django.db import connections

    connections.close_all()
    forked = multiprocessing.get_context("fork")
    ours, theirs = forked.Pipe(duplex=False)
    worker = forked.Process(target=lambda: theirs.send(_add_holiday(calendar)))
    worker.start()
    meanwhile = desk.used(lambda _rounds: worker.is_alive() and not ours.poll())
    figures: dict[str, Any] = ours.recv()
    worker.join()
    return figures | {"desk meanwhile": meanwhile}


def _add_holiday(calendar: Any) -> dict[str, Any]:
    from tamada.automation import actions
    from tamada.automation.models import Deadline
    from tamada.calendars.actions import DayHours, set_special_days
    from tamada.core.actors import SYSTEM
    from tamada.core.models import QueuedTask
    from tamada.core.tasks import run_pending

    portions: list[float] = []
    recount = actions.recount_deadlines

    def timed(**given: Any) -> int | None:
        begun = time.perf_counter()
        last = recount(**given)
        portions.append(time.perf_counter() - begun)
        return last

    actions.recount_deadlines = timed
    before = set(Deadline.objects.values_list("pk", "due_at"))
    started, worked = time.perf_counter(), time.process_time()
    set_special_days(agent=None, actor=SYSTEM, calendar=calendar, days=[DayHours(HOLIDAY, "A holiday")])
    while not portions or QueuedTask.objects.filter(name__endswith="recount_all").exists():
        run_pending(limit=1)  # What the desk does meanwhile has its tasks too, and they go first.
    seconds, worked = time.perf_counter() - started, time.process_time() - worked
    moved = len(set(Deadline.objects.values_list("pk", "due_at")) - before)
    return {
        "moved": moved,
        "all worked out anew, s": round(seconds, 2),
        "of it CPU, s": round(worked, 2),
        "portions": len(portions),
        "one portion, a transaction": spread(portions),
    }


if __name__ == "__main__":
    print(json.dumps(measure(*(int(a) for a in sys.argv[1:] if a.isdigit())), indent=1))
