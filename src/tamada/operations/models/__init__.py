"""What this room keeps: promises, services with their versions, jobs with their steps, and hand-offs."""

from .commitments import Commitment, State
from .handoffs import ByItself, Handoff, HandoffStatus
from .jobs import CLOSED, RUNNING, Job, JobMove, JobStatus, JobStep, Risk, StepStatus
from .services import Pace, Service, ServiceVersion

__all__ = [
    "CLOSED",
    "RUNNING",
    "ByItself",
    "Commitment",
    "Handoff",
    "HandoffStatus",
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
