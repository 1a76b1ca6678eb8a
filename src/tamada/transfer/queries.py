"""Reads. Exports and imported files hold everything, so whoever may not make them sees none."""

from django.db.models import QuerySet

from tamada.accounts.models import Agent
from tamada.accounts.permissions import allowed

from .models import Export, Import


def exports_visible_to(agent: Agent) -> QuerySet[Export]:
    """The exports an agent may see: all, or none."""
    found = Export.objects.select_related("made_by")
    return found if allowed(agent, "data.export") else found.none()


def imports_visible_to(agent: Agent) -> QuerySet[Import]:
    """The imports an agent may see: all, or none."""
    found = Import.objects.select_related("made_by", "inbox")
    return found if allowed(agent, "data.import") else found.none()
