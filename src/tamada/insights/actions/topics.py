"""Gathering what customers asked: worked out aside, written in one short transaction, the same whenever it runs."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.conversations.models import Message
from tamada.core import audit, events
from tamada.core.actors import SYSTEM, Actor

from ..days import WEEK, monday_of, start_of, today
from ..events import TopicsMade
from ..gathering import answered_well, questions
from ..grouping import Group, groups
from ..models import Asked, Judged, Period, Span, Topic

MOST_TOPICS: Final = 100
GUIDE: Final = timedelta(days=28)
KEPT: Final = timedelta(weeks=26)
_AT_ONCE: Final = 1_000


@transaction.atomic
def ask_to_gather(*, agent: Agent, actor: Actor) -> None:
    """Have this week, the last one and the guide gathered anew, soon."""
    from ..tasks import gather_now

    require(agent, "insights.gather")
    gather_now.using(unique="insights.gather").enqueue()
    audit.record(actor, "insights.gathered", None)


def gather_if_due(now: datetime | None = None) -> bool:
    """Have it gathered where that was not done today. What the assistant learns by day counts from the next night on,
    or when somebody asks.
    """
    from ..tasks import gather_now

    if Period.objects.filter(span=Span.GUIDE, made_at__gte=start_of(today(now))).exists():
        return False
    gather_now.using(unique="insights.gather").enqueue()
    return True


def gather_all(now: datetime | None = None) -> None:
    """This week, the last one and the guide, with what the assistant knows now; what is old goes."""
    gather_weeks(now)
    gather_guide(now)
    forget_old(now)


def gather_weeks(now: datetime | None = None) -> None:
    """This week and the one before: answers that came meanwhile count, and what was written late on Sunday."""
    day = today(now)
    for monday in (monday_of(day) - WEEK, monday_of(day)):
        gather_week(monday=monday, now=now)


def gather_week(*, monday: date, now: datetime | None = None) -> Period:
    """What was asked in the week that begins on a Monday, with as much of the week before as has passed of this one."""
    now = now or timezone.now()
    starts, ends = start_of(monday), start_of(monday + WEEK)
    before = start_of(monday - WEEK)
    passed = min(now, ends) - starts
    asked = questions(starts, ends)
    earlier = [one for one in questions(before, starts) if one.at < before + passed or now >= ends]
    return _write(Span.WEEK, monday, monday + WEEK, groups([*asked, *earlier]), since=starts)


def gather_guide(now: datetime | None = None) -> Period:
    """What was asked in the last four weeks, up to now; one guide is there at a time."""
    now = now or timezone.now()
    ends = today(now) + timedelta(days=1)
    starts = ends - GUIDE
    period = _write(Span.GUIDE, starts, ends, groups(questions(start_of(starts), now)), since=start_of(starts))
    Period.objects.filter(span=Span.GUIDE).exclude(pk=period.pk).delete()
    return period


def _write(span: Span, starts: date, ends: date, found: Sequence[Group], *, since: datetime) -> Period:
    """Put the topics in place of those that were there; one that is still there keeps its number."""
    here = [one for one in found if any(question.at >= since for question in one.questions)]
    here.sort(key=lambda one: -sum(question.at >= since for question in one.questions))
    kept = here[:MOST_TOPICS]
    well = answered_well([question for one in kept for question in one.questions])
    with transaction.atomic():
        period, _made = Period.objects.get_or_create(span=span, starts_on=starts, defaults={"ends_on": ends})
        period = Period.objects.select_for_update().get(pk=period.pk)
        topics = list(_topics(period, kept))
        Asked.objects.filter(topic__period=period).delete()
        Topic.objects.filter(period=period).exclude(pk__in=[topic.pk for topic in topics]).delete()
        _fill(topics, kept, well, since)
        period.made_at, period.ends_on = timezone.now(), ends
        period.save(update_fields=["made_at", "ends_on"])
        events.record(TopicsMade(audience=frozenset({"all"}), period=period.pk), actor=SYSTEM)
    return period


def _topics(period: Period, kept: Sequence[Group]) -> Iterator[Topic]:
    """A row for each: the one that held most of its questions so far, else a new one."""
    where = dict(Asked.objects.filter(topic__period=period).values_list("message", "topic"))
    rows = Topic.objects.in_bulk(set(where.values()))
    for one in kept:
        votes = Counter(where[q.message] for q in one.questions if q.message in where)
        pk = next((pk for pk, _votes in votes.most_common() if pk in rows), None)
        row = rows.pop(pk) if pk is not None else Topic(period=period)
        row.label, row.language = one.label, one.language
        row.save()
        yield row


def _fill(topics: Sequence[Topic], kept: Sequence[Group], well: set[int], since: datetime) -> None:
    rows = [
        Asked(
            topic=topic,
            message_id=question.message,
            place=place,
            is_before=question.at < since,
            is_well=question.message in well,
        )
        for topic, one in zip(topics, kept, strict=True)
        for place, question in enumerate(one.questions)
    ]
    there = _there({row.message_id for row in rows})
    Asked.objects.bulk_create([row for row in rows if row.message_id in there], batch_size=_AT_ONCE)


def _there(ids: set[int]) -> set[int]:
    """Those that were not removed meanwhile."""
    listed, found = sorted(ids), set[int]()
    for start in range(0, len(listed), _AT_ONCE):
        some = listed[start : start + _AT_ONCE]
        found.update(Message.objects.filter(pk__in=some).values_list("pk", flat=True))
    return found


def forget_old(now: datetime | None = None) -> None:
    """Weeks of half a year ago go, and what the assistant took older questions for."""
    day = today(now)
    Period.objects.filter(span=Span.WEEK, ends_on__lt=day - KEPT).delete()
    Judged.objects.filter(message__created_at__lt=start_of(day - 2 * GUIDE)).delete()
