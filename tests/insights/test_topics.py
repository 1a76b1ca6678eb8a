"""What was asked most in a week: who counts, who sees what, and that it is the same whenever it runs."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.assistant import brain
from tamada.assistant.models import Learned
from tamada.conversations.actions import delete_conversations
from tamada.conversations.models import Conversation, Inbox, Message
from tamada.core import settings_store
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry, QueuedTask
from tamada.customers.models import Customer
from tamada.insights import actions, grouping, queries
from tamada.insights.days import start_of
from tamada.insights.gathering import Question
from tamada.insights.models import Asked, Judged, Period, Topic
from tests.assistant.conftest import learned, shelf, taught
from tests.insights.conftest import NOW, Ask, Receive, answer, spam

__all__ = ["learned", "shelf", "taught"]

MONDAY = date(2026, 3, 2)
WEEK = timedelta(days=7)


def gathered(agent: Agent) -> list[queries.ShownTopic]:
    period = actions.gather_week(monday=MONDAY, now=NOW)
    return queries.top(agent, period, "en")


def test_questions_that_ask_the_same_are_one_topic_with_its_trend(ask: Ask, owner: Agent) -> None:
    for text in ("The internet does not work", "internet is not working today", "My internet does not work. Help!"):
        ask(text)
    ask("The internet does not work", ago=WEEK + timedelta(hours=2))
    ask("Please send me an invoice")
    first, second = gathered(owner)
    assert (first.count, first.before, first.change) == (3, 1, 2)
    assert "internet" in first.name.lower()
    assert [code for code, _name, _n in first.channels] == ["email"]
    assert (second.count, second.before) == (1, 0)
    assert {one.conversation.customer.name for one in first.examples} <= set(
        Customer.objects.values_list("name", flat=True)
    )


def test_what_the_week_before_had_later_in_the_week_is_not_held_against_it(ask: Ask, owner: Agent) -> None:
    ask("The internet does not work")
    ask("The internet does not work", ago=WEEK - timedelta(hours=20))  # Friday of the week before
    assert [(one.count, one.before) for one in gathered(owner)] == [(1, 0)]


def test_spam_machines_the_deleted_and_the_erased_do_not_count(ask: Ask, owner: Agent) -> None:
    spam(ask("Cheap watches, how many do you want?"), owner)
    ask("I am away until Monday. Who reads this?", is_automatic=True)
    gone = ask("Where is the office?").conversation
    delete_conversations(agent=owner, actor=actor_of(owner), conversations=[gone])
    erased = ask("Where is the shop?")
    Customer.objects.filter(pk=erased.conversation.customer_id).update(erased_at=NOW)
    assert gathered(owner) == []


def test_an_empty_week_one_message_and_a_huge_one(ask: Ask, owner: Agent) -> None:
    assert gathered(owner) == []
    ask("Where is my parcel?")
    assert [one.count for one in gathered(owner)] == [1]
    ask("parcel " * 150_000)
    assert sum(one.count for one in gathered(owner)) == 2


def test_a_greeting_begins_nothing_and_the_question_after_it_counts(ask: Ask, receive: Receive, owner: Agent) -> None:
    first = ask("Hello!", subject="")
    receive(text="Where is my parcel?", sender=first.sender, answers=(first.external_id,), received_at=NOW, subject="")
    receive(text="Thank you.", sender=first.sender, answers=(first.external_id,), received_at=NOW, subject="")
    actions.gather_week(monday=MONDAY, now=NOW + timedelta(hours=1))
    assert list(Asked.objects.values_list("message__text", flat=True)) == ["Where is my parcel?"]


def test_it_is_the_same_whenever_it_runs_and_keeps_its_numbers(ask: Ask, owner: Agent) -> None:
    for text in ("The internet does not work", "internet does not work again", "Please send me an invoice"):
        ask(text)
    before = [(one.topic.pk, one.name, one.count) for one in gathered(owner)]
    rows = set(Asked.objects.values_list("topic", "message", "place"))
    assert [(one.topic.pk, one.name, one.count) for one in gathered(owner)] == before
    assert set(Asked.objects.values_list("topic", "message", "place")) == rows
    ask("An internet that does not work")
    assert {one.topic.pk for one in gathered(owner)} >= {before[0][0]}
    assert Period.objects.count() == 1


def test_each_counts_and_reads_what_they_see_alone(
    ask: Ask, other_inbox: Inbox, owner: Agent, teammate: Agent, outsider: Agent
) -> None:
    ask("The internet does not work")
    ask("The internet does not work at all", to=other_inbox)
    ask("Only for billing: a secret invoice", to=other_inbox)
    period = actions.gather_week(monday=MONDAY, now=NOW)
    assert [one.count for one in queries.top(owner, period, "en")] == [2, 1]
    assert [one.count for one in queries.top(teammate, period, "en")] == [1]
    theirs = queries.top(outsider, period, "en")
    assert sorted(one.count for one in theirs) == [1, 1]
    inboxes = {message.inbox_id for one in theirs for message in one.examples}
    assert inboxes == {other_inbox.pk}
    hidden = Topic.objects.exclude(pk__in=queries.topics_visible_to(teammate))
    assert hidden.count() == 1


def test_how_often_it_was_answered_well(ask: Ask, receive: Receive, owner: Agent) -> None:
    answer(ask("The internet does not work"), owner, "Restart the modem.")
    answer(ask("The internet does not work today"), owner, "Restart the modem.", closes=False)
    ask("The internet does not work here")
    [topic] = gathered(owner)
    assert (topic.well, topic.count, topic.well_percent) == (1, 3, 33)


@pytest.mark.sqlite
@pytest.mark.usefixtures("taught")
def test_what_an_article_answers_is_one_topic_by_its_title(ask: Ask, owner: Agent, taught: Learned) -> None:
    for text in ("what are your opening hours", "are you open on saturday", "do you work on sundays"):
        ask(text, subject="", language="en")
    [topic] = [one for one in gathered(owner) if one.topic.label]
    assert (topic.topic.label, topic.name) == ("shop:hours", "When we are open")
    assert topic.answer is not None
    assert Judged.objects.filter(brain=taught.pk).count() == 3


@pytest.mark.sqlite
@pytest.mark.usefixtures("taught")
def test_a_new_brain_is_asked_about_what_has_no_answer_or_one_that_is_gone(
    ask: Ask, taught: Learned, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("what are your opening hours", "are you open on saturday", "who painted your sign", "and who else"):
        ask(text, subject="", language="en")
    asked: list[str] = []
    judge = grouping._judge

    def noted(known: brain.Brain, one: Question) -> str:
        asked.append(one.text)
        return judge(known, one)

    monkeypatch.setattr(grouping, "_judge", noted)
    actions.gather_week(monday=MONDAY, now=NOW)
    assert len(asked) == 4
    Judged.objects.update(brain=taught.pk - 1)
    Judged.objects.filter(message__text="are you open on saturday").update(label="shop:gone")
    asked.clear()
    actions.gather_week(monday=MONDAY, now=NOW)
    labelled = set(Judged.objects.exclude(label="").values_list("message__text", flat=True))
    assert "what are your opening hours" in labelled
    assert set(asked) == {"are you open on saturday", "who painted your sign", "and who else"}
    asked.clear()
    actions.gather_week(monday=MONDAY, now=NOW)
    assert asked == []


def test_a_week_begins_at_the_companys_midnight_whatever_the_clocks_do(ask: Ask) -> None:
    settings_store.set("company.time_zone", "Europe/Paris", SYSTEM)
    spring, after = start_of(date(2026, 3, 29)), start_of(date(2026, 3, 30))
    assert after - spring == timedelta(hours=23)
    assert start_of(date(2026, 10, 26)) - start_of(date(2026, 10, 25)) == timedelta(hours=25)
    late = ask("Where is my parcel?")
    at = after - timedelta(minutes=1)
    Message.objects.filter(pk=late.pk).update(created_at=at)
    Conversation.objects.filter(pk=late.conversation_id).update(created_at=at, last_activity_at=at)
    actions.gather_week(monday=date(2026, 3, 23), now=after + timedelta(days=1))
    actions.gather_week(monday=date(2026, 3, 30), now=after + timedelta(days=1))
    rows = Asked.objects.values_list("topic__period__starts_on", "is_before")
    assert list(rows) == [(date(2026, 3, 23), False)]


def test_leads_have_it_worked_out_and_agents_do_not(owner: Agent, lead: Agent, teammate: Agent) -> None:
    for agent in (owner, lead):
        actions.ask_to_gather(agent=agent, actor=actor_of(agent))
    assert QueuedTask.objects.filter(unique_key="insights.gather").count() == 1
    assert AuditEntry.objects.filter(action="insights.gathered").count() == 2
    with pytest.raises(PermissionDenied):
        actions.ask_to_gather(agent=teammate, actor=actor_of(teammate))


def test_the_guide_is_of_four_weeks_and_one_at_a_time(ask: Ask, owner: Agent) -> None:
    ask("The internet does not work")
    ask("The internet does not work", ago=3 * WEEK)
    ask("The internet does not work", ago=5 * WEEK)
    actions.gather_guide(now=NOW)
    actions.gather_guide(now=NOW + timedelta(days=1))
    [topic] = queries.guide_of(owner, "en")
    assert topic.count == 2
    assert Period.objects.filter(span="guide").count() == 1


def test_it_is_gathered_once_a_day_whatever_the_assistant_learns(ask: Ask) -> None:
    ask("The internet does not work")
    assert actions.gather_if_due(now=NOW)
    actions.gather_all(now=NOW)
    Period.objects.update(made_at=NOW)
    assert not actions.gather_if_due(now=NOW)
    settings_store.note(brain.NEWEST, 7)
    assert not actions.gather_if_due(now=NOW)
    assert actions.gather_if_due(now=NOW + timedelta(days=1))


def test_old_weeks_are_forgotten(ask: Ask) -> None:
    ask("The internet does not work")
    actions.gather_week(monday=MONDAY, now=NOW)
    actions.forget_old(now=NOW + timedelta(weeks=20))
    assert Period.objects.exists()
    actions.forget_old(now=NOW + timedelta(weeks=30))
    assert not Period.objects.exists()
