"""Notices: a customer hears what the service names, in one message, not at night, not too often; of delays in time."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations.models import Conversation, Kind, Message
from tamada.core import settings_store
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry
from tamada.customers.models import Customer
from tamada.operations import actions, dose, notice_words
from tamada.operations.dose import Dose
from tamada.operations.link_queries import link_for
from tamada.operations.models import Job, Notice, RequestLink, Risk, Service
from tests.conversations.conftest import Receive

from .jobs import begin, in_days, plumbing, set_step

pytestmark = pytest.mark.django_db

TALKING = """
service: keys
name: {en: Copy of a key, ru: Копия ключа}
within: 40h
stages:
  - stage: all
    name: All
    steps:
      - step: take
        name: Take it
        by: {role: agent}
        takes: 1h
        tells:
          opened: {en: We have your order., ru: Заказ принят.}
          done: {en: We have the key., ru: Ключ у нас.}
      - step: cut
        name: Cut it
        by: {role: agent}
        takes: 2h
        tells: {opened: We begin to cut., started: We are cutting., done: It is cut.}
      - step: fetch
        name: Fetch it
        by: customer
        takes: 8h
        asks: appointment
        shown: choose when you come
"""
ALWAYS = Dose(quiet_from=0, quiet_until=0, most_a_day=3, of_delays=True, with_link=False)


@pytest.fixture
def talk(receive: Receive) -> Conversation:
    return Conversation.objects.get(pk=receive(text="A key, please", sender="ani@mail.am").conversation_id)


@pytest.fixture
def job(teammate: Agent, lead: Agent, talk: Conversation) -> Job:
    dose.choose(ALWAYS, SYSTEM)
    return begin(teammate, talk, plumbing(TALKING))


def later(minutes: float = 6) -> datetime:
    return timezone.now() + timedelta(minutes=minutes)


def said(job: Job) -> list[str]:
    job.refresh_from_db()
    rows = Message.objects.filter(conversation=job.conversation_id, kind=Kind.OUT).order_by("seq")
    return [row.text for row in rows]


def stands(job: Job) -> dict[str, str]:
    rows = Notice.objects.filter(job=job)
    return {f"{row.step}.{row.moment}": row.why or row.state for row in rows}


# --- told -------------------------------------------------------------------------------------------------------------


def test_what_happens_within_minutes_is_one_message_marked_as_a_machines(teammate: Agent, job: Job) -> None:
    assert stands(job) == {"take.opened": "waiting"}
    set_step(teammate, job, "take", "done")
    assert actions.send_notices() == 0, "it waits for what else happens"
    assert actions.send_notices(now=later()) == 1
    assert said(job) == [f"Copy of a key, no. {job.number}\nWe have the key.\nWe begin to cut."]
    assert stands(job) == {"take.opened": "newer", "take.done": "sent", "cut.opened": "sent"}
    message = Message.objects.get(conversation=job.conversation_id, kind=Kind.OUT)
    assert (message.is_automatic, message.author_kind) == (True, "system")
    assert actions.send_notices(now=later()) == 0, "nothing twice"


def test_it_is_in_the_customers_language(teammate: Agent, lead: Agent, talk: Conversation) -> None:
    dose.choose(ALWAYS, SYSTEM)
    Conversation.objects.filter(pk=talk.pk).update(language="ru")
    talk.refresh_from_db()
    job = begin(teammate, talk, plumbing(TALKING))
    actions.send_notices(now=later())
    assert said(job) == [f"Копия ключа, заявка № {job.number}\nЗаказ принят."]


def test_it_leads_to_the_page_of_its_job_and_to_that_alone(teammate: Agent, job: Job) -> None:
    dose.choose(replace(ALWAYS, with_link=True), SYSTEM)
    actions.send_notices(now=later())
    (text,) = said(job)
    found = re.fullmatch(rf"Copy of a key, no. {job.number}\nWe have your order.\nYou can see .* here: (\S+)", text)
    assert found is not None, text
    link, customer = link_for(found[1].rpartition("/")[2])
    assert (link.job, link.made_by, customer) == (job, None, job.customer)
    assert AuditEntry.objects.get(action="request_link.made").changes == {"customer": customer.pk, "job": job.pk}


def test_where_no_address_is_set_none_is_told(job: Job, settings: Any) -> None:
    settings.TAMADA = replace(settings.TAMADA, base_url_is_set=False)
    dose.choose(replace(ALWAYS, with_link=True), SYSTEM)
    actions.send_notices(now=later())
    assert said(job) == [f"Copy of a key, no. {job.number}\nWe have your order."]
    assert not RequestLink.objects.exists()


def test_each_job_that_is_told_of_together_has_its_own(teammate: Agent, talk: Conversation, job: Job) -> None:
    dose.choose(replace(ALWAYS, with_link=True), SYSTEM)
    other = begin(teammate, talk, job.service)
    assert actions.send_notices(now=later()) == 1
    (text,) = said(job)
    told = re.findall(r"no\. (\d+)\n(?:.*\n)*?.*/requests/(\S+)", text)
    assert {int(number): link_for(words)[0].job for number, words in told} == {job.number: job, other.number: other}


def test_where_nobody_can_be_told_no_link_is_made(teammate: Agent, job: Job) -> None:
    dose.choose(replace(ALWAYS, with_link=True), SYSTEM)
    job.customer.identities.all().delete()
    Job.objects.filter(pk=job.pk).update(conversation=None)
    assert actions.send_notices(now=later()) == 0
    assert stands(job) == {"take.opened": "no_way"}
    assert not RequestLink.objects.exists()


def test_a_step_that_is_done_again_is_told_once(teammate: Agent, job: Job) -> None:
    set_step(teammate, job, "take", "done")
    actions.send_notices(now=later())
    set_step(teammate, job, "take", "open", reason="the wrong key")
    set_step(teammate, job, "take", "done")
    assert actions.send_notices(now=later()) == 0
    assert len(said(job)) == 1


def test_nobody_is_told_at_night(teammate: Agent, lead: Agent, talk: Conversation) -> None:
    settings_store.set("company.time_zone", "Asia/Yerevan", SYSTEM)
    hour = timezone.now().astimezone(ZoneInfo("Asia/Yerevan")).hour
    quiet = replace(ALWAYS, quiet_from=hour * 60, quiet_until=(hour + 2) % 24 * 60)
    dose.choose(quiet, SYSTEM)
    job = begin(teammate, talk, plumbing(TALKING))
    assert actions.send_notices(now=later()) == 0
    assert actions.send_notices(now=later(121)) == 1
    assert len(said(job)) == 1


def test_what_is_too_much_for_a_day_waits_and_is_told_together(teammate: Agent, job: Job) -> None:
    dose.choose(replace(ALWAYS, most_a_day=1), SYSTEM)
    assert actions.send_notices(now=later()) == 1
    set_step(teammate, job, "take", "done")
    assert actions.send_notices(now=later(12)) == 0
    set_step(teammate, job, "cut", "done")
    assert actions.send_notices(now=later(60)) == 0
    assert actions.send_notices(now=later(6 + 24 * 60)) == 1
    assert said(job)[1:] == [f"Copy of a key, no. {job.number}\nWe have the key.\nIt is cut."]


def test_two_jobs_of_one_conversation_are_told_in_one_message(teammate: Agent, job: Job, talk: Conversation) -> None:
    other = begin(teammate, talk, Service.objects.get(key="keys"))
    assert actions.send_notices(now=later()) == 1
    (text,) = said(job)
    assert text.count("We have your order.") == 2
    assert f"no. {other.number}" in text


def test_a_job_without_a_conversation_is_told_by_mail_which_becomes_its_own(
    teammate: Agent, job: Job, talk: Conversation
) -> None:
    Notice.objects.all().delete()
    alone = begin(teammate, talk, Service.objects.get(key="keys"), conversation=None)
    assert actions.send_notices(now=later()) == 1
    alone.refresh_from_db()
    assert alone.conversation is not None
    assert alone.conversation != talk
    assert alone.conversation.customer == talk.customer
    assert said(alone) == [f"Copy of a key, no. {alone.number}\nWe have your order."]
    set_step(teammate, alone, "take", "done")
    actions.send_notices(now=later(12))
    assert len(said(alone)) == 2


def test_who_can_not_be_reached_is_known_to_be(teammate: Agent, job: Job) -> None:
    nobody = Customer.objects.create(name="Gor", last_activity_at=timezone.now())
    by = {"agent": teammate, "actor": actor_of(teammate), "service": Service.objects.get(key="keys")}
    alone = actions.start_job(**by, customer=nobody)  # type: ignore[arg-type]
    assert actions.send_notices(now=later()) == 1  # the other job's
    assert stands(alone) == {"take.opened": "no_way"}


def test_a_cancelled_job_tells_nothing(teammate: Agent, job: Job) -> None:
    actions.cancel_job(agent=teammate, actor=actor_of(teammate), job=job, reason="they changed their mind")
    assert stands(job) == {"take.opened": "over"}
    assert actions.send_notices(now=later()) == 0


def test_one_of_us_stops_it_before_it_leaves(teammate: Agent, observer: Agent, outsider: Agent, job: Job) -> None:
    notice = Notice.objects.get(job=job)
    with pytest.raises(PermissionDenied):
        actions.stop_notice(agent=observer, actor=actor_of(observer), notice=notice)
    with pytest.raises(ObjectDoesNotExist):
        actions.stop_notice(agent=outsider, actor=actor_of(outsider), notice=notice)
    assert actions.stop_notice(agent=teammate, actor=actor_of(teammate), notice=notice)
    assert not actions.stop_notice(agent=teammate, actor=actor_of(teammate), notice=notice)
    assert AuditEntry.objects.filter(action="notice.stopped").count() == 1
    assert actions.send_notices(now=later()) == 0
    assert stands(job) == {"take.opened": "stopped"}


# --- of delays --------------------------------------------------------------------------------------------------------


def endangered(job: Job, **fields: object) -> Job:
    Job.objects.filter(pk=job.pk).update(risk=Risk.AT_RISK, **fields)
    Notice.objects.all().delete()
    job.refresh_from_db()
    return job


def put_off(agent: Agent, job: Job, *, to: datetime | None = None, **more: str) -> None:
    by = {"agent": agent, "actor": actor_of(agent), "job": job}
    actions.move_promise(**by, to=to or in_days(30), **{"reason": "the supplier is late", **more})  # type: ignore[arg-type]
    job.refresh_from_db()


def test_a_promise_that_will_be_broken_is_told_before_it_passes_and_once(job: Job) -> None:
    endangered(job, promised_at=in_days(2), forecast_slow_at=in_days(3))
    assert actions.note_delays() == 0, "its owner has been asked and has time to act"
    assert actions.note_delays(now=timezone.now() + timedelta(hours=45)) == 1
    assert actions.note_delays(now=timezone.now() + timedelta(hours=45)) == 0
    assert actions.send_notices(now=timezone.now() + timedelta(hours=45)) == 1
    (text,) = said(job)
    assert "will not manage by then" in text
    assert "As things stand it will be done by" in text
    assert actions.note_delays(now=timezone.now() + timedelta(hours=47)) == 0


def test_a_delay_is_told_though_they_have_heard_enough_today(job: Job) -> None:
    dose.choose(replace(ALWAYS, most_a_day=1), SYSTEM)
    assert actions.send_notices(now=later()) == 1
    endangered(job, promised_at=in_days(0.1))
    assert actions.note_delays() == 1
    assert actions.send_notices(now=later()) == 1


def test_what_will_pass_at_night_is_told_before_the_night(teammate: Agent, job: Job) -> None:
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    night = now + timedelta(minutes=30)
    begins, ends = (hour % 24 * 60 + night.minute for hour in (night.hour, night.hour + 12))
    dose.choose(replace(ALWAYS, quiet_from=begins, quiet_until=ends), SYSTEM)
    endangered(job, promised_at=now + timedelta(hours=11))
    assert actions.note_delays(now=now) == 1
    assert actions.send_notices(now=now) == 1
    assert len(said(job)) == 1


def test_a_date_that_was_moved_meanwhile_is_told_by_its_owner_and_not_again(teammate: Agent, job: Job) -> None:
    endangered(job, promised_at=in_days(0.1))
    assert actions.note_delays() == 1
    put_off(teammate, job, tell="Our supplier is late. You have it by Monday.")
    assert actions.send_notices(now=later()) == 0
    assert stands(job) == {".delayed": "over"}


def test_a_later_date_that_nobody_has_told_is_told_by_itself_with_its_reason(teammate: Agent, job: Job) -> None:
    endangered(job, promised_at=in_days(0.1))
    assert actions.note_delays() == 1
    put_off(teammate, job)
    put_off(teammate, job, to=in_days(31), reason="The supplier is even later!")
    _first, last = Notice.objects.filter(moved_to__isnull=False).order_by("pk")
    assert actions.send_notices(now=later()) == 1
    (text,) = said(job)
    assert "will not manage by then" in text
    assert text.count("The new date is") == 1
    assert "The reason: The supplier is even later! If" in text
    assert Notice.objects.get(state="sent") == last


def test_a_date_that_was_told_is_not_told_again_nor_an_earlier_one_nor_of_a_job_that_is_done(
    teammate: Agent, job: Job
) -> None:
    endangered(job, promised_at=in_days(0.1))
    put_off(teammate, job, tell="We need until Monday.")
    put_off(teammate, job, to=in_days(3))
    assert not Notice.objects.exists()
    put_off(teammate, job, to=in_days(4))
    actions.cancel_job(agent=teammate, actor=actor_of(teammate), job=job, reason="they changed their mind")
    assert actions.send_notices(now=later()) == 0
    assert stands(job) == {".delayed": "over"}


def test_a_delay_that_passed_before_it_was_told_and_comes_back_is_told(job: Job) -> None:
    endangered(job, promised_at=in_days(0.1))
    assert actions.note_delays() == 1
    Job.objects.filter(pk=job.pk).update(risk=Risk.ON_TRACK)
    assert actions.send_notices(now=later()) == 0
    assert stands(job) == {".delayed": "over"}
    Job.objects.filter(pk=job.pk).update(risk=Risk.LATE)
    assert actions.note_delays() == 1
    assert actions.send_notices(now=later()) == 1
    assert "will not manage by then" in said(job)[0]


def test_what_is_not_so_takes_the_place_of_nothing_that_is(teammate: Agent, job: Job) -> None:
    endangered(job, promised_at=in_days(0.1))
    promised = job.promised_at
    assert actions.note_delays() == 1
    put_off(teammate, job)
    assert promised is not None
    put_off(teammate, job, to=promised)
    Job.objects.filter(pk=job.pk).update(risk=Risk.AT_RISK)
    assert actions.send_notices(now=later()) == 1
    (text,) = said(job)
    assert "will not manage by then" in text
    assert "The new date is" not in text


def test_one_message_that_can_not_be_written_keeps_nobody_else_from_theirs(
    teammate: Agent, job: Job, receive: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = receive(text="A key too", sender="eva@mail.am").conversation_id
    second = begin(teammate, Conversation.objects.get(pk=other), job.service)
    words = notice_words.message_of

    def broken(notices: Any, *more: Any) -> str:
        if notices[0].job_id == job.pk:
            raise KeyError("a template that nobody can read")
        return words(notices, *more)

    monkeypatch.setattr(notice_words, "message_of", broken)
    assert actions.send_notices(now=later()) == 1
    assert (len(said(job)), len(said(second))) == (0, 1)
    assert stands(job) == {"take.opened": "waiting"}


def test_what_waits_for_the_customer_says_what_for(teammate: Agent, job: Job) -> None:
    endangered(job, promised_at=in_days(0.1), cause="fetch")
    actions.note_delays()
    actions.send_notices(now=later())
    assert "we need something of you: choose when you come" in said(job)[0]


def test_a_past_promise_is_owned_up_to(job: Job) -> None:
    endangered(job, promised_at=in_days(-0.1), forecast_slow_at=None)
    actions.note_delays()
    actions.send_notices(now=later())
    assert "have not kept that" in said(job)[0]
    assert "A colleague will tell you the new date." in said(job)[0]


def test_delays_are_not_told_where_that_is_off_nor_long_past_nor_on_track(job: Job) -> None:
    endangered(job, promised_at=in_days(-3))
    assert actions.note_delays() == 0
    endangered(job, promised_at=in_days(0.1))
    dose.choose(replace(ALWAYS, of_delays=False), SYSTEM)
    assert actions.note_delays() == 0
    dose.choose(ALWAYS, SYSTEM)
    Job.objects.update(risk=Risk.ON_TRACK)
    assert actions.note_delays() == 0
