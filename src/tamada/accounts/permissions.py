"""Who may do what: the one table. Which conversations a person sees, `conversations.queries.visible_to` decides."""

from collections.abc import Mapping
from typing import Final

from django.core.exceptions import PermissionDenied

from .models import Agent, Role

_ALL: Final = frozenset(Role)
_WRITERS: Final = frozenset({Role.ADMIN, Role.LEAD, Role.AGENT})
_LEADS: Final = frozenset({Role.ADMIN, Role.LEAD})
_ADMINS: Final = frozenset({Role.ADMIN})

TABLE: Final[Mapping[str, frozenset[Role]]] = {
    # permission              roles
    "conversation.read": _ALL,
    "conversation.reply": _WRITERS,
    "conversation.note": _WRITERS,
    "conversation.update": _WRITERS,
    "conversation.start": _WRITERS,
    "conversation.spam": _WRITERS,
    "conversation.delete": _WRITERS,
    "conversation.restore": _LEADS,  # whoever deleted it may take that back for ten minutes
    "customer.read": _ALL,
    "customer.write": _WRITERS,
    "sender.block": _WRITERS,
    "tag.create": _WRITERS,
    "knowledge.read": _ALL,
    "knowledge.write": _WRITERS,  # drafts and proposals: no reader sees them
    "knowledge.publish": _LEADS,  # and whatever else readers see, or the assistant learns from
    "knowledge.settings": _ADMINS,
    "insights.read": _ALL,  # of what they see in conversations
    "insights.gather": _LEADS,  # have it worked out now
    "insights.settings": _ADMINS,
    "problem.update": _WRITERS,
    "commitment.update": _WRITERS,
    "job.update": _WRITERS,
    "service.settings": _ADMINS,
    "consistency.read": _LEADS,  # a lead: only jobs of their teams
    "inbox.settings": _LEADS,  # a lead: only inboxes of their teams
    "inbox.create": _ADMINS,
    "team.settings": _LEADS,  # a lead: only their teams
    "team.create": _ADMINS,
    "agent.invite": _ADMINS,
    "agent.settings": _ADMINS,
    "sla.settings": _ADMINS,
    "attribute.settings": _ADMINS,
    "macro.own": _WRITERS,  # a team's: its leads; everybody's: admins
    "view.own": _WRITERS,  # a team's: its leads; everybody's: admins
    "rule.settings": _ADMINS,
    "routing.settings": _LEADS,  # a lead: only their teams
    "company.settings": _ADMINS,
    "privacy.export": _ADMINS,  # everything about a person, also what other teams wrote
    "privacy.erase": _ADMINS,
    "privacy.settings": _ADMINS,
    "quarantine.read": _ADMINS,
    "quarantine.retry": _ADMINS,
    "task.replay": _ADMINS,
    "audit.read": _ADMINS,
    "data.export": _ADMINS,
    "data.import": _ADMINS,
    "assistant.review": _WRITERS,  # what the assistant said where they see the conversation
    "webhook.settings": _ADMINS,  # an endpoint hears of all conversations
    "token.own": _ALL,
    "profile.own": _ALL,
}


def allowed(agent: Agent, permission: str) -> bool:
    """True if the role of an active agent has `permission`; KeyError for a permission that isn't in the table."""
    return agent.is_active and Role(agent.role) in TABLE[permission]


def require(agent: Agent, permission: str) -> None:
    """Let through or raise `PermissionDenied` with the permission's name."""
    if not allowed(agent, permission):
        raise PermissionDenied(permission)
