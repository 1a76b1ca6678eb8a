"""Notices to customers: noted as a job goes on, sent together and in the right dose, by the channel they came by."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from tamada.accounts import company
from tamada.accounts.models import Agent
from tamada.accounts.permissions import require
from tamada.calendars.queries import schedule
from tamada.conversations.actions import answer_automatically, begin_automatically
from tamada.conversations.envelopes import Address
from tamada.conversations.errors import ConversationError
from tamada.conversations.models import Conversation, Message
from tamada.conversations.queries import mail_inbox_of_team
from tamada.core import audit, events
from tamada.core.actors import SYSTEM, Actor
from tamada.core.tasks import each
from tamada.customers.models import IdentityType

from .. import dose, notice_words
from ..events import JobChanged
from ..job_queries import give_templates, visible_to
from ..models import RUNNING, Dropped, Job, Moment, Notice, NoticeState, Risk
from .keeping import about_of, audience_of
from .links import make_link
from .noting import settle

BEFORE: Final = timedelta(hours=4)
"""With so much working time left until a promise that will be broken, the customer hears of it."""
_FAR: Final = timedelta(days=7)
_STALE: Final = timedelta(days=1)
_AT_ONCE: Final = 100
_DAY: Final = timedelta(days=1)


# --- of delays --------------------------------------------------------------------------------------------------------


def note_delays(*, now: datetime | None = None) -> int:
    """Note those whose promise will be broken and who were not told in time, at the last fitting hour. How many."""
    at, chosen = now or timezone.now(), dose.chosen()
    if not chosen.of_delays:
        return 0
    told = _noted().filter(job=OuterRef("pk"), about_at=OuterRef("promised_at"))
    near = Q(promised_at__lte=at + _FAR, promised_at__gt=at - _STALE)
    found = Job.objects.filter(near, ~Exists(told), status__in=RUNNING, risk__in=(Risk.AT_RISK, Risk.LATE))
    rows = list(found.select_related("calendar").order_by("promised_at")[:_AT_ONCE])
    return each((job.pk for job in rows if _is_time(job, at, chosen)), lambda pk: _note_delay(pk, at, chosen))


def _noted() -> QuerySet[Notice]:
    """Notices of delays, but those of one that had passed before they left: it may come back."""
    return Notice.objects.filter(moment=Moment.DELAYED).exclude(why=Dropped.OVER)


def _is_time(job: Job, at: datetime, chosen: dose.Dose) -> bool:
    """Whether little working time is left, or it will be quiet until the promise has passed."""
    promised = job.promised_at
    assert promised is not None
    if promised <= at or promised <= chosen.quiet.ends(at + timedelta(hours=1)):
        return True
    return schedule(job.calendar).elapsed(at, promised) <= BEFORE


@transaction.atomic
def _note_delay(pk: int, at: datetime, chosen: dose.Dose) -> int:
    job = Job.objects.select_for_update().get(pk=pk)
    is_so = job.status in RUNNING and job.risk != Risk.ON_TRACK and job.promised_at is not None
    if not is_so or _noted().filter(job=job, about_at=job.promised_at).exists():
        return 0
    Notice.objects.create(job=job, moment=Moment.DELAYED, about_at=job.promised_at, due_at=chosen.quiet.ends(at))
    return 1


# --- stopped ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def stop_notice(*, agent: Agent, actor: Actor, notice: Notice) -> bool:
    """Keep one from leaving; whether it had not left yet. Raises `PermissionDenied`, `Job.DoesNotExist`."""
    require(agent, "job.update")
    visible_to(agent).get(pk=notice.job_id)
    if not settle(Q(pk=notice.pk), NoticeState.DROPPED, timezone.now(), why=Dropped.STOPPED):
        return False
    audit.record(actor, "notice.stopped", notice.job, step=notice.step, moment=notice.moment)
    _tell([notice.job], actor)
    return True


# --- sent -------------------------------------------------------------------------------------------------------------


def send_notices(*, now: datetime | None = None) -> int:
    """Send what is due, what waits for one customer in one conversation together. Returns how many messages left."""
    at = now or timezone.now()
    due = Notice.objects.filter(state=NoticeState.WAITING, due_at__lte=at).order_by("due_at")
    pairs = due.values_list("job__customer", "job__conversation")[:_AT_ONCE]
    return each(dict.fromkeys(pairs), lambda pair: _send(*pair, at))


@transaction.atomic
def _send(customer: int, conversation: int | None, at: datetime) -> int:
    """One message. The conversation is held first and its jobs next, as by everybody who writes to both."""
    held = None if conversation is None else Conversation.objects.select_for_update().filter(pk=conversation).first()
    theirs = Notice.objects.filter(job__customer=customer, job__conversation=conversation, state=NoticeState.WAITING)
    list(Job.objects.select_for_update().filter(pk__in=theirs.values("job")).order_by("pk").values_list("pk"))
    rows = theirs.select_for_update(of=("self",)).select_related("job__customer", "job__service")
    notices = list(rows.order_by("job", "created_at", "pk"))
    if not any(notice.due_at <= at for notice in notices):
        return 0
    give_templates(notice.job for notice in notices)
    wanted = _worth_telling(notices, at)
    if not wanted:
        return 0
    if (later := _too_many(customer, wanted, at)) is not None:
        Notice.objects.filter(pk__in=[one.pk for one in wanted]).update(due_at=later)
        return 0
    message = _say(held, wanted, at)
    if message is None:
        settle(_these(wanted), NoticeState.DROPPED, at, why=Dropped.NO_WAY)
        return 0
    settle(_these(wanted), NoticeState.SENT, at, message=message)
    _tell({one.job_id: one.job for one in wanted}.values(), SYSTEM)
    return 1


def _worth_telling(notices: Sequence[Notice], at: datetime) -> list[Notice]:
    """Without those that are so no more, or that a later moment of the same step makes needless."""
    true = [one for one in notices if _is_so(one, at)]
    last = {(one.job_id, one.step): one for one in true}.values()
    settle(_these(one for one in notices if one not in true), NoticeState.DROPPED, at, why=Dropped.OVER)
    settle(_these(one for one in true if one not in last), NoticeState.DROPPED, at, why=Dropped.NEWER)
    return [one for one in true if one in last]


def _is_so(notice: Notice, at: datetime) -> bool:
    """A delay is told while it threatens the date that it is about, a date while it holds; a step, while its words are
    there."""
    job = notice.job
    if notice.moved_to is not None:
        return not job.is_over and job.promised_at == notice.moved_to
    if notice.moment == Moment.DELAYED:
        return job.status in RUNNING and job.risk != Risk.ON_TRACK and job.promised_at == notice.about_at
    return bool(notice_words.words_of(notice, at))


def _too_many(customer: int, wanted: Sequence[Notice], at: datetime) -> datetime | None:
    """When the next message may go where a customer has heard enough for a day; a delay is never held back."""
    if any(one.moment == Moment.DELAYED for one in wanted):
        return None
    chosen = dose.chosen()
    sent = Notice.objects.filter(job__customer=customer, state=NoticeState.SENT, settled_at__gt=at - _DAY)
    moments = sorted({one for one in sent.values_list("settled_at", flat=True) if one is not None})
    if len(moments) < chosen.most_a_day:
        return None
    return chosen.quiet.ends(moments[-chosen.most_a_day] + _DAY)


def _say(conversation: Conversation | None, notices: Sequence[Notice], at: datetime) -> Message | None:
    """In the conversation that the job began in, else in a new one by mail; None where neither can be."""
    actor = Actor("system", None, company.name())
    try:
        with transaction.atomic():
            if conversation is None:
                return _begin(notices, actor, at)
            text = _words(notices, at)
            return answer_automatically(actor=actor, conversation=conversation, text=text, answers=False)
    except ConversationError:
        return None


def _words(notices: Sequence[Notice], at: datetime) -> str:
    """What is said, with a way to the page of each job. Whoever reads of a job in this conversation gets that one:
    an address to which answers go may be somebody else's, whom the customer's other requests do not concern.
    """
    wanted = dose.chosen().with_link and settings.TAMADA.base_url_is_set  # else it would lead to this machine alone
    jobs = {one.job_id: one.job for one in notices} if wanted else {}
    made = {pk: make_link(agent=None, actor=SYSTEM, customer=job.customer, job=job) for pk, job in jobs.items()}
    return notice_words.message_of(notices, at, {pk: link.address for pk, link in made.items()})


def _begin(notices: Sequence[Notice], actor: Actor, at: datetime) -> Message | None:
    job = notices[0].job
    known = job.customer.identities.filter(type=IdentityType.EMAIL, paused_at__isnull=True)
    address = known.order_by(F("verified_at").asc(nulls_last=True), "pk").first()
    inbox = mail_inbox_of_team(job.team_id)
    if address is None or inbox is None:
        return None
    to: Address = {"name": job.customer.name, "email": address.display or address.value}
    message = begin_automatically(
        actor=actor, inbox=inbox, to=to, subject=notice_words.heading(job), text=_words(notices, at)
    )
    Job.objects.filter(pk__in={one.job_id for one in notices}).update(conversation=message.conversation_id)
    return message


def _these(notices: Iterable[Notice]) -> Q:
    return Q(pk__in=[one.pk for one in notices])


def _tell(jobs: Iterable[Job], actor: Actor) -> None:
    """Whoever looks at these jobs sees what the customer hears of them."""
    for job in jobs:
        heard = audience_of(job, list(job.steps.all()))
        fact = JobChanged(audience=heard, **about_of(job), status=job.status, risk=job.risk, fields=("notices",))
        events.record(fact, actor=actor)
