"""Hand-offs: offered with a brief, taken, returned with a reason, withdrawn. Nothing leaves one owner before another
has it: until somebody accepts, whoever gives keeps it, and two who accept at once are told apart by the lock."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent, Membership, Role, Team
from tamada.accounts.permissions import require
from tamada.calendars.queries import schedule
from tamada.conversations import queries as conversations
from tamada.conversations.access import audience
from tamada.conversations.actions.update import change
from tamada.conversations.models import Conversation
from tamada.core import audit
from tamada.core.actors import SYSTEM, Actor
from tamada.core.tasks import each
from tamada.webhooks.models import Endpoint

from .. import briefs, handoff_queries
from ..errors import AlreadyOffered, Invalid, NotReady, Over, ReasonOwed, Taken
from ..events import HandoffLate, HandoffOffered
from ..job_queries import visible_to as jobs_visible_to
from ..models import ByItself, Commitment, Handoff, HandoffStatus, Job, JobStep, State
from ..planning import due
from .answering import answer, calendar_of, tell
from .commitments import _changed, _reason
from .jobs import held
from .keeping import Work, audience_of

Receiver = Agent | Team | Endpoint

REMIND_AFTER: Final = timedelta(hours=2)
"""So much working time without an answer, and both sides are reminded."""
LONGEST_NOTE: Final = 2000
LONGEST_REFERENCE: Final = 100
_AT_ONCE: Final = 500
_WRITERS: Final = (Role.ADMIN, Role.LEAD, Role.AGENT)


# --- offered ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def offer_handoff(
    *,
    agent: Agent,
    actor: Actor,
    to: Receiver,
    job: Job | None = None,
    step: str = "",
    conversation: Conversation | None = None,
    note: str = "",
) -> Handoff:
    """Ask a person, a team or an outside system to take a job, a step of it, or a conversation; or a job with its
    conversation. Its owner stays until it is accepted.

    What the step hands over has to be known; an admin who writes a note passes over that. Raises `PermissionDenied`,
    `DoesNotExist` for what the agent may not see, `JobStep.DoesNotExist`, `Invalid`, `NotReady`, `AlreadyOffered`,
    `Over`.
    """
    row = Handoff(offered_by=agent, step=step, note=_note(note))
    row.offered_at = row.changed_at = timezone.now()
    missing = _about_job(row, agent, job, conversation) if job is not None else _about_talk(row, agent, conversation)
    if missing and not (agent.is_admin and row.note):
        raise NotReady(missing=missing)
    _check_receiver(row, to)
    row.due_at = due(schedule(calendar_of(row)), row.offered_at, REMIND_AFTER) or row.offered_at + REMIND_AFTER
    row.save()
    names = {"customer": row.customer_id, "conversation": row.conversation_id, "job": row.job_id}
    passed = {"passed_over": list(missing)} if missing else {}
    audit.record(actor, "handoff.offered", row, **names, **_named(to), **passed)
    tell(row, HandoffOffered, actor, _heard(row))
    return row


def _about_job(row: Handoff, agent: Agent, job: Job, conversation: Conversation | None) -> tuple[str, ...]:
    """A job, or a step of it. Returns what has to be known before, and is not."""
    require(agent, "job.update")
    jobs_visible_to(agent).get(pk=job.pk)
    found = held(Q(pk=job.pk))
    if found is None:
        raise Job.DoesNotExist
    if found.is_over:
        raise Over
    if conversation is not None and (row.step or conversation.pk != found.conversation_id):
        raise Invalid(_("Only a whole job takes its own conversation along."), "conversation")
    if conversation is not None:
        _may_change(agent, conversation)
    steps = list(found.steps.select_related("owner"))
    if row.step and _step(steps, row.step).is_closed:
        raise Over
    row.job, row.customer_id, row.conversation = found, found.customer_id, found.conversation
    row.takes_conversation = conversation is not None
    row.giver = holder(row, steps)
    waits = Q(job=found, step=row.step)
    if conversation is not None:
        waits |= Q(conversation=conversation, takes_conversation=True)
    _check_free(waits)
    row.brief = briefs.of_job(found, steps, row.step, talk=briefs.talk_of(found, agent))
    return briefs.unknown(found, row.step)


def _about_talk(row: Handoff, agent: Agent, conversation: Conversation | None) -> tuple[str, ...]:
    if conversation is None or row.step:
        raise Invalid(_("Name the job or the conversation that is handed over."), "job")
    held = _may_change(agent, conversation)
    row.conversation, row.customer_id, row.takes_conversation = held, held.customer_id, True
    row.giver = held.assignee
    _check_free(Q(conversation=held, takes_conversation=True))
    row.brief = briefs.of_conversation(held)
    return ()


def _may_change(agent: Agent, conversation: Conversation) -> Conversation:
    """Held until the end of the transaction. Raises `PermissionDenied`, `Conversation.DoesNotExist`."""
    require(agent, "conversation.update")
    conversations.visible_to(agent).get(pk=conversation.pk)
    Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    return Conversation.objects.select_related("inbox__calendar", "assignee", "team", "customer").get(
        pk=conversation.pk
    )


def _check_free(asked: Q) -> None:
    if Handoff.objects.filter(asked, status=HandoffStatus.WAITING).exists():
        raise AlreadyOffered


def _check_receiver(row: Handoff, to: Receiver) -> None:
    if isinstance(to, Team):
        if not handoff_queries.teams().filter(pk=to.pk).exists():
            raise Invalid(_("There is nobody in this team who could take it."), "to")
        row.to_team = to
    elif isinstance(to, Endpoint):
        if to not in handoff_queries.systems():
            raise Invalid(_("Choose a webhook that is on and hears what is handed over."), "to")
        row.to_endpoint = to
    else:
        if not handoff_queries.people().filter(pk=to.pk).exists():
            raise Invalid(_("Choose somebody who works here, may write and is not absent."), "to")
        if row.giver == to:
            raise Invalid(_("They have it already."), "to")
        row.to_agent = to


def _named(to: Receiver) -> dict[str, int]:
    return {"team" if isinstance(to, Team) else "webhook" if isinstance(to, Endpoint) else "agent": to.pk}


def _note(text: str) -> str:
    words = text.replace("\0", "").strip()
    if len(words) > LONGEST_NOTE:
        raise Invalid(_("These words are too long."), "note")
    return words


# --- answered ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def answer_handoff(
    *, agent: Agent, actor: Actor, handoff: Handoff, status: str, reason: str = "", reference: str = ""
) -> Handoff:
    """Take it (`accepted`), give it back (`returned`, with a reason), or, as its giver, take it back (`withdrawn`).

    The same once more changes nothing. An outside system answers through the API alone, with its own number as
    `reference`; what it took stays ours to look after. Raises `PermissionDenied`, `Handoff.DoesNotExist`, `Invalid`,
    `ReasonOwed`, `Taken` where it was answered otherwise.
    """
    require(agent, "job.update" if handoff.job_id else "conversation.update")
    row = _locked(agent, handoff)
    wanted = _status(status)
    _may_answer(agent, actor, row, wanted)
    why, number = _reason(reason), _reference(reference)
    if not row.is_waiting:
        if row.status == wanted and (wanted != HandoffStatus.ACCEPTED or row.answered_by in (agent, None)):
            return row
        raise Taken(row.answered_by)
    if wanted == HandoffStatus.RETURNED and not why:
        raise ReasonOwed
    now = timezone.now()
    if wanted == HandoffStatus.ACCEPTED and row.to_endpoint_id is None:
        _move(row, agent, actor, now)
    answer(row, wanted, actor=actor, heard=_heard(row), now=now, by=agent, reason=why, reference=number)
    return row


def _status(status: str) -> HandoffStatus:
    if status not in HandoffStatus.values or status == HandoffStatus.WAITING:
        raise Invalid(_("A hand-off is accepted, returned or withdrawn."), "status")
    return HandoffStatus(status)


def _reference(text: str) -> str:
    words = " ".join(text.replace("\0", "").split())
    if len(words) > LONGEST_REFERENCE:
        raise Invalid(_("These words are too long."), "reference")
    return words


def _may_answer(agent: Agent, actor: Actor, row: Handoff, status: HandoffStatus) -> None:
    """Raises `PermissionDenied`."""
    if status == HandoffStatus.WITHDRAWN:
        allowed = may_withdraw(agent, row)
    elif row.to_endpoint_id is not None:
        allowed = actor.kind == "api"
    else:
        allowed = handoff_queries.is_for(agent, row)
    if not allowed:
        raise PermissionDenied("handoff.answer")


def may_withdraw(agent: Agent, row: Handoff) -> bool:
    """Who gave it, whose it was, and whoever leads."""
    return agent.pk in (row.giver_id, row.offered_by_id) or agent.role in (Role.ADMIN, Role.LEAD)


def _move(row: Handoff, agent: Agent, actor: Actor, now: datetime) -> None:
    """Give everything that was handed over to who accepted, in one piece."""
    was: Agent | None = None
    if row.job is not None:
        steps = list(row.job.steps.select_related("owner"))
        was = holder(row, steps)
        _move_job(Work(row.job, steps, actor, now), row, was, agent)
    if row.takes_conversation and row.conversation is not None:
        if not Conversation.objects.filter(pk=row.conversation.pk).exists():
            raise Handoff.DoesNotExist
        was = was or row.conversation.assignee
        team = {} if row.to_team is None else {"team": row.to_team}
        change(conversation=row.conversation, actor=actor, by=agent, changes={**team, "assignee": agent})
    if was is not None:
        _move_promises(row, was, agent, actor)


def _move_job(work: Work, row: Handoff, was: Agent | None, agent: Agent) -> None:
    if row.step:
        step = _step(work.steps, row.step)
        step.owner = agent
        work.touched(step)
        work.finish("job.step", step=step.key, owner=agent.pk, handoff=row.pk)
        return
    work.job.owner, work.job.team = agent, row.to_team or work.job.team
    work.changed("owner", "team")
    for step in work.steps:
        if step.is_running and step.owner == was:
            step.owner = agent
            work.touched(step)
    work.finish("job.assigned", owner=agent.pk, handoff=row.pk)


def _move_promises(row: Handoff, was: Agent, agent: Agent, actor: Actor) -> None:
    """Who takes something over keeps what was promised of it, where they see the promise."""
    about = Q(conversation=row.conversation) if row.takes_conversation else Q(pk=None)
    if row.job is not None:
        about |= Q(job=row.job, step=row.step) if row.step else Q(job=row.job)
    seen = Q(conversation=None) | Q(conversation__in=conversations.rows_visible_to(agent))
    mine = Commitment.objects.filter(about, seen, state=State.OPEN, owner=was)
    for promise in mine.select_for_update(of=("self",)).select_related("conversation").order_by("pk"):
        _changed(promise, actor, "commitment.changed", {"owner": agent})


# --- by the clock, and as people and systems go -----------------------------------------------------------------------


def remind_waiting() -> int:
    """Remind both sides of what nobody has answered in time; each once. How many."""
    late = Handoff.objects.filter(status=HandoffStatus.WAITING, due_at__lte=timezone.now(), told=False)
    return each(list(late.order_by("due_at").values_list("pk", flat=True)[:_AT_ONCE]), _remind)


@transaction.atomic
def _remind(pk: int) -> int:
    row = _hold(pk)
    if row is None or not row.is_waiting or row.told:
        return 0
    row.told = True
    row.save(update_fields=["told"])
    tell(row, HandoffLate, SYSTEM, _heard(row))
    return 1


def bring_back() -> int:
    """Return what waits for somebody who can't take it any more: who left or is absent, a team with nobody in it, an
    outside system that is off. How many."""
    waiting, done = Handoff.objects.filter(status=HandoffStatus.WAITING), 0
    writers = Membership.objects.filter(team=OuterRef("to_team"), agent__is_active=True, agent__role__in=_WRITERS)
    nobody = Q(to_agent=None, to_team=None, to_endpoint=None) | Q(to_team__isnull=False) & ~Exists(writers)
    reasons = {
        ByItself.LEFT: Q(to_agent__is_active=False) | Q(to_agent__role=Role.OBSERVER),
        ByItself.AWAY: Q(to_agent__is_away=True, to_agent__away_until__isnull=False),
        ByItself.SILENT: Q(to_endpoint__is_active=False) | Q(to_endpoint__removed_at__isnull=False),
        ByItself.NOBODY: nobody,
    }
    for cause, which in reasons.items():
        ids = list(waiting.filter(which).order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
        done += each(ids, partial(_end, status=HandoffStatus.RETURNED, cause=cause))
    return done


def withdraw_by_itself(pk: int) -> None:
    """There is nothing to hand over any more."""
    _end(pk, HandoffStatus.WITHDRAWN, ByItself.ENDED)


@transaction.atomic
def _end(pk: int, status: HandoffStatus, cause: str) -> int:
    row = _hold(pk)
    if row is None or not row.is_waiting:
        return 0
    answer(row, status, actor=SYSTEM, heard=_heard(row), now=timezone.now(), cause=cause)
    return 1


# --- what all of them share -------------------------------------------------------------------------------------------


def holder(row: Handoff, steps: Sequence[JobStep] = ()) -> Agent | None:
    """Whose it is now: the step's owner, else the job's; the conversation's."""
    if row.job is None:
        return row.conversation.assignee if row.conversation is not None else None
    own = _step(steps, row.step).owner if row.step else None
    return own or row.job.owner


def _step(steps: Sequence[JobStep], key: str) -> JobStep:
    found = next((one for one in steps if one.key == key), None)
    if found is None:
        raise JobStep.DoesNotExist
    return found


def _heard(row: Handoff) -> frozenset[str]:
    """Who hears of what it is about."""
    if row.job is not None:
        return audience_of(row.job, list(row.job.steps.all()))
    return audience(row.conversation) if row.conversation is not None else frozenset()


def _locked(agent: Agent, handoff: Handoff) -> Handoff:
    """Raises `Handoff.DoesNotExist` for one that the agent may not see."""
    handoff_queries.visible_to(agent).get(pk=handoff.pk)
    row = _hold(handoff.pk)
    if row is None:
        raise Handoff.DoesNotExist
    return row


def _hold(pk: int) -> Handoff | None:
    """Locked, after the conversation and the job that it is about, in the order in which everybody holds them."""
    about = Handoff.objects.filter(pk=pk).values_list("conversation", "job").first()
    if about is None:
        return None
    Conversation.everything.select_for_update(of=("self",)).filter(pk=about[0]).first()
    job = held(Q(pk=about[1])) if about[1] else None
    if Handoff.objects.select_for_update().filter(pk=pk).values_list("pk", flat=True).first() is None:
        return None
    related = ("conversation__inbox__calendar", "conversation__assignee", "to_team", "answered_by")
    row = Handoff.objects.select_related(*related).get(pk=pk)
    row.job = job
    return row
