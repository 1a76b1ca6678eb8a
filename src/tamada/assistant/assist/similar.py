"""Where something like it was solved before: closed conversations that the agent may see, found by the search index.

A search wants every word; this wants most of the telling ones. How telling a word is shows in how far back its newest
messages reach. Only those newest are looked at, so it costs the same however many conversations there are.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from math import log
from typing import Final

from django.db.models import Q, QuerySet

from tamada.accounts.models import Agent
from tamada.conversations import citing
from tamada.conversations.models import Conversation, Kind, Message, Status
from tamada.conversations.queries import visible_to
from tamada.conversations.search import own_inboxes
from tamada.kit.text import query_terms
from tamada.search import lookup
from tamada.search.vocabulary import Kind as Indexed

from .sentences import shortened

MOST: Final = 3
_READ: Final = 2_000
_WORDS: Final = 16
_NEWEST: Final = 120
_CANDIDATES: Final = 200
_LEAST_WORDS: Final = 2
_LEAST_PART: Final = 0.3
"""Of the weight of all words of the question: with less it is about something else."""
_SHORTEST: Final = 4
_QUESTION: Final = 140
_ANSWER: Final = 1_200


@dataclass(frozen=True, slots=True)
class Similar:
    """A solved conversation: what was asked there, and what solved it."""

    conversation: Conversation
    question: str
    answer: str
    answered_by: str
    at: datetime


def similar(agent: Agent, text: str, *, but: Conversation, limit: int = MOST) -> list[Similar]:
    """Solved conversations like this text, the likest first."""
    weights = _weights(agent, text)
    if len(weights) < _LEAST_WORDS:
        return []
    scores: dict[int, float] = defaultdict(float)
    counts: dict[int, int] = defaultdict(int)
    conversation_of = _conversations({pk for ids, _weight in weights for pk in ids})
    for ids, weight in weights:
        for conversation in {conversation_of[pk] for pk in ids if pk in conversation_of}:
            scores[conversation] += weight
            counts[conversation] += 1
    least = _LEAST_PART * sum(weight for _ids, weight in weights)
    best = [pk for pk in scores if counts[pk] >= _LEAST_WORDS and scores[pk] >= least]
    best.sort(key=lambda pk: (-scores[pk], -pk))
    return _told(_seen(agent, best[:_CANDIDATES], but)[: limit * 2])[:limit]


def _weights(agent: Agent, text: str) -> list[tuple[list[int], float]]:
    """For each telling word of the text the newest messages that have it, and how telling it is."""
    scope = own_inboxes(agent)
    newest = lookup.newest(Indexed.MESSAGE, scope, before=None, limit=1) if scope else []
    found = []
    for group in _groups(text):
        ids = lookup.newest(Indexed.MESSAGE, [group, *scope], before=None, limit=_NEWEST)
        if not ids:
            continue
        newest = newest or ids[:1]
        newest[0] = max(newest[0], ids[0])
        found.append(ids)
    return [(ids, _rarity(ids, newest[0])) for ids in found]


def _rarity(ids: list[int], newest: int) -> float:
    """The logarithm of one in how many messages has the word, guessed by how far its newest ones reach back."""
    reach = newest if len(ids) < _NEWEST else newest - ids[-1] + 1
    return log(1 + reach / len(ids))


def _groups(text: str) -> list[list[str]]:
    """The words of the text as the index is asked for them: the longest first, for those tell most."""
    groups = {tuple(plain): None for group in query_terms(text[:_READ], live=False) if (plain := _plain(group))}
    telling = [group for group in groups if len(group[0]) >= _SHORTEST or group[0].isdigit()]
    return [list(group) for group in sorted(telling, key=lambda group: -len(group[0]))[:_WORDS]]


def _plain(group: Collection[str]) -> list[str]:
    return [term for term in group if lookup.plain(term)]


def _conversations(ids: Collection[int]) -> dict[int, int]:
    """Where these messages stand, of those that went to or came from a customer."""
    newest = sorted(ids, reverse=True)[: _NEWEST * _WORDS]
    rows = Message.objects.filter(pk__in=newest, kind__in=(Kind.IN, Kind.OUT)).order_by()
    return dict(rows.values_list("pk", "conversation_id"))


def _seen(agent: Agent, best: list[int], but: Conversation) -> list[int]:
    """Those of them that are closed and that the agent may see. Asked of few, for it is the costliest question."""
    closed = visible_to(agent).filter(pk__in=best, status=Status.CLOSED, is_spam=False).exclude(pk=but.pk)
    shown = set(closed.order_by().values_list("pk", flat=True)) if best else set()
    return [pk for pk in best if pk in shown]


def _told(best: list[int]) -> list[Similar]:
    """Those in which a person answered, with what was asked first and what solved it."""
    rows = Conversation.objects.select_related("customer").in_bulk(best)
    asked: dict[int, Message] = {}
    answers: dict[int, list[Message]] = defaultdict(list)
    for message in _said(best):
        if message.kind == Kind.IN:
            asked.setdefault(message.conversation_id, message)
        elif message.text.strip():
            answers[message.conversation_id].append(message)
    return [_shown(rows[pk], asked[pk], _solving(answers[pk])) for pk in best if pk in asked and answers[pk]]


def _said(conversations: list[int]) -> QuerySet[Message]:
    """What the customer wrote and what people answered; not what was passed on to others, nor what has not left."""
    said = Message.objects.filter(Q(kind=Kind.IN) | citing.GIVEN, conversation__in=conversations, is_automatic=False)
    return said.only("conversation_id", "kind", "text", "author_name", "created_at", "seq").order_by("seq")


def _solving(answers: list[Message]) -> Message:
    """The longest of our answers: what comes last is often a mere thank you."""
    return max(answers, key=lambda message: len(message.text))


def solving_words(conversation: Conversation) -> str:
    """What solved a conversation; "" when no person answered."""
    answers = list(_said([conversation.pk]).filter(kind=Kind.OUT))
    return _solving(answers).text.strip() if answers else ""


def _shown(conversation: Conversation, asked: Message, answer: Message) -> Similar:
    return Similar(
        conversation,
        shortened(asked.text, _QUESTION),
        answer.text.strip()[:_ANSWER],
        answer.author_name,
        answer.created_at,
    )
