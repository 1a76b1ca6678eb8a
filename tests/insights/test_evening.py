"""What troubled customers on a day, who sees it, and what becomes of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.automation.models import Deadline
from tamada.conversations.actions import merge_conversations
from tamada.conversations.models import Conversation, Inbox, Message
from tamada.core import settings_store
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry, StoredEvent
from tamada.insights import actions, queries
from tamada.insights.days import start_of
from tamada.insights.errors import Invalid
from tamada.insights.models import Problem, Reading, State, Trouble
from tamada.notifications.models import Notification
from tests.insights.conftest import NOW, Ask, Receive, answer, spam

DAY = date(2026, 3, 5)


def told(agent: Agent) -> list[tuple[int, list[str]]]:
    """Conversations and reasons as an agent reads them."""
    actions.read_day(day=DAY, now=NOW)
    return [(one.problem.conversation_id, one.reasons) for one in queries.evening_of(agent, DAY).troubles]


def test_the_angriest_stand_first_with_their_reasons(ask: Ask, owner: Agent) -> None:
    calm = ask("When are you open on Sunday?")
    bad = ask("I am disappointed, the technician did not come")
    worse = ask("This is unacceptable! I already wrote to you and complain again")
    found = told(owner)
    assert [pk for pk, _reasons in found] == [worse.conversation_id, bad.conversation_id]
    assert found[0][1] == ["angry", "complaint", "again"]
    shown = queries.evening_of(owner, DAY)
    assert shown.troubles[0].problem.message == worse
    assert shown.unanswered_total == 3
    assert calm.conversation in shown.unanswered


def test_asking_again_a_late_answer_coming_back_and_waiting_are_signs(ask: Ask, receive: Receive, owner: Agent) -> None:
    again = ask("When are you open?", ago=timedelta(hours=2))
    thread = {"sender": again.sender, "answers": (again.external_id,)}
    receive(text="When do you close?", received_at=NOW - timedelta(hours=1), **thread)
    late = ask("When is the visit?")
    Deadline.objects.create(
        conversation=late.conversation, target="first", minutes=60, warn_percent=75,
        started_at=NOW - timedelta(hours=3), due_at=NOW - timedelta(hours=2), breached_at=NOW - timedelta(hours=1),
    )  # fmt: skip
    old = ask("When does the shop open?", ago=timedelta(days=9))
    answer(old, owner, "At nine.")
    Deadline.objects.create(  # its passing was told today only
        conversation=old.conversation, target="next", minutes=60, warn_percent=75,
        started_at=NOW - timedelta(days=9), due_at=NOW - timedelta(days=8), breached_at=NOW - timedelta(hours=1),
    )  # fmt: skip
    back = ask("Where is the invoice?", ago=timedelta(days=3))
    answer(back, owner, "It is attached.")
    receive(text="It is not.", sender=back.sender, answers=(back.external_id,), received_at=NOW - timedelta(hours=1))
    Message.objects.filter(kind="system").update(created_at=NOW - timedelta(hours=1))
    long = ask("Which tariff is this?", ago=timedelta(hours=20))
    found = dict(told(owner))
    assert found[again.conversation_id] == ["again"]
    assert found[late.conversation_id] == ["late"]
    assert found[back.conversation_id] == ["reopened"]
    assert found[long.conversation_id] == ["waiting"]


def test_an_answer_between_is_no_asking_again(ask: Ask, receive: Receive, owner: Agent) -> None:
    first = ask("When are you open?", ago=timedelta(hours=3))
    answer(first, owner, "From nine.", closes=False)
    receive(
        text="And when do you close?", sender=first.sender, answers=(first.external_id,),
        received_at=NOW - timedelta(hours=1),
    )  # fmt: skip
    assert told(owner) == []


def test_spam_troubles_nobody_and_a_huge_message_is_read_from_its_beginning(ask: Ask, owner: Agent) -> None:
    spam(ask("UNACCEPTABLE!!! Buy now, you were disappointed"), owner)
    huge = ask("I complain. " + "blah " * 200_000)
    assert [pk for pk, _reasons in told(owner)] == [huge.conversation_id]


@pytest.mark.sqlite
def test_a_day_is_read_along_indexes(ask: Ask, owner: Agent) -> None:
    ask("I am disappointed")
    with CaptureQueriesContext(connection) as asked:
        told(owner)
    plans = [
        step
        for query in asked
        if query["sql"].startswith("SELECT")
        for *_ids, step in connection.cursor().execute(f"EXPLAIN QUERY PLAN {query['sql']}")
    ]
    assert any("conv_newest (last_activity_at>?" in step for step in plans)
    assert any("deadline_breached (due_at>? AND due_at<?" in step for step in plans)
    assert any("said_created (created_at>? AND created_at<?" in step for step in plans)
    long = ("SCAN conversations_message", "SCAN automation_deadline", "SCAN assistant_said")
    assert not [step for step in plans if step.startswith(long)]


def test_an_empty_day(owner: Agent, yerevan: None) -> None:
    assert told(owner) == []
    assert queries.evening_of(owner, DAY).unanswered_total == 0


def test_it_is_the_same_whenever_it_runs(ask: Ask, owner: Agent) -> None:
    ask("I am disappointed")
    first = told(owner)
    ids = set(Problem.objects.values_list("pk", flat=True))
    assert told(owner) == first
    assert set(Problem.objects.values_list("pk", flat=True)) == ids
    assert (Reading.objects.count(), Trouble.objects.count()) == (1, 1)


def test_what_is_no_trouble_any_more_goes_but_what_somebody_took_stays(ask: Ask, owner: Agent) -> None:
    gone, taken = ask("I am disappointed"), ask("I am disappointed too")
    told(owner)
    problem = Problem.objects.get(conversation=taken.conversation_id)
    actions.take_problem(agent=owner, actor=actor_of(owner), problem=problem)
    for message in (gone, taken):
        spam(message, owner)
    assert told(owner) == []
    assert [one.pk for one in Problem.objects.all()] == [problem.pk]


def test_the_day_is_the_companys(ask: Ask, owner: Agent) -> None:
    settings_store.set("company.time_zone", "Asia/Tbilisi", SYSTEM)
    before, after = ask("I am disappointed"), ask("I am disappointed too")
    for message, at in ((before, start_of(DAY) - timedelta(minutes=1)), (after, start_of(DAY))):
        Message.objects.filter(pk=message.pk).update(created_at=at)
        Conversation.objects.filter(pk=message.conversation_id).update(waiting_since=None)
    assert start_of(DAY).hour == 20  # of the day before, in UTC
    assert [pk for pk, _reasons in told(owner)] == [after.conversation_id]


def test_yesterday_is_looked_through_whole_once(ask: Ask) -> None:
    ask("I am disappointed", ago=timedelta(days=1))
    actions.read_days(now=NOW)
    assert set(Reading.objects.values_list("day", flat=True)) == {DAY, DAY - timedelta(days=1)}
    made = Reading.objects.get(day=DAY - timedelta(days=1)).made_at
    actions.read_days(now=NOW + timedelta(minutes=30))
    assert Reading.objects.get(day=DAY - timedelta(days=1)).made_at == made


def test_each_reads_what_they_see_alone(ask: Ask, other_inbox: Inbox, teammate: Agent, outsider: Agent) -> None:
    ours, theirs = ask("I am disappointed"), ask("I am disappointed as well", to=other_inbox)
    assert [pk for pk, _reasons in told(teammate)] == [ours.conversation_id]
    assert [pk for pk, _reasons in told(outsider)] == [theirs.conversation_id]
    assert queries.evening_of(teammate, DAY).unanswered == [ours.conversation]
    hidden = Problem.objects.get(conversation=theirs.conversation_id)
    for act in (actions.take_problem, actions.reopen_problem):
        with pytest.raises(Problem.DoesNotExist):
            act(agent=teammate, actor=actor_of(teammate), problem=hidden)
    with pytest.raises(Problem.DoesNotExist):
        actions.solve_problem(agent=teammate, actor=actor_of(teammate), problem=hidden, outcome="Done.")


def test_a_problem_is_taken_handed_over_solved_and_opened_again(
    ask: Ask, teammate: Agent, lead: Agent, observer: Agent, outsider: Agent
) -> None:
    ask("I am disappointed")
    told(teammate)
    problem = Problem.objects.get()
    by: dict[str, Any] = {"agent": teammate, "actor": actor_of(teammate)}
    assert actions.take_problem(**by, problem=problem).owner == teammate
    assert actions.take_problem(**by, problem=problem, owner=lead).owner == lead
    [news] = Notification.objects.filter(type="problem")
    assert (news.agent, news.conversation_id) == (lead, problem.conversation_id)
    for wrong in (observer, outsider):
        with pytest.raises(Invalid):
            actions.take_problem(**by, problem=problem, owner=wrong)
    with pytest.raises(Invalid):
        actions.solve_problem(**by, problem=problem, outcome=" ")
    solved = actions.solve_problem(**by, problem=problem, outcome="Sent a\ntechnician.")
    assert (solved.state, solved.outcome, solved.solved_by) == (State.SOLVED, "Sent a technician.", teammate)
    assert told(teammate) != []
    assert Problem.objects.get().state == State.SOLVED
    assert actions.reopen_problem(**by, problem=solved).state == State.TAKEN
    named = list(AuditEntry.objects.filter(action__startswith="problem.").values_list("action", flat=True))
    assert sorted(named) == ["problem.reopened", "problem.solved", "problem.taken", "problem.taken"]
    assert StoredEvent.objects.filter(type="insights.problem").count() == 4
    assert not AuditEntry.objects.filter(changes__icontains="technician").exists()


def test_who_only_reads_takes_nothing(ask: Ask, observer: Agent) -> None:
    ask("I am disappointed")
    told(observer)
    with pytest.raises(PermissionDenied):
        actions.take_problem(agent=observer, actor=actor_of(observer), problem=Problem.objects.get())


def test_a_solved_problem_stands_in_the_guide(ask: Ask, owner: Agent, outsider: Agent) -> None:
    ask("I am disappointed, the internet does not work")
    told(owner)
    by: dict[str, Any] = {"agent": owner, "actor": actor_of(owner)}
    actions.solve_problem(**by, problem=Problem.objects.get(), outcome="Changed the modem.")
    actions.gather_guide(now=NOW)
    [topic] = queries.guide_of(owner, "en")
    assert [one.outcome for one in topic.outcomes] == ["Changed the modem."]
    assert queries.guide_of(outsider, "en") == []


def test_problems_go_along_with_a_merge(ask: Ask, owner: Agent) -> None:
    one, other = ask("I am disappointed", sender="a@mail.am"), ask("And nobody came", sender="a@mail.am")
    told(owner)
    assert Problem.objects.count() == 2
    merge_conversations(agent=owner, actor=actor_of(owner), target=one.conversation, sources=[other.conversation])
    assert Problem.objects.count() == 2
    assert [pk for pk, _reasons in told(owner)] == [one.conversation_id]
