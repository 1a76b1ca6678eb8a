"""Inboxes, conversations and messages: the main room."""
