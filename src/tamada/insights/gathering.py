"""Customers' questions of some days: whoever wrote by whatever channel; no spam, no machine, nothing that is gone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Final

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Substr

from tamada.conversations import citing
from tamada.conversations.models import AuthorKind, Conversation, DeliveryState, Kind, Message, Status
from tamada.kit.text import detect_language

from .asking import LONGEST, asks_more, begins_matter, without_pleasantries

MOST: Final = 40_000
"""Of more messages the newest are read: what they ask most is in there."""
_AT_ONCE: Final = 500
_NOT_LEFT: Final = (DeliveryState.QUEUED, DeliveryState.FAILED, DeliveryState.BOUNCED)


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a customer: the beginning of its words, for as long as it is looked at."""

    message: int
    conversation: int
    seq: int
    text: str
    language: str
    at: datetime


def said_in(conversations: QuerySet[Conversation], since: datetime, until: datetime) -> QuerySet[Message]:
    """Messages of a stretch of time. Nothing is said in a conversation after its last activity: these are looked up
    first, and messages need no index by time, which each one written would pay for.
    """
    active = conversations.filter(last_activity_at__gte=since)
    return Message.objects.filter(conversation__in=active.values("pk"), created_at__gte=since, created_at__lt=until)


def theirs(since: datetime, until: datetime) -> QuerySet[Message]:
    """What customers wrote meanwhile, in conversations that are there."""
    there = Conversation.objects.filter(is_spam=False, customer__erased_at__isnull=True)
    return said_in(there, since, until).filter(kind=Kind.IN, is_automatic=False, data__quiet__isnull=True)


def questions(since: datetime, until: datetime) -> list[Question]:
    """The first words of conversations, and later ones that ask something; the newest first."""
    rows = theirs(since, until).annotate(beginning=Substr("text", 1, LONGEST), started=F("conversation__created_at"))
    newest = rows.only("id", "conversation_id", "seq", "subject", "language", "created_at")
    found = sorted(newest.order_by("-created_at", "-id")[:MOST], key=attrgetter("conversation_id", "seq"))
    asked = [
        one for _pk, said in groupby(found, key=attrgetter("conversation_id")) for one in _asked(list(said), since)
    ]
    return sorted(asked, key=lambda one: (one.at, one.message), reverse=True)


def _asked(said: Sequence[Message], since: datetime) -> Iterator[Question]:
    """Of one conversation: what it began with, if that was meanwhile, and what asks."""
    is_first = said[0].started >= since  # type: ignore[attr-defined]  # annotated above
    for row in said:
        text = str(row.beginning)  # type: ignore[attr-defined]
        words = f"{row.subject}\n{text}" if is_first and row.subject else text
        if begins_matter(str(row.subject), text) if is_first else asks_more(text):
            language = row.language or detect_language(words)
            yield Question(row.pk, row.conversation_id, row.seq, words, language, row.created_at)
        is_first = is_first and not without_pleasantries(words)


def answered_well(asked: Iterable[Question]) -> set[int]:
    """Messages whose matter is closed after an answer, without another question after it."""
    asked = list(asked)
    by_conversation: dict[int, list[Question]] = {}
    for one in asked:
        by_conversation.setdefault(one.conversation, []).append(one)
    well: set[int] = set()
    ids = sorted(by_conversation)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        answers = _answers(some)
        for pk in some:
            well |= _well(by_conversation[pk], answers.get(pk, []))
    return well


def _well(asked: Sequence[Question], answers: Sequence[int]) -> set[int]:
    found = set()
    for one in asked:
        first = next((seq for seq in answers if seq > one.seq), None)
        if first is not None and not any(other.seq > first for other in asked):
            found.add(one.message)
    return found


def _answers(conversations: Iterable[int]) -> dict[int, list[int]]:
    """Where in closed conversations we answered, the assistant's answers among them, receipts not."""
    closed = Conversation.objects.filter(pk__in=list(conversations), status=Status.CLOSED).values("pk")
    said = Message.objects.filter(ours(), conversation__in=closed)
    found: dict[int, list[int]] = {}
    for pk, seq in said.order_by("conversation", "seq").values_list("conversation", "seq"):
        found.setdefault(pk, []).append(seq)
    return found


def ours() -> Q:
    """Answers of ours that a customer has: not what was passed on to others, nor what waits to be sent or failed."""
    by_us = Q(is_automatic=False) | Q(author_kind=AuthorKind.ASSISTANT)
    return citing.ANSWERS & by_us & ~Q(delivery__in=_NOT_LEFT)
