"""Services and the jobs that deliver them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from ..ids import Id, IdIn
from .base import Given, Instant
from .commitments import Reason
from .queries import ListQuery

JobStatusName = Literal["planned", "active", "waiting", "done", "cancelled"]
RiskName = Literal["on_track", "at_risk", "late"]
StepStatusName = Literal["blocked", "open", "active", "done", "skipped"]
Texts = Annotated[dict[str, str], Field(description="The same sentence by language.")]
ServiceRef = Annotated[str, StringConstraints(max_length=60)]
MOST_YAML = 1_000_000


class ServiceField(BaseModel):
    """Something a step finds out."""

    id: str
    label: Texts
    kind: str
    required: bool
    choices: list[str]


class ServiceStep(BaseModel):
    """One part of the work. `minutes` is working time."""

    id: str
    name: Texts
    by: str
    of: str
    minutes: int
    after: list[str]
    form: list[ServiceField]
    hands_over: list[str]


class ServiceStage(BaseModel):
    """A part of the way that the customer sees as one."""

    id: str
    name: Texts
    steps: list[ServiceStep]


class Service(BaseModel):
    """A kind of work, in its latest version."""

    id: Id
    key: str
    name: Texts
    version: int
    active: bool
    team: Id | None
    calendar: Id | None
    within_minutes: int | None = Field(description="Promised from the start, in working time.")
    stages: list[ServiceStage]
    updated_at: Instant


class ServiceIn(Given):
    """A template in YAML: a new service, or the next version of the one it names."""

    yaml: Annotated[str, StringConstraints(max_length=MOST_YAML)]


class ServiceChange(Given):
    """Whether it starts new jobs."""

    active: bool | None = None


class JobStep(BaseModel):
    """A step of a job; `id` is its id in the template."""

    id: str
    name: str
    stage: str
    status: StepStatusName
    owner: Id | None
    due_at: Instant | None
    opened_at: Instant | None
    started_at: Instant | None
    done_at: Instant | None
    forecast_at: Instant | None = Field(description="When it will likely be done.")
    not_before: Instant | None
    expected_at: Instant | None
    answers: dict[str, Any]
    ticked: list[int]
    reason: str


class Job(BaseModel):
    """One delivery of a service for a customer. `forecast_at` is when it will likely be done, `cause` the step that
    makes it late or a risk."""

    id: Id
    number: int
    service: Id
    service_key: str
    version: int
    customer: Id
    conversation: Id | None
    status: JobStatusName
    stage: str
    owner: Id | None
    team: Id | None
    promised_at: Instant | None
    first_promised_at: Instant | None
    moves: int
    forecast_at: Instant | None
    forecast_slow_at: Instant | None = Field(description="By when nine of ten such jobs are done.")
    risk: RiskName
    cause: str | None
    reason: str
    starts_at: Instant
    finished_at: Instant | None
    created_at: Instant
    updated_at: Instant
    steps: list[JobStep]


class JobQuery(ListQuery):
    """Newest change first; `order=created_at` is stable while things change."""

    order: Literal["created_at"] | None = None
    status: JobStatusName | None = None
    risk: RiskName | None = None
    service: ServiceRef | None = None
    customer: str | None = None
    conversation: str | None = None
    owner: str | None = None
    updated_since: Instant | None = None


class JobIn(Given):
    """A new job, by the service's id or key. Without `promised_at` it is promised for when the service says."""

    service: ServiceRef
    customer: IdIn
    conversation: IdIn | None = None
    promised_at: Instant | None = None
    starts_at: Instant | None = None
    owner: IdIn | None = None


class JobChange(Given):
    """What is absent stays. A later `promised_at`, and cancelling, owe a `reason`: without one the answer is 409."""

    owner: IdIn | None = None
    promised_at: Instant | None = None
    status: Literal["cancelled"] | None = None
    reason: Reason = ""


class JobStepChange(Given):
    """What is absent stays. 409 for a step that waits for others, has questions without answers, or owes a reason."""

    status: StepStatusName | None = None
    reason: Reason = ""
    answers: dict[str, Any] | None = None
    ticked: Annotated[list[int], Field(max_length=100)] | None = None
    owner: IdIn | None = None
    not_before: Instant | None = None
    expected_at: Instant | None = None
