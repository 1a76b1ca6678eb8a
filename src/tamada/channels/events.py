"""What happens on the road between the world and the conversations."""

from dataclasses import dataclass
from typing import ClassVar

from tamada.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class InputQuarantined(Event):
    """Something came in that could not be read; an admin finds it in the quarantine list."""

    type: ClassVar[str] = "input.quarantined"
    raw: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InputReleased(Event):
    """Quarantined input was sent on its way again, or discarded."""

    type: ClassVar[str] = "input.released"
    raw: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTroubled(Event):
    """An inbox's server can't be reached or refuses us, or mail may be missing; `reason` is a short code."""

    type: ClassVar[str] = "channel.troubled"
    inbox: int
    reason: str
