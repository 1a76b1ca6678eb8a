"""What happens in conversations is told to who it concerns: once, as they like it, and never of their own acts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone

from tamada.accounts import actions as accounts
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations import actions as conversations
from tamada.conversations.models import Conversation, DeliveryState
from tamada.core.actors import SYSTEM, Actor
from tamada.core.models import StoredEvent
from tamada.core.tasks import run_pending
from tamada.notifications import actions, queries, tasks
from tamada.notifications.models import Notification
from tests.conversations.conftest import Receive, inbox, other_inbox, receive

__all__ = ["inbox", "other_inbox", "receive"]


def told(agent: Agent) -> list[str]:
    """The kinds of notifications an agent has, oldest first, after everything pending has run."""
    run_pending()
    return list(Notification.objects.filter(agent=agent).order_by("id").values_list("type", flat=True))


def assign(conversation: Conversation, to: Agent | None, by: Agent) -> None:
    conversations.update_conversation(agent=by, actor=actor_of(by), conversation=conversation, assignee=to)
    run_pending()


@pytest.fixture
def conversation(receive: Receive) -> Conversation:
    """A conversation of the default team, whose first message has been dealt with."""
    message = receive()
    run_pending()
    return message.conversation


def test_an_assignment_is_told_to_the_new_owner_but_not_to_who_made_it(
    conversation: Conversation, lead: Agent, teammate: Agent
) -> None:
    assign(conversation, teammate, by=lead)
    assert (told(teammate), told(lead)) == (["assigned"], [])
    assign(conversation, lead, by=lead)
    assert told(lead) == []


def test_what_ones_own_token_does_is_not_told(conversation: Conversation, teammate: Agent, lead: Agent) -> None:
    for by in (teammate, lead):
        actions.notify(
            agent_ids=[teammate.pk],
            kind="assigned",
            conversation_id=conversation.pk,
            key=f"assigned:{by.pk}",
            actor=Actor("api", by.pk, by.name),
        )
    [row] = Notification.objects.all()
    assert row.data == {"by": lead.pk}


def test_a_customers_message_is_told_to_owner_and_followers_only(
    conversation: Conversation, receive: Receive, lead: Agent, teammate: Agent, owner: Agent
) -> None:
    assign(conversation, teammate, by=teammate)
    conversations.follow(agent=lead, actor=actor_of(lead), conversation=conversation)
    receive(numbers=(conversation.pk,))
    assert (told(teammate), told(lead), told(owner)) == (["reply"], ["reply"], [])


def test_an_out_of_office_note_is_no_news(conversation: Conversation, receive: Receive, teammate: Agent) -> None:
    assign(conversation, teammate, by=teammate)
    receive(numbers=(conversation.pk,), is_automatic=True)
    assert told(teammate) == []


def test_a_note_is_told_to_the_owner_and_a_mention_to_the_named(
    conversation: Conversation, lead: Agent, teammate: Agent, owner: Agent
) -> None:
    assign(conversation, lead, by=lead)
    html = f'<p><span data-mention="{teammate.pk}">@Tamar</span> <span data-mention="{lead.pk}">@Levon</span> look</p>'
    conversations.add_note(agent=owner, actor=actor_of(owner), conversation=conversation, html=html)
    assert told(teammate) == ["mention"]
    assert told(lead) == ["mention"]
    conversations.add_note(agent=owner, actor=actor_of(owner), conversation=conversation, text="and this")
    assert told(lead) == ["mention", "note"]
    assert told(owner) == []


@pytest.mark.parametrize("state", ["failed", "bounced", "uncertain"])
def test_a_message_that_did_not_arrive_is_told_to_its_author_whatever_they_chose(
    state: str, conversation: Conversation, teammate: Agent
) -> None:
    accounts.update_profile(
        agent=teammate,
        actor=actor_of(teammate),
        preferences={"notify_assigned": False, "notify_mention": False, "notify_reply": False},
    )
    message = conversations.send_reply(agent=teammate, actor=actor_of(teammate), conversation=conversation, text="Hi")
    conversations.set_delivery(message=message, state=DeliveryState(state))
    assert told(teammate) == ["failed"]


def test_a_delivered_message_is_no_news(conversation: Conversation, teammate: Agent) -> None:
    message = conversations.send_reply(agent=teammate, actor=actor_of(teammate), conversation=conversation, text="Hi")
    conversations.set_delivery(message=message, state=DeliveryState.SENT)
    assert told(teammate) == []


def test_what_an_agent_silenced_is_not_told(
    conversation: Conversation, receive: Receive, lead: Agent, teammate: Agent
) -> None:
    accounts.update_profile(
        agent=teammate, actor=actor_of(teammate), preferences={"notify_assigned": False, "notify_reply": False}
    )
    assign(conversation, teammate, by=lead)
    receive(numbers=(conversation.pk,))
    assert told(teammate) == []


def test_who_lost_access_or_left_is_told_nothing(
    conversation: Conversation, receive: Receive, owner: Agent, teammate: Agent, outsider: Agent, gone: Agent
) -> None:
    rows = actions.notify(
        agent_ids=[outsider.pk, gone.pk], kind="reply", conversation_id=conversation.pk, key="reply:1", actor=SYSTEM
    )
    assert rows == []
    assert not Notification.objects.exists()


def test_spam_is_no_news(conversation: Conversation, teammate: Agent) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(is_spam=True)
    rows = actions.notify(
        agent_ids=[teammate.pk], kind="reply", conversation_id=conversation.pk, key="reply:1", actor=SYSTEM
    )
    assert rows == []


def test_telling_twice_of_the_same_is_telling_once(conversation: Conversation, teammate: Agent) -> None:
    for _ in range(2):
        actions.notify(
            agent_ids=[teammate.pk], kind="reply", conversation_id=conversation.pk, key="reply:1", actor=SYSTEM
        )
    assert Notification.objects.count() == 1
    [event] = StoredEvent.objects.filter(type="notification.created")
    assert event.audience_keys == {f"agent:{teammate.pk}"}


def test_reading_a_conversation_sees_what_told_of_it_up_to_there(
    conversation: Conversation, receive: Receive, teammate: Agent
) -> None:
    assign(conversation, teammate, by=teammate)
    first = receive(numbers=(conversation.pk,))
    second = receive(numbers=(conversation.pk,))
    assert told(teammate) == ["reply", "reply"]
    conversations.mark_read(agent=teammate, actor=actor_of(teammate), conversation=conversation, seq=first.seq)
    run_pending()
    assert queries.unseen(teammate).new == 1
    conversations.mark_read(agent=teammate, actor=actor_of(teammate), conversation=conversation, seq=second.seq)
    run_pending()
    assert queries.unseen(teammate).new == 0
    assert StoredEvent.objects.filter(type="notification.seen").count() == 2


def test_nobody_marks_anothers_notifications(conversation: Conversation, teammate: Agent, lead: Agent) -> None:
    [row] = actions.notify(
        agent_ids=[teammate.pk], kind="reply", conversation_id=conversation.pk, key="reply:1", actor=SYSTEM
    )
    assert actions.mark_seen(agent=lead, ids=[row.pk]) == 0
    assert actions.mark_seen(agent=teammate, ids=[row.pk]) == 1


def test_the_list_folds_by_conversation_and_hides_what_is_hidden(
    conversation: Conversation, receive: Receive, teammate: Agent, lead: Agent, django_assert_max_num_queries: object
) -> None:
    assign(conversation, teammate, by=lead)
    for _ in range(3):
        receive(numbers=(conversation.pk,))
    run_pending()
    reply, assigned = queries.feed(teammate)
    assert (reply.kind, reply.count, reply.is_new, reply.subject) == ("reply", 3, True, "A question")
    assert reply.text == f"The customer wrote in conversation #{conversation.pk}"
    assert assigned.text == f"Levon assigned conversation #{conversation.pk} to you"
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        queries.feed(teammate)
    teammate.teams.clear()
    conversation.access.all().delete()
    Conversation.objects.filter(pk=conversation.pk).update(assignee=None)
    assert queries.feed(teammate) == []


def test_no_text_of_customers_is_kept(
    conversation: Conversation, receive: Receive, teammate: Agent, lead: Agent
) -> None:
    assign(conversation, teammate, by=lead)
    receive(numbers=(conversation.pk,), text="my secret illness")
    run_pending()
    assert "secret" not in str(list(Notification.objects.values()))
    assert "Ani" not in str(list(Notification.objects.values()))


# E-mail ---------------------------------------------------------------------------------------------------------------

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def can_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "TAMADA", replace(settings.TAMADA, smtp_url="smtp://127.0.0.1:1"))


def news(agent: Agent, conversation: Conversation, key: str = "reply:1") -> Notification:
    [row] = actions.notify(agent_ids=[agent.pk], kind="reply", conversation_id=conversation.pk, key=key, actor=SYSTEM)
    return row


@pytest.mark.usefixtures("can_mail")
def test_the_digest_holds_numbers_and_links_and_is_mailed_once(conversation: Conversation, teammate: Agent) -> None:
    news(teammate, conversation)
    for _ in range(2):
        tasks.mail_digest(agent_id=teammate.pk)
    [letter] = mail.outbox
    assert letter.to == [teammate.email]
    assert f"http://testserver/conversations/{conversation.pk}" in str(letter.body)
    assert "A question" not in str(letter.body)
    assert "Ani" not in str(letter.body)


@pytest.mark.usefixtures("can_mail")
def test_the_digest_has_a_line_for_each_job_and_none_twice(teammate: Agent) -> None:
    for n, job in enumerate((7, 8, 7)):
        actions.notify_person(agent_id=teammate.pk, kind="job_late", key=f"job:{n}", job=job)
    for promise in (1, 2):
        actions.notify_person(agent_id=teammate.pk, kind="promise_late", key=f"promise:{promise}", promise=promise)
    tasks.mail_digest(agent_id=teammate.pk)
    [letter] = mail.outbox
    assert letter.subject.startswith("3 things")
    for job in (7, 8):
        assert str(letter.body).count(f"tell the customer another one · #{job}\n") == 1
    assert str(letter.body).count("Something you promised a customer is late") == 1


@pytest.mark.usefixtures("can_mail")
def test_what_was_seen_or_is_hidden_is_not_mailed(conversation: Conversation, teammate: Agent, lead: Agent) -> None:
    news(teammate, conversation)
    actions.mark_seen(agent=teammate)
    news(lead, conversation)
    lead.teams.clear()
    for agent in (teammate, lead):
        tasks.mail_digest(agent_id=agent.pk)
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("choice", "hour", "seen_ago", "mailed_ago", "due"),
    [
        ("never", 12, None, None, False),
        ("daily", 12, 1, None, True),
        ("daily", 7, None, None, False),
        ("daily", 12, None, 3 * 60, False),
        ("daily", 12, None, 13 * 60, True),
        ("offline", 3, None, None, True),
        ("offline", 12, 14, None, False),
        ("offline", 12, 16, None, True),
        ("offline", 12, 60, 10, False),
        ("offline", 12, 60, 20, True),
    ],
)
def test_when_a_digest_is_due(
    choice: str, hour: int, seen_ago: int | None, mailed_ago: int | None, due: bool, teammate: Agent
) -> None:
    now = NOON.replace(hour=hour)
    teammate.preferences = {"digest": choice}
    teammate.last_seen_at = now - timedelta(minutes=seen_ago) if seen_ago else None
    if mailed_ago:
        mailed_at = now - timedelta(minutes=mailed_ago)
        Notification.objects.create(agent=teammate, type="reply", key="old", created_at=now, mailed_at=mailed_at)
    assert queries.is_due(teammate, now) is due


def test_the_day_begins_at_eight_of_ones_own_time(teammate: Agent) -> None:
    teammate.preferences = {"digest": "daily"}
    morning = datetime(2026, 3, 4, 4, 30, tzinfo=UTC)
    assert not queries.is_due(teammate, morning)
    teammate.time_zone = "Asia/Yerevan"
    assert queries.is_due(teammate, morning)


@pytest.mark.usefixtures("can_mail")
def test_only_those_with_news_are_considered(conversation: Conversation, teammate: Agent, lead: Agent) -> None:
    news(teammate, conversation)
    teammate.preferences = lead.preferences = {"digest": "offline"}
    teammate.save()
    lead.save()
    assert queries.agents_to_mail(timezone.now()) == [teammate]
    tasks.mail_digests()
    tasks.mail_digests()
    run_pending()
    assert len(mail.outbox) == 1


def test_without_a_mail_server_nothing_is_marked_as_mailed(conversation: Conversation, teammate: Agent) -> None:
    row = news(teammate, conversation)
    tasks.mail_digests()
    run_pending()
    row.refresh_from_db()
    assert row.mailed_at is None


def test_old_notifications_are_forgotten(conversation: Conversation, teammate: Agent) -> None:
    row = news(teammate, conversation)
    tasks.prune_notifications()
    assert Notification.objects.exists()
    Notification.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days=91))
    tasks.prune_notifications()
    assert not Notification.objects.exists()
