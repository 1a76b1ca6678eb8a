"""Half a year of jobs that are done: most went well, some were late, and of late the supplier of parts is slow."""

from datetime import datetime, timedelta
from random import Random
from typing import Final

from django.db.models import F
from django.utils import timezone

from tamada.accounts.models import Agent, Team
from tamada.calendars.queries import schedule, usual_calendar
from tamada.conversations.models import Channel, Conversation, Status
from tamada.core import bulk
from tamada.customers.models import Customer
from tamada.kit.services.template import in_language
from tamada.operations.models import Commitment, Job, JobMove, JobStatus, JobStep, Risk, Service, State, StepStatus

_SEED: Final = 1997
_WEEKS: Final = 27
_A_WEEK: Final = 12
_OF_LATE: Final = timedelta(days=60)
_KINDS: Final = {"repair": 5, "refund": 5, "installation": 4, "onboarding": 2, "bookkeeping": 2, "complaint": 1}
_SLOW: Final = "repair"
"""The service whose supplier has become slow."""
_WHY: Final = "Պահեստամասն ուշանում է"


def make_past_jobs(agents: list[Agent]) -> None:
    """So many a week: in closed conversations by mail, and at the counter before the company wrote mail here."""
    random, now, usual = Random(_SEED), timezone.now(), usual_calendar()  # noqa: S311  a story, not a secret
    writers, crowd = [agent for agent in agents if agent.may_write], list(Customer.objects.order_by("pk"))
    teams, services = list(Team.objects.order_by("pk")), {row.key: row for row in Service.objects.all()}
    closed = Conversation.objects.filter(status=Status.CLOSED, channel=Channel.EMAIL, is_spam=False)
    talks = list(closed.select_related("customer", "inbox__calendar").order_by("created_at", "pk"))
    for week in range(_WEEKS, 0, -1):
        begins = now - timedelta(weeks=week)
        ours = [talk for talk in talks if begins <= talk.created_at < begins + timedelta(weeks=1)]
        chosen: list[Conversation | None] = [*random.sample(ours, min(len(ours), _A_WEEK))]
        for talk in [*chosen, *[None] * (_A_WEEK - len(chosen))]:
            (key,) = random.choices([*_KINDS], [*_KINDS.values()])
            job = Job(service=services[key], customer=talk.customer if talk else random.choice(crowd))
            job.conversation, job.owner = talk, random.choice(writers)
            job.team_id = talk.team_id if talk else random.choice(teams).pk
            job.calendar = (talk and talk.inbox.calendar) or usual
            job.language = (talk.language if talk else "") or job.customer.language or "en"
            asked = talk.created_at if talk else begins + timedelta(hours=random.uniform(0, 168))
            _deliver(job, asked, random, now)
    Job.objects.filter(status=JobStatus.DONE).update(created_at=F("starts_at"))


def _deliver(job: Job, asked: datetime, random: Random, now: datetime) -> None:
    """Do it all, in working time; what would not be done by now is left out."""
    job.version = job.service.versions.get(number=job.service.version)
    template, hours = job.template, schedule(job.calendar)
    job.starts_at = hours.next_open(asked) or asked
    steps: dict[str, JobStep] = {}
    for place, (key, said) in enumerate(template.steps.items()):
        opened = max((steps[one].done_at or asked for one in said.after), default=job.starts_at)
        factor = random.lognormvariate(-0.1, 0.5) * (9 if random.random() < 0.004 else 1)
        if job.service.key == _SLOW and said.doer.by == "outside" and asked > now - _OF_LATE:
            factor *= 3.5
        done = hours.add(opened, said.takes * factor)
        steps[key] = JobStep(
            key=key, position=place, status=StepStatus.DONE, owner=job.owner, done_by=job.owner,
            opened_at=opened, started_at=opened, done_at=done, due_at=hours.add(opened, said.takes),
            took=round(hours.elapsed(opened, done) / timedelta(minutes=1)), returns=int(random.random() < 0.012),
        )  # fmt: skip
    job.status, job.stage = JobStatus.DONE, template.stages[-1].id
    done_at = max(step.done_at for step in steps.values() if step.done_at)
    job.finished_at = job.forecast_at = job.forecast_slow_at = job.changed_at = done_at
    if done_at >= now:
        return
    first = hours.add(job.starts_at, template.within or timedelta(days=5))
    job.first_promised_at = job.promised_at = first
    is_moved = done_at > first and random.random() < 0.7
    if is_moved:
        job.promised_at, job.moves = hours.add(done_at, timedelta(hours=4)), 1
    job.risk = Risk.LATE if done_at > job.promised_at else Risk.ON_TRACK
    job.save()
    for step in steps.values():
        step.job = job
    bulk.insert(JobStep, list(steps.values()))
    if is_moved:
        _put_off(job, first, random)
    _keep_promises(job, steps, random)


def _put_off(job: Job, first: datetime, random: Random) -> None:
    """Most customers are told before the date has passed, where there is a conversation to write in."""
    ahead = timedelta(hours=random.uniform(-6, 30))
    is_told = ahead > timedelta(0) and job.conversation is not None
    values = {"job_id": job.pk, "was": first, "to": job.promised_at, "at": first - ahead, "by_id": job.owner_id}
    bulk.append(JobMove, [values | {"reason": _WHY, "told": is_told}])


def _keep_promises(job: Job, steps: dict[str, JobStep], random: Random) -> None:
    rows = []
    for key, said in job.template.steps.items():
        step = steps[key]
        if not said.promise or step.due_at is None or step.done_at is None:
            continue
        in_time = step.done_at <= step.due_at or random.random() < 0.6
        settled = min(step.done_at, step.due_at) if in_time else step.done_at
        rows.append(
            Commitment(
                text=in_language(said.promise, job.language), customer_id=job.customer_id, job=job, step=key,
                conversation_id=job.conversation_id, owner=job.owner, state=State.KEPT, due_at=step.due_at,
                first_due_at=step.due_at, settled_at=settled, settled_by=job.owner, changed_at=settled,
            )
        )  # fmt: skip
    bulk.insert(Commitment, rows)
