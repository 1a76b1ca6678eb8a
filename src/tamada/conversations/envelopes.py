"""What a channel hands in: a message already read, in the same shape whatever the channel."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypedDict

if TYPE_CHECKING:
    from .models import Message


class Address(TypedDict):
    """One mailbox as messages keep it."""

    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who wrote: an identity (`type`, normalised `value`) and the name they gave."""

    type: str
    value: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadKeys:
    """What may tell which conversation a message belongs to, in the order it is tried (domain.md).

    `conversation_ids` were signed by us (reply address) and are trusted; `external_ids` are the ids answered, nearest
    first, then References newest first; `marker_ids` and `numbers` come from text that anyone may have copied, so they
    count only from a known participant. `goes_on` is for networks without threads: what answers nothing goes on with
    the sender's last conversation in the inbox, unless that was closed longer ago.
    """

    conversation_ids: Sequence[int] = ()
    external_ids: Sequence[str] = ()
    marker_ids: Sequence[int] = ()
    numbers: Sequence[int] = ()
    goes_on: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingAttachment:
    """A file that came along, already put into `core.storage` under `blob`."""

    name: str
    type: str
    size: int
    blob: str
    content_id: str = ""
    is_inline: bool = False


class AwaitedFile(TypedDict):
    """A file that stays with the network until the channel has fetched it: `id` is what it is fetched by.

    `unique` is what the network calls the same file each time, "" where it has only the `id`; files that earlier
    versions noted have none. `state` says why it won't come: "large" or "gone"; "" while it may.
    """

    id: str
    unique: str
    name: str
    type: str
    size: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """A delivery report: what became of our message `external_id` for `address` (RFC 3464)."""

    external_id: str
    address: str
    permanent: bool
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One message on its way in.

    `quiet` marks mail that must wake nobody (automatic answers, imports): no reopening, no waiting time, no handlers.
    `outgoing` marks mail of ours seen elsewhere (a Sent folder, an archive): `customer` then names whom it went to.
    `lemmas` is the analysed text for the index (`kit.text.analyse`). `digest` is of what the message says (sender,
    subject, date, texts, files), not of its trace headers, so that the same mail by two routes is one; `former_digest`
    is what an earlier version made of the same, where that differs. `data` is kept with the message: verdicts, flags,
    the automatic kind. `buried` marks what was removed here for good.

    `revises` marks what changes the message that has its `external_id`: an "edit", or a "part" that belongs to it, as
    one of several pictures sent together; `part` names it within the message. Of a message that never came it is the
    first. `awaited` are files that the channel fetches afterwards.
    """

    inbox_id: int
    channel: str
    sender: Party
    customer: Party | None = None
    external_id: str
    digest: str
    former_digest: str = ""
    subject: str
    text: str
    received_at: datetime
    sent_at: datetime | None = None
    quoted_text: str = ""
    html: str = ""
    quoted_html: str = ""
    language: str = ""
    to: Sequence[Address] = ()
    cc: Sequence[Address] = ()
    bcc: Sequence[Address] = ()
    references: Sequence[str] = ()
    thread: ThreadKeys = field(default_factory=ThreadKeys)
    attachments: Sequence[IncomingAttachment] = ()
    awaited: Sequence[AwaitedFile] = ()
    revises: Literal["", "edit", "part"] = ""
    part: str = ""
    bounce: Bounce | None = None
    is_automatic: bool = False
    quiet: bool = False
    imported: bool = False
    outgoing: bool = False
    buried: bool = False
    raw: str = ""
    lemmas: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def customer_party(self) -> Party:
        """Whose conversation it is: the sender, but for our own mail the first person it went to."""
        return self.customer or self.sender


Outcome = Literal["message", "duplicate", "blocked", "bounce", "revision", "deleted"]
"""`deleted` is what was removed here before, by itself or with the person who wrote it, and is not taken in again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of one envelope. `conversation_id` and `message_id` are set for messages and duplicates.

    `message` is one that was stored now.
    """

    outcome: Outcome
    conversation_id: int | None = None
    message_id: int | None = None
    message: "Message | None" = field(default=None, repr=False, compare=False)
    new_conversation: bool = False
