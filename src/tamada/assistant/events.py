"""What the assistant did. Events hold ids, never text."""

from dataclasses import dataclass
from typing import ClassVar

from tamada.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantAnswered(Event):
    """The assistant said something to a customer: `said` is the row of its log."""

    type: ClassVar[str] = "assistant.answered"
    conversation: int
    said: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantHandedOver(Event):
    """A conversation is for people from now on: `reason` is a code."""

    type: ClassVar[str] = "assistant.handed_over"
    conversation: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistantChanged(Event):
    """How the assistant is settled changed, or it has learned anew: admins' pages look again."""

    type: ClassVar[str] = "assistant.changed"
