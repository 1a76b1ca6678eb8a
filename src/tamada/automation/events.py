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


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroChanged(Event):
    """A macro was made, changed or removed."""

    type: ClassVar[str] = "macro.changed"
    macro: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChanged(Event):
    """A rule was made, changed, moved or removed."""

    type: ClassVar[str] = "rule.changed"
    rule: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSwitchedOff(Event):
    """A rule was switched off by itself: what it names is gone."""

    type: ClassVar[str] = "rule.switched_off"
    rule: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRunMoved(Event):
    """A trial run over the past got on, or ended."""

    type: ClassVar[str] = "rule.dry_run"
    dry_run: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewChanged(Event):
    """A view was made, changed or removed, or somebody arranged theirs."""

    type: ClassVar[str] = "view.changed"
    view: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceChanged(Event):
    """Somebody's absence was planned, began, ended, or was given up."""

    type: ClassVar[str] = "absence.changed"
    agent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceEnded(Event):
    """Somebody is back from an absence."""

    type: ClassVar[str] = "absence.ended"
    agent: int
    absence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingChanged(Event):
    """How a team is routed to, or what an agent takes, changed."""

    type: ClassVar[str] = "routing.changed"
    team: int | None = None
    agent: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationUnowned(Event):
    """A customer has waited too long, and nobody owns the conversation."""

    type: ClassVar[str] = "conversation.unowned"
    conversation: int
