"""Every write of this room."""

from .deadlines import recount_deadlines, refresh_deadlines, refresh_many, tell_deadlines, tell_replanned
from .sla import create_policy, delete_policy, update_policy

__all__ = [
    "create_policy",
    "delete_policy",
    "recount_deadlines",
    "refresh_deadlines",
    "refresh_many",
    "tell_deadlines",
    "tell_replanned",
    "update_policy",
]
