"""What comes in and goes out, as the OpenAPI document tells it. `shapes` builds answers; tests hold both together."""

from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from .ids import Id, IdIn

T = TypeVar("T")

ChannelName = Literal["email", "chat"]
StatusName = Literal["open", "pending", "snoozed", "closed"]
PriorityName = Literal["low", "normal", "high", "urgent"]
KindName = Literal["in", "out", "note", "system"]
DeliveryName = Literal["queued", "sent", "uncertain", "delivered", "read", "failed", "bounced"]
IdentityName = Literal[
    "email", "phone", "chat", "telegram", "whatsapp", "viber", "messenger", "instagram", "x", "external"
]


def _to_utc(value: datetime) -> datetime:
    """A time without an offset is UTC. Raises ValueError when UTC can't express it."""
    if value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("This time is out of range.") from None


Instant = Annotated[
    datetime, AfterValidator(_to_utc), Field(description="ISO 8601; UTC.", examples=["2026-01-31T09:30:00Z"])
]
Text = Annotated[str, StringConstraints(max_length=500_000)]
Line = Annotated[str, StringConstraints(max_length=998)]
TagNames = Annotated[list[Annotated[str, StringConstraints(max_length=200)]], Field(max_length=50)]


class Page(BaseModel, Generic[T]):
    """One page of a list. `next` is the cursor of the following page; null at the end."""

    items: list[T]
    next: str | None


# --- problems ---------------------------------------------------------------------------------------------------


class ProblemError(BaseModel):
    """One thing that is wrong: where, and how."""

    loc: list[str | int]
    detail: str


class ProblemBody(BaseModel):
    """RFC 9457 problem details."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = ""
    errors: list[ProblemError] = []


# --- conversations ----------------------------------------------------------------------------------------------


class Named(BaseModel):
    """A row by id and name."""

    id: Id
    name: str


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
    created_at: datetime
    last_activity_at: datetime
    waiting_since: datetime | None = Field(description="The oldest customer message without an answer.")
    snoozed_until: datetime | None
    first_replied_at: datetime | None
    closed_at: datetime | None


class Author(BaseModel):
    """Who wrote: `customer`, `agent`, `system`, `rule`, `assistant` or `api`."""

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


class Message(BaseModel):
    """One thing said. `text` is what was newly written; what it quotes is in `quoted_text`. `html` is clean."""

    id: Id
    conversation: Id
    kind: KindName
    channel: str
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
    attachments: list[Attachment]
    language: str | None
    delivery: DeliveryName | None
    automatic: bool
    message_id: str | None
    change: dict[str, Any] | None = Field(description="What a system line tells of.")
    created_at: datetime


class StaleProblem(ProblemBody):
    """A reply that was written without seeing `unseen`, oldest first."""

    unseen: list[Message] = []


class AddressIn(BaseModel):
    """An address with a name."""

    name: str = Field("", max_length=200)
    email: str = Field(max_length=320, examples=["karine@customer.example"])


AddressText = Annotated[str, StringConstraints(max_length=2000)]
Addresses = Annotated[
    AddressText | AddressIn | Annotated[list[AddressText | AddressIn], Field(max_length=200)],
    Field(description="One address or several: `a@b.example`, `Name <a@b.example>`, or {name, email}."),
]


class FileIn(BaseModel):
    """A small file inside the request."""

    name: str = Field(max_length=255, examples=["photo.jpg"])
    type: str = Field("application/octet-stream", max_length=127, examples=["image/jpeg"])
    content: str = Field(description="Base64 (RFC 4648).", examples=["SGVsbG8="])


Files = Annotated[
    list[IdIn | FileIn],
    Field(max_length=50, description="Ids from `POST /attachments`, or files with their content in base64."),
]


class ConversationIn(BaseModel):
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


class ConversationChange(BaseModel):
    """What is absent stays. `assignee` null or "none": nobody; "me": yourself."""

    status: StatusName = "open"
    assignee: IdIn | None = None
    team: IdIn = ""
    priority: PriorityName = "normal"
    tags: TagNames = []
    snoozed_until: Instant | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "closed", "tags": ["router"]}]})


class MessageIn(BaseModel):
    """A reply (`out`) or an internal note. Without `to` it answers the last message's sender, without `cc` all on it.

    With `last_seen_message` it is refused (409) when a person wrote after that message.
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

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"kind": "out", "text": "Thank you, we are on it.", "last_seen_message": "41"},
                {"kind": "note", "text": "@Tamar please call her."},
            ]
        }
    )


class ReadIn(BaseModel):
    """How far the caller has read."""

    message: IdIn = Field(description="The last message read.")


class SpamIn(BaseModel):
    """Whether a conversation is spam; `block` also refuses its sender from now on."""

    spam: bool = True
    block: bool = False


# --- customers --------------------------------------------------------------------------------------------------


class Address(BaseModel):
    """One address of a customer, normalised: e-mail casefolded, phones in E.164."""

    type: str = Field(examples=["email"])
    value: str = Field(examples=["karine@customer.example"])
    verified: bool


class Identity(Address):
    """An address with its id, to change or remove it. `display` is what was written."""

    id: Id
    display: str


class Customer(BaseModel):
    """A person we serve, however they reach us."""

    id: Id
    name: str = Field(examples=["Karine Grigoryan"])
    identities: list[Address]
    organisation: Named | None
    language: str | None
    time_zone: str | None
    city: str
    note: str
    attributes: dict[str, Any]
    tags: list[str]
    blocked: bool
    created_at: datetime
    last_activity_at: datetime


class IdentityIn(BaseModel):
    """An address as people write it; a phone without a country code is read as one of the company's countries."""

    type: IdentityName
    value: str = Field(min_length=1, max_length=320)
    verified: bool | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [{"type": "phone", "value": "091 12 34 56"}]})


class CustomerIn(BaseModel):
    """A new customer: a name, an address, or both."""

    name: str = Field("", max_length=1000)
    identities: list[IdentityIn] = Field([], max_length=50)
    organisation: IdIn | None = None
    language: str = Field("", max_length=5)
    time_zone: str = Field("", max_length=50)
    city: str = Field("", max_length=400)
    note: str = Field("", max_length=20_000)
    attributes: dict[str, Any] = {}
    tags: TagNames = []

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Karine Grigoryan",
                    "identities": [
                        {"type": "email", "value": "karine@customer.example"},
                        {"type": "phone", "value": "091 12 34 56"},
                    ],
                }
            ]
        }
    )


class CustomerChange(BaseModel):
    """What is absent stays. `attributes` are merged (null takes one away); `tags` and `identities` are replaced."""

    name: str = Field("", max_length=1000)
    identities: list[IdentityIn] = Field([], max_length=50)
    organisation: IdIn | None = None
    language: str | None = Field(None, max_length=5)
    time_zone: str | None = Field(None, max_length=50)
    city: str | None = Field(None, max_length=400)
    note: str | None = Field(None, max_length=20_000)
    attributes: dict[str, Any] = {}
    tags: TagNames = []

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Karine G.", "attributes": {"floor": 3}}]})


class IdentityChange(BaseModel):
    """Whether the person proved that the address is theirs."""

    verified: bool


class Entry(BaseModel):
    """One thing on a customer's timeline. `type` says what; a message carries its id as `message`."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(examples=["message-41"])
    type: str = Field(examples=["message"])
    kind: str | None = Field(description="`in`, `out`, `note` or `system`.")
    channel: str | None
    conversation: Id | None
    author: Author | None
    subject: str
    text: str
    data: dict[str, Any]
    created_at: datetime


class Organisation(BaseModel):
    """A company that customers belong to."""

    id: Id
    name: str
    domains: list[str]
    note: str
    created_at: datetime


class OrganisationIn(BaseModel):
    """A new organisation."""

    name: str = Field(max_length=400, examples=["Ararat Clinic"])
    domains: list[Annotated[str, StringConstraints(max_length=255)]] = Field([], max_length=50)
    note: str = Field("", max_length=10_000)


class OrganisationChange(BaseModel):
    """What is absent stays."""

    name: str = Field("", max_length=400)
    domains: list[Annotated[str, StringConstraints(max_length=255)]] = Field([], max_length=50)
    note: str = Field("", max_length=10_000)


class AttributeDefinition(BaseModel):
    """A custom field of customers."""

    id: Id
    key: str
    label: str
    type: Literal["text", "number", "date", "boolean", "choice"]
    choices: list[str]
    position: int


class BlockedSender(BaseModel):
    """A sender refused by name: an address, or `@domain`."""

    id: Id
    value: str
    reason: str
    created_at: datetime


class BlockIn(BaseModel):
    """Whom to refuse."""

    value: str = Field(max_length=320, examples=["spam@bad.example", "@bad.example"])
    reason: str = Field("", max_length=200)


# --- the house --------------------------------------------------------------------------------------------------


class Agent(BaseModel):
    """Somebody who works here."""

    id: Id
    name: str
    email: str
    role: Literal["admin", "lead", "agent", "observer"]
    teams: list[Id]
    away: bool


class TokenInfo(BaseModel):
    """The token that asks."""

    name: str
    prefix: str
    scopes: list[str]
    expires_at: datetime | None


class Me(Agent):
    """The caller."""

    language: str | None
    time_zone: str | None
    token: TokenInfo


class Team(BaseModel):
    """People who answer together."""

    id: Id
    name: str
    default: bool
    members: list[Id]


class Inbox(BaseModel):
    """One address or account of one channel."""

    id: Id
    name: str
    channel: str
    address: str | None
    team: Id
    language: str | None
    active: bool


class Tag(BaseModel):
    """A word that sorts; made by using it."""

    id: Id
    name: str


class Counts(BaseModel):
    """The caller's badges. `inboxes` and `teams` count open conversations by id."""

    mine: int
    unassigned: int
    mentions: int
    snoozed: int
    open: int
    spam: int
    inboxes: dict[str, int]
    teams: dict[str, int]


# --- queries ----------------------------------------------------------------------------------------------------

_LIMIT = "How many items; more than 200 is read as 200."


class ListQuery(BaseModel):
    """What every list takes."""

    limit: int = Field(50, ge=1, description=_LIMIT)
    cursor: str | None = Field(None, description="`next` of the page before.")

    @property
    def size(self) -> int:
        """The limit that holds."""
        return min(self.limit, 200)


class ConversationQuery(ListQuery):
    """Filters of conversations. Spam is left out unless asked for."""

    status: str | None = Field(
        None,
        pattern=r"^(open|pending|snoozed|closed)(,(open|pending|snoozed|closed))*$",
        description="One status, or several separated by commas.",
    )
    assignee: str | None = Field(None, description="`me`, `none` or an agent's id.")
    team: str | None = None
    inbox: str | None = None
    channel: str | None = None
    tag: str | None = None
    customer: str | None = None
    updated_since: Instant | None = None
    spam: bool = False
    mentioned: bool = Field(False, description="Only where a note that the caller hasn't seen names them.")
    order: Literal["last_activity_at", "created_at", "waiting_since"] = Field(
        "last_activity_at",
        description="Newest activity first; or oldest first and stable while things change; or longest waiting first.",
    )


class MessageQuery(ListQuery):
    """Messages come oldest first."""

    after: str | None = Field(None, description="Only messages after this one.")


class CustomerQuery(ListQuery):
    """Filters of customers."""

    identity: str | None = Field(None, description="Any address of theirs, as people write it.")
    tag: str | None = None
    organisation: str | None = None
    updated_since: Instant | None = Field(None, description="Only who was active since.")
    order: Literal["last_activity_at", "created_at"] = "last_activity_at"


class TimelineQuery(ListQuery):
    """Newest first, or `created_at`: oldest first."""

    order: Literal["newest", "created_at"] = "newest"


class SearchQuery(ListQuery):
    """A full-text query; operators `from: to: tag: is: before: has:` narrow it."""

    q: str = Field(max_length=1000, examples=["ինտերնետ is:open"])
    kind: Literal["conversations", "customers", "articles"] = "conversations"
