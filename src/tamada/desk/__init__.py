"""The agents' workspace: pages and htmx fragments, no business rules."""
