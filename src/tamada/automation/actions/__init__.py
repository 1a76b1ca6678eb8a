"""Every write of this room."""

from .absences import end_absence, follow_absences, hand_on, hand_on_all, hand_on_opened, plan_absence
from .deadlines import recount_deadlines, refresh_deadlines, refresh_many, tell_deadlines, tell_replanned
from .dry_run import go_on, start_dry_run
from .macros import create_macro, delete_macro, note_used, update_macro
from .routing import (
    reassign_from,
    route,
    route_waiting,
    set_agent_routing,
    set_team_routing,
    tell_unowned,
)
from .rules import check_rules, create_rule, delete_rule, switch_off, update_rule
from .running import DEEPEST, forget_traces, run_rules, run_waits
from .sla import create_policy, delete_policy, update_policy
from .steps import take_steps
from .views import create_view, delete_view, move_view, show_view, update_view

__all__ = [
    "DEEPEST",
    "check_rules",
    "create_macro",
    "create_policy",
    "create_rule",
    "create_view",
    "delete_macro",
    "delete_policy",
    "delete_rule",
    "delete_view",
    "end_absence",
    "follow_absences",
    "forget_traces",
    "go_on",
    "hand_on",
    "hand_on_all",
    "hand_on_opened",
    "move_view",
    "note_used",
    "plan_absence",
    "reassign_from",
    "recount_deadlines",
    "refresh_deadlines",
    "refresh_many",
    "route",
    "route_waiting",
    "run_rules",
    "run_waits",
    "set_agent_routing",
    "set_team_routing",
    "show_view",
    "start_dry_run",
    "switch_off",
    "take_steps",
    "tell_deadlines",
    "tell_replanned",
    "tell_unowned",
    "update_macro",
    "update_policy",
    "update_rule",
    "update_view",
]
