"""The caller, colleagues and the lists around conversations."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from ..ids import Id


class Agent(BaseModel):
    """Somebody who works here."""

    id: Id
    name: str
    email: str
    role: Literal["admin", "lead", "agent", "observer"]
    teams: list[Id]
    away: bool
    away_until: datetime | None = Field(description="Until when, where that is known.")


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
