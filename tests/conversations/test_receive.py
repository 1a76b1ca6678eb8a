"""What came in becomes messages: threading, duplicates, blocks, bounces, counts."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tamada.accounts.models import Agent
from tamada.conversations import counts
from tamada.conversations.actions import receive_messages, send_reply, update_conversation
from tamada.conversations.actions.system import add_system_line
from tamada.conversations.envelopes import Bounce
from tamada.conversations.models import Conversation, ConversationCount, Inbox, Message
from tamada.core.actors import SYSTEM, Actor
from tamada.core.db import Pool
from tamada.core.models import StoredEvent
from tamada.customers.actions import block_sender
from tamada.customers.models import Identity
from tests.helpers.proof import sized

from .conftest import Receive, envelope_to

pytestmark = pytest.mark.django_db


def agent_actor(agent: Agent) -> Actor:
    return Actor("agent", agent.pk, agent.name)


def test_new_mail_opens_a_conversation_that_waits(receive: Receive) -> None:
    message = receive(text="Hello,\nmy internet is down.")
    conversation = message.conversation
    assert (conversation.status, conversation.message_count, conversation.assignee) == ("open", 1, None)
    assert conversation.waiting_since == message.created_at
    assert conversation.preview == "Hello, my internet is down."
    assert conversation.customer.name == "Ani"


def test_events_are_recorded_in_order(receive: Receive) -> None:
    message = receive()
    told = list(StoredEvent.objects.filter(data__conversation=message.conversation_id).values_list("type", flat=True))
    assert told == ["conversation.started", "message.received"]


@pytest.mark.parametrize("kind", ["signed", "answers", "markers", "numbers"])
def test_every_thread_key_joins_for_a_participant(receive: Receive, kind: str) -> None:
    first = receive()
    key = first.external_id if kind == "answers" else first.conversation_id
    assert receive(**{kind: [key]}).conversation_id == first.conversation_id


@pytest.mark.parametrize("kind", ["markers", "numbers"])
def test_a_strangers_number_opens_a_new_linked_conversation(receive: Receive, kind: str) -> None:
    first = receive()
    second = receive(sender="stranger@else.example", **{kind: [first.conversation_id]})
    assert second.conversation_id != first.conversation_id
    assert second.conversation.linked_to_id == first.conversation_id


def test_a_number_counts_for_somebody_in_copy(receive: Receive) -> None:
    first = receive(cc=[{"name": "", "email": "Colleague@mail.am"}])
    second = receive(sender="colleague@mail.am", numbers=[first.conversation_id])
    assert second.conversation_id == first.conversation_id


def test_a_signed_address_is_trusted_before_other_keys(receive: Receive) -> None:
    first, other = receive(), receive()
    joined = receive(sender="new@mail.am", signed=[first.conversation_id], answers=[other.external_id])
    assert joined.conversation_id == first.conversation_id


def test_keys_of_another_inbox_link_but_do_not_join(receive: Receive, other_inbox: Inbox) -> None:
    first = receive()
    second = receive(other_inbox, answers=[first.external_id], signed=[first.conversation_id])
    assert second.conversation_id != first.conversation_id
    assert second.conversation.linked_to_id == first.conversation_id


def test_answers_within_one_batch_are_threaded(inbox: Inbox) -> None:
    first = envelope_to(inbox)
    second = envelope_to(inbox, answers=[first.external_id])
    third = envelope_to(inbox, answers=["<unknown@x>", second.external_id])
    results = receive_messages(envelopes=[first, second, third])
    assert len({r.conversation_id for r in results}) == 1
    assert [r.new_conversation for r in results] == [True, False, False]
    conversation = Conversation.objects.get()
    assert (conversation.message_count, conversation.last_seq) == (3, 3)
    assert conversation.waiting_since == first.received_at


def test_the_same_mail_twice_is_one_message(inbox: Inbox) -> None:
    mail = envelope_to(inbox)
    first, again = receive_messages(envelopes=[mail, mail])
    (later,) = receive_messages(envelopes=[mail])
    assert [again.outcome, later.outcome] == ["duplicate", "duplicate"]
    assert again.message_id == later.message_id == first.message_id
    assert Message.objects.count() == 1


def test_the_same_mail_to_two_inboxes_is_kept_in_both(inbox: Inbox, other_inbox: Inbox) -> None:
    mail = envelope_to(inbox)
    copy = envelope_to(other_inbox, external_id=mail.external_id, digest=mail.digest)
    assert [r.outcome for r in receive_messages(envelopes=[mail, copy])] == ["message", "message"]


def test_a_used_message_id_with_other_content_is_kept_and_flagged(receive: Receive) -> None:
    first = receive()
    second = receive(external_id=first.external_id, text="Something else")
    assert second.pk != first.pk
    assert second.data["same_id"] is True
    assert "same_id" not in first.data


def test_a_blocked_sender_is_refused_and_others_are_not(inbox: Inbox, owner: Agent) -> None:
    block_sender(agent=owner, actor=agent_actor(owner), value="@spam.example")
    envelopes = [envelope_to(inbox, sender="Any@Spam.example"), envelope_to(inbox, sender="ani@mail.am")]
    assert [r.outcome for r in receive_messages(envelopes=envelopes)] == ["blocked", "message"]


@pytest.mark.parametrize("named", ["@пример.рф", "any@пример.рф"])
def test_a_block_finds_a_domain_in_other_letters(inbox: Inbox, owner: Agent, named: str) -> None:
    block_sender(agent=owner, actor=agent_actor(owner), value=named)
    (result,) = receive_messages(envelopes=[envelope_to(inbox, sender="Any@пример.рф")])
    assert result.outcome == "blocked"


def test_a_reply_reopens_and_an_automatic_one_does_not(receive: Receive, teammate: Agent) -> None:
    first = receive()
    actor = agent_actor(teammate)
    update_conversation(agent=teammate, actor=actor, conversation=first.conversation, status="closed")
    quiet = receive(answers=[first.external_id], quiet=True, is_automatic=True)
    assert quiet.conversation.status == "closed"
    assert quiet.conversation.waiting_since is None
    assert receive(answers=[first.external_id]).conversation.status == "open"


def test_imports_wake_nobody(receive: Receive) -> None:
    message = receive(imported=True)
    assert message.conversation.status == "closed"
    assert message.conversation.waiting_since is None
    told = set(StoredEvent.objects.values_list("type", flat=True))
    assert told == {"inbox.changed", "customer.created", "conversations.imported"}


def test_a_bounce_marks_our_message_and_pauses_the_address(receive: Receive, teammate: Agent, inbox: Inbox) -> None:
    first = receive()
    actor = agent_actor(teammate)
    for _ in range(3):
        ours = send_reply(agent=teammate, actor=actor, conversation=first.conversation, text="Answer")
        report = Bounce(external_id=ours.external_id, address="ani@mail.am", permanent=True, detail="550 no such user")
        (result,) = receive_messages(envelopes=[envelope_to(inbox, sender="mailer-daemon@mail.am", bounce=report)])
        assert result.outcome == "bounce"
        ours.refresh_from_db()
        assert ours.delivery == "bounced"
    assert Identity.objects.get(value="ani@mail.am").paused_at is not None
    assert not Identity.objects.filter(value__startswith="mailer-daemon").exists()


def test_reports_pause_an_address_with_a_domain_in_other_letters_until_it_writes(
    receive: Receive, teammate: Agent, inbox: Inbox
) -> None:
    first = receive(sender="ani@փոստ.հայ")
    for _ in range(3):
        ours = send_reply(agent=teammate, actor=agent_actor(teammate), conversation=first.conversation, text="Answer")
        report = Bounce(external_id=ours.external_id, address="ani@xn--mbbkgn.xn--y9a3aq", permanent=True, detail="550")
        receive_messages(envelopes=[envelope_to(inbox, sender="mailer-daemon@mail.am", bounce=report)])
    assert Identity.objects.get(value="ani@xn--mbbkgn.xn--y9a3aq").paused_at is not None
    receive(sender="ani@փոստ.հայ")
    assert Identity.objects.get(value="ani@xn--mbbkgn.xn--y9a3aq").paused_at is None


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_answer_and_a_report_come_in_one_batch(
    receive: Receive, teammate: Agent, inbox: Inbox, order: tuple[int, int]
) -> None:
    conversation = receive().conversation
    ours = send_reply(agent=teammate, actor=agent_actor(teammate), conversation=conversation, text="Answer")
    report = Bounce(external_id=ours.external_id, address="ani@mail.am", permanent=True, detail="550 no such user")
    both = [envelope_to(inbox, bounce=report), envelope_to(inbox, answers=[ours.external_id])]
    results = receive_messages(envelopes=[both[n] for n in order])
    assert [r.outcome for r in results] == [("bounce", "message")[n] for n in order]
    assert [r.conversation_id for r in results] == [conversation.pk] * 2
    said = list(Message.objects.filter(conversation=conversation).values_list("seq", "kind"))
    assert said == [(1, "in"), (2, "out"), (3, "in"), (4, "system")]
    conversation.refresh_from_db()
    assert (conversation.last_seq, conversation.message_count) == (4, 3)


@pytest.mark.django_db(transaction=True)
def test_lines_written_at_once_have_numbers_of_their_own(receive: Receive) -> None:
    """A report, a refusal and a reply may meet in one conversation; on PostgreSQL nothing else makes them queue."""
    conversation = receive().conversation

    def write(_n: int) -> None:
        with transaction.atomic():
            add_system_line(conversation=conversation, actor=SYSTEM, data={"event": "delayed"})

    pool = Pool(4)
    list(pool.map(write, range(20)))
    pool.close()
    assert list(conversation.messages.values_list("seq", flat=True)) == list(range(1, 22))


def test_what_was_marked_as_spam_is_learned(receive: Receive, teammate: Agent, inbox: Inbox) -> None:
    from tamada.conversations.actions import mark_spam

    actor = agent_actor(teammate)
    for i in range(12):
        bad = receive(sender=f"s{i}@bad.example", text="Casino bonus jackpot winner casino crypto profit")
        mark_spam(agent=teammate, actor=actor, conversation=bad.conversation)
        good = receive(sender=f"g{i}@mail.am", text="My router does not work since the morning")
        send_reply(agent=teammate, actor=actor, conversation=good.conversation, text="We are coming.")
    assert receive(sender="x@new.example", text="Jackpot! Casino bonus crypto profit").conversation.is_spam
    assert not receive(sender="y@new.example", text="The router stopped this morning").conversation.is_spam


def test_receiving_a_batch_takes_the_same_queries_at_any_size(
    inbox: Inbox, django_assert_max_num_queries: object
) -> None:
    receive_messages(envelopes=[envelope_to(inbox)])
    with django_assert_max_num_queries(32):  # type: ignore[operator]  # one of them: whether there is a bot to tell
        receive_messages(envelopes=[envelope_to(inbox, sender=f"c{i}@mail.am") for i in range(100)])


@pytest.mark.sized
@given(st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.booleans()), min_size=1, max_size=12))
@settings(max_examples=sized(10, 100), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_counts_equal_a_recount_after_any_history(inbox: Inbox, moves: list[tuple[int, bool, bool]]) -> None:
    mails = [envelope_to(inbox, sender=f"p{who}@mail.am", quiet=quiet) for who, quiet, _ in moves]
    for mail, (_, _, reply) in zip(mails, moves, strict=True):
        answers = [mails[0].external_id] if reply and mail is not mails[0] else []
        receive_messages(envelopes=[envelope_to(inbox, external_id=mail.external_id, answers=answers)])
    kept = _cells()
    counts.rebuild()
    assert kept == _cells()


def _cells() -> dict[tuple[Any, ...], int]:
    rows = ConversationCount.objects.exclude(total=0).values_list("inbox", "team", "assignee_id", "status", "total")
    return {tuple(row[:-1]): row[-1] for row in rows}
