"""The ground: events, tasks, realtime, audit, settings, limits, secrets, storage. Knows no other room."""
