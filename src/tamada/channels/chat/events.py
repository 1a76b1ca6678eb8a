"""What a visitor's browser is told. Colleagues hear of the same by the conversation's own events."""

from dataclasses import dataclass
from typing import ClassVar

from tamada.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMessage(Event):
    """A line was added; `conversation` is the thread, by which visitors know it."""

    type: ClassVar[str] = "chat.message"
    conversation: int
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMarks(Event):
    """Somebody read on, on either side."""

    type: ClassVar[str] = "chat.marks"
    conversation: int
