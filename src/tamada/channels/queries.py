"""Reads of the journal's rows."""

from django.db.models import QuerySet

from tamada.accounts.models import Agent
from tamada.accounts.permissions import require

from .journal import default_journal
from .models import RawInput, RawState


def quarantined(agent: Agent) -> QuerySet[RawInput]:
    """What could not be read, newest first. Raises PermissionDenied."""
    require(agent, "quarantine.read")
    return RawInput.objects.filter(state=RawState.QUARANTINED)


def refused(agent: Agent) -> QuerySet[RawInput]:
    """What came from blocked senders, newest first. Raises PermissionDenied."""
    require(agent, "quarantine.read")
    return RawInput.objects.filter(state=RawState.BLOCKED)


def original(agent: Agent, raw: RawInput) -> bytes:
    """The bytes of what was quarantined, refused or put aside; with its first line where that is what's damaged.

    What was received belongs to its conversation, and is found there. Raises PermissionDenied, FileNotFoundError.
    """
    require(agent, "quarantine.read")
    if raw.state not in (RawState.QUARANTINED, RawState.BLOCKED, RawState.DISCARDED):
        raise FileNotFoundError(raw.name)
    journal = default_journal()
    try:
        return journal.raw_bytes(raw.name)
    except ValueError:
        return journal.content(raw.name)


def raw_message(name: str) -> bytes:
    """The bytes of a message as they came (`Message.raw` names them). Raises FileNotFoundError when they were erased.

    The caller has checked that the agent sees the conversation.
    """
    return default_journal().load(name).raw
