"""What this room keeps: promises, services, jobs with their steps, notices to customers, links, and hand-offs."""

from .commitments import Commitment, State
from .handoffs import ByItself, Handoff, HandoffStatus
from .jobs import CLOSED, RUNNING, Job, JobMove, JobStatus, JobStep, Risk, StepStatus
from .links import ActKind, JobAct, RequestLink
from .notices import Dropped, Moment, Notice, NoticeState
from .services import Pace, Service, ServiceVersion

__all__ = [
    "CLOSED",
    "RUNNING",
    "ActKind",
    "ByItself",
    "Commitment",
    "Dropped",
    "Handoff",
    "HandoffStatus",
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
