"""Message-IDs of ours (RFC 5322 3.6.4)."""

import secrets

from django.conf import settings

from .models import Inbox


def new_message_id(inbox: Inbox) -> str:
    """A new, unguessable Message-ID under the inbox's own domain."""
    domain = inbox.address.rpartition("@")[2] or getattr(settings, "MAIL_DOMAIN", "") or "tamada.invalid"
    domain = domain.encode("idna").decode() if not domain.isascii() else domain
    return f"<{secrets.token_hex(16)}@{domain}>"
