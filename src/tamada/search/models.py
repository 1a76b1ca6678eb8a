"""No Django models: the index is FTS5 tables on SQLite and tsvector columns on PostgreSQL, made by the migration."""
