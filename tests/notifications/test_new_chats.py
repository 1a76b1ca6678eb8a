"""Who waits in a chat that nobody has is told of to those who may take it: once, while it is so."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from tamada.accounts import actions as accounts
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent, Membership, Team
from tamada.automation.models import Method, TeamRouting
from tamada.calendars.models import Calendar
from tamada.conversations import actions as conversations
from tamada.conversations.models import Conversation, Inbox, Priority, Status
from tamada.core.actors import Actor
from tamada.core.events import EventMeta
from tamada.core.tasks import run_pending
from tamada.notifications import actions, arrivals, queries
from tamada.notifications.models import Notification
from tests.cast import SignedIn
from tests.channels.chat.conftest import Answer, Write, answer, visitor, write
from tests.conversations.conftest import Receive, inbox, receive

__all__ = ["answer", "inbox", "receive", "visitor", "write"]

type_at_most = Callable[[int], AbstractContextManager[Any]]


def told(agent: Agent) -> int:
    """How many new chats they have not seen yet, after everything pending has run."""
    run_pending()
    return Notification.objects.filter(agent=agent, type="new_chat", seen_at=None).count()


def change(by: Agent, conversation: Conversation, **changes: object) -> None:
    conversations.update_conversation(agent=by, actor=actor_of(by), conversation=conversation, **changes)  # type: ignore[arg-type]


def of(write: Write, text: str = "Hello") -> Conversation:
    return write(text).thread.conversation


@pytest.fixture
def team_chat(chat: Inbox, team: Team) -> Inbox:
    """The chat of the default team."""
    Inbox.objects.filter(pk=chat.pk).update(team=team)
    chat.refresh_from_db()
    return chat


def test_a_new_chat_is_told_to_its_team_once_and_to_nobody_else(
    team_chat: Inbox, write: Write, teammate: Agent, lead: Agent, outsider: Agent, observer: Agent, gone: Agent
) -> None:
    thread = write("Hello").thread
    write("Is anybody there?", thread)
    assert [told(agent) for agent in (teammate, lead, outsider, observer, gone)] == [1, 1, 0, 0, 0]
    [item] = queries.feed(teammate)
    assert item.text == f"A customer waits in chat #{thread.conversation_id}, and nobody has it yet"
    assert item.path == f"/conversations/{thread.conversation_id}"


def test_the_bell_knows_the_newest_of_the_chats_that_wait(
    team_chat: Inbox, write: Write, teammate: Agent, signed_in: SignedIn
) -> None:
    first, second = write("Hello").thread, write("Another matter").thread
    run_pending()
    assert queries.unseen(teammate) == (2, 2, second.conversation_id)
    assert f'data-count="2" data-chat="/conversations/{second.conversation_id}"' in bell_of(signed_in(teammate))
    for thread in (second, first):
        change(teammate, thread.conversation, assignee=teammate)
    run_pending()
    assert queries.unseen(teammate).newest_chat is None
    assert 'data-count="0" href=' in bell_of(signed_in(teammate))


def bell_of(client: Client) -> str:
    page = client.get("/rail?current=mine").text
    return page[page.index('id="bell"') :]


def test_mail_is_not_told_to_a_team(receive: Receive, teammate: Agent) -> None:
    receive()
    assert told(teammate) == 0


def test_who_is_away_or_silenced_it_is_not_told(team_chat: Inbox, write: Write, teammate: Agent, lead: Agent) -> None:
    accounts.update_profile(agent=teammate, actor=actor_of(teammate), preferences={"notify_chat": False})
    accounts.set_away(agent=lead, actor=actor_of(lead), away=True)
    of(write)
    assert (told(teammate), told(lead)) == (0, 0)


@pytest.mark.parametrize("how", ["taken", "answered", "closed", "spam", "deleted"])
def test_nobody_hears_of_it_any_more_once_it_is(
    how: str, team_chat: Inbox, write: Write, answer: Answer, teammate: Agent, lead: Agent
) -> None:
    line = write("Hello")
    conversation = line.thread.conversation
    assert told(lead) == 1
    if how == "taken":
        change(teammate, conversation, assignee=teammate)
    elif how == "answered":
        answer(line, "Hi", take=False)
    elif how == "closed":
        change(teammate, conversation, status=Status.CLOSED)
    elif how == "spam":
        conversations.mark_spam(agent=teammate, actor=actor_of(teammate), conversation=conversation, spam=True)
    else:
        conversations.delete_conversations(agent=lead, actor=actor_of(lead), conversations=[conversation])
    assert (told(lead), told(teammate)) == (0, 0)
    assert queries.feed(lead) == []


def test_what_concerns_it_otherwise_settles_nothing(team_chat: Inbox, write: Write, teammate: Agent) -> None:
    conversation = of(write)
    change(teammate, conversation, priority=Priority.HIGH)
    conversations.add_note(agent=teammate, actor=actor_of(teammate), conversation=conversation, text="Who takes it?")
    assert told(teammate) == 1


def test_who_gives_it_back_leaves_it_to_the_others(
    team_chat: Inbox, write: Write, teammate: Agent, lead: Agent
) -> None:
    conversation = of(write)
    assert told(lead) == 1
    change(teammate, conversation, assignee=teammate)
    assert told(lead) == 0
    change(teammate, conversation, assignee=None)
    assert (told(lead), told(teammate)) == (1, 0)


@pytest.mark.parametrize("how", ["assignee", "status", "spam"])
def test_what_is_undone_is_told_again(how: str, team_chat: Inbox, write: Write, teammate: Agent, lead: Agent) -> None:
    conversation = of(write)
    assert told(lead) == 1
    changes: dict[str, Any] = (
        {"assignee": teammate} if how == "assignee" else {"status": Status.CLOSED} if how == "status" else {}
    )
    record = conversations.change_conversations(
        agent=teammate,
        actor=actor_of(teammate),
        conversations=[conversation],
        changes=lambda _one: changes,
        spam=True if how == "spam" else None,
    )
    assert record is not None
    assert told(lead) == 0
    conversations.undo_change(agent=teammate, actor=actor_of(teammate), record=record)
    assert (told(lead), told(teammate)) == (1, 0)


@pytest.mark.parametrize("how", ["not_spam", "opened", "restored"])
def test_what_waits_again_is_told_again(how: str, team_chat: Inbox, write: Write, teammate: Agent, lead: Agent) -> None:
    conversation = of(write)
    by: dict[str, Any] = {"agent": lead, "actor": actor_of(lead)}
    if how == "not_spam":
        conversations.mark_spam(conversation=conversation, spam=True, **by)
    elif how == "opened":
        conversations.update_conversation(conversation=conversation, status=Status.PENDING, **by)
    else:
        conversations.delete_conversations(conversations=[conversation], **by)
    assert told(teammate) == 0
    if how == "not_spam":
        conversations.mark_spam(conversation=conversation, spam=False, **by)
    elif how == "opened":
        conversations.update_conversation(conversation=conversation, status=Status.OPEN, **by)
    else:
        conversations.restore_conversations(ids=[conversation.pk], **by)
    assert told(teammate) == 1


def test_what_its_visitor_opens_again_is_told_once(
    team_chat: Inbox, write: Write, teammate: Agent, lead: Agent
) -> None:
    line = write("Hello")
    assert told(lead) == 1
    change(teammate, line.thread.conversation, status=Status.CLOSED)
    assert told(lead) == 0
    write("One more thing", line.thread)
    assert (told(lead), told(teammate)) == (1, 1)


def test_a_chat_that_moves_is_told_to_its_new_team_and_no_longer_to_the_old(
    team_chat: Inbox, other_team: Team, write: Write, owner: Agent, teammate: Agent, lead: Agent, outsider: Agent
) -> None:
    conversation = of(write)
    assert (told(teammate), told(outsider)) == (1, 0)
    change(owner, conversation, team=other_team)
    assert (told(teammate), told(lead), told(outsider)) == (0, 0, 1)


def test_chats_that_are_merged_are_told_of_as_one_and_parted_as_two(
    team_chat: Inbox, write: Write, teammate: Agent, lead: Agent
) -> None:
    one, other = of(write), of(write, "Hello again")
    assert told(lead) == 2
    merge = conversations.merge_conversations(agent=teammate, actor=actor_of(teammate), sources=[one], target=other)
    assert told(lead) == 1
    conversations.undo_merge(agent=teammate, actor=actor_of(teammate), merge=merge)
    assert told(lead) == 2


def test_who_takes_it_while_the_others_are_told_settles_it(
    team_chat: Inbox, write: Write, teammate: Agent, lead: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = of(write)
    tell = actions.notify

    def slowly(**given: Any) -> list[Notification]:
        if given["kind"] == "new_chat":
            Conversation.objects.filter(pk=conversation.pk).update(assignee=teammate)
        return tell(**given)

    monkeypatch.setattr(actions, "notify", slowly)
    assert told(lead) == 0
    assert Notification.objects.filter(agent=lead, type="new_chat").exists()


def test_a_large_team_is_told_in_few_statements(
    team_chat: Inbox, team: Team, write: Write, django_assert_max_num_queries: type_at_most
) -> None:
    many = [Agent(email=f"a{n}@desk.example", name=f"A {n}", role="agent") for n in range(200)]
    Agent.objects.bulk_create(many)
    Membership.objects.bulk_create([Membership(agent=agent, team=team) for agent in many])
    line = write("Hello")
    meta = EventMeta(1, timezone.now(), Actor("customer", 1))
    with django_assert_max_num_queries(30):
        arrivals.tell(conversation_id=line.thread.conversation_id, meta=meta)
    assert told(many[-1]) == 1
    with django_assert_max_num_queries(12):
        arrivals.forget(line.thread.conversation_id)
    assert told(many[-1]) == 0


def test_a_new_question_after_the_answer_is_told_again(
    team_chat: Inbox, write: Write, answer: Answer, lead: Agent
) -> None:
    line = write("Hello")
    assert told(lead) == 1
    answer(line, "Hi", take=False)
    assert told(lead) == 0
    write("And how much is it?", line.thread)
    assert told(lead) == 1


def test_out_of_hours_nobody_is_called(team_chat: Inbox, write: Write, teammate: Agent) -> None:
    closed = Calendar.objects.create(name="Never", time_zone="UTC")
    Inbox.objects.filter(pk=team_chat.pk).update(calendar=closed)
    of(write)
    assert told(teammate) == 0


def test_where_owners_are_found_by_themselves_only_they_are_told(
    team_chat: Inbox, team: Team, write: Write, teammate: Agent, lead: Agent
) -> None:
    TeamRouting.objects.create(team=team, method=Method.TURN)
    of(write)
    assert (told(teammate), told(lead)) == (0, 0)


def test_it_is_no_news_for_the_mail_of_the_day(team_chat: Inbox, write: Write, teammate: Agent) -> None:
    accounts.update_profile(agent=teammate, actor=actor_of(teammate), preferences={"digest": "offline"})
    of(write)
    assert told(teammate) == 1
    teammate.refresh_from_db()
    assert queries.agents_to_mail(timezone.now() + timedelta(hours=1)) == []
    assert queries.unmailed(teammate) == []
    assert not mail.outbox
