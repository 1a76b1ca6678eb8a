"""Every write of this room."""

from .ingest import customers_for

__all__ = [
    "customers_for",
]
