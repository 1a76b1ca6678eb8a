"""How evenly services are delivered: figures of the jobs done in a period, whether they changed, and what costs time.

What each figure means stands in docs/decisions/0043. Read are lean rows of jobs, one statement whatever their number,
the steps of those that were late, and what is counted by the database; nothing is kept.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from statistics import median
from typing import Any, Final, Literal, cast

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.accounts.queries import team_ids
from tamada.accounts.zones import company_zone
from tamada.calendars.models import Calendar
from tamada.calendars.queries import schedule
from tamada.conversations.models import AuthorKind, Kind, Message
from tamada.kit.control_charts import Chart, p_chart, xmr
from tamada.kit.services.template import Service as Template
from tamada.kit.services.template import Step
from tamada.kit.services.tracing import overruns
from tamada.kit.working_time import Schedule

from . import queries
from .figures import Blame, Change, Done, Figures, Period, Share, change
from .handoff_figures import NONE, HandedOver, handed_over
from .job_queries import latest_versions, services, visible_to
from .models import (
    Commitment,
    Job,
    JobMove,
    JobStatus,
    JobStep,
    Moment,
    Notice,
    NoticeState,
    Service,
    ServiceVersion,
    State,
)

WEEKS: Final = 26
"""Charts look back so far from the end of the period."""
COMPLAINT: Final = "complaint"
"""The service in which complaints are worked on."""
LISTENS: Final = timedelta(days=14)
"""A complaint so long after the end still counts against a job."""
_MOST_LATE: Final = 2000
_STRETCHES: Final = (1, 2, 3)
_ENOUGH: Final = 4
"""A point of a share has about so many jobs if it can: of one or two it would jump between nothing and all."""


# --- what is read -----------------------------------------------------------------------------------------------------


def door(agent: Agent) -> QuerySet[Job]:
    """Jobs whose figures an agent may read: an admin's are all; a lead's those of their teams, and of no team where
    they see them. Raises `PermissionDenied`."""
    require(agent, "consistency.read")
    if agent.is_admin:
        return Job.objects.all()
    teams = team_ids(agent)
    return visible_to(agent).filter(Q(team__in=teams) | Q(team=None))


def _done(rows: QuerySet[Job], start: datetime, end: datetime) -> tuple[list[Done], Mapping[int | None, Schedule]]:
    """Jobs of these that were done in a stretch of time, in the order of their ends, and their calendars' hours."""
    before = Job.objects.filter(customer=OuterRef("customer"), pk__lt=OuterRef("pk"))
    found = (
        _ended(rows, start, end)
        .annotate(
            returned=Exists(JobStep.objects.filter(job=OuterRef("pk"), returns__gt=0)),
            known=Exists(before.exclude(status=JobStatus.CANCELLED)),
        )
        .order_by("finished_at", "pk")
        .values_list(
            "pk", "service", "version", "calendar", "customer", "starts_at", "finished_at", "first_promised_at",
            "promised_at", "moves", "returned", "known",
        )
    )  # fmt: skip
    read = [Done(*cast(Any, row)) for row in found]
    hours, complaints = _hours({one.calendar for one in read}), _complaints(read)
    done = [
        one._replace(
            took=hours[one.calendar].elapsed(one.started, one.finished),
            complained=any(
                pk != one.pk and one.started <= at <= one.finished + LISTENS for pk, at in complaints[one.customer]
            ),
        )
        for one in read
    ]
    return done, hours


def _complaints(read: Sequence[Done]) -> dict[int, list[tuple[int, datetime]]]:
    """By customer, complaints since the first of these jobs began. (Asked once: the database would add the days to the
    end of each job for each complaint, which SQLite does in Python.)"""
    found: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    since = min((one.started for one in read), default=None)
    if since is not None:
        rows = Job.objects.filter(service__key=COMPLAINT, created_at__gte=since).exclude(status=JobStatus.CANCELLED)
        for customer, pk, at in rows.order_by().values_list("customer", "pk", "created_at"):
            found[customer].append((pk, at))
    return found


def _ended(rows: QuerySet[Job], start: datetime, end: datetime) -> QuerySet[Job]:
    return rows.filter(status=JobStatus.DONE, finished_at__gte=start, finished_at__lt=end).order_by()


def _hours(calendars: Iterable[int | None]) -> dict[int | None, Schedule]:
    found = Calendar.objects.in_bulk([pk for pk in calendars if pk is not None])
    return {None: schedule(None), **{pk: schedule(row) for pk, row in found.items()}}


# --- what costs time --------------------------------------------------------------------------------------------------


def _traced(late: Sequence[Done], hours: Mapping[int | None, Schedule]) -> dict[int, list[Blame]]:
    """By service, the steps that cost its late jobs the most, the most frequent first."""
    read = late[-_MOST_LATE:]
    versions = ServiceVersion.objects.defer("text").in_bulk({one.version for one in read})
    ended: dict[int, dict[str, datetime]] = defaultdict(dict)
    steps = JobStep.objects.filter(job__in=[one.pk for one in read], done_at__isnull=False)
    for job, key, at in steps.order_by().values_list("job", "key", "done_at"):
        ended[job][key] = cast(datetime, at)
    worst: dict[tuple[int, str], list[tuple[int, timedelta]]] = defaultdict(list)
    said: dict[tuple[int, str], Step] = {}
    total: dict[int, int] = defaultdict(int)
    for one in read:
        template: Template = versions[one.version].template
        over = overruns(template, ended[one.pk], one.started, hours[one.calendar])
        total[one.service] += 1
        key = max(over, key=lambda step: over[step], default="")
        if key and over[key] > timedelta(0):
            worst[one.service, key].append((one.pk, over[key]))
            said[one.service, key] = template.steps[key]
    found: dict[int, list[Blame]] = defaultdict(list)
    for (service, key), cost in sorted(worst.items(), key=lambda item: -len(item[1])):
        jobs, overs = zip(*cost, strict=True)
        found[service].append(Blame(said[service, key], jobs, total[service], median(overs)))
    return found


# --- promises, and dates that were not kept ---------------------------------------------------------------------------


def _kept(rows: QuerySet[Job], period: Period) -> dict[int, Share]:
    """By service: promises of its jobs that were due in the period, and how many of them were kept in time."""
    due = queries.due(Commitment.objects.exclude(state=State.PROPOSED), period.start, period.end)
    counted = due.filter(job__in=rows).order_by().values_list("job__service")
    found = counted.annotate(count=Count("pk"), kept=Count("pk", filter=queries.IN_TIME))
    return {service: Share(kept, count) for service, count, kept in found}


def _heard(rows: QuerySet[Job], done: Sequence[Done], period: Period) -> dict[int, Share]:
    """By service: dates that were not kept by jobs done in the period, and how many customers heard so first.

    A date is not kept when it is put off, or when it passes. The customer heard first where we wrote to them along with
    the new date, or a notice told of the delay, before the old one had passed, and nothing of theirs waited for an
    answer then.
    """
    ended = _ended(rows, period.start, period.end)
    told_by_itself = _noticed(ended)
    moves = JobMove.objects.filter(job__in=ended, to__gt=F("was"))
    hits: dict[int, int] = defaultdict(int)
    count: dict[int, int] = defaultdict(int)
    for one in done:
        count[one.service] += one.is_missed
        hits[one.service] += one.is_missed and (one.pk, one.last) in told_by_itself
    # The newest then is the message that told them; what counts is who had the word before.
    read = moves.annotate(spoke=_spoke("at", 1)).order_by()
    for job, service, was, at, told, spoke in cast(
        Any, read.values_list("job", "job__service", "was", "at", "told", "spoke")
    ):
        count[service] += 1
        hits[service] += (told and at <= was and spoke != Kind.IN) or (job, was) in told_by_itself
    return {service: Share(hits[service], number) for service, number in count.items() if number}


def _noticed(ended: QuerySet[Job]) -> set[tuple[int, datetime]]:
    """Jobs, and dates of theirs of whose delay a notice told before they had passed, and before the customer asked."""
    sent = Notice.objects.filter(job__in=ended, moment=Moment.DELAYED, state=NoticeState.SENT)
    early = sent.filter(settled_at__lte=F("about_at")).annotate(spoke=_spoke("settled_at", 0))
    read = early.order_by().values_list("job", "about_at", "spoke")
    return {(job, about) for job, about, spoke in cast(Any, read) if spoke != Kind.IN}


def _spoke(at: str, place: int) -> Subquery:
    """Who had the word at a moment: which way the last message went that a person wrote, or the one before it."""
    ours = Q(kind=Kind.OUT, author_kind__in=(AuthorKind.AGENT, AuthorKind.API))
    said = Message.objects.filter(Q(kind=Kind.IN) | ours, conversation=OuterRef("job__conversation"))
    return Subquery(said.filter(created_at__lte=OuterRef(at)).order_by("-seq").values("kind")[place : place + 1])


# --- all services, and one --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Consistency:
    """One service in a period, against the one before."""

    service: Service
    template: Template
    now: Figures
    before: Figures
    kept: Share
    heard: Share
    handed: HandedOver
    blames: Sequence[Blame]

    @cached_property
    def change(self) -> Change:
        """How it has changed."""
        return change(self.now, self.before)


def overview(agent: Agent, period: Period) -> list[Consistency]:
    """Every service with something done in the period or before it. Raises `PermissionDenied`."""
    return _consistencies(door(agent), period, list(services()))[0]


def _consistencies(
    rows: QuerySet[Job], period: Period, asked: Sequence[Service], since: datetime | None = None
) -> tuple[list[Consistency], list[Done]]:
    """And all rows that were read, from the earlier of `since` and the period before."""
    read, hours = _done(rows, min(period.before, since or period.before), period.end)
    by: Mapping[bool, dict[int, list[Done]]] = {True: defaultdict(list), False: defaultdict(list)}
    for one in read:
        if one.finished >= period.before:
            by[one.finished >= period.start][one.service].append(one)
    now = [one for one in read if one.finished >= period.start]
    kept, heard = _kept(rows, period), _heard(rows, now, period)
    handed = handed_over(_ended(rows, period.start, period.end), now, hours)
    blames = _traced([one for one in now if one.is_late], hours)
    latest = latest_versions(asked)
    none = Share(0, 0)
    found = [
        Consistency(
            service=one,
            template=latest[one.pk].template,
            now=Figures(by[True][one.pk]),
            before=Figures(by[False][one.pk]),
            kept=kept.get(one.pk, none),
            heard=heard.get(one.pk, none),
            handed=handed.get(one.pk, NONE),
            blames=blames.get(one.pk, []),
        )
        for one in asked
    ]
    return [one for one in found if since or one.now.count or one.before.count], read


@dataclass(frozen=True)
class Stretch:
    """The jobs that were done in some weeks from a Monday on."""

    monday: date
    rows: Sequence[Done]


@dataclass(frozen=True)
class Closely:
    """One service looked at closely: the last half year in charts, and groups of customers."""

    whole: Consistency
    done: Sequence[Done]
    weeks: int
    """So many are one point of a chart of shares."""
    stretches: Sequence[Stretch]
    new: Figures
    known: Figures
    returns: Mapping[str, tuple[int, int]]
    """By step: how often it was opened again, and in how many jobs."""

    @cached_property
    def durations(self) -> Chart:
        """Logarithms of minutes, job by job: durations are skewed to the right as a lognormal, and a job that takes
        thrice the usual time weighs as much as one that takes a third."""
        return xmr([math.log(minutes) for minutes in Figures(self.done).minutes])

    @cached_property
    def customers(self) -> Change:
        """How jobs of new customers differ from those of others."""
        return change(self.new, self.known)

    def rates(self, name: Literal["on_time", "right"]) -> tuple[list[Stretch], Chart]:
        """A share, stretch by stretch; those without any are left out."""
        shares = [(stretch, getattr(Figures(stretch.rows), name)) for stretch in self.stretches]
        counted = [(stretch, share) for stretch, share in shares if share.count]
        chart = p_chart([(share.hits, share.count) for _stretch, share in counted])
        return [stretch for stretch, _share in counted], chart


def closely(agent: Agent, service: Service, period: Period) -> Closely:
    """One service in a period. Raises `PermissionDenied`."""
    rows = door(agent).filter(service=service)
    since = period.end - timedelta(weeks=WEEKS)
    (whole,), read = _consistencies(rows, period, [service], since)
    done = [one for one in read if one.finished >= since]
    weeks = next((n for n in _STRETCHES if len(done) * n >= WEEKS * _ENOUGH), _STRETCHES[-1])
    return Closely(
        whole,
        done,
        weeks,
        _stretches(done, since, weeks),
        Figures([one for one in whole.now.rows if not one.known]),
        Figures([one for one in whole.now.rows if one.known]),
        _returns(rows, period),
    )


def _stretches(done: Sequence[Done], since: datetime, weeks: int) -> list[Stretch]:
    found: dict[date, list[Done]] = defaultdict(list)
    begun = _day(since)
    monday = begun - timedelta(days=begun.weekday())
    for one in done:
        found[monday + timedelta(weeks=weeks) * ((_day(one.finished) - monday) // timedelta(weeks=weeks))].append(one)
    return [Stretch(day, rows) for day, rows in sorted(found.items())]


def _day(moment: datetime) -> date:
    return moment.astimezone(company_zone()).date()


def _returns(rows: QuerySet[Job], period: Period) -> dict[str, tuple[int, int]]:
    again = JobStep.objects.filter(job__in=_ended(rows, period.start, period.end), returns__gt=0)
    counted = again.order_by().values_list("key").annotate(times=Sum("returns"), jobs=Count("pk"))
    return {key: (times, jobs) for key, times, jobs in counted}
