"""Conversations in which something may be promised."""

from tests.conversations.conftest import Receive, inbox, other_inbox, receive

__all__ = ["Receive", "inbox", "other_inbox", "receive"]
