"""A mail's own HTML once more as its sender arranged it: answers among quotes, the signature in its place."""

from django.utils import timezone

from tamada.channels.email.parse import Unparsable, parse
from tamada.channels.queries import raw_message
from tamada.conversations.models import Message


def original_html(message: Message) -> str:
    """The whole HTML, not clean; from the two halves that are kept where the mail itself is gone.

    The caller has checked that the agent sees the conversation.
    """
    if message.quoted_html and message.raw:
        try:
            return parse(raw_message(message.raw), received_at=timezone.now()).html
        except (FileNotFoundError, Unparsable):
            pass
    return message.html + message.quoted_html
