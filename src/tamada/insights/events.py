"""What happens to what is read from the rooms below."""

from dataclasses import dataclass
from typing import ClassVar

from tamada.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicsMade(Event):
    """The questions of a period were gathered anew."""

    type: ClassVar[str] = "insights.topics"
    period: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingMade(Event):
    """A day was looked through anew."""

    type: ClassVar[str] = "insights.reading"
    reading: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemChanged(Event):
    """A problem was taken, handed to somebody, solved, or opened again."""

    type: ClassVar[str] = "insights.problem"
    problem: int
    conversation: int
