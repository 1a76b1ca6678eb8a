"""Passing a message on to somebody who is not the one we talk with."""

from collections.abc import Sequence
from datetime import datetime

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit
from tamada.core.actors import Actor
from tamada.core.db import durable_atomic
from tamada.kit.quotes.citing import forward_subject

from ..errors import NoRecipient
from ..models import Attachment, Channel, Conversation, Inbox, Message
from ..queries import mail_inbox_for
from ..recipients import type_given
from ..text import clean_subject
from . import letters
from .door import locked
from .drafts import copy_of
from .letters import read_letter
from .undo import state_before
from .writing import Below, cite


def forward_message(
    *,
    agent: Agent,
    actor: Actor,
    message: Message,
    to: Sequence[type_given],
    cc: Sequence[type_given] = (),
    bcc: Sequence[type_given] = (),
    text: str = "",
    html: str = "",
    attachments: Sequence[Attachment] | None = None,
    subject: str | None = None,
    not_before: datetime | None = None,
    status_after: str | None = None,
    snooze_until: datetime | None = None,
    client_id: str = "",
) -> Message:
    """Send a message on, whole, with words of one's own above it. It answers nobody: who waits for us goes on waiting.

    Its files go along, or `attachments` instead; pictures in its text always do. Raises `NoRecipient`, `BadRecipient`,
    `MissingFile`, `SentBefore`, `PermissionDenied`, and ValueError for a note, which is for us alone.
    """
    require(agent, "conversation.reply")
    below = cite(message, "forward", agent=agent)
    fresh = _files(message, below) if attachments is None else []
    files = [*(attachments or ()), *fresh]
    letter = read_letter(
        text, html, files, to=to, cc=cc, bcc=bcc, not_before=not_before, client_id=client_id, below=below, suffices=True
    )
    if not letter.to and not letter.cc:
        raise NoRecipient
    with durable_atomic():
        conversation = locked(agent, message.conversation)
        if known := letter.sent_before(agent, conversation_id=conversation.pk):
            return known
        for file in fresh:
            file.save()
        before = state_before(conversation)
        usual = forward_subject(message.subject or conversation.subject)
        ours = letter.message(conversation, agent, actor, clean_subject(subject or "") or usual)
        # It goes to others than who chats here, and so by mail.
        ours.inbox = carrier_of(conversation)
        ours.channel = ours.inbox.channel
        letter.post(conversation, ours)
        changes = letters.status_after(status_after, snooze_until)
        letters.settle(conversation, ours, actor, before=before, changes=changes)
        audit.record(actor, "message.forwarded", ours, conversation=conversation.pk, original=message.pk)
    return ours


def carrier_of(conversation: Conversation) -> Inbox:
    """The inbox from which mail about a conversation leaves. Raises `NoRecipient` when there is none."""
    if conversation.inbox.channel == Channel.EMAIL:
        return conversation.inbox
    carrier = mail_inbox_for(conversation.inbox)
    if carrier is None:
        raise NoRecipient
    return carrier


def _files(message: Message, below: Below) -> list[Attachment]:
    """New rows for the files that came with the message and stand in no text."""
    shown = {picture.pk for picture in below.pictures}
    return [copy_of(file) for file in message.attachments.all() if file.pk not in shown]
