"""Writing: replies, notes, new conversations. Who was told "sent" can rely on it: these commits wait for the disk."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit, events
from tamada.core.actors import Actor
from tamada.core.db import durable_atomic
from tamada.customers.actions import customers_for
from tamada.customers.models import IdentityType

from .. import access, counts
from ..capabilities import capabilities_of
from ..envelopes import Address
from ..errors import NoRecipient
from ..events import AgentMentioned, ConversationStarted, MessageSent, NoteAdded
from ..models import Attachment, Conversation, Inbox, Kind, Message
from ..recipients import type_given
from ..text import clean_subject
from ..ways import ways_of
from . import letters
from .door import check_works_in, locked
from .letters import read_letter
from .mentions import mention
from .undo import state_before
from .update import change
from .waiting import end_waiting
from .writing import (
    NOTHING,
    Below,
    Written,
    answer_subject,
    as_taken,
    check_fits,
    cite,
    learn_wanted,
    new_message,
    post,
    read_text,
    refuse_stale,
    sent_before,
    tell,
)


def send_reply(
    *,
    agent: Agent,
    actor: Actor,
    conversation: Conversation,
    text: str = "",
    html: str = "",
    to: Sequence[type_given] | None = None,
    cc: Sequence[type_given] | None = None,
    bcc: Sequence[type_given] = (),
    attachments: Sequence[Attachment] = (),
    last_seen_message: int | None = None,
    not_before: datetime | None = None,
    status_after: str | None = None,
    snooze_until: datetime | None = None,
    take: bool = False,
    subject: str | None = None,
    quote: Message | None = None,
    via: Inbox | None = None,
    client_id: str = "",
) -> Message:
    """Write to the customer; the outbox row commits with the message and leaves at `not_before` (now).

    Without `to` it answers the last message's sender, and with `cc` None also everybody else on it. `take` makes the
    writer the owner of an unowned conversation. `quote` is a message of the conversation that is to stand below. `via`
    is one of its `ways_of`, another channel by which it goes on.
    With a `client_id` a second try returns the message of the first. Raises `StaleReply`, `NoRecipient`,
    `BadRecipient`, `EmptyMessage`, `MissingFile`, `TooLong`, `FileTooLarge`, `SentBefore`, `PermissionDenied`.
    """
    require(agent, "conversation.reply")
    below = _below(conversation, quote, agent)
    channel = _channel(agent, conversation, via)
    text, html = as_taken(channel, text, html)
    letter = read_letter(
        text, html, attachments, to=to, cc=cc, bcc=bcc, not_before=not_before, client_id=client_id, below=below
    )
    check_fits(channel, letter.written, attachments)
    with durable_atomic():
        conversation = locked(agent, conversation)
        if known := letter.sent_before(agent, conversation_id=conversation.pk):
            return known
        refuse_stale(conversation, last_seen_message, agent, actor)
        letter, before = letter.addressed(conversation, channel), state_before(conversation)
        subject = clean_subject(subject or "") or answer_subject(conversation)
        message = letter.message(conversation, agent, actor, subject)
        message.channel, message.inbox = channel, via or conversation.inbox
        end_waiting(conversation, message, not_before)
        letter.post(conversation, message)
        if conversation.first_replied_at is None:
            learn_wanted(conversation)
            conversation.first_replied_at = message.created_at
        owner: dict[str, Any] = {"assignee": agent} if take and conversation.assignee_id is None else {}
        changes = owner | letters.status_after(status_after, snooze_until)
        letters.settle(conversation, message, actor, before=before, changes=changes)
        audit.record(actor, "message.sent", message, conversation=conversation.pk)
    return message


def _channel(agent: Agent, conversation: Conversation, via: Inbox | None) -> str:
    """How the reply leaves. Raises `NoRecipient` for an inbox that is no way to the customer."""
    if via is None or via.pk == conversation.inbox_id:
        return conversation.channel
    if via not in ways_of(agent, conversation):
        raise NoRecipient
    return via.channel


def _below(conversation: Conversation, quote: Message | None, agent: Agent) -> Below:
    """The quoted message in the language in which we talk with the customer."""
    if quote is None:
        return NOTHING
    if quote.conversation_id != conversation.pk:
        raise ValueError("A message of another conversation is not quoted here.")
    return cite(quote, "reply", agent=agent, language=conversation.language)


def add_note(
    *,
    agent: Agent,
    actor: Actor,
    conversation: Conversation,
    text: str = "",
    html: str = "",
    attachments: Sequence[Attachment] = (),
    last_seen_message: int | None = None,
    mentions: Collection[int] = (),
    client_id: str = "",
) -> Message:
    """Leave a note only we see. Whoever it names is told and may see the conversation from now on.

    `mentions` are the agents (ids) whom the writer picked from a list, which settles who of several namesakes is meant.
    `client_id` and what is raised: as `send_reply`.
    """
    require(agent, "conversation.note")
    written = read_text(text, html, attachments)
    with durable_atomic():
        conversation = locked(agent, conversation)
        if known := sent_before(agent, client_id, written, attachments, conversation_id=conversation.pk):
            return known
        refuse_stale(conversation, last_seen_message, agent, actor)
        message = new_message(conversation, Kind.NOTE, agent, actor, written)
        message.client_id = client_id
        post(conversation, message, written, attachments)
        mentioned = mention(conversation, message, in_markup=written.mentioned, chosen=mentions)
        tell(NoteAdded, conversation, message, actor)
        keys = access.audience(conversation)
        for agent_id in mentioned:
            fact = AgentMentioned(audience=keys, conversation=conversation.pk, message=message.pk, agent=agent_id)
            events.record(fact, actor=actor)
        change(conversation=conversation, actor=actor, by=agent, changes={})
        audit.record(actor, "note.added", message, conversation=conversation.pk, mentioned=mentioned)
    return message


def start_conversation(
    *,
    agent: Agent,
    actor: Actor,
    inbox: Inbox,
    to: Sequence[type_given],
    subject: str,
    text: str = "",
    html: str = "",
    cc: Sequence[type_given] = (),
    bcc: Sequence[type_given] = (),
    attachments: Sequence[Attachment] = (),
    not_before: datetime | None = None,
    client_id: str = "",
) -> tuple[Conversation, Message]:
    """Begin a conversation from our side; its customer is the first of `to`. `inbox` must be one the agent sees.

    `client_id` and what is raised: as `send_reply`.
    """
    require(agent, "conversation.start")
    check_works_in(agent, inbox)
    letter = read_letter(text, html, attachments, to=to, cc=cc, bcc=bcc, not_before=not_before, client_id=client_id)
    if not letter.to or not capabilities_of(inbox.channel).begins:
        raise NoRecipient  # a chat is begun by its visitor
    subject = clean_subject(subject)
    same = {"inbox_id": inbox.pk, "subject": subject}
    try:
        with durable_atomic():
            if known := letter.sent_before(agent, **same):
                return known.conversation, known
            conversation = new_conversation(agent, inbox, letter.to[0], subject, letter.written)
            message = letter.message(conversation, agent, actor, subject)
            message.data = {"undo": {"started": True}}
            letter.post(conversation, message)
            tell_started(conversation, message, actor)
            change(conversation=conversation, actor=actor, by=agent, changes={})
            audit.record(actor, "conversation.started", conversation)
    except IntegrityError:
        # There is no conversation to lock yet, so two tries at once meet only at the unique id.
        if known := letter.sent_before(agent, **same):
            return known.conversation, known
        raise
    return conversation, message


def new_conversation(agent: Agent | None, inbox: Inbox, to: Address, subject: str, written: Written) -> Conversation:
    """One that begins from our side, with whoever is written to. Call in a transaction."""
    now = timezone.now()
    party = (to["email"], to["name"], "")
    conversation = Conversation.objects.create(
        inbox=inbox,
        channel=inbox.channel,
        customer=customers_for(type=IdentityType.EMAIL, parties=[party], at=now)[to["email"]],
        team=inbox.team,
        subject=subject,
        language=written.language,
        assignee=agent,
        created_at=now,
        last_activity_at=now,
        first_replied_at=now,
    )
    counts.move(None, counts.key_of(conversation))
    return conversation


def tell_started(conversation: Conversation, message: Message, actor: Actor) -> None:
    """Others hear that it began, and what was said."""
    keys = access.audience(conversation)
    started = ConversationStarted(audience=keys, conversation=conversation.pk, customer=conversation.customer_id)
    events.record(started, actor=actor)
    tell(MessageSent, conversation, message, actor)
