"""What this room keeps: promises, services with their versions, and jobs with their steps."""

from .commitments import Commitment, State
from .jobs import CLOSED, RUNNING, Job, JobMove, JobStatus, JobStep, Risk, StepStatus
from .services import Pace, Service, ServiceVersion

__all__ = [
    "CLOSED",
    "RUNNING",
    "Commitment",
    "Job",
    "JobMove",
    "JobStatus",
    "JobStep",
    "Pace",
    "Risk",
    "Service",
    "ServiceVersion",
    "State",
    "StepStatus",
]
