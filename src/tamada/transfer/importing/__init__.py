"""Archives of other desks and tables, brought in: read as a stream, stored in batches, safe to run again."""
