"""Telling agents: in the page, by web push and by e-mail digest."""
