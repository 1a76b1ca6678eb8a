"""Looking through a day for what troubled customers; the same whenever it runs."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.conversations.models import Conversation
from tamada.core import audit, events
from tamada.core.actors import SYSTEM, Actor

from ..days import DAY, start_of, today
from ..events import ReadingMade
from ..looking import Troubled, troubled
from ..models import Problem, Reading, State, Trouble


@transaction.atomic
def ask_to_read(*, agent: Agent, actor: Actor) -> None:
    """Have today looked through anew, soon."""
    from ..tasks import read_now

    require(agent, "insights.gather")
    read_now.using(unique="insights.read").enqueue()
    audit.record(actor, "insights.read", None)


def read_days(now: datetime | None = None) -> None:
    """Today, and yesterday until it was looked through whole."""
    now = now or timezone.now()
    yesterday = today(now) - DAY
    if not Reading.objects.filter(day=yesterday, made_at__gte=start_of(today(now))).exists():
        read_day(day=yesterday, now=now)
    read_day(day=today(now), now=now)


def read_day(*, day: date, now: datetime | None = None) -> Reading:
    """What troubled customers on a day of the company, as far as it has passed."""
    now = now or timezone.now()
    found = troubled(start_of(day), min(now, start_of(day + DAY)))
    with transaction.atomic():
        reading, _made = Reading.objects.get_or_create(day=day, defaults={"made_at": now})
        reading = Reading.objects.select_for_update().get(pk=reading.pk)
        _write(reading, found)
        reading.made_at = now
        reading.save(update_fields=["made_at"])
        events.record(ReadingMade(audience=frozenset({"all"}), reading=reading.pk), actor=SYSTEM)
    return reading


def _write(reading: Reading, found: Iterable[Troubled]) -> None:
    """Each conversation's trouble belongs to its unsolved problem, or begins one; what is no trouble any more goes."""
    by_conversation = {one.conversation: one for one in found}
    there = set(Conversation.objects.filter(pk__in=by_conversation).values_list("pk", flat=True))
    problems = _problems(reading, there)
    kept = []
    for pk, one in by_conversation.items():
        if pk not in there:
            continue
        problem = problems.get(pk) or Problem(conversation_id=pk)
        if problem.state != State.SOLVED:
            problem.message_id = one.message or problem.message_id
            problem.save()
        values = {"reasons": [str(reason) for reason in one.reasons], "score": one.score}
        Trouble.objects.update_or_create(reading=reading, problem=problem, defaults=values)
        kept.append(problem.pk)
    gone = Trouble.objects.filter(reading=reading).exclude(problem__in=kept)
    untouched = Problem.objects.filter(troubles__in=gone, state=State.OPEN).values_list("pk", flat=True)
    alone = [pk for pk in untouched if not Trouble.objects.filter(problem=pk).exclude(reading=reading).exists()]
    gone.delete()
    Problem.objects.filter(pk__in=alone, state=State.OPEN).delete()


def _problems(reading: Reading, conversations: set[int]) -> Mapping[int, Problem]:
    """Of each the unsolved one; else the one of this day that was solved meanwhile."""
    rows = Problem.objects.filter(conversation__in=conversations).select_for_update()
    solved = {row.conversation_id: row for row in rows.filter(state=State.SOLVED, troubles__reading=reading)}
    return solved | {row.conversation_id: row for row in rows.exclude(state=State.SOLVED)}
