"""What happens in this room. Events hold ids, never text."""

from dataclasses import dataclass
from typing import ClassVar

from tamada.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineEvent(Event):
    """Base: something about the deadlines of one conversation."""

    type: ClassVar[str] = ""
    conversation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaChanged(DeadlineEvent):
    """A deadline of a conversation began, moved, stood still, went on or ended."""

    type: ClassVar[str] = "sla.changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineTold(DeadlineEvent):
    """Base: what is told once of a deadline; `target` is `first`, `next` or `resolution`."""

    type: ClassVar[str] = ""
    deadline: int
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaWarning(DeadlineTold):
    """A deadline comes near."""

    type: ClassVar[str] = "sla.warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaBreached(DeadlineTold):
    """A deadline passed, or was met too late."""

    type: ClassVar[str] = "sla.breached"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaReplanned(Event):
    """Many deadlines were worked out anew, because hours or policies changed."""

    type: ClassVar[str] = "sla.replanned"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChanged(Event):
    """A policy was made, changed or taken away."""

    type: ClassVar[str] = "sla.policy_changed"
    policy: int
