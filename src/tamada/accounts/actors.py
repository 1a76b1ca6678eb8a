"""Agents as actors of events and audit entries."""

from tamada.core.actors import Actor

from .models import Agent


def actor_of(agent: Agent) -> Actor:
    """The agent as whoever did something."""
    return Actor("agent", agent.pk, agent.name)
