"""Promises: made, put off with a reason, kept or broken, and told of before they slip."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.accounts.zones import zone_of
from tamada.conversations import queries as conversations
from tamada.conversations.access import audience
from tamada.conversations.citing import ANSWERS
from tamada.conversations.models import AuthorKind, Conversation, Message
from tamada.core import audit, events
from tamada.core.actors import SYSTEM, Actor
from tamada.customers import queries as customers
from tamada.customers.models import Customer
from tamada.kit.promises import find_promises

from .. import lines
from ..errors import Invalid, ReasonOwed, Settled
from ..events import CommitmentChanged, CommitmentDue, CommitmentMade, CommitmentProposed
from ..models import Commitment, State
from ..queries import proposals, visible_to

LONGEST: Final = 300
LONGEST_REASON: Final = 500
SOON: Final = timedelta(hours=1)
"""So long before its time the owner of a promise is reminded."""
_FURTHEST: Final = timedelta(days=5 * 366)
_AT_ONCE: Final = 500
_ASKED: Final = timedelta(days=7)
_UNSAID: Final = timedelta(days=1)
"""A promise that names no time is proposed for the next day at the same hour; its writer chooses."""


@transaction.atomic
def make_commitment(
    *,
    agent: Agent,
    actor: Actor,
    customer: Customer,
    text: str,
    due_at: datetime,
    conversation: Conversation | None = None,
    owner: Agent | None = None,
) -> Commitment:
    """Record something promised to a customer. A time that has passed is taken: it is late at once.

    Raises `PermissionDenied`, `Customer.DoesNotExist` and `Conversation.DoesNotExist` for what the agent may not see,
    `Invalid`.
    """
    require(agent, "commitment.update")
    customer = customers.visible_to(agent).get(pk=customer.pk)
    if conversation is not None:
        conversation = conversations.rows_visible_to(agent).get(pk=conversation.pk)
        if conversation.customer_id != customer.pk:
            raise Invalid(_("This conversation is another customer's."), "conversation")
    owner = _checked_owner(owner or agent, conversation)
    row = Commitment(customer=customer, conversation=conversation, owner=owner, text=_words(text))
    row.due_at = row.first_due_at = _in_reach(due_at)
    return _made(row, actor)


@transaction.atomic
def change_commitment(*, agent: Agent, actor: Actor, commitment: Commitment, **changes: Any) -> Commitment:
    """Change `text`, `owner` or `due_at`; a later time owes the customer, and us, a `reason`.

    Raises `PermissionDenied`, `Commitment.DoesNotExist`, `Invalid`, `ReasonOwed`, `Settled`.
    """
    row = _locked(agent, commitment)
    if row.state != State.OPEN:
        raise Settled
    fields: dict[str, Any] = {}
    if "text" in changes:
        fields["text"] = _words(changes["text"])
    if changes.get("owner") is not None:
        fields["owner"] = _checked_owner(changes["owner"], row.conversation)
    due_at: datetime | None = changes.get("due_at")
    reason = _reason(changes.get("reason", ""))
    if due_at is not None and due_at != row.due_at:
        if due_at > row.due_at and not reason:
            raise ReasonOwed
        later = {"moved": row.moved + 1} if due_at > row.due_at else {}
        fields |= {"due_at": _in_reach(due_at), "told": "", "reason": reason or row.reason, **later}
    if not fields:
        return row
    row = _changed(row, actor, "commitment.changed", fields)
    if "due_at" in fields:
        lines.tell(row, actor, lines.MOVED, reason)
    return row


@transaction.atomic
def update_commitment(
    *,
    agent: Agent,
    actor: Actor,
    commitment: Commitment,
    changes: Mapping[str, Any],
    status: str | None = None,
    reason: str = "",
) -> Commitment:
    """Change a promise and settle it, in one piece. Raises what `change_commitment` and `settle_commitment` raise."""
    by: dict[str, Any] = {"agent": agent, "actor": actor, "commitment": commitment}
    row = change_commitment(**by, **changes, reason=reason) if changes else None
    if status is not None:
        row = settle_commitment(**by, status=status, reason=reason)
    return row or visible_to(agent).get(pk=commitment.pk)


@transaction.atomic
def settle_commitment(
    *, agent: Agent, actor: Actor, commitment: Commitment, status: str, reason: str = ""
) -> Commitment:
    """It was `kept`, or `broken` with a reason; `open` takes that back. Once more the same changes nothing.

    Raises `PermissionDenied`, `Commitment.DoesNotExist`, `Invalid`, `ReasonOwed`, `Settled` where it was settled
    otherwise.
    """
    row, why = _locked(agent, commitment), _reason(reason)
    if status not in (State.OPEN, State.KEPT, State.BROKEN):
        raise Invalid(_("A promise is kept, broken, or open again."), "status")
    if row.state == status:
        return row
    fields: dict[str, Any] = {"state": State(status), "settled_at": None, "settled_by": None}
    if status != State.OPEN:
        if row.state != State.OPEN:
            raise Settled
        if status == State.BROKEN and not why:
            raise ReasonOwed
        fields |= {"settled_at": timezone.now(), "settled_by": agent, "reason": why or row.reason}
    row = _changed(row, actor, "commitment.reopened" if status == State.OPEN else f"commitment.{status}", fields)
    lines.tell(row, actor, lines.SETTLED[State(row.state)], why)
    return row


# --- found in what was written ----------------------------------------------------------------------------------------


@transaction.atomic
def propose(*, message_id: int) -> list[Commitment]:
    """Ask who wrote a message whether what reads like a promise in it is one. Once, however often it is asked for."""
    message = Message.objects.filter(ANSWERS, pk=message_id, author_kind=AuthorKind.AGENT).first()
    if message is None or message.agent_id is None:
        return []
    agent, conversation = Agent.objects.get(pk=message.agent_id), Conversation.objects.get(pk=message.conversation_id)
    now = timezone.localtime(message.created_at, zone_of(agent))
    made = []
    for found in find_promises(message.text, message.language or conversation.language, now=now):
        due = found.due or now + _UNSAID
        values = {
            "customer_id": conversation.customer_id,
            "conversation": conversation,
            "owner": agent,
            "state": State.PROPOSED,
            "due_at": due,
            "first_due_at": due,
            "changed_at": timezone.now(),
        }
        row, is_new = Commitment.objects.get_or_create(message=message, text=found.text[:LONGEST], defaults=values)
        if is_new:
            made.append(row)
            heard = frozenset({f"agent:{agent.pk}"})
            events.record(
                CommitmentProposed(audience=heard, commitment=row.pk, conversation=conversation.pk), actor=SYSTEM
            )
    return made


@transaction.atomic
def answer_proposal(
    *,
    agent: Agent,
    actor: Actor,
    commitment: Commitment,
    track: bool,
    text: str = "",
    due_at: datetime | None = None,
    owner: Agent | None = None,
) -> Commitment | None:
    """The writer says that it is a promise, and by when, or that it is none: then it is forgotten.

    Raises `PermissionDenied`, `Commitment.DoesNotExist`, `Invalid`.
    """
    require(agent, "commitment.update")
    seen = conversations.rows_visible_to(agent)
    rows = proposals(agent, commitment.conversation_id or 0).filter(conversation__in=seen)
    _hold_place(commitment)
    row = rows.select_for_update(of=("self",)).get(pk=commitment.pk)
    if not track:
        row.delete()
        return None
    row.text, row.owner = _words(text or row.text), _checked_owner(owner or agent, row.conversation)
    row.state, row.due_at = State.OPEN, _in_reach(due_at or row.due_at)
    row.first_due_at = row.due_at
    return _made(row, actor)


def forget_withdrawn(*, conversation_id: int) -> None:
    """Nobody is asked about a message that was taken back before it left: its row is gone, and with it the reason."""
    rows = Commitment.objects.filter(conversation=conversation_id, state=State.PROPOSED, message=None)
    rows.delete()


def forget_unanswered() -> int:
    """What nobody has called a promise for a week is none. Returns how many."""
    rows = Commitment.objects.filter(state=State.PROPOSED, created_at__lt=timezone.now() - _ASKED)
    return rows.delete()[0]


# --- told of in time --------------------------------------------------------------------------------------------------


def tell_due() -> int:
    """Remind owners of promises that are due within the hour, and say of those whose time has passed. Each once."""
    now, told = timezone.now(), 0
    for when, mark, reached in (("late", "late", now), ("soon", "soon", now + SOON)):
        rows = Commitment.objects.filter(state=State.OPEN, due_at__lt=reached).exclude(told__in=("late", mark))
        for pk in list(rows.order_by("due_at").values_list("pk", flat=True)[:_AT_ONCE]):
            told += _tell(pk, when)
    return told


@transaction.atomic
def _tell(pk: int, when: str) -> int:
    rows = Commitment.objects.select_for_update().filter(pk=pk, state=State.OPEN)
    row = rows.exclude(told__in=("late", when)).first()
    if row is None or row.due_at >= timezone.now() + (SOON if when == "soon" else timedelta()):
        return 0
    row.told = when
    row.save(update_fields=["told"])
    fact = CommitmentDue(audience=_audience(row), owner=row.owner_id, when=when, **_told(row))
    events.record(fact, actor=SYSTEM)
    return 1


# --- what all of them share -------------------------------------------------------------------------------------------


def _words(text: str) -> str:
    words = " ".join(text.replace("\0", "").split())
    if not words:
        raise Invalid(_("Say in a few words what was promised."), "text")
    if len(words) > LONGEST:
        raise Invalid(_("These words are too long."), "text")
    return words


def _reason(text: str) -> str:
    words = " ".join(text.replace("\0", "").split())
    if len(words) > LONGEST_REASON:
        raise Invalid(_("These words are too long."), "reason")
    return words


def _in_reach(moment: datetime) -> datetime:
    if abs(moment - timezone.now()) > _FURTHEST:
        raise Invalid(_("This time is too far away."), "due_at")
    return moment


def _checked_owner(owner: Agent, conversation: Conversation | None) -> Agent:
    """Whoever keeps a promise works here, and sees the conversation it was made in."""
    sees = conversation is None or conversations.rows_visible_to(owner).filter(pk=conversation.pk).exists()
    if not owner.is_active or not owner.may_write or not sees:
        raise Invalid(_("Choose somebody who works here and sees this conversation."), "owner")
    return owner


def _hold_place(commitment: Commitment) -> None:
    """Its conversation is held before it, as whoever merges conversations holds them: nobody waits in a circle."""
    Conversation.everything.select_for_update(of=("self",)).filter(commitments=commitment.pk).first()


def _locked(agent: Agent, commitment: Commitment) -> Commitment:
    require(agent, "commitment.update")
    _hold_place(commitment)
    Commitment.objects.select_for_update().get(pk=commitment.pk)
    return visible_to(agent).select_related("conversation", "customer", "owner").get(pk=commitment.pk)


def _made(row: Commitment, actor: Actor) -> Commitment:
    row.changed_at = timezone.now()
    row.save()
    audit.record(actor, "commitment.made", row, customer=row.customer_id, conversation=row.conversation_id)
    events.record(CommitmentMade(audience=_audience(row), **_told(row)), actor=actor)
    lines.tell(row, actor, lines.MADE)
    return row


def _changed(row: Commitment, actor: Actor, action: str, fields: Mapping[str, Any]) -> Commitment:
    for name, value in fields.items():
        setattr(row, name, value)
    row.changed_at = timezone.now()
    row.save(update_fields=[*fields, "changed_at"])
    audit.record(actor, action, row, customer=row.customer_id, conversation=row.conversation_id, owner=row.owner_id)
    fact = CommitmentChanged(audience=_audience(row), status=row.status, **_told(row))
    events.record(fact, actor=actor)
    return row


def _audience(row: Commitment) -> frozenset[str]:
    owner = [row.owner_id] if row.owner_id else []
    if row.conversation is not None:
        return audience(row.conversation, *owner)
    return customers.audience_of([row.customer_id])[row.customer_id] | {f"agent:{pk}" for pk in owner}


def _told(row: Commitment) -> dict[str, Any]:
    return {"commitment": row.pk, "customer": row.customer_id, "conversation": row.conversation_id}
