"""Being away: planned by oneself or an admin, begun and ended by the clock, and what is handed on meanwhile."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.actions import show_away
from tamada.accounts.models import Agent
from tamada.accounts.permissions import allowed, require
from tamada.conversations.actions import change_automatically, tell_in_thread
from tamada.conversations.models import Conversation, Status
from tamada.core import audit, events
from tamada.core.actors import SYSTEM, Actor
from tamada.core.asked import Asked

from ..errors import Invalid
from ..events import AbsenceChanged, AbsenceEnded
from ..models import Absence, HandedOn, Road
from ..queries.absences import running, taker_for, takers

MOST_PLANNED: Final = 20
LONGEST: Final = timedelta(days=730)
EVERYBODY: Final = frozenset({"all"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceTerms:
    """An absence as it is to be."""

    starts_at: datetime
    ends_at: datetime
    road: str = Road.STAY
    colleague: Agent | None = None


@transaction.atomic
def plan_absence(*, agent: Agent, actor: Actor, member: Agent, terms: AbsenceTerms) -> Absence:
    """Say that somebody is away from then until then: oneself, or an admin for them. Raises `Invalid`.

    One that begins now begins at once; the worker hands on what is open.
    """
    _require(agent, member)
    Agent.objects.select_for_update().get(pk=member.pk)  # two plans of one person are compared one after the other
    _check(member, terms, timezone.now())
    colleague = terms.colleague if terms.road == Road.COLLEAGUE else None
    absence = Absence.objects.create(
        agent=member, starts_at=terms.starts_at, ends_at=terms.ends_at, road=terms.road, colleague=colleague
    )
    audit.record(
        actor,
        "absence.planned",
        member,
        starts_at=terms.starts_at.isoformat(),
        ends_at=terms.ends_at.isoformat(),
        road=terms.road,
        colleague=colleague.pk if colleague else None,
    )
    _tell(absence, actor)
    _begin(absence, timezone.now())
    return absence


@transaction.atomic
def end_absence(*, agent: Agent, actor: Actor, absence: Absence) -> None:
    """Come back early, or stay after all: what was handed on stays where it is."""
    _require(agent, absence.agent)
    found = Absence.objects.select_for_update().filter(pk=absence.pk, ended_at=None).first()
    if found is None:
        return
    audit.record(actor, "absence.ended", found.agent, begun=found.began_at is not None)
    if found.began_at is None:
        found.delete()
        _tell(absence, actor)
    else:
        _end(found, timezone.now(), actor)


def _require(agent: Agent, member: Agent) -> None:
    require(agent, "profile.own")
    if agent.pk != member.pk and not allowed(agent, "agent.settings"):
        raise PermissionDenied("agent.settings")


def _check(member: Agent, terms: AbsenceTerms, now: datetime) -> None:
    if not terms.starts_at < terms.ends_at:
        raise Invalid(_("It ends after it begins."), "ends_at")
    if terms.ends_at <= now:
        raise Invalid(_("This time has passed."), "ends_at")
    if terms.ends_at - terms.starts_at > LONGEST or terms.starts_at - now > LONGEST:
        raise Invalid(_("At most two years."), "ends_at")
    if terms.road not in Road.values:
        raise Invalid(_("Choose what becomes of the conversations."), "road")
    colleague = terms.colleague.pk if terms.colleague else None
    if terms.road == Road.COLLEAGUE and not takers(member).filter(pk=colleague or 0).exists():
        raise Invalid(_("Choose a colleague who may answer."), "colleague")
    others = Absence.objects.filter(agent=member, ended_at=None)
    if others.filter(starts_at__lt=terms.ends_at, ends_at__gt=terms.starts_at).exists():
        raise Invalid(_("This is at the same time as another absence."), "starts_at")
    if others.count() >= MOST_PLANNED:
        raise Invalid(_("There are %(most)d absences planned already.") % {"most": MOST_PLANNED}, "starts_at")


def _tell(absence: Absence, actor: Actor) -> None:
    events.record(AbsenceChanged(audience=EVERYBODY, agent=absence.agent_id), actor=actor)


# --- the clock ------------------------------------------------------------------------------------------------------


def follow_absences() -> None:
    """Begin what is to begin, end what is over, and hand on what a death left lying.

    What began stays begun although a clock goes back, and a whole absence that nobody was awake for moves nothing.
    """
    now = timezone.now()
    ours = Absence.objects.filter(ended_at=None)
    for pk in ours.filter(began_at__isnull=False, ends_at__lte=now).values_list("pk", flat=True):
        with transaction.atomic():
            if (row := ours.select_for_update().filter(pk=pk, ends_at__lte=now).first()) is not None:
                _end(row, now, SYSTEM)
    for pk in ours.filter(began_at=None, starts_at__lte=now).values_list("pk", flat=True):
        with transaction.atomic():
            if (row := ours.select_for_update().filter(pk=pk, began_at=None).first()) is not None:
                _begin(row, now)
    for pk in ours.filter(began_at__isnull=False, handed_at=None).values_list("pk", flat=True):
        hand_on_all(absence_id=pk)


def _begin(absence: Absence, now: datetime) -> None:
    if absence.starts_at > now:
        return
    absence.began_at = now
    if absence.ends_at <= now:
        absence.handed_at = absence.ended_at = now
        absence.save()
        return
    absence.save()
    show_away(member=absence.agent, actor=SYSTEM, until=absence.ends_at)
    _tell(absence, SYSTEM)
    from ..tasks import hand_on

    hand_on.using(unique=f"absence:{absence.pk}").enqueue(absence_id=absence.pk)


def _end(absence: Absence, now: datetime, actor: Actor) -> None:
    absence.ended_at = now
    absence.save()
    show_away(member=absence.agent, actor=actor, until=None)
    _tell(absence, actor)
    fact = AbsenceEnded(audience=frozenset({f"agent:{absence.agent_id}"}), agent=absence.agent_id, absence=absence.pk)
    events.record(fact, actor=actor)


# --- handing on -----------------------------------------------------------------------------------------------------


def hand_on_all(*, absence_id: int) -> int:
    """Let what somebody has open go its road, one by one; how many did. It may run twice."""
    absence = Absence.objects.filter(pk=absence_id, began_at__isnull=False, ended_at=None, handed_at=None).first()
    if absence is None:
        return 0
    theirs = Conversation.objects.filter(assignee=absence.agent_id, is_spam=False)
    waiting = theirs.filter(status__in=(Status.OPEN, Status.PENDING)).order_by("waiting_since", "pk")
    moved = sum(hand_on(conversation_id=pk) for pk in list(waiting.values_list("pk", flat=True)))
    Absence.objects.filter(pk=absence.pk, handed_at=None).update(handed_at=timezone.now())
    return moved


def hand_on_opened(*, conversation_id: int, depth: int = 0) -> bool:
    """As `hand_on`, for one whose status changed: only if it is open by now."""
    if not Conversation.objects.filter(pk=conversation_id, status=Status.OPEN).exists():
        return False
    return hand_on(conversation_id=conversation_id, depth=depth)


_away = Asked(
    lambda pk: (
        Absence.objects.filter(began_at__isnull=False, ended_at=None)
        .filter(agent__in=Conversation.objects.filter(pk=pk, assignee__isnull=False).values("assignee"))
        .values_list("pk")
    )
)
"""The absence of whoever owns a conversation."""


def hand_on(*, conversation_id: int, depth: int = 0) -> bool:
    """Let a conversation whose owner is away go the road that they chose; whether it did."""
    if not _away.any(conversation_id):
        return False
    with transaction.atomic():
        found = Conversation.objects.select_for_update().filter(pk=conversation_id, assignee__isnull=False).first()
        if found is None or found.is_spam or found.status == Status.CLOSED:
            return False
        absence = running([found.assignee_id or 0]).get(found.assignee_id or 0)
        if absence is None or absence.road == Road.STAY:
            return False
        to = taker_for(absence)
        actor = Actor("system", None, SYSTEM.name, depth=depth + 1)
        line = {"event": "absent", "name": absence.agent.name, "until": absence.ends_at.isoformat()}
        tell_in_thread(actor=actor, conversation=found, data=line)
        change_automatically(actor=actor, conversation=found, changes={"assignee": to})
        HandedOn.objects.create(absence=absence, conversation=found, to=to, at=timezone.now())
    return True
