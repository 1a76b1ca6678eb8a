"""The evening mail: when, to whom, what is in it, and that nobody gets it twice."""

import smtplib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from django.conf import settings
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection

from tamada.accounts import mail as letters
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.calendars.actions import create_calendar
from tamada.conversations.models import Inbox
from tamada.core import settings_store
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry, QueuedTask
from tamada.insights import actions
from tamada.insights.actions.mailing import _claim
from tamada.insights.errors import Invalid
from tamada.insights.models import Mailed
from tamada.insights.settings import Evening, evening
from tests.cast import make_agent
from tests.insights.conftest import Ask

DAY = date(2026, 3, 5)
SIX = datetime(2026, 3, 5, 14, 0, tzinfo=UTC)
"""Six in the evening in Yerevan."""


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch, owner: Agent) -> None:
    monkeypatch.setattr(settings, "TAMADA", replace(settings.TAMADA, smtp_url="smtp://127.0.0.1:1"))
    actions.settle_evening(agent=owner, actor=actor_of(owner), settled=Evening(on=True, hour=18))


def send_all() -> None:
    for task in QueuedTask.objects.filter(name__endswith="mail_reading"):
        values = dict(task.kwargs)
        actions.mail_reading(agent_id=values["agent_id"], day=date.fromisoformat(values["day"]))
        task.delete()


def test_it_is_off_until_an_admin_turns_it_on(
    ask: Ask, owner: Agent, lead: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "TAMADA", replace(settings.TAMADA, smtp_url="smtp://127.0.0.1:1"))
    ask("I am disappointed")
    assert actions.ask_to_mail(now=SIX) == 0
    with pytest.raises(PermissionDenied):
        actions.settle_evening(agent=lead, actor=actor_of(lead), settled=Evening(on=True))
    for wrong in (Evening(hour=24), Evening(to="moon"), Evening(calendar=99)):
        with pytest.raises(Invalid):
            actions.settle_evening(agent=owner, actor=actor_of(owner), settled=wrong)
    assert evening() == Evening()
    actions.settle_evening(agent=owner, actor=actor_of(owner), settled=Evening(on=True, to="leads"))
    assert AuditEntry.objects.filter(action="setting.changed", changes__key__startswith="insights.").count() == 2
    assert actions.ask_to_mail(now=SIX) == 2


@pytest.mark.usefixtures("on")
def test_each_is_mailed_once_what_they_see_in_their_language(
    ask: Ask, other_inbox: Inbox, owner: Agent, teammate: Agent, outsider: Agent
) -> None:
    Agent.objects.filter(pk=teammate.pk).update(language="ru")
    ask("I am disappointed by the modem")
    ask("I am disappointed by the bill", to=other_inbox)
    for _ in range(2):
        actions.ask_to_mail(now=SIX)
        send_all()
    by_person = {letter.to[0]: letter for letter in mail.outbox}
    assert len(mail.outbox) == len(by_person) == 3
    whole = str(by_person[owner.email].body)
    assert "modem" in whole
    assert "bill" in whole
    assert "Complains" in whole
    theirs = str(by_person[outsider.email].body)
    assert "bill" in theirs
    assert "modem" not in theirs
    assert "modem" in str(by_person[teammate.email].body)
    assert "bill" not in str(by_person[teammate.email].body)
    assert "Complains" not in str(by_person[teammate.email].body)


@pytest.mark.usefixtures("on")
def test_who_turned_it_off_left_or_has_nothing_to_read_is_not_mailed(
    ask: Ask, owner: Agent, teammate: Agent, outsider: Agent, gone: Agent
) -> None:
    Agent.objects.filter(pk=teammate.pk).update(preferences={"evening": False})
    ask("I am disappointed")
    actions.ask_to_mail(now=SIX)
    send_all()
    assert [letter.to for letter in mail.outbox] == [[owner.email]]


@pytest.mark.usefixtures("on")
@pytest.mark.parametrize(
    ("at", "due"),
    [(SIX - timedelta(minutes=1), 0), (SIX, 1), (SIX + timedelta(hours=4), 1), (SIX + timedelta(hours=6), 0)],
)
def test_it_leaves_at_its_hour_and_not_at_night(ask: Ask, owner: Agent, at: datetime, due: int) -> None:
    ask("I am disappointed")
    assert actions.ask_to_mail(now=at) == due


@pytest.mark.usefixtures("on")
def test_not_on_days_on_which_the_company_is_closed(ask: Ask, owner: Agent) -> None:
    week = {day: [(540, 1080)] for day in range(3)}  # Monday to Wednesday; DAY is a Thursday
    calendar = create_calendar(agent=None, actor=SYSTEM, name="Short", time_zone="Asia/Yerevan", week=week)
    settled = Evening(on=True, hour=18, calendar=calendar.pk)
    actions.settle_evening(agent=owner, actor=actor_of(owner), settled=settled)
    ask("I am disappointed")
    assert actions.ask_to_mail(now=SIX) == 0
    assert actions.ask_to_mail(now=SIX - timedelta(days=1)) == 1


@pytest.mark.usefixtures("on")
def test_an_hour_that_the_clocks_skip_is_the_next(ask: Ask, owner: Agent) -> None:
    settings_store.set("company.time_zone", "Europe/Paris", SYSTEM)
    actions.settle_evening(agent=owner, actor=actor_of(owner), settled=Evening(on=True, hour=2))
    assert actions.ask_to_mail(now=datetime(2026, 3, 29, 0, 59, tzinfo=UTC)) == 0
    assert actions.ask_to_mail(now=datetime(2026, 3, 29, 1, 1, tzinfo=UTC)) == 1


@pytest.mark.usefixtures("on")
@pytest.mark.parametrize(
    ("error", "again"),
    [(ConnectionRefusedError(), 1), (smtplib.SMTPServerDisconnected(), 0), (TimeoutError(), 0)],
)
def test_it_is_tried_again_only_where_it_surely_has_not_left(
    ask: Ask, owner: Agent, monkeypatch: pytest.MonkeyPatch, error: Exception, again: int
) -> None:
    ask("I am disappointed")
    actions.ask_to_mail(now=SIX)
    real = letters.send

    def breaks(**_given: object) -> None:
        raise error

    monkeypatch.setattr(letters, "send", breaks)
    with pytest.raises(type(error)):
        actions.mail_reading(agent_id=owner.pk, day=DAY)
    monkeypatch.setattr(letters, "send", real)
    actions.mail_reading(agent_id=owner.pk, day=DAY)
    assert len(mail.outbox) == again


@pytest.mark.django_db(transaction=True)
def test_of_many_who_try_at_once_one_sends() -> None:
    agent = make_agent("Ruben")
    won: list[bool] = []

    def tries() -> None:
        try:
            won.append(_claim(agent, DAY))
        finally:
            connection.close()

    threads = [Thread(target=tries) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(won) == [False] * 5 + [True]
    assert Mailed.objects.count() == 1
