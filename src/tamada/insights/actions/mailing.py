"""The evening mail: due once a day at an hour of the company, claimed before it leaves, never sent twice."""

import smtplib
import socket
from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone, translation

from tamada.accounts import mail
from tamada.accounts.models import Agent, default_preferences
from tamada.accounts.queries import active_agents
from tamada.calendars.models import Calendar
from tamada.calendars.queries import schedule

from .. import letters
from ..days import at_hour, today
from ..models import Mailed, Reading
from ..queries import evening_of
from ..settings import ROLES, evening
from .reading import read_day

LATEST: Final = timedelta(hours=5)
"""Whoever could not be mailed by then reads it on the page: nobody wants yesterday's evening at night."""
KEPT: Final = timedelta(days=60)
_NEVER_LEFT: Final = (
    smtplib.SMTPResponseException,
    smtplib.SMTPRecipientsRefused,
    ConnectionRefusedError,
    socket.gaierror,
)
"""After these the server surely has nothing: whoever is claimed may be mailed again."""


def ask_to_mail(now: datetime | None = None) -> int:
    """Enqueue the mails that are due, once the day was looked through; returns for how many."""
    from ..tasks import mail_reading as later

    now = now or timezone.now()
    day = today(now)
    if not _is_due(day, now):
        return 0
    told = [agent.pk for agent in recipients(day)]
    if told and not Reading.objects.filter(day=day, made_at__gte=at_hour(day, evening().hour)).exists():
        read_day(day=day, now=now)
    for pk in told:
        later.using(unique=f"evening:{pk}:{day.isoformat()}").enqueue(agent_id=pk, day=day.isoformat())
    Mailed.objects.filter(day__lt=day - KEPT).delete()
    return len(told)


def _is_due(day: date, now: datetime) -> bool:
    settled = evening()
    if not settled.on or not mail.is_configured() or not timedelta(0) <= now - at_hour(day, settled.hour) < LATEST:
        return False
    calendar = Calendar.objects.filter(pk=settled.calendar).first() if settled.calendar else None
    return calendar is None or bool(schedule(calendar).intervals(day))


def recipients(day: date) -> QuerySet[Agent]:
    """Whom it is for by role, who wants it and has not got it."""
    got = Mailed.objects.filter(agent=OuterRef("pk"), day=day)
    rows = active_agents().filter(~Exists(got), role__in=ROLES[evening().to])
    return rows.filter(pk__in=[agent.pk for agent in rows if wants(agent)])


def wants(agent: Agent) -> bool:
    """Whether they have left the mail on."""
    return bool({**default_preferences(), **agent.preferences}["evening"])


def mail_reading(*, agent_id: int, day: date) -> bool:
    """Mail somebody what the page shows them of a day; False where they have it, do not want it, or there is nothing.

    Raises what the mail server said where the letter surely has not left; the task tries again. Where that is not
    known, they are not mailed again.
    """
    agent = recipients(day).filter(pk=agent_id).first()
    if agent is None or not evening().on:
        return False
    with translation.override(mail.language_of(agent)):
        shown = evening_of(agent, day)
        if not shown.troubles and not shown.unanswered_total:
            return False
        letter = letters.evening(agent, shown)
    if not _claim(agent, day):
        return False
    try:
        mail.send(to=agent.email, language=mail.language_of(agent), letter=letter)
    except _NEVER_LEFT:
        Mailed.objects.filter(agent=agent, day=day).delete()
        raise
    return True


def _claim(agent: Agent, day: date) -> bool:
    """Committed before anything is sent: of several who try, one may."""
    try:
        with transaction.atomic():
            Mailed.objects.create(agent=agent, day=day, at=timezone.now())
    except IntegrityError:
        return False
    return True
