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


# --- services and jobs ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceChanged(Event):
    """A service was made, has a new version, or is offered no more."""

    type: ClassVar[str] = "service.changed"
    service: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEvent(Event):
    """About one job; `conversation` is None for one that began in none."""

    job: int
    customer: int
    conversation: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStarted(JobEvent):
    """Work began for a customer, or was planned."""

    type: ClassVar[str] = "job.started"
    service: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobChanged(JobEvent):
    """A job has another status, stage, owner, forecast or risk; `fields` names what changed."""

    type: ClassVar[str] = "job.changed"
    status: str
    risk: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPromiseMoved(JobEvent):
    """A customer was promised another date, with a reason; `told` is whether they were told of it here."""

    type: ClassVar[str] = "job.promise_moved"
    told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEndangered(JobEvent):
    """A job became a risk for its promise (`risk` is "at_risk"), or is past it ("late"); its owner is asked to act."""

    type: ClassVar[str] = "job.endangered"
    risk: str
    step: str
    owner: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStepChanged(JobEvent):
    """A step was opened, begun, finished, skipped, opened again, or given to somebody else."""

    type: ClassVar[str] = "job.step_changed"
    step: str
    status: str
    owner: int | None


# --- hand-offs --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffEvent(Event):
    """About one hand-off, from whom (`giver`) to a person, a team or an outside system (`endpoint`); `owner` is whose
    it is now. Its brief is asked for by its number, by whoever may read it: events hold no words."""

    handoff: int
    job: int | None
    step: str
    customer: int
    conversation: int | None
    giver: int | None
    offered_by: int | None
    owner: int | None
    to_agent: int | None
    to_team: int | None
    endpoint: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffOffered(HandoffEvent):
    """Somebody is to take over. Until they accept, everything stays where it is."""

    type: ClassVar[str] = "handoff.offered"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffAccepted(HandoffEvent):
    """It was taken over, and has moved."""

    type: ClassVar[str] = "handoff.accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffReturned(HandoffEvent):
    """It was not taken, and stays where it was. `cause` is why, where that happened by itself."""

    type: ClassVar[str] = "handoff.returned"
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffWithdrawn(HandoffEvent):
    """It is not handed over after all. `cause` is why, where that happened by itself."""

    type: ClassVar[str] = "handoff.withdrawn"
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffLate(HandoffEvent):
    """Nobody has answered in time: both sides are reminded, once."""

    type: ClassVar[str] = "handoff.late"
