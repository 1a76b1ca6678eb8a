"""Lists, badges and doors: everything each agent may see, in order, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tamada.accounts.models import Agent, Team
from tamada.conversations import access
from tamada.conversations.actions import mark_read, mark_spam, receive_messages, update_conversation
from tamada.conversations.errors import WrongOwner
from tamada.conversations.models import Conversation, Inbox
from tamada.conversations.queries import (
    ListFilter,
    Order,
    counts_for,
    get_visible,
    list_page,
    read_seqs,
    visible_to,
)
from tamada.core.actors import Actor
from tamada.core.models import AuditEntry, StoredEvent
from tamada.kit.cursors import BadCursor

from .conftest import START, Receive, envelope_to

pytestmark = pytest.mark.django_db


WAKES = timezone.now() + timedelta(days=2)


def actor(agent: Agent) -> Actor:
    return Actor("agent", agent.pk, agent.name)


def change(agent: Agent, conversation: Conversation, **fields: Any) -> Conversation:
    return update_conversation(agent=agent, actor=actor(agent), conversation=conversation, **fields)


def everything(agent: Agent, filters: ListFilter, order: Order, limit: int) -> list[int]:
    """All pages of a list, by id."""
    ids, cursor = [], None
    while True:
        page = list_page(agent, filters, order=order, cursor=cursor, limit=limit)
        ids += [c.pk for c in page.items]
        cursor = page.next
        if cursor is None:
            return ids


@pytest.fixture
def many(inbox: Inbox, other_inbox: Inbox, owner: Agent, teammate: Agent, outsider: Agent, team: Team) -> None:
    """Forty conversations in two inboxes, some moved, assigned, answered, closed, with equal times among them."""
    mails = []
    for i in range(40):
        to = inbox if i % 3 else other_inbox
        at = START + timedelta(minutes=i // 2)
        mails.append(envelope_to(to, sender=f"p{i}@mail.am", received_at=at, quiet=i % 7 == 0))
    receive_messages(envelopes=mails)
    for i, conversation in enumerate(Conversation.objects.order_by("pk")):
        if i % 5 == 0:
            change(owner, conversation, assignee=teammate)
        if i % 6 == 0:
            change(owner, conversation, team=team)
        if i % 4 == 0:
            change(owner, conversation, status="pending")
        elif i % 4 == 1:
            until = WAKES + timedelta(hours=i % 3) if i % 3 else None
            change(owner, conversation, status="snoozed", snoozed_until=until)
        if i % 11 == 0:
            access.grant(conversation, outsider.pk)


@pytest.mark.parametrize("who", ["owner", "teammate", "outsider", "observer", "gone"])
@pytest.mark.parametrize("order", ["newest", "created", "waiting", "waking"])
@pytest.mark.usefixtures("many")
def test_pages_together_are_all_that_the_agent_sees(request: pytest.FixtureRequest, who: str, order: Order) -> None:
    agent = request.getfixturevalue(who)
    whole = everything(agent, ListFilter(), order, 100)
    assert everything(agent, ListFilter(), order, 7) == whole
    assert len(set(whole)) == len(whole)
    assert set(whole) == set(visible_to(agent).values_list("pk", flat=True))


@pytest.mark.usefixtures("many")
def test_orders(owner: Agent) -> None:
    rows = Conversation.objects.in_bulk()
    newest = [rows[pk] for pk in everything(owner, ListFilter(), "newest", 9)]
    assert newest == sorted(newest, key=lambda c: (c.last_activity_at, c.pk), reverse=True)
    waiting = [rows[pk] for pk in everything(owner, ListFilter(status="open"), "waiting", 9)]
    since = [(c.waiting_since, c.pk) for c in waiting if c.waiting_since]
    assert since == sorted(since)
    assert [c.waiting_since is None for c in waiting] == sorted(c.waiting_since is None for c in waiting)


@pytest.mark.usefixtures("many")
def test_what_sleeps_is_listed_as_it_wakes(owner: Agent) -> None:
    rows = Conversation.objects.in_bulk()
    listed = [rows[pk] for pk in everything(owner, ListFilter(status="snoozed"), "waking", 3)]
    until = [(c.snoozed_until, c.pk) for c in listed if c.snoozed_until]
    assert until == sorted(until)
    assert len(until) > 3
    assert [c.snoozed_until is None for c in listed] == [False] * len(until) + [True] * (len(listed) - len(until))
    assert len(listed) > len(until)


@pytest.mark.usefixtures("many")
def test_filters_narrow(owner: Agent, teammate: Agent, outsider: Agent, inbox: Inbox) -> None:
    assert set(everything(owner, ListFilter(assignee=teammate.pk), "newest", 50)) == set(
        Conversation.objects.filter(assignee=teammate).values_list("pk", flat=True)
    )
    assert everything(outsider, ListFilter(inbox=inbox.pk, status="closed"), "newest", 50) == [
        pk
        for pk in everything(outsider, ListFilter(), "newest", 50)
        if Conversation.objects.filter(pk=pk, inbox=inbox, status="closed").exists()
    ]


@pytest.mark.parametrize("cursor", ["x", "AAAA", "W10", "WzEsMiwzXQ", "é", "WzksIjIwMjYtMDEtMDFUMDA6MDA6MDBaIiwxXQ"])
def test_a_foreign_cursor_is_refused(owner: Agent, cursor: str) -> None:
    with pytest.raises(BadCursor):
        list_page(owner, ListFilter(), cursor=cursor)


@given(st.text(max_size=40))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_cursor_breaks_a_list(owner: Agent, cursor: str) -> None:
    try:
        list_page(owner, ListFilter(), cursor=cursor)
    except BadCursor:
        assert cursor


@pytest.mark.usefixtures("many")
def test_a_page_takes_few_queries(owner: Agent, teammate: Agent, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(4):
        list_page(owner, ListFilter(status="open"), order="newest")
    with django_assert_max_num_queries(8):
        list_page(teammate, ListFilter(status="open"), order="waiting")
    with django_assert_max_num_queries(4):
        counts_for(teammate)


@pytest.mark.usefixtures("many")
def test_badges_equal_the_lists(owner: Agent, teammate: Agent, outsider: Agent) -> None:
    for agent in (owner, teammate):
        counts = counts_for(agent)
        mine = everything(agent, ListFilter(status="open", assignee=agent.pk), "waiting", 50)
        nobody = everything(agent, ListFilter(status="open", assignee="none"), "waiting", 50)
        assert (counts.mine, counts.unassigned) == (len(mine), len(nobody))


def test_spam_leaves_every_list_and_count_but_its_own(receive: Receive, teammate: Agent) -> None:
    conversation = receive().conversation
    mark_spam(agent=teammate, actor=actor(teammate), conversation=conversation)
    assert everything(teammate, ListFilter(), "newest", 50) == []
    assert everything(teammate, ListFilter(spam=True), "newest", 50) == [conversation.pk]
    counts = counts_for(teammate)
    assert (counts.open, counts.unassigned, counts.spam) == (0, 0, 1)
    mark_spam(agent=teammate, actor=actor(teammate), conversation=conversation, spam=False)
    assert counts_for(teammate).open == 1


def test_hidden_and_absent_conversations_look_alike(receive: Receive, outsider: Agent) -> None:
    pk = receive().conversation_id
    for wanted in (pk, pk + 1000):
        with pytest.raises(Conversation.DoesNotExist):
            get_visible(outsider, wanted)


def test_moving_to_another_team_tells_those_who_lose_it(
    receive: Receive, owner: Agent, other_team: Team, outsider: Agent, team: Team
) -> None:
    conversation = receive().conversation
    change(owner, conversation, team=other_team)
    assert visible_to(outsider).filter(pk=conversation.pk).exists()
    event = StoredEvent.objects.filter(type="conversation.updated").get()
    assert f"team:{other_team.pk}" in event.audience.split()
    assert f"team:{team.pk}" in event.before.split()


def test_changes_are_told_audited_and_written_into_the_thread(receive: Receive, teammate: Agent, lead: Agent) -> None:
    conversation = receive().conversation
    change(lead, conversation, assignee=teammate, priority="urgent", tags=["Billing", "billing", "VIP"])
    lines = list(conversation.messages.filter(kind="system").values_list("data", flat=True))
    assert [line["event"] for line in lines] == ["assignee", "priority", "tags"]
    assert {t.name for t in conversation.tags.all()} == {"Billing", "VIP"}
    assert StoredEvent.objects.filter(type="conversation.assigned", data__agent=teammate.pk).exists()
    assert AuditEntry.objects.filter(action="conversation.updated", actor_id=lead.pk).exists()
    before = StoredEvent.objects.count()
    change(lead, conversation, assignee=teammate, priority="urgent")
    assert StoredEvent.objects.count() == before


def test_only_a_writer_owns(receive: Receive, owner: Agent, observer: Agent, gone: Agent) -> None:
    conversation = receive().conversation
    for nobody in (observer, gone):
        with pytest.raises(WrongOwner):
            change(owner, conversation, assignee=nobody)


def test_read_marks_never_go_back(receive: Receive, teammate: Agent) -> None:
    first = receive()
    conversation = receive(answers=[first.external_id]).conversation
    mark_read(agent=teammate, actor=actor(teammate), conversation=conversation, seq=2)
    mark_read(agent=teammate, actor=actor(teammate), conversation=conversation, seq=1)
    assert read_seqs(teammate, [conversation.pk]) == {conversation.pk: 2}
