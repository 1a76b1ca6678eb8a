"""The facts of a day that tell what troubled customers: read from messages, deadlines and the assistant's log."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Final

from django.db.models import Q
from django.db.models.functions import Substr

from tamada.assistant.models import Outcome, Verdict
from tamada.assistant.models import Said as AssistantSaid
from tamada.automation.models import Deadline
from tamada.calendars.queries import schedule
from tamada.conversations.models import AuthorKind, Conversation, Kind, Message, Status

from .asking import LONGEST
from .gathering import ours, said_in, theirs
from .troubles import Facts, Reason, Said, look

MOST: Final = 40
"""So many conversations a day are told: nobody reads more."""
_MOST_MESSAGES: Final = 20_000
_AT_ONCE: Final = 500
_BACK: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Troubled:
    """A conversation in which a customer was troubled: why, how much, and the message that tells it best."""

    conversation: int
    message: int | None
    reasons: tuple[Reason, ...]
    score: int


def troubled(since: datetime, until: datetime) -> list[Troubled]:
    """Those of a stretch of time, the most troubled first."""
    said = _said(since, until)
    late, waiting = _late(since, until), _waiting(until)
    failed, reopened = _assistant_failed(since, until), _reopened(since, until)
    answers = _answers(said, since)
    found = []
    for pk in said.keys() | late | waiting.keys() | failed | reopened:
        rows = said.get(pk, [])
        facts = Facts(pk in late, pk in reopened, pk in failed, waiting.get(pk, timedelta(0)))
        if one := look(_told(rows, answers.get(pk, [])), facts):
            message = rows[one.place].pk if one.place is not None and rows else None
            found.append(Troubled(pk, message, one.reasons, one.score))
    return sorted(found, key=lambda one: (-one.score, -one.conversation))[:MOST]


def _there(pks: Iterable[int]) -> set[int]:
    """Conversations that are there, no spam, with a customer who was not erased."""
    listed, found = sorted(pks), set[int]()
    for start in range(0, len(listed), _AT_ONCE):
        rows = Conversation.objects.filter(pk__in=listed[start : start + _AT_ONCE], is_spam=False)
        found.update(rows.filter(customer__erased_at=None).values_list("pk", flat=True))
    return found


def _said(since: datetime, until: datetime) -> dict[int, list[Message]]:
    rows = theirs(since, until).annotate(beginning=Substr("text", 1, LONGEST))
    newest = rows.only("id", "conversation_id", "seq", "subject", "created_at").order_by("-created_at", "-id")
    found = sorted(newest[:_MOST_MESSAGES], key=attrgetter("conversation_id", "seq"))
    return {pk: list(some) for pk, some in groupby(found, key=attrgetter("conversation_id"))}


def _answers(said: Mapping[int, Sequence[Message]], since: datetime) -> dict[int, list[tuple[int, datetime, bool]]]:
    """Of these conversations what was said lately, by seq: when, and whether by us."""
    found: dict[int, list[tuple[int, datetime, bool]]] = {}
    ids = sorted(said)
    for start in range(0, len(ids), _AT_ONCE):
        rows = Message.objects.filter(
            Q(kind=Kind.IN, is_automatic=False) | ours(),
            conversation__in=ids[start : start + _AT_ONCE],
            created_at__gte=since - _BACK,
        ).order_by("conversation", "seq")
        for pk, seq, at, kind in rows.values_list("conversation", "seq", "created_at", "kind"):
            found.setdefault(pk, []).append((seq, at, kind == Kind.OUT))
    return found


def _told(rows: Sequence[Message], spoken: Sequence[tuple[int, datetime, bool]]) -> list[Said]:
    """Each with how long before it they had written in vain."""
    told = []
    for row in rows:
        first: datetime | None = None
        for seq, at, is_ours in spoken:
            if seq >= row.seq:
                break
            first = None if is_ours else first or at
        text = f"{row.subject}\n{row.beginning}"  # type: ignore[attr-defined]  # annotated
        told.append(Said(text, row.created_at - first if first else None))
    return told


def _late(since: datetime, until: datetime) -> set[int]:
    # By when it was due: that it passed may be told later, after a standstill.
    rows = Deadline.objects.filter(breached_at__isnull=False, due_at__gte=since, due_at__lt=until)
    return _there(rows.values_list("conversation", flat=True))


def _assistant_failed(since: datetime, until: datetime) -> set[int]:
    bad = Q(outcome__in=(Outcome.PERSON, Outcome.REOPENED, Outcome.CORRECTED)) | Q(verdict=Verdict.WRONG)
    rows = AssistantSaid.objects.filter(bad, created_at__gte=since, created_at__lt=until)
    return _there(rows.values_list("conversation", flat=True))


def _reopened(since: datetime, until: datetime) -> set[int]:
    """Where a customer's words opened again what was closed: the thread has lines of both."""
    is_change = Q(kind=Kind.SYSTEM, data__event="status")
    opened = said_in(Conversation.objects.all(), since, until).filter(is_change, author_kind=AuthorKind.CUSTOMER)
    ids = _there(opened.values_list("conversation", flat=True))
    found, before = set[int](), dict[int, str]()
    told = Message.objects.filter(is_change, conversation__in=ids, created_at__lt=until).order_by("conversation", "seq")
    for pk, at, to, kind in told.values_list("conversation", "created_at", "data__to", "author_kind"):
        if at >= since and kind == AuthorKind.CUSTOMER and before.get(pk) == Status.CLOSED:
            found.add(pk)
        before[pk] = to
    return found


def _waiting(until: datetime) -> dict[int, timedelta]:
    """How long those have waited by then who wait now, in the hours in which their inbox works; the longest of all."""
    rows = Conversation.objects.filter(status=Status.OPEN, waiting_since__lt=until, is_spam=False)
    rows = rows.filter(customer__erased_at=None).select_related("inbox__calendar").order_by("waiting_since")
    return {
        row.pk: schedule(row.inbox.calendar).elapsed(row.waiting_since, until)
        for row in rows.only("waiting_since", "inbox__calendar")[: MOST * 5]
        if row.waiting_since is not None
    }
