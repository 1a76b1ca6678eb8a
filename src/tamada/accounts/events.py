"""What happens among the people who work here. Events hold ids, never names or addresses."""

from dataclasses import dataclass
from typing import ClassVar

from tamada.core.events import Event

EVERYBODY = frozenset({"all"})
ADMINS = frozenset({"role:admin"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentAdded(Event):
    """Somebody works here from now on."""

    type: ClassVar[str] = "agent.added"
    agent_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentUpdated(Event):
    """What colleagues see of an agent changed: name, role, away or back."""

    type: ClassVar[str] = "agent.updated"
    agent_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentAccessChanged(Event):
    """Role, teams or activity changed, or sessions were ended: streams authorise this agent anew."""

    type: ClassVar[str] = "agent.access_changed"
    agent_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLeft(Event):
    """Somebody was deactivated: what was theirs needs another owner."""

    type: ClassVar[str] = "agent.left"
    agent_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamChanged(Event):
    """A team was made, renamed or removed, or its members changed."""

    type: ClassVar[str] = "team.changed"
    team_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationChanged(Event):
    """An invitation was sent, accepted or withdrawn."""

    type: ClassVar[str] = "invitation.changed"
    invitation_id: int


def access_changed(agent_id: int) -> AgentAccessChanged:
    """The event for one agent, heard by them and by admins."""
    return AgentAccessChanged(audience=ADMINS | {f"agent:{agent_id}"}, agent_id=agent_id)
