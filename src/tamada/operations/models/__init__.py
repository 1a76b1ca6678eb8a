"""What this room keeps: promises, services with their versions, jobs with their steps, and notices to customers."""

from .commitments import Commitment, State
from .jobs import CLOSED, RUNNING, Job, JobMove, JobStatus, JobStep, Risk, StepStatus
from .notices import Dropped, Moment, Notice, NoticeState
from .services import Pace, Service, ServiceVersion

__all__ = [
    "CLOSED",
    "RUNNING",
    "Commitment",
    "Dropped",
    "Job",
    "JobMove",
    "JobStatus",
    "JobStep",
    "Moment",
    "Notice",
    "NoticeState",
    "Pace",
    "Risk",
    "Service",
    "ServiceVersion",
    "State",
    "StepStatus",
]
