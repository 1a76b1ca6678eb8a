"""The nouns of this room."""

from .sla import Deadline, Hours, Policy, Target

__all__ = ["Deadline", "Hours", "Policy", "Target"]
