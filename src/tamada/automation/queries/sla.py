"""Reads: policies, and how the deadlines of conversations stand.

Whoever asks about conversations gives ids that came through `conversations.queries.visible_to`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.calendars.queries import schedule
from tamada.conversations.models import Inbox
from tamada.kit.deadlines import Due, due

from ..models import Deadline, Policy, Target
from ..models.sla import MINUTE

State = Literal["running", "warning", "late", "paused", "never"]
_FAR: Final = timedelta(days=40_000)


@dataclass(frozen=True, slots=True)
class Countdown:
    """One open deadline as screens and the API show it.

    `state`: `running`, `warning` (it comes near), `late`, `paused` (with `left` of working time), or `never` (the hours
    never open long enough for it to be due).
    """

    target: Target
    state: State
    started_at: datetime
    due_at: datetime | None
    warn_at: datetime | None
    left: timedelta | None
    policy: int | None


def policies() -> QuerySet[Policy]:
    """All policies in the order in which they are asked, with what they name read along."""
    return Policy.objects.select_related("calendar").prefetch_related("inboxes", "tags")


def outdone(rows: Sequence[Policy]) -> dict[int, Policy]:
    """Policies in use that never count, by id: with an earlier one that fits wherever they do."""
    active = [row for row in rows if row.is_active]
    found = {}
    for place, row in enumerate(active):
        if (earlier := next((one for one in active[:place] if one.covers(row)), None)) is not None:
            found[row.pk] = earlier
    return found


def countdowns(conversations: Collection[int], *, now: datetime | None = None) -> dict[int, Countdown]:
    """The most pressing open deadline of each conversation that has one; one query whatever their number."""
    return {pk: shown[0] for pk, shown in _open(conversations, now or timezone.now()).items()}


def deadlines_of(conversation: int, *, now: datetime | None = None) -> list[Countdown]:
    """All open deadlines of one conversation, the most pressing first."""
    return _open([conversation], now or timezone.now()).get(conversation, [])


def _open(conversations: Collection[int], now: datetime) -> dict[int, list[Countdown]]:
    found: dict[int, list[Countdown]] = defaultdict(list)
    for row in Deadline.objects.filter(conversation__in=conversations, met_at=None):
        found[row.conversation_id].append(_countdown(row, now))
    return {pk: sorted(shown, key=lambda one: _pressing(one, now)) for pk, shown in found.items()}


def _countdown(row: Deadline, now: datetime) -> Countdown:
    left = None if row.remaining is None else timedelta(seconds=row.remaining)
    return Countdown(
        target=Target(row.target),
        state=_state(row, now),
        started_at=row.started_at,
        due_at=row.due_at,
        warn_at=row.warn_at,
        left=left,
        policy=row.policy_id,
    )


def _state(row: Deadline, now: datetime) -> State:
    if row.due_at is None:
        return "never" if row.paused_at is None else "paused"
    if row.is_overdue(now):
        return "late"
    return "warning" if row.warn_at is not None and row.warn_at <= now else "running"


def _pressing(shown: Countdown, now: datetime) -> datetime:
    """What is due first comes first; what stands still after that, and what is never due last."""
    if shown.due_at is not None:
        return shown.due_at
    return now + _FAR + (shown.left if shown.left is not None else _FAR)


def late(agent: Agent) -> Q:
    """The conversations whose deadline has passed, for `is:late`; the caller narrows it to what the agent sees."""
    del agent
    rows = Deadline.objects.filter(conversation=OuterRef("pk"), met_at=None, due_at__lt=timezone.now())
    return Q(Exists(rows))


@dataclass(frozen=True, slots=True)
class Foreseen:
    """When a message that arrives now in these inboxes would be due by a policy; None for what never is."""

    inboxes: list[Inbox]
    when: list[tuple[Target, datetime | None]]


def preview(policy: Policy, inboxes: Iterable[Inbox], *, now: datetime | None = None) -> list[Foreseen]:
    """When a message arriving now would be due, alike inboxes together. The policy need not be stored."""
    at, alike = now or timezone.now(), defaultdict(list)
    for inbox in inboxes:
        alike[tuple((t, _due(policy, inbox, t, at).at) for t in policy.targets)].append(inbox)
    return [Foreseen(together, list(when)) for when, together in alike.items()]


def _due(policy: Policy, inbox: Inbox, target: Target, at: datetime) -> Due:
    return due(schedule(policy.calendar_for(inbox)), policy.targets[target] * MINUTE, started_at=at)
