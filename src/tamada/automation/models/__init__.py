"""The nouns of this room."""

from .absences import Absence, HandedOn, Road
from .macros import Macro, Visibility
from .routing import ALERT_MINUTES, AgentRouting, Method, TeamRouting, UnownedAlert
from .rules import DryRun, Match, Rule, RuleBook, RuleTrace
from .sla import Deadline, Hours, Policy, Target
from .views import Icon, View, ViewOrder, ViewPlace

__all__ = [
    "ALERT_MINUTES",
    "Absence",
    "AgentRouting",
    "Deadline",
    "DryRun",
    "HandedOn",
    "Hours",
    "Icon",
    "Macro",
    "Match",
    "Method",
    "Policy",
    "Road",
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
