"""Message-IDs of ours (RFC 5322 3.6.4)."""

import secrets

from django.conf import settings

from tamada.kit.domains import comparable

from .models import Inbox


def new_message_id(inbox: Inbox) -> str:
    """A new, unguessable Message-ID under the inbox's own domain."""
    domain = inbox.address.rpartition("@")[2] or getattr(settings, "MAIL_DOMAIN", "") or "tamada.invalid"
    return f"<{secrets.token_hex(16)}@{comparable(domain)}>"
