"""What this room keeps: promises, services with their versions, and jobs with their steps."""

from .commitments import Commitment, State
from .jobs import CLOSED, RUNNING, Job, JobMove, JobStatus, JobStep, Risk, StepStatus
from .links import ActKind, JobAct, RequestLink
from .services import Pace, Service, ServiceVersion

__all__ = [
    "CLOSED",
    "RUNNING",
    "ActKind",
    "Commitment",
    "Job",
    "JobAct",
    "JobMove",
    "JobStatus",
    "JobStep",
    "Pace",
    "RequestLink",
    "Risk",
    "Service",
    "ServiceVersion",
    "State",
    "StepStatus",
]
