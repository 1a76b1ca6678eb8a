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


def named_alike(row: Import, agent: Agent) -> list[str]:
    """How the last other files that were said to be of the same system were called, for whoever may import."""
    others = imports_visible_to(agent).filter(source=row.source, system__iexact=row.system).exclude(pk=row.pk)
    names = others.exclude(state="").values_list("name", flat=True)[:50] if row.system else ()
    return list(dict.fromkeys(names))[:5]


def systems_named_by(agent: Agent, source: str) -> list[str]:
    """What people called the systems that files of a source were from, for whoever may import."""
    named = imports_visible_to(agent).filter(source=source).exclude(system="")
    return sorted(set(named.order_by().values_list("system", flat=True)))
