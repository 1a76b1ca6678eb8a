"""Everything as JSON Lines and CSV: read in pages by id, written row by row, in memory that doesn't grow."""

from .run import Done, write

__all__ = ["Done", "write"]
