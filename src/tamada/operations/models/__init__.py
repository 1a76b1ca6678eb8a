"""What this room keeps: promises, services with their versions, jobs with their steps, and notices to customers."""

from .commitments import Commitment, State
from .jobs import CLOSED, RUNNING, Job, JobMove, JobStatus, JobStep, Risk, StepStatus
from .links import ActKind, JobAct, RequestLink
from .notices import Dropped, Moment, Notice, NoticeState
from .services import Pace, Service, ServiceVersion

__all__ = [
    "CLOSED",
    "RUNNING",
    "ActKind",
    "Commitment",
    "Dropped",
    "Job",
    "JobAct",
    "JobMove",
    "JobStatus",
    "JobStep",
    "Moment",
    "Notice",
    "NoticeState",
    "Pace",
    "RequestLink",
    "Risk",
    "Service",
    "ServiceVersion",
    "State",
    "StepStatus",
]
