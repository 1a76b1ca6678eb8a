"""The nouns of this room."""

from .macros import Macro, Visibility
from .routing import ALERT_MINUTES, AgentRouting, Method, TeamRouting, UnownedAlert
from .rules import DryRun, Match, Rule, RuleBook, RuleTrace
from .sla import Deadline, Hours, Policy, Target

__all__ = [
    "ALERT_MINUTES",
    "AgentRouting",
    "Deadline",
    "DryRun",
    "Hours",
    "Macro",
    "Match",
    "Method",
    "Policy",
    "Rule",
    "RuleBook",
    "RuleTrace",
    "Target",
    "TeamRouting",
    "UnownedAlert",
    "Visibility",
]
