"""What goes out to people, whichever verb sends it: read before the transaction, posted in it, and told of."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from tamada.accounts.models import Agent
from tamada.core.actors import Actor

from ..envelopes import Address
from ..events import MessageSent
from ..models import Attachment, Conversation, Kind, Message
from ..points import instant
from ..recipients import read_addresses, type_given
from ..text import clean_subject
from . import writing
from .undo import remember
from .update import change
from .writing import NOTHING, Below, Written, receivers_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """Words, files and receivers. `to` and `cc` that are None are those that an answer usually has."""

    written: Written
    files: Sequence[Attachment]
    to: list[Address] | None
    cc: list[Address] | None
    bcc: list[Address]
    not_before: datetime | None
    client_id: str
    below: Below

    def sent_before(self, agent: Agent, **given: Any) -> Message | None:
        """As `writing.sent_before`: the message that an earlier try made of this letter."""
        files = [*self.files, *self.below.pictures]
        people = {"to": self.to, "cc": self.cc, "bcc": self.bcc}
        return writing.sent_before(agent, self.client_id, self.written, files, **people, **given)

    def addressed(self, conversation: Conversation, channel: str) -> "Letter":
        """The same with the receivers that an answer over this channel usually has, where none were named; raises
        `NoRecipient`.
        """
        to, cc = receivers_of(conversation, channel, self.to, self.cc)
        return replace(self, to=to, cc=cc)

    def message(self, conversation: Conversation, agent: Agent, actor: Actor, subject: str) -> Message:
        """The message it becomes, not stored yet."""
        message = writing.new_message(conversation, Kind.OUT, agent, actor, self.written)
        message.subject, message.client_id = clean_subject(subject), self.client_id
        message.to, message.cc, message.bcc = self.to or [], self.cc or [], self.bcc
        return message

    def post(self, conversation: Conversation, message: Message) -> None:
        """Store the message with its files and its place in the outbox."""
        writing.post(conversation, message, self.written, self.files, not_before=self.not_before, below=self.below)


def read_letter(
    text: str,
    html: str,
    files: Sequence[Attachment],
    *,
    to: Sequence[type_given] | None,
    cc: Sequence[type_given] | None,
    bcc: Sequence[type_given],
    not_before: datetime | None,
    client_id: str,
    below: Below = NOTHING,
    suffices: bool = False,
) -> Letter:
    """Clean the words and read the addresses; raises `EmptyMessage`, unless what stands below `suffices`, and
    `BadRecipient`.
    """
    written = writing.read_text(text, html, files, extra=below.text if suffices else "")
    receivers = None if to is None else read_addresses(to)
    copies = None if cc is None else read_addresses(cc)
    return Letter(written, files, receivers, copies, read_addresses(bcc), not_before, client_id, below)


def settle(
    conversation: Conversation, message: Message, actor: Actor, *, before: dict[str, Any], changes: dict[str, Any]
) -> None:
    """Tell of what was posted, and change the conversation with it so that undo finds the way back."""
    writing.tell(MessageSent, conversation, message, actor)
    change(conversation=conversation, actor=actor, by=message.agent, changes=changes)
    remember(message, before)
    leave_at_once(message)


def leave_at_once(message: Message) -> None:
    """Where the channel can. What fails here is left to its sender, which tries on."""
    if message.channel not in instant:
        return
    try:
        with transaction.atomic():
            instant.get(message.channel)(message)
    except Exception:
        log.exception("An answer could not leave at once.", extra={"job": message.pk})
    message.refresh_from_db(fields=["delivery"])


def status_after(status: str | None, snooze_until: datetime | None) -> dict[str, Any]:
    """What becomes of the conversation once the letter is posted."""
    return {"status": status, "snoozed_until": snooze_until} if status else {}
