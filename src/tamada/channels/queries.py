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


def raw_message(name: str) -> bytes:
    """The bytes of a message as they came (`Message.raw` names them). Raises FileNotFoundError when they were erased.

    The caller has checked that the agent sees the conversation.
    """
    return default_journal().load(name).raw
