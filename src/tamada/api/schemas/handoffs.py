"""Work on its way from one owner to the next."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from ..ids import Id, IdIn
from .base import Given, Instant
from .commitments import Reason
from .queries import ListQuery

HandoffStatus = Literal["waiting", "accepted", "returned", "withdrawn"]
BriefPart = Literal["who", "what", "promised", "tried", "next", "open", "known"]


class HandoffTo(BaseModel):
    """Who is to take it: one of these."""

    agent: Id | None
    team: Id | None
    webhook: Id | None = Field(description="An outside system, by the webhook that tells it.")


class HandoffBrief(BaseModel):
    """What the next owner has to know, under one heading."""

    about: BriefPart
    title: str
    lines: list[str]


class Handoff(BaseModel):
    """A job, a step of it, or a conversation that is handed over. Until it is `accepted`, everything stays where it is.

    `brief` is in the caller's language; it and `note` are null for who sees the job but not its conversation.
    """

    id: Id
    job: Id | None
    step: str | None = Field(description="The step that goes alone; null for the whole job.")
    conversation: Id | None
    takes_conversation: bool = Field(description="Whether the conversation changes its owner as well.")
    customer: Id
    status: HandoffStatus
    giver: Id | None = Field(description="Whose it was when it was offered.")
    offered_by: Id | None
    to: HandoffTo
    note: str | None
    brief: list[HandoffBrief] | None
    reason: str
    cause: Literal["left", "away", "nobody", "silent", "ended"] | None = Field(description="Why it ended by itself.")
    reference: str = Field(description="The number that an outside system knows it by.")
    offered_at: Instant
    due_at: Instant = Field(description="When both sides are reminded, if nobody has answered.")
    answered_at: Instant | None
    answered_by: Id | None
    limbo_minutes: int | None = Field(description="Working time until it was answered.")
    updated_at: Instant


class HandoffQuery(ListQuery):
    """The newest first."""

    status: HandoffStatus | None = None
    job: str | None = None
    conversation: str | None = None
    customer: str | None = None
    webhook: str | None = None
    updated_since: Instant | None = None


class HandoffReceiver(Given):
    """One of these: somebody, a team, or the webhook of an outside system that hears `handoff.offered`."""

    agent: IdIn | None = None
    team: IdIn | None = None
    webhook: IdIn | None = None


class HandoffIn(Given):
    """A job, a step of it, or a conversation; a job and its conversation go together. 409 where something that
    has to be handed over is not known, and where it waits for somebody already."""

    job: IdIn | None = None
    step: Annotated[str, StringConstraints(max_length=60)] = ""
    conversation: IdIn | None = None
    to: HandoffReceiver
    note: Annotated[str, StringConstraints(max_length=2000)] = ""


class HandoffAnswer(Given):
    """`returned` owes a `reason`: without one the answer is 409, as it is where somebody was faster. The same once more
    changes nothing."""

    status: Literal["accepted", "returned", "withdrawn"]
    reason: Reason = ""
    reference: Annotated[str, StringConstraints(max_length=100)] = ""
