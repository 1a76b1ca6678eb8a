"""What happens in this room. Events hold ids, never text."""

from dataclasses import dataclass
from typing import ClassVar

from tamada.core.events import Event


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
