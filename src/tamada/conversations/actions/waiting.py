"""Whom we owe an answer: what becomes of the waiting when an answer leaves, fails or is taken back.

An answer ends the waiting when it is written; one that is for later, or sent again, when it leaves. One that fails ends
nothing: the customer waits since the question that they asked, unless another answer stands.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from tamada.core import events
from tamada.core.actors import SYSTEM

from .. import citing
from ..access import audience
from ..events import ConversationUpdated
from ..models import Conversation, DeliveryState, Kind, Message
from .state import read

_SOON: Final = timedelta(minutes=1)
"""What is held no longer than this is held for undo, not meant for later."""

_WHEN_SENT: Final = "ends_waiting_when_sent"
_LOST: Final = (DeliveryState.FAILED, DeliveryState.BOUNCED)


def end_waiting(conversation: Conversation, message: Message, not_before: datetime | None) -> None:
    """What writing an answer does. The caller saves the conversation, and the message with its data."""
    if not_before is not None and not_before > timezone.now() + _SOON:
        end_when_sent(message)
    else:
        conversation.waiting_since = None


def end_when_sent(message: Message) -> None:
    """Let the answer count from when it leaves. The caller saves the message's data."""
    message.data = {**message.data, _WHEN_SENT: True}


def follow_deliveries(conversation: Conversation, messages: Sequence[Message]) -> None:
    """Bring the waiting of a locked conversation in line with what became of messages of it, and tell."""
    answers = [message for message in messages if not citing.is_forward(message)]
    if any(map(_is_lost, answers)):
        since = owed_since(conversation)
    elif conversation.waiting_since and any(map(_ends_by_leaving, answers)):
        since = unanswered(conversation, conversation.waiting_since)
    else:
        return
    if since != conversation.waiting_since:
        conversation.waiting_since = since
        conversation.save(update_fields=["waiting_since", "updated_at"])
        fact = ConversationUpdated(
            audience=audience(conversation), conversation=conversation.pk, fields=("waiting_since",)
        )
        events.record(fact, actor=SYSTEM)


def _is_lost(answer: Message) -> bool:
    # Of several recipients one came back: the others may have it.
    may_be_there = answer.delivery == DeliveryState.BOUNCED and len([*answer.to, *answer.cc, *answer.bcc]) > 1
    return answer.delivery in _LOST and not may_be_there


def _ends_by_leaving(answer: Message) -> bool:
    left = answer.delivery not in (*_LOST, DeliveryState.QUEUED)
    return left and bool(answer.data.get(_WHEN_SENT))


def owed_since(conversation: Conversation, gone: dict[str, Any] | None = None) -> datetime | None:
    """Since when the customer waits, by what the answers that don't stand remember, and by `gone`, which is no more.

    What they remember is where to look from: a question before that was settled without an answer.
    """
    lost = _after_answers(conversation, conversation.messages.filter(kind=Kind.OUT))
    known = [*lost.values_list("data__undo__before__waiting_since", flat=True), (gone or {}).get("waiting_since")]
    began = oldest(conversation.waiting_since, *(read("waiting_since", value) for value in known))
    return unanswered(conversation, began) if began else None


def last_standing(conversation: Conversation) -> int | None:
    """The newest answer that has left or is about to."""
    return standing(conversation).order_by("-seq").values_list("pk", flat=True).first()


def unanswered(conversation: Conversation, began: datetime | None = None) -> datetime | None:
    """The oldest of the customer's messages that no answer follows in time, from `began` on."""
    asked = conversation.messages.filter(kind=Kind.IN, is_automatic=False)
    if began is not None:
        asked = asked.filter(created_at__gte=began)
    found: datetime | None = _after_answers(conversation, asked).aggregate(at=Min("created_at"))["at"]
    return found


def _after_answers(conversation: Conversation, messages: QuerySet[Message]) -> QuerySet[Message]:
    """Those that no standing answer follows: in time, for what was imported is numbered as it came in."""
    answers = standing(conversation).order_by("-created_at", "-seq")
    if (answer := answers.values_list("created_at", "seq").first()) is None:
        return messages
    at, seq = answer
    return messages.filter(Q(created_at__gt=at) | Q(created_at=at, seq__gt=seq))


def standing(conversation: Conversation) -> QuerySet[Message]:
    """The answers that have left or are about to."""
    answers = conversation.messages.filter(citing.ANSWERS).exclude(delivery__in=_LOST)
    return answers.exclude(delivery=DeliveryState.QUEUED, data__has_key=_WHEN_SENT)


def oldest(*times: datetime | None) -> datetime | None:
    """The first of the times that are known."""
    return min((time for time in times if time is not None), default=None)
