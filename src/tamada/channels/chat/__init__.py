"""Chat: what visitors of a site write in the widget, and what we answer there."""
