"""Reads of absences: who is away, who takes what meanwhile, what was handed on."""

from collections.abc import Collection

from django.db.models import QuerySet

from tamada.accounts.models import Agent, Role
from tamada.conversations.queries import visible_to

from ..models import Absence, HandedOn, Road


def running(agents: Collection[int]) -> dict[int, Absence]:
    """The absence that runs, of those of these agents who are in one. The plan's clock is not asked: it has begun."""
    rows = Absence.objects.filter(agent__in=agents, began_at__isnull=False, ended_at=None).select_related(
        "agent", "colleague"
    )
    return {row.agent_id: row for row in rows}


def open_of(member: Agent) -> QuerySet[Absence]:
    """What somebody has planned, and what runs."""
    return Absence.objects.filter(agent=member, ended_at=None).select_related("colleague")


def last_of(member: Agent) -> Absence | None:
    """Their last absence that is over."""
    ended = Absence.objects.filter(agent=member, ended_at__isnull=False, began_at__isnull=False)
    return ended.select_related("colleague").order_by("-ended_at", "-pk").first()


def handed_on(absence: Absence, viewer: Agent, *, limit: int = 200) -> list[HandedOn]:
    """What went its road in an absence, newest first; of what the viewer may not see, nothing."""
    rows = HandedOn.objects.filter(absence=absence, conversation__in=visible_to(viewer).values("pk"))
    return list(rows.select_related("conversation__customer", "conversation__assignee", "to").order_by("-pk")[:limit])


def takers(member: Agent) -> QuerySet[Agent]:
    """To whom somebody's work can go: who works here and may write, but themselves."""
    return Agent.objects.filter(is_active=True).exclude(role=Role.OBSERVER).exclude(pk=member.pk)


def taker_for(absence: Absence) -> Agent | None:
    """Who takes what comes now; None is the team.

    A colleague who is away hands on by their own road, and so on. Where that leads to nobody who is here (somebody
    left, two point to each other, one wants to keep their own), nothing is to wait unseen: it is the team's.
    """
    passed, at = {absence.agent_id}, absence
    while at.road == Road.COLLEAGUE and at.colleague is not None and at.colleague.may_write:
        colleague = at.colleague
        if not colleague.is_away:
            return colleague
        further = running([colleague.pk]).get(colleague.pk)
        if further is None or colleague.pk in passed:
            return None
        passed.add(colleague.pk)
        at = further
    return None
