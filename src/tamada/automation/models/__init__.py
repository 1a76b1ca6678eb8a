"""The nouns of this room."""

from .macros import Macro, Visibility
from .routing import ALERT_MINUTES, AgentRouting, Method, TeamRouting, UnownedAlert
from .rules import DryRun, Match, Rule, RuleBook, RuleTrace
from .sla import Deadline, Hours, Policy, Target
from .views import Icon, View, ViewOrder, ViewPlace

__all__ = [
    "ALERT_MINUTES",
    "AgentRouting",
    "Deadline",
    "DryRun",
    "Hours",
    "Icon",
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
    "View",
    "ViewOrder",
    "ViewPlace",
    "Visibility",
]
