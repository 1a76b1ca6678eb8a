"""What search tests share: inboxes and envelopes of the main room."""

from tests.conversations.conftest import inbox, other_inbox, receive

__all__ = ["inbox", "other_inbox", "receive"]
