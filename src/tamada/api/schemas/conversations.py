"""Conversations, messages and files."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from ..ids import Id, IdIn
from .base import DeliveryName, Given, Instant, KindName, Line, PriorityName, ProblemBody, StatusName, TagNames, Text


class Named(BaseModel):
    """A row by id and name."""

    id: Id
    name: str


class Sla(BaseModel):
    """The next deadline of a conversation that is promised by a policy."""

    kind: Literal["first", "next", "resolution"] = Field(
        description="The first answer, the next answer, or the solution."
    )
    state: Literal["running", "warning", "late", "paused", "never"] = Field(
        description="`warning`: it comes near. `paused`: it stands still. `never`: the hours never open."
    )
    due_at: datetime | None = Field(description="Null while it is `paused` or `never` due.")
    warn_at: datetime | None
    started_at: datetime
    remaining: int | None = Field(description="Seconds of working time left while it is paused.")
    policy: Id | None


class Conversation(BaseModel):
    """One matter with one customer. `inbox`, `assignee` and `team` are ids; `tags` are names."""

    id: Id
    number: int = Field(description="What people call it by; in subjects as [#NUMBER].", examples=[17])
    subject: str = Field(examples=["Ինտերնետը չի աշխատում"])
    status: StatusName
    priority: PriorityName
    channel: str = Field(examples=["email"])
    inbox: Id
    customer: Named
    assignee: Id | None
    team: Id
    tags: list[str]
    language: str | None
    spam: bool
    preview: str
    message_count: int
    linked_to: Id | None
    merged_into: Id | None = Field(
        description="The conversation that it is part of by now; then nothing of it changes."
    )
    created_at: datetime
    last_activity_at: datetime
    waiting_since: datetime | None = Field(description="The oldest customer message without an answer.")
    sla: Sla | None = Field(description="What is due next; null where nothing is promised or owed.")
    snoozed_until: datetime | None
    first_replied_at: datetime | None
    closed_at: datetime | None


class Author(BaseModel):
    """Who wrote: `customer`, `agent`, `system`, `rule` or `assistant`."""

    type: str = Field(examples=["agent"])
    name: str


class Attachment(BaseModel):
    """A file. Download it from `url` with the same token."""

    id: Id
    name: str
    type: str
    size: int = Field(description="Bytes.")
    inline: bool
    url: str


class Wording(BaseModel):
    """What an edited message said before, as plain text."""

    text: str
    until: datetime


class Message(BaseModel):
    """One thing said. `text` is what was newly written; what it quotes, and its signature, are in `quoted_text`.

    `html` and `quoted_html` are the same two with their formatting, clean; both empty where there was none.
    """

    id: Id
    conversation: Id
    kind: KindName
    channel: str = Field(description="Another than the conversation's where it went on over another channel.")
    inbox: Id = Field(description="Over which it came or leaves.")
    author: Author
    author_id: Id | None = Field(description="The agent's or the customer's id.")
    via: str | None = Field(description="`api` when an API token wrote it.")
    to: list[str] = Field(examples=[["karine@customer.example"]])
    cc: list[str]
    bcc: list[str]
    names: dict[str, str] = Field(description="Display names by address.")
    subject: str
    text: str
    quoted_text: str
    html: str
    quoted_html: str
    attachments: list[Attachment]
    language: str | None
    delivery: DeliveryName | None
    automatic: bool
    message_id: str | None
    change: dict[str, Any] | None = Field(description="What a system line tells of.")
    created_at: datetime
    edited_at: datetime | None = Field(description="When its writer last changed it.")
    edits: list[Wording] = Field(description="What it said before, oldest first; the newest 20.")


class StaleProblem(ProblemBody):
    """A reply that was written without seeing `unseen`, oldest first."""

    unseen: list[Message] = []


class AddressIn(Given):
    """An address with a name."""

    name: str = Field("", max_length=200)
    email: str = Field(max_length=320, examples=["karine@customer.example"])


AddressText = Annotated[str, StringConstraints(max_length=2000)]
Addresses = Annotated[
    AddressText | AddressIn | Annotated[list[AddressText | AddressIn], Field(max_length=200)],
    Field(description="One address or several: `a@b.example`, `Name <a@b.example>`, or {name, email}."),
]


class FileIn(Given):
    """A small file inside the request."""

    name: str = Field(max_length=255, examples=["photo.jpg"])
    type: str = Field("application/octet-stream", max_length=127, examples=["image/jpeg"])
    content: str = Field(description="Base64 (RFC 4648).", examples=["SGVsbG8="])


Files = Annotated[
    list[IdIn | FileIn],
    Field(max_length=50, description="Ids from `POST /attachments`, or files with their content in base64."),
]


class ConversationIn(Given):
    """A conversation started from our side."""

    inbox: IdIn
    to: Addresses
    subject: Line = ""
    text: Text = ""
    html: Text = ""
    cc: Addresses | None = None
    bcc: Addresses | None = None
    attachments: Files = []

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "inbox": "1",
                    "to": "karine@customer.example",
                    "subject": "Your router is ready",
                    "text": "Good day! You can pick it up from 10 to 19.",
                }
            ]
        }
    )


class ConversationChange(Given):
    """What is absent stays. `assignee` null or "none": nobody; "me": yourself."""

    status: StatusName = "open"
    assignee: IdIn | None = None
    team: IdIn = ""
    priority: PriorityName = "normal"
    tags: TagNames = []
    snoozed_until: Instant | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "closed", "tags": ["router"]}]})


class MessageIn(Given):
    """A reply (`out`) or an internal note. Without `to` it answers the last message's sender, without `cc` all on it.

    With `last_seen_message` it is refused (409) when a person wrote after that message. `via` is an inbox of another
    channel on which the same customer is reached: the reply leaves there, and their answer comes back.
    """

    kind: Literal["out", "note"] = "out"
    text: Text = ""
    html: Text = ""
    to: Addresses | None = None
    cc: Addresses | None = None
    bcc: Addresses | None = None
    subject: Line | None = None
    attachments: Files = []
    last_seen_message: IdIn | None = None
    via: IdIn | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"kind": "out", "text": "Thank you, we are on it.", "last_seen_message": "41"},
                {"kind": "note", "text": "@Tamar please call her."},
            ]
        }
    )


class ReadIn(Given):
    """How far the caller has read."""

    message: IdIn = Field(description="The last message read.")


class SpamIn(Given):
    """Whether a conversation is spam; `block` also refuses its sender from now on."""

    spam: bool = True
    block: bool = False


class Merge(BaseModel):
    """A conversation was made part of another one. `later` must be undone before it can be."""

    id: Id
    conversations: list[Id] = Field(description="What became part of `into`.")
    into: Id
    by: Id | None = Field(description="Who did it.")
    later: Id | None
    created_at: datetime
    undone_at: datetime | None


class SplitIn(Given):
    """Which messages go on by themselves: `messages`, or everything from the message `first` on."""

    messages: list[IdIn] = Field([], max_length=1000)
    first: IdIn | None = None


class MergeIn(Given):
    """Where a conversation belongs."""

    into: IdIn = Field(description="The conversation that takes it in, and keeps its number.")
