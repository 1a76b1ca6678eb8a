"""Ten thousand jobs under way: the board, a job's page and one's own work, and a holiday that plans them all anew.

    python benchmarks/jobs.py [JOBS]

Pages are whole requests through every middleware, in process (no socket). The holiday is measured from the action to
the last link of the chain, as a worker would run it. The yardsticks are an empty view, the desk's list of
conversations, and one UPDATE of the same rows that works out nothing. Prints one JSON object.
"""

import gc
import json
import random
import sys
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import bigdata
from benchmarks.timing import spread, timed

CONVERSATIONS: Final = 20_000
HANDS: Final = 198
SERVICES: Final = ("installation", "repair", "complaint", "refund", "onboarding", "bookkeeping")


def measure(jobs: int = 10_000) -> dict[str, Any]:
    """Pages as an admin and as an agent of two of three inboxes, then the holiday."""
    with bigdata.company(conversations=max(CONVERSATIONS, jobs), messages=max(CONVERSATIONS, jobs)) as big:
        from django.db import connection
        from django.db.models import F
        from django.test import Client

        from tamada.core.db import flush_log, refresh_statistics
        from tamada.operations.models import Job, JobStep

        calendar = _fill(jobs, [big.admin, big.limited, *_colleagues()])
        refresh_statistics()
        flush_log()
        gc.collect()
        gc.freeze()  # as a server does before it serves
        figures: dict[str, Any] = {"jobs": jobs, "steps": JobStep.objects.count(), "database": connection.vendor}
        figures["on the board"] = dict(_count_by(Job, "risk"))
        for who, agent in (("an admin", big.admin), ("an agent of 2 of 3 inboxes", big.limited)):
            client = Client()
            client.force_login(agent)
            one = Job.objects.filter(owner=agent, status="active").values_list("pk", flat=True)[0]
            pages = {
                "the board": "/jobs",
                "the board of a service": "/jobs?service=repair",
                "a job": f"/jobs/{one}",
                "my work": "/work",
            }
            for name, address in pages.items():
                assert client.get(address).status_code == 200, address
                figures[f"{name}, {who}"] = timed(partial(client.get, address))
        client = Client()
        client.force_login(big.admin)
        figures["yardstick: the inbox list of 50"] = timed(partial(client.get, "/inbox/open"))
        empty = Client()
        figures["yardstick: an empty view"] = timed(partial(empty.get, "/login"))
        figures |= _holiday(calendar)
        started = time.perf_counter()
        Job.objects.filter(finished_at=None).update(forecast_at=F("forecast_at"))
        JobStep.objects.filter(done_at=None).update(ends_at=F("ends_at"))
        figures["yardstick: one UPDATE of all, s"] = round(time.perf_counter() - started, 2)
        return figures


def _count_by(model: Any, name: str) -> Any:
    from django.db.models import Count

    return model.objects.order_by().values_list(name).annotate(n=Count("pk"))


def _colleagues() -> list[Any]:
    """Many hands: ten thousand jobs of two people would all be late."""
    from tamada.accounts.models import Agent

    return Agent.objects.bulk_create(
        Agent(email=f"hand{n}@company.example", name=f"Hand {n}", role="agent") for n in range(HANDS)
    )


def _fill(total: int, people: list[Any]) -> Any:
    """Jobs of the six ready services by one calendar, each somewhere on its way; a part of them late or at risk."""
    from django.db import transaction
    from django.utils import timezone

    from tamada.calendars.actions import create_calendar
    from tamada.conversations.models import Conversation
    from tamada.core import bulk
    from tamada.core.actors import SYSTEM
    from tamada.core.models import QueuedTask
    from tamada.operations.models import Job, JobStep, Service

    week = {day: [(9 * 60, 13 * 60), (14 * 60, 18 * 60)] for day in range(5)}
    calendar = create_calendar(agent=None, actor=SYSTEM, name="Office", time_zone="Asia/Yerevan", week=week)
    QueuedTask.objects.all().delete()
    dice, now = random.Random(11), timezone.now()
    versions = {key: Service.objects.get(key=key).versions.get(number=1) for key in SERVICES}
    talks = list(Conversation.objects.order_by("pk").values_list("pk", "customer", "team")[:total])
    with transaction.atomic():
        made = []
        for number, (talk, customer, team) in enumerate(talks):
            version = versions[SERVICES[number % len(SERVICES)]]
            job = Job(service_id=version.service_id, version=version, customer_id=customer, conversation_id=talk)
            job.team_id, job.calendar, job.owner = team, calendar, people[number % len(people)]
            job.starts_at = now - timedelta(hours=dice.randint(1, 200))
            job.promised_at = job.first_promised_at = now + timedelta(hours=dice.randint(-20, 400))
            job.changed_at = job.created_at = now
            made.append(job)
        bulk.insert(Job, made)
        steps = [_steps_of(job, dice, JobStep) for job in made]
        _plan(made, steps, now)
        bulk.insert(JobStep, [step for some in steps for step in some])
    return calendar


def _steps_of(job: Any, dice: random.Random, step_class: Any) -> list[Any]:
    """The first few done, those that can be begun open, the rest blocked."""
    template = job.template
    steps = [step_class(job=job, key=key, position=place) for place, key in enumerate(template.steps)]
    at = job.starts_at
    for step in steps[: dice.randrange(len(steps))]:
        step.status, step.opened_at, step.started_at = "done", at, at
        at += template.steps[step.key].takes
        step.done_at, step.owner = at, job.owner
    return steps


def _plan(jobs: list[Any], steps: list[list[Any]], now: Any) -> None:
    from tamada.calendars.queries import schedule
    from tamada.core import bulk
    from tamada.operations.models import Job, Pace
    from tamada.operations.planning import PLANNED, Planner, open_ready, settle_status

    planner = Planner(now)
    for job, some in zip(jobs, steps, strict=True):
        for step in open_ready(job.template, some, schedule(job.calendar), now):
            step.owner = job.owner
        settle_status(job, some, now)
        planner.plan(job, some)
        job.told_risk = job.risk
    for version in {job.version_id: job.version for job in jobs}.values():
        for key, step in version.template.steps.items():  # a company that has worked for a while
            minutes = [round(step.takes / timedelta(minutes=1) * share) for share in (0.6, 0.8, 1, 1.2, 1.5)] * 10
            worked = [round(one / 12) for one in minutes]
            Pace.objects.create(service_id=version.service_id, step=key, minutes=minutes, worked=worked)
    bulk.update(Job, jobs, (*PLANNED, "status", "stage", "told_risk"))


def _holiday(calendar: Any) -> dict[str, Any]:
    """One day of next week nobody works."""
    from django.utils import timezone

    from tamada.calendars.actions import DayHours, set_special_days
    from tamada.core.actors import SYSTEM
    from tamada.core.models import QueuedTask
    from tamada.core.tasks import run_pending
    from tamada.operations import actions
    from tamada.operations.models import Job

    portions: list[float] = []
    replan = actions.replan_jobs

    def timed_one(**given: Any) -> int | None:
        begun = time.perf_counter()
        last = replan(**given)
        portions.append(time.perf_counter() - begun)
        return last

    actions.replan_jobs = timed_one
    before = set(Job.objects.values_list("pk", "forecast_at"))
    started, worked = time.perf_counter(), time.process_time()
    day = next(day for n in range(2, 9) if (day := timezone.now().date() + timedelta(days=n)).weekday() < 5)
    set_special_days(agent=None, actor=SYSTEM, calendar=calendar, days=[DayHours(day, "A holiday")])
    while not portions or QueuedTask.objects.filter(name__endswith="replan_all").exists():
        run_pending(limit=1)
    seconds, worked = time.perf_counter() - started, time.process_time() - worked
    actions.replan_jobs = replan
    return {
        "a holiday: moved": len(set(Job.objects.values_list("pk", "forecast_at")) - before),
        "all planned anew, s": round(seconds, 2),
        "of it CPU, s": round(worked, 2),
        "links": len(portions),
        "one link of the chain, five transactions": spread(portions),
    }


if __name__ == "__main__":
    print(json.dumps(measure(*(int(a) for a in sys.argv[1:] if a.isdigit())), indent=1))
