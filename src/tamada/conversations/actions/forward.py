"""Passing a message on to somebody who is not the one we talk with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.core import audit
from tamada.core.actors import Actor
from tamada.core.db import durable_atomic
from tamada.kit.quotes.citing import forward_subject

from ..errors import NoRecipient
from ..events import MessageSent
from ..models import Attachment, Draft, Kind, Message
from ..recipients import read_addresses, type_given
from ..text import clean_subject
from .door import locked
from .drafts import copy_of
from .undo import remember, state_before
from .update import change
from .writing import Below, cite, new_message, post, read_text, sent_before, tell


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
    written = read_text(text, html, files, extra=below.text)
    receivers, copies, hidden = read_addresses(to), read_addresses(cc), read_addresses(bcc)
    if not receivers and not copies:
        raise NoRecipient
    same = {"conversation_id": message.conversation_id, "to": receivers, "cc": copies, "bcc": hidden}
    with durable_atomic():
        conversation = locked(agent, message.conversation)
        if known := sent_before(agent, client_id, written, [*files, *below.pictures], **same):
            return known
        for file in fresh:
            file.save()
        before = state_before(conversation)
        ours = new_message(conversation, Kind.OUT, agent, actor, written)
        usual = forward_subject(message.subject or conversation.subject)
        ours.subject, ours.client_id = clean_subject(subject or "") or clean_subject(usual), client_id
        ours.to, ours.cc, ours.bcc = receivers, copies, hidden
        post(conversation, ours, written, files, not_before=not_before, below=below)
        tell(MessageSent, conversation, ours, actor)
        changes: dict[str, Any] = {"status": status_after, "snoozed_until": snooze_until} if status_after else {}
        change(conversation=conversation, actor=actor, by=agent, changes=changes)
        remember(ours, before)
        Draft.objects.filter(agent=agent, conversation=conversation, kind=Kind.OUT).delete()
        audit.record(actor, "message.forwarded", ours, conversation=conversation.pk, original=message.pk)
    return ours


def _files(message: Message, below: Below) -> list[Attachment]:
    """New rows for the files that came with the message and stand in no text."""
    shown = {picture.pk for picture in below.pictures}
    return [copy_of(file) for file in message.attachments.all() if file.pk not in shown]
