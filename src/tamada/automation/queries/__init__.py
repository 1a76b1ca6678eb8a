"""Every read of this room."""

from .sla import Countdown, Foreseen, State, countdowns, deadlines_of, outdone, policies, preview

__all__ = ["Countdown", "Foreseen", "State", "countdowns", "deadlines_of", "outdone", "policies", "preview"]
