"""Times and lengths of time as people say them, in four languages."""

from .lengths import read_length
from .reading import read_time

__all__ = ["read_length", "read_time"]
