"""Answers that are surely known, hand-over to people, and help for those who answer."""
