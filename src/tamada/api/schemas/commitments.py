"""Promises to customers."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from ..ids import Id, IdIn
from .base import Given, Instant
from .queries import ListQuery

CommitmentStatus = Literal["open", "kept", "late", "broken"]
Promised = Annotated[str, StringConstraints(max_length=300)]
Reason = Annotated[str, StringConstraints(max_length=500)]


class Commitment(BaseModel):
    """Something promised to a customer. `late` is what is open past its time."""

    id: Id
    text: str
    customer: Id
    conversation: Id | None
    job: Id | None
    owner: Id | None
    due_at: Instant
    first_due_at: Instant = Field(description="What was promised at first.")
    status: CommitmentStatus
    reason: str = Field(description="Why it was put off or broken; empty before that.")
    settled_at: Instant | None
    created_at: Instant
    updated_at: Instant


class CommitmentQuery(ListQuery):
    """By when they are due, the earliest first."""

    status: CommitmentStatus | None = None
    customer: str | None = None
    conversation: str | None = None
    owner: str | None = None
    updated_since: Instant | None = None


class CommitmentIn(Given):
    """A new promise; its owner is the caller unless another is named. A time that has passed makes it late at once."""

    customer: IdIn
    text: Promised
    due_at: Instant
    conversation: IdIn | None = None
    owner: IdIn | None = None


class CommitmentChange(Given):
    """What is absent stays. `broken`, and a later `due_at`, owe a `reason`: without one the answer is 409."""

    status: Literal["open", "kept", "broken"] | None = None
    reason: Reason = ""
    text: Promised | None = None
    due_at: Instant | None = None
    owner: IdIn | None = None
