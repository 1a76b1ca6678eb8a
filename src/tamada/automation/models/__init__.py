"""The nouns of this room."""

from .macros import Macro, Visibility
from .routing import ALERT_MINUTES, AgentRouting, Method, TeamRouting, UnownedAlert
from .rules import DryRun, Match, Rule, RuleBook, RuleTrace

__all__ = [
    "ALERT_MINUTES",
    "AgentRouting",
    "DryRun",
    "Macro",
    "Match",
    "Method",
    "Rule",
    "RuleBook",
    "RuleTrace",
    "TeamRouting",
    "UnownedAlert",
    "Visibility",
]
