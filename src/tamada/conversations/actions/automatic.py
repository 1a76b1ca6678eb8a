"""Writes that no person makes: by rules, routing, the assistant. Who set them up had the right to; no door is asked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from tamada.core import audit, events
from tamada.core.actors import Actor

from .. import access
from ..events import ConversationUpdated, MessageSent, NoteAdded
from ..models import Attachment, Conversation, Inbox, Kind, Message, Status
from ..points import loop_guards
from ..recipients import read_addresses, type_given
from ..text import clean_subject
from .drafts import copy_of
from .letters import leave_at_once
from .reply import new_conversation, tell_started
from .system import add_system_line
from .update import change
from .writing import answer_subject, new_message, post, read_text, receivers_of, tell


def change_automatically(*, actor: Actor, conversation: Conversation, changes: Mapping[str, Any]) -> Conversation:
    """As `update_conversation`, for a rule or the system; raises what that raises, and DoesNotExist when it is gone."""
    with transaction.atomic():
        found = Conversation.objects.select_for_update().get(pk=conversation.pk)
        change(conversation=found, actor=actor, by=None, changes=dict(changes))
    return found


def note_automatically(
    *, actor: Actor, conversation: Conversation, text: str, data: Mapping[str, Any] | None = None
) -> Message:
    """Leave a note that only we see, by a rule or the system; `data` is what it is made of, for who can tell it better.

    Raises `EmptyMessage`, and DoesNotExist.
    """
    written = read_text(text, "", [])
    with transaction.atomic():
        found = Conversation.objects.select_for_update().get(pk=conversation.pk)
        message = new_message(found, Kind.NOTE, None, actor, written)
        message.data = {**message.data, **(data or {})}
        post(found, message, written, [])
        tell(NoteAdded, found, message, actor)
        change(conversation=found, actor=actor, by=None, changes={})
        audit.record(actor, "note.added", message, conversation=found.pk)
    return message


def write_automatically(
    *,
    actor: Actor,
    conversation: Conversation,
    inbox: Inbox,
    to: Sequence[type_given],
    subject: str,
    text: str,
    copies: Sequence[Message],
) -> Message:
    """Send what was said in the conversation once more, from another inbox: `copies`, whose files go along.

    Call in a transaction. It answers nothing that the originals don't. Raises `EmptyMessage`, `BadRecipient`.
    """
    written = read_text(text, "", [])
    found = Conversation.objects.select_for_update().get(pk=conversation.pk)
    message = new_message(found, Kind.OUT, None, actor, written)
    message.inbox, message.channel, message.subject = inbox, inbox.channel, clean_subject(subject)
    message.to = read_addresses(to)
    message.data = {"copies": [copied.pk for copied in copies]}
    post(found, message, written, [])
    files = [copy_of(file, message=message) for copied in copies for file in copied.attachments.all()]
    if files:
        Attachment.objects.bulk_create(files)
        Message.objects.filter(pk=message.pk).update(has_attachments=True)
    tell(MessageSent, found, message, actor)
    change(conversation=found, actor=actor, by=None, changes={})
    audit.record(actor, "message.sent", message, conversation=found.pk)
    return message


def tell_in_thread(*, actor: Actor, conversation: Conversation, data: dict[str, Any]) -> Message:
    """Add a line that says what happened by itself (`actions.system`), and let open screens show it."""
    with transaction.atomic():
        found = Conversation.objects.select_for_update().get(pk=conversation.pk)
        line = add_system_line(conversation=found, actor=actor, data=data)
        fact = ConversationUpdated(audience=access.audience(found), conversation=found.pk, fields=())
        events.record(fact, actor=actor)
    return line


def answer_automatically(
    *,
    actor: Actor,
    conversation: Conversation,
    text: str,
    answers: bool,
    status: str = "",
    choices: Sequence[str] = (),
    source: tuple[str, str] | None = None,
) -> Message:
    """Say something to the customer, marked as a machine's; with `answers` they wait for nothing more.

    `choices` are what may be tapped for an answer where the channel can show that, `source` the title and address of
    what the last paragraph says it is from, for channels that show links by name. Call in a transaction that holds the
    conversation. Raises `EmptyMessage`, `NoRecipient`.
    """
    written = read_text(text, "", [])
    found = Conversation.objects.select_for_update().get(pk=conversation.pk)
    message = new_message(found, Kind.OUT, None, actor, written)
    message.is_automatic, message.subject = True, answer_subject(found)
    message.to, _cc = receivers_of(found, found.channel, None, [])
    # Should it never arrive, the customer waits as before.
    since = found.waiting_since
    message.data = {"undo": {"before": {"waiting_since": since.isoformat() if since else None}}}
    if choices:
        message.data["choices"] = list(choices)
    if source:
        message.data["source"] = dict(zip(("title", "url"), source, strict=True))
    if answers:
        found.waiting_since = None
    post(found, message, written, [])
    if message.channel in loop_guards:
        loop_guards.get(message.channel).note(message)
    tell(MessageSent, found, message, actor)
    change(conversation=found, actor=actor, by=None, changes={"status": status} if status else {})
    leave_at_once(message)
    audit.record(actor, "message.sent", message, conversation=found.pk)
    return message


def begin_automatically(*, actor: Actor, inbox: Inbox, to: type_given, subject: str, text: str) -> Message:
    """Begin a conversation by mail from our side, marked as a machine's. Call in a transaction.

    Raises `EmptyMessage`, `BadRecipient`.
    """
    written, (address,) = read_text(text, "", []), read_addresses([to])
    conversation = new_conversation(None, inbox, address, clean_subject(subject), written)
    message = new_message(conversation, Kind.OUT, None, actor, written)
    message.is_automatic, message.subject, message.to = True, conversation.subject, [address]
    post(conversation, message, written, [])
    if message.channel in loop_guards:
        loop_guards.get(message.channel).note(message)
    tell_started(conversation, message, actor)
    change(conversation=conversation, actor=actor, by=None, changes={})
    leave_at_once(message)
    audit.record(actor, "conversation.started", conversation)
    return message


def let_wait(*, actor: Actor, conversation: Conversation, since: datetime) -> None:
    """The customer waits, since then: what a machine said was no answer. Call in a transaction."""
    found = Conversation.objects.select_for_update().get(pk=conversation.pk)
    found.waiting_since = since
    change(conversation=found, actor=actor, by=None, changes={"status": Status.OPEN})
    fact = ConversationUpdated(audience=access.audience(found), conversation=found.pk, fields=("waiting_since",))
    events.record(fact, actor=actor)
    audit.record(actor, "conversation.waits", found, since=since.isoformat())
