"""Who waits in a chat that nobody has is told of to those who may take it: once, while it is so."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from tamada.accounts import actions as accounts
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent, Team
from tamada.automation.models import Method, TeamRouting
from tamada.calendars.models import Calendar
from tamada.conversations import actions as conversations
from tamada.conversations.models import Conversation, Inbox, Priority, Status
from tamada.core.tasks import run_pending
from tamada.notifications import queries
from tamada.notifications.models import Notification
from tests.channels.chat.conftest import Answer, Write, answer, chat, visitor, write
from tests.conversations.conftest import Receive, inbox, receive

__all__ = ["answer", "chat", "inbox", "receive", "visitor", "write"]


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
