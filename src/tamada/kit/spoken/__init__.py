"""Times as people say them, in four languages."""

from .reading import read_time

__all__ = ["read_time"]
