"""Webhooks and their deliveries."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from ..ids import Id
from .base import Given

EventTypes = Annotated[
    list[Annotated[str, StringConstraints(max_length=64)]],
    Field(
        max_length=100, description="Event types to be told of; empty for all of them.", examples=[["message.received"]]
    ),
]


class Webhook(BaseModel):
    """An address that hears what happens. `off` says why it is not active: `hand`, `gone` (410) or `failing`."""

    id: Id
    url: str = Field(examples=["https://shop.example/hooks/tamada"])
    description: str
    types: EventTypes
    active: bool
    off: Literal["hand", "gone", "failing"] | None
    off_at: datetime | None
    failing_since: datetime | None
    old_secret_until: datetime | None = Field(description="Until then the secret before the last rotation signs too.")
    created_at: datetime


class NewWebhook(Webhook):
    """A webhook just made. `secret` is never shown again: null when the same request is answered a second time."""

    secret: str | None = Field(examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"])


class WebhookIn(Given):
    """A new webhook."""

    url: str = Field(min_length=1, max_length=2000, examples=["https://shop.example/hooks/tamada"])
    description: str = Field("", max_length=200)
    types: EventTypes = []
    active: bool = True

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"url": "https://shop.example/hooks/tamada", "types": ["message.received", "message.sent"]}]
        }
    )


class WebhookChange(Given):
    """What is absent stays."""

    url: str = Field("", min_length=1, max_length=2000)
    description: str = Field("", max_length=200)
    types: EventTypes = []
    active: bool = True

    model_config = ConfigDict(json_schema_extra={"examples": [{"active": False}]})


class NewSecret(BaseModel):
    """A secret just made, never shown again: null when the same request is answered a second time."""

    secret: str | None = Field(examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"])
    old_secret_until: datetime


class DeliveryAttempt(BaseModel):
    """One try. `answer` holds the first bytes of what the receiver said."""

    at: datetime
    outcome: Literal["ok", "status", "redirect", "slow", "inside", "lost", "secret"]
    status: int | None
    milliseconds: int
    answer: str


class WebhookDelivery(BaseModel):
    """One event for one webhook. `webhook_id` is the header `webhook-id`, the same one on every try."""

    id: Id
    webhook: Id
    webhook_id: str = Field(examples=["msg_2KWPBgLlAfxdpx2AI54pPJ85"])
    type: str = Field(examples=["message.received"])
    state: Literal["pending", "delivered", "failed"]
    body: str = Field(description="Exactly what is sent.")
    attempts: list[DeliveryAttempt]
    next_at: datetime | None
    created_at: datetime
    settled_at: datetime | None


class Replayed(BaseModel):
    """How many deliveries are on their way again."""

    count: int
