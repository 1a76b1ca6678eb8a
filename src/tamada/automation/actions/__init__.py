"""Every write of this room."""

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
from .steps import take_steps

__all__ = [
    "DEEPEST",
    "check_rules",
    "create_macro",
    "create_rule",
    "delete_macro",
    "delete_rule",
    "forget_traces",
    "go_on",
    "note_used",
    "reassign_from",
    "route",
    "route_waiting",
    "run_rules",
    "run_waits",
    "set_agent_routing",
    "set_team_routing",
    "start_dry_run",
    "switch_off",
    "take_steps",
    "tell_unowned",
    "update_macro",
    "update_rule",
]
