"""Django's SQLite backend with a fair writer lock (see `base`)."""
