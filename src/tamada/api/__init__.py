"""REST API v1: HTTP in, one query or action, JSON out. No business rules."""
