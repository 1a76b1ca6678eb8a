"""By which other channels a conversation may go on: the same matter, with the thread in view."""

from django.db.models import prefetch_related_objects

from tamada.accounts.models import Agent

from . import points
from .models import Conversation, Inbox
from .queries import inboxes_visible_to


def ways_of(agent: Agent, conversation: Conversation) -> list[Inbox]:
    """The inboxes of other channels from which the customer can be answered here, of those that the agent works in."""
    prefetch_related_objects([conversation.customer], "identities")  # the page beside it shows them as well
    known = [one for one in conversation.customer.identities.all() if one.paused_at is None]
    elsewhere = [find for channel, find in points.ways.all().items() if channel != conversation.channel]
    found = [inbox.pk for find in elsewhere for inbox in find(conversation, known)]
    if not found:
        return []
    return list(inboxes_visible_to(agent).filter(pk__in=found, is_active=True).order_by("pk"))
