"""My requests: what a customer sees of their jobs, and does in them, by a link that is theirs alone."""
