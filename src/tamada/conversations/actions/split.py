"""Making two conversations of one: some messages go on as a conversation of their own, linked to where they were."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import Max, Min, QuerySet

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import Actor

from .. import access, citing, counts
from ..errors import BadSplit
from ..events import ConversationStarted, ConversationUpdated
from ..models import Access, Conversation, Kind, Mention, Message, ReadMark, Status
from .door import locked
from .system import add_system_line
from .undo import recount

MOST: Final = 1000


@transaction.atomic
def split_conversation(
    *, agent: Agent, actor: Actor, conversation: Conversation, messages: Sequence[int] = (), first: int | None = None
) -> Conversation:
    """Give these messages (ids), or all from `first` on, to a new conversation of the customer, and return it.

    It has the same inbox, team, owner and priority, and the subject of its first message; what answers its messages
    lands in it. `merge_conversations` takes it back. Raises `BadSplit` for no message of this conversation, or all.
    """
    require(agent, "conversation.update")
    conversation = locked(agent, conversation)
    chosen = _chosen(conversation, messages, first)
    keys, key = access.audience(conversation), counts.key_of(conversation)
    marks = _read_of(conversation, chosen)
    part = _begin(conversation, chosen)
    _move(part, [m.pk for m in chosen])
    _take_along(conversation, part, marks)
    for one, line in ((conversation, {"event": "split_off", "into": part.pk}), (part, _from(conversation))):
        _settle(one, is_part=one is part)
        add_system_line(conversation=one, actor=actor, data=line)
    counts.move(None, counts.key_of(part))
    counts.move(key, counts.key_of(conversation))
    started = ConversationStarted(audience=access.audience(part), conversation=part.pk, customer=part.customer_id)
    events.record(started, _has_others(part, started.audience), _has_others(conversation, keys), actor=actor)
    audit.record(actor, "conversation.split", conversation, into=part.pk, messages=len(chosen))
    return part


def _has_others(conversation: Conversation, keys: frozenset[str]) -> ConversationUpdated:
    """Its messages are others: what clocks go by."""
    return ConversationUpdated(audience=keys, before=keys, conversation=conversation.pk, fields=("messages",))


def _from(conversation: Conversation) -> dict[str, object]:
    return {"event": "split_from", "from": conversation.pk}


def _chosen(conversation: Conversation, messages: Sequence[int], first: int | None) -> list[Message]:
    said = conversation.messages.exclude(kind=Kind.SYSTEM).order_by("created_at", "seq")
    if first is None:
        wanted = said.filter(pk__in=messages[:MOST])
    else:
        wanted = said.filter(seq__gte=said.filter(pk=first).values("seq")[:1])
    chosen = list(wanted.only("pk", "seq", "kind", "subject", "customer_id", "created_at", "conversation_id"))
    if not chosen or len(chosen) == said.count():
        raise BadSplit("all" if chosen else "none")
    return chosen


def _begin(conversation: Conversation, chosen: Sequence[Message]) -> Conversation:
    author = next((m.customer_id for m in chosen if m.kind == Kind.IN and m.customer_id), None)
    subject = next((m.subject for m in chosen if m.subject), "")
    return Conversation.objects.create(
        inbox=conversation.inbox,
        channel=conversation.channel,
        customer_id=author or conversation.customer_id,
        subject=subject or conversation.subject,
        status=conversation.status,
        snoozed_until=conversation.snoozed_until,
        closed_at=conversation.closed_at,
        priority=conversation.priority,
        assignee=conversation.assignee,
        team=conversation.team,
        language=conversation.language,
        is_spam=conversation.is_spam,
        linked_to=conversation,
        created_at=chosen[0].created_at,
        last_activity_at=chosen[-1].created_at,
        waiting_since=conversation.waiting_since,
        last_seq=len(chosen),
    )


def _move(part: Conversation, ids: Sequence[int]) -> None:
    """Numbered from 1 on by their times, in one statement."""
    marks = ", ".join(["%s"] * len(ids))
    with connection.cursor() as db:
        db.execute(
            f"""
            UPDATE conversations_message AS m SET conversation_id = %s, seq = placed.place
            FROM (
                SELECT id, row_number() OVER (ORDER BY created_at, seq, id) AS place
                FROM conversations_message WHERE id IN ({marks})
            ) AS placed
            WHERE placed.id = m.id
            """,  # noqa: S608  question marks alone
            [part.pk, *ids],
        )


def _read_of(conversation: Conversation, chosen: Sequence[Message]) -> list[tuple[int, int]]:
    """How many of the chosen each agent has read; one unread message ends it."""
    rows = ReadMark.objects.filter(conversation=conversation).values_list("agent", "seq")
    return [(agent, _read_to(chosen, seq)) for agent, seq in rows]


def _read_to(chosen: Sequence[Message], seq: int) -> int:
    return next((place for place, m in enumerate(chosen) if m.seq > seq), len(chosen))


def _take_along(conversation: Conversation, part: Conversation, marks: Sequence[tuple[int, int]]) -> None:
    """Mentions go with their notes; who follows and who was let in may read on in both; who has read has read."""
    Mention.objects.filter(message__conversation=part).update(conversation=part)
    Access.objects.bulk_create(
        Access(conversation=part, agent_id=row.agent_id, follows=row.follows, is_open=row.is_open)
        for row in Access.objects.filter(conversation=conversation)
    )
    ReadMark.objects.bulk_create(ReadMark(conversation=part, agent_id=agent, seq=seq) for agent, seq in marks)
    part.tags.set(conversation.tags.all())


def _settle(conversation: Conversation, *, is_part: bool) -> None:
    """What its messages say: since when somebody waits, when we first answered, what came last."""
    said = conversation.messages.exclude(kind=Kind.SYSTEM)
    answers = said.filter(citing.ANSWERS).aggregate(first=Min("created_at"), last=Max("seq"))
    conversation.first_replied_at = answers["first"]
    # Nobody waited: a part without an answer holds what the answer that stayed said nothing to.
    is_unanswered = is_part and not answers["last"] and conversation.status == Status.OPEN
    is_settled = conversation.waiting_since is None and not is_unanswered
    conversation.waiting_since = None if is_settled else _waiting(conversation, said, answers["last"] or 0)
    conversation.last_activity_at = said.aggregate(at=Max("created_at"))["at"]
    recount(conversation)
    conversation.save()


def _waiting(conversation: Conversation, said: QuerySet[Message], answered: int) -> datetime | None:
    if conversation.status == Status.CLOSED:
        return None
    asked = said.filter(kind=Kind.IN, is_automatic=False, seq__gt=answered)
    first: datetime | None = asked.aggregate(at=Min("created_at"))["at"]
    return first
