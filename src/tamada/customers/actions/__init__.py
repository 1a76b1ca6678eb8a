"""Every write of this room."""

from .ingest import customers_for
from .tags import block_sender, tags_for, unblock_sender

__all__ = [
    "block_sender",
    "customers_for",
    "tags_for",
    "unblock_sender",
]
