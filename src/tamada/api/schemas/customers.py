"""Customers, organisations and refused senders."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from ..ids import Id, IdIn
from .base import Given, IdentityName, TagNames
from .conversations import Author, Named


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


class IdentityIn(Given):
    """An address as people write it; a phone without a country code is read as one of the company's countries."""

    type: IdentityName
    value: str = Field(min_length=1, max_length=320)
    verified: bool | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [{"type": "phone", "value": "091 12 34 56"}]})


class CustomerIn(Given):
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


class CustomerChange(Given):
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


class IdentityChange(Given):
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
    via: str | None = Field(description="`api` when an API token wrote it.")
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


class OrganisationIn(Given):
    """A new organisation."""

    name: str = Field(max_length=400, examples=["Ararat Clinic"])
    domains: list[Annotated[str, StringConstraints(max_length=255)]] = Field([], max_length=50)
    note: str = Field("", max_length=10_000)


class OrganisationChange(Given):
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


class BlockIn(Given):
    """Whom to refuse."""

    value: str = Field(max_length=320, examples=["spam@bad.example", "@bad.example"])
    reason: str = Field("", max_length=200)


class CustomerMerge(BaseModel):
    """A customer turned out to be another one."""

    id: Id
    customer: Id
    into: Id
    created_at: datetime
    undone_at: datetime | None


class CustomerMergeIn(Given):
    """Who a customer turned out to be."""

    into: IdIn
