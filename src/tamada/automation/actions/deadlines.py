"""Deadlines: worked out from what happened, and told when they come near or pass.

Nothing here depends on which event called: a deadline is what the facts say now, so running twice, late or in another
order ends the same.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tamada.calendars.models import Calendar
from tamada.calendars.queries import schedule
from tamada.conversations.access import audiences
from tamada.conversations.models import Conversation, Status
from tamada.core import bulk, events
from tamada.core.actors import SYSTEM
from tamada.core.asked import Asked
from tamada.customers.models import Customer
from tamada.kit.deadlines import Clock, clocks

from ..events import DeadlineTold, SlaBreached, SlaChanged, SlaReplanned, SlaWarning
from ..history import facts_of
from ..models import Deadline, Policy, Target
from ..queries import policies

AT_ONCE: Final = 200
ROWS_AT_ONCE: Final = 1_000
_ATTRIBUTES: Final = {"policy": "policy_id", "calendar": "calendar_id"}
EVERYBODY: Final = frozenset({"all"})
_PLANNED: Final = ("due_at", "warn_at", "remaining", "warned_at", "breached_at")
_ALL: Final = (
    *("policy", "calendar", "minutes", "warn_percent", "started_at", "pauses", "paused_at", "met_at"),
    *_PLANNED,
)


_promises = Asked(lambda: Policy.objects.order_by().values_list("pk")[:1])
_deadlines = Asked(lambda pk: Deadline.objects.filter(conversation=pk).order_by().values_list("pk")[:1])


def refresh_deadlines(*, conversations: Collection[int], tells: bool = True) -> None:
    """Work out the deadlines of these conversations anew, and tell of what is late by now.

    With `tells` the screens hear of each that changed; without, say so once with `tell_replanned`.
    """
    if not _promises.any() and not _have_deadlines(conversations):
        return
    done = _refresh(conversations, tells=tells, waits=len(conversations) == 1)
    for pk in sorted(set(conversations) - done):
        _refresh([pk], tells=tells, waits=True)


def _have_deadlines(conversations: Collection[int]) -> bool:
    if len(conversations) == 1:
        return _deadlines.any(*conversations)
    return Deadline.objects.filter(conversation__in=conversations).exists()


def _refresh(conversations: Collection[int], *, tells: bool, waits: bool) -> set[int]:
    """One transaction; returns the conversations it held. Who holds several waits for none, or two wait for each other.

    What is read after the lock is what the last writer left, so of two at once the second knows all.
    """
    with transaction.atomic():
        free = Conversation.objects.select_for_update(of=("self",), skip_locked=not waits)
        found = free.filter(pk__in=conversations).select_related("inbox__calendar").order_by("pk")
        work = _Work(list(found), timezone.now())
        if waits:
            work.forget(set(conversations) - {conversation.pk for conversation in work.conversations})
        for conversation in work.conversations:
            work.settle(conversation)
        work.save()
        _tell_late([row for row in work.kept if row.is_overdue(work.now) and not row.is_late], work.now)
        if tells:
            heard = _heard_by(work.changed)
            events.record(*(SlaChanged(audience=heard[pk], conversation=pk) for pk in sorted(heard)), actor=SYSTEM)
    return {conversation.pk for conversation in work.conversations}


def refresh_many(*, after: int, inbox: int | None = None) -> int | None:
    """The next conversations after id `after` that are not closed, or have a deadline that runs; the last one's id.

    None when there are no more. A chain of tasks walks through all of them (`tasks.refresh_all`).
    """
    running = Deadline.objects.filter(met_at=None).values("conversation")
    found = Conversation.objects.filter(~Q(status=Status.CLOSED) | Q(pk__in=running), pk__gt=after)
    found = found if inbox is None else found.filter(inbox=inbox)
    ids = list(found.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    if not ids:
        return None
    refresh_deadlines(conversations=ids, tells=False)
    return ids[-1]


@transaction.atomic
def recount_deadlines(*, calendar: Calendar, after: int) -> int | None:
    """Work out the instants of the next running deadlines that count by a calendar; the last one's id, or None."""
    running = Deadline.objects.select_for_update().filter(calendar=calendar, met_at=None, pk__gt=after)
    rows = list(running.order_by("pk")[:ROWS_AT_ONCE])
    hours, now = schedule(calendar), timezone.now()
    moved = []
    for row in rows:
        before = [getattr(row, name) for name in _PLANNED]
        row.plan(hours, now)
        if before != [getattr(row, name) for name in _PLANNED]:
            moved.append(row)
    bulk.update(Deadline, moved, _PLANNED)
    return rows[-1].pk if rows else None


@transaction.atomic
def tell_replanned() -> None:
    """Many deadlines were worked out anew: every screen may look again."""
    events.record(SlaReplanned(audience=EVERYBODY), actor=SYSTEM)


def tell_deadlines(*, now: datetime | None = None) -> int:
    """Tell of deadlines that have passed or come near since the last time, each once; how many.

    What is told and that it was told commit together, so a death in between tells neither.
    """
    at = now or timezone.now()
    there = Conversation.objects.filter(is_spam=False)
    open_ = Deadline.objects.filter(met_at=None, breached_at=None, conversation__in=there)
    told = 0
    for due, tell in ((Q(due_at__lt=at), _tell_late), (Q(warned_at=None, warn_at__lte=at), _tell_near)):
        while ids := list(open_.filter(due).values_list("pk", flat=True)[:AT_ONCE]):
            with transaction.atomic():
                rows = list(open_.select_for_update(of=("self",)).filter(due, pk__in=ids).order_by("pk"))
                tell(rows, at)
                told += len(rows)
    return told


def _tell_late(rows: Sequence[Deadline], at: datetime) -> None:
    for row in rows:
        row.breached_at = at
    bulk.update(Deadline, rows, ("breached_at",))
    _record(SlaBreached, rows)


def _tell_near(rows: Sequence[Deadline], at: datetime) -> None:
    for row in rows:
        row.warned_at = at
    bulk.update(Deadline, rows, ("warned_at",))
    _record(SlaWarning, rows)


def _record(kind: type[DeadlineTold], rows: Sequence[Deadline]) -> None:
    """One event for each, heard by those who may see its conversation."""
    keys = _heard_by({row.conversation_id for row in rows})
    facts = [
        kind(audience=keys[row.conversation_id], conversation=row.conversation_id, deadline=row.pk, target=row.target)
        for row in rows
    ]
    events.record(*facts, actor=SYSTEM)


def _heard_by(conversations: Collection[int]) -> dict[int, frozenset[str]]:
    return audiences(Conversation.objects.filter(pk__in=conversations)) if conversations else {}


class _Work:
    """Conversations whose deadlines are worked out: everything looked up first, everything written last."""

    def __init__(self, conversations: Sequence[Conversation], now: datetime) -> None:
        self.conversations, self.now = conversations, now
        self.policies = list(policies().filter(is_active=True))
        self.tags = self._tags() if any(policy.tags.all() for policy in self.policies) else {}
        self.facts = facts_of(conversations)
        stored = Deadline.objects.select_for_update().filter(conversation__in=conversations).order_by("pk")
        self.rows = {(row.conversation_id, row.target): row for row in stored}
        self.kept: list[Deadline] = []
        self.gone: list[int] = []
        self.changed: set[int] = set()

    def _tags(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        links = Customer.tags.through.objects.filter(customer__in={c.customer_id for c in self.conversations})
        for customer, tag in links.values_list("customer_id", "tag_id"):
            found[customer].add(tag)
        return found

    def settle(self, conversation: Conversation) -> None:
        """What one conversation's rows are to be. What ended stays when nothing is promised any more."""
        policy = self._policy(conversation)
        promised = policy.targets if policy is not None else {}
        running: Mapping[str, Clock] = {}
        if policy is not None:
            running = clocks(self.facts[conversation.pk], pausing=policy.pauses)
        for target in Target:
            clock, row = running.get(target.value), self.rows.get((conversation.pk, target))
            if policy is not None and clock is not None and target in promised:
                self._keep(conversation, policy, clock, row or Deadline(conversation=conversation, target=target))
            elif row is not None and (row.met_at is None or target in promised):
                self._drop(row)

    def forget(self, gone: Collection[int]) -> None:
        """Nothing is owed in conversations that are no longer there."""
        self.gone += Deadline.objects.filter(conversation__in=gone, met_at=None).values_list("pk", flat=True)

    def _policy(self, conversation: Conversation) -> Policy | None:
        if conversation.is_spam:
            return None
        tags = self.tags.get(conversation.customer_id, set())
        return next((policy for policy in self.policies if policy.fits(conversation, tags)), None)

    def _keep(self, conversation: Conversation, policy: Policy, clock: Clock, row: Deadline) -> None:
        before = self._values(row)
        calendar = policy.calendar_for(conversation.inbox)
        row.policy, row.calendar = policy, calendar
        row.minutes, row.warn_percent = policy.targets[Target(row.target)], policy.warn_percent
        row.follow(clock)
        row.plan(schedule(calendar), self.now)
        if clock.dropped_at is not None and not row.is_overdue(self.now):
            self._drop(row)  # Closed in time without an answer: none is owed, and none was given.
            return
        self.kept.append(row)
        if row.is_new or before != self._values(row):
            self.changed.add(conversation.pk)

    @staticmethod
    def _values(row: Deadline) -> list[Any]:
        return [getattr(row, _ATTRIBUTES.get(name, name)) for name in _ALL]

    def _drop(self, row: Deadline) -> None:
        if not row.is_new:
            self.gone.append(row.pk)
            self.changed.add(row.conversation_id)

    def save(self) -> None:
        """Write what changed."""
        Deadline.objects.filter(pk__in=self.gone).delete()
        moved = [row for row in self.kept if row.conversation_id in self.changed]
        bulk.update(Deadline, [row for row in moved if not row.is_new], _ALL)
        bulk.insert(Deadline, [row for row in moved if row.is_new])
