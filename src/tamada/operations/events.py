"""What happens to promises."""

from dataclasses import dataclass
from typing import ClassVar

from tamada.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentEvent(Event):
    """About one promise; `conversation` is None for one that was made in none."""

    commitment: int
    customer: int
    conversation: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentMade(CommitmentEvent):
    """Something was promised to a customer."""

    type: ClassVar[str] = "commitment.made"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentChanged(CommitmentEvent):
    """A promise was kept or broken, put off, given to somebody else, or opened again. `status` is what it is now."""

    type: ClassVar[str] = "commitment.changed"
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentDue(CommitmentEvent):
    """A promise is due within the hour (`when` is "soon"), or its time has passed ("late")."""

    type: ClassVar[str] = "commitment.due"
    owner: int | None
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentProposed(Event):
    """What one of us wrote reads like a promise; its writer is asked whether it is one."""

    type: ClassVar[str] = "commitment.proposed"
    commitment: int
    conversation: int
