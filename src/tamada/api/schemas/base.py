"""What all shapes are made of: ids, times, pages and problems."""

from datetime import UTC, datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

T = TypeVar("T")

ChannelName = Literal["email", "chat", "telegram"]
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


class Given(BaseModel):
    """What a request says. A field that isn't known is refused: a misspelt one would look done."""

    model_config = ConfigDict(extra="forbid")


class Page(BaseModel, Generic[T]):
    """One page of a list. `next` is the cursor of the following page; null at the end."""

    items: list[T]
    next: str | None


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
