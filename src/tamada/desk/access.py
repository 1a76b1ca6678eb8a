"""Who is asking, and the doors views go through."""

from typing import cast

from django.http import Http404, HttpRequest

from tamada.accounts.models import Agent
from tamada.conversations.errors import MergedAway
from tamada.conversations.models import Conversation, Inbox, Message
from tamada.conversations.queries import get_visible, inboxes_visible_to, visible_to
from tamada.core.actors import Actor
from tamada.customers.models import Customer
from tamada.customers.queries import get_visible as visible_customer


def agent_of(request: HttpRequest) -> Agent:
    """The signed-in agent: the middleware lets nobody else in."""
    return cast(Agent, request.user)


def actor_of(request: HttpRequest) -> Actor:
    """The same agent as events and the audit know them."""
    agent = agent_of(request)
    return Actor("agent", agent.pk, agent.name)


def conversation_or_404(request: HttpRequest, pk: int) -> Conversation:
    """A conversation the agent may see; 404 whether it is hidden or absent.

    One that was merged is the one it is part of by now: whoever still has it open goes on there.
    """
    try:
        return get_visible(agent_of(request), pk)
    except MergedAway as merged:
        return get_visible(agent_of(request), merged.into)
    except Conversation.DoesNotExist:
        raise Http404 from None


def customer_or_404(request: HttpRequest, pk: int) -> Customer:
    """A customer the agent may see; 404 whether they are hidden or absent."""
    try:
        return visible_customer(agent_of(request), pk)
    except Customer.DoesNotExist:
        raise Http404 from None


def message_or_404(request: HttpRequest, pk: int) -> Message:
    """A message of a conversation the agent may see."""
    seen = Message.objects.filter(conversation__in=visible_to(agent_of(request)))
    message = seen.select_related("conversation__inbox", "conversation__customer", "inbox").filter(pk=pk).first()
    if message is None:
        raise Http404
    return message


def inbox_or_404(request: HttpRequest, pk: int) -> Inbox:
    """An inbox the agent works in."""
    found = inboxes_visible_to(agent_of(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
