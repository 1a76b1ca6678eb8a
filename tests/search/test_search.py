"""What a search shows, in which order, to whom."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tamada.accounts.models import Agent, Team
from tamada.conversations.access import grant
from tamada.conversations.actions import (
    add_note,
    mark_read,
    mark_spam,
    send_reply,
    start_conversation,
    undo_send,
    update_conversation,
)
from tamada.conversations.envelopes import Address
from tamada.conversations.models import Conversation, Inbox, Message
from tamada.core.actors import Actor
from tamada.customers.models import Customer
from tamada.kit.cursors import BadCursor
from tamada.search.queries import Page, UnknownKind, search
from tests.conversations.conftest import Receive


def found(agent: Agent, q: str, **more: Any) -> list[int]:
    return [c.pk for c in search(agent, q, **more).items]


def by(agent: Agent) -> dict[str, Any]:
    return {"agent": agent, "actor": Actor("agent", agent.pk, agent.name)}


# --- order and pages --------------------------------------------------------------------------------------------


def test_the_newest_message_comes_first_and_a_conversation_once(owner: Agent, receive: Receive) -> None:
    first = receive(text="The modem blinks")
    second = receive(text="My modem too")
    again = receive(text="It is the modem again", answers=(first.external_id,))
    assert again.conversation_id == first.conversation_id
    page = search(owner, "modem")
    assert [(h.item.pk, h.message.pk) for h in page.hits] == [
        (first.conversation_id, again.pk),
        (second.conversation_id, second.pk),
    ]
    assert page.next is None


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_cursors_reach_everything_once(owner: Agent, receive: Receive, limit: int) -> None:
    threads = [receive(text=f"modem number {n}") for n in range(5)]
    for thread in threads[1:3] * 2:
        receive(text="still the modem", answers=(thread.external_id,))
    everything = found(owner, "modem")
    pages, cursor = [], None
    while True:
        page = search(owner, "modem", cursor=cursor, limit=limit)
        pages.append([c.pk for c in page.items])
        cursor = page.next
        if cursor is None:
            break
        receive(text="a modem that arrives meanwhile")
    assert [pk for items in pages for pk in items] == everything
    assert sorted(everything) == sorted({t.conversation_id for t in threads})
    assert all(len(items) == limit for items in pages[:-1])


def test_all_words_must_be_there(owner: Agent, receive: Receive) -> None:
    both = receive(text="A blue modem with an antenna")
    receive(text="A blue antenna")
    assert found(owner, "modem blue") == [both.conversation_id]


def test_a_cursor_of_nobody_is_refused(owner: Agent) -> None:
    for cursor in ("x", "W10", "WyJlIiwtMSwiIl0", "WyJxIiwxLCIiXQ"):
        with pytest.raises(BadCursor):
            search(owner, "modem", cursor=cursor)


def test_kinds(owner: Agent) -> None:
    assert search(owner, "modem", kind="articles") == Page([], query=search(owner, "modem").query)
    with pytest.raises(UnknownKind):
        search(owner, "modem", kind="elephants")


# --- what is searched -------------------------------------------------------------------------------------------


def test_replies_notes_subjects_senders_and_receivers_are_found(owner: Agent, receive: Receive) -> None:
    message = receive(text="Hello", subject="Blinking lights", sender="karine.grigoryan@mail.am")
    conversation = message.conversation
    send_reply(**by(owner), conversation=conversation, text="Please restart the appliance")
    add_note(**by(owner), conversation=conversation, text="He has a discount")
    for q in ("blinking", "appliance", "discount", "grigoryan", "karine.grigoryan@mail.am"):
        assert found(owner, q) == [conversation.pk], q


def test_what_we_begin_is_found_by_subject_and_receiver(owner: Agent, inbox: Inbox) -> None:
    to = [Address(name="Vardan Petrosyan", email="vardan@mail.am")]
    started, _message = start_conversation(**by(owner), inbox=inbox, to=to, subject="Planned works", text="On Monday")
    for q in ("planned", "petrosyan", "monday", "to:vardan@mail.am", "to:petrosyan", "from:me"):
        assert found(owner, q) == [started.pk], q


def test_a_message_taken_back_is_found_no_more(owner: Agent, receive: Receive) -> None:
    conversation = receive(text="Hello").conversation
    later = timezone.now() + timedelta(minutes=1)
    reply = send_reply(**by(owner), conversation=conversation, text="Wrong window", not_before=later)
    assert found(owner, "window") == [conversation.pk]
    undo_send(**by(owner), message=reply)
    assert found(owner, "window") == []


def test_phrases_are_verified_on_the_text(owner: Agent, receive: Receive) -> None:
    right = receive(text="We saw a late\n Delivery, again")
    receive(text="The delivery was late")
    receive(text="A late deliveryman")
    assert found(owner, '"late delivery"') == [right.conversation_id]
    assert found(owner, "„late delivery“ again") == [right.conversation_id]
    assert found(owner, '"late deliv"') == []


# --- numbers ----------------------------------------------------------------------------------------------------


def test_a_number_jumps_to_its_conversation(owner: Agent, outsider: Agent, receive: Receive) -> None:
    wanted = receive(text="Hello").conversation
    for q in (f"#{wanted.pk}", str(wanted.pk)):
        page = search(owner, q)
        assert page.jump == wanted
        assert page.items[0] == wanted
        assert search(outsider, q).jump is None
    saying = receive(text=f"It is about {wanted.pk}").conversation
    assert found(owner, str(wanted.pk)) == [wanted.pk, saying.pk]
    assert search(owner, "#999999999999999999").jump is None


# --- who sees what ----------------------------------------------------------------------------------------------


def test_only_what_the_agent_may_see_is_found(
    owner: Agent, teammate: Agent, outsider: Agent, gone: Agent, receive: Receive, other_inbox: Inbox
) -> None:
    ours = receive(text="A secret modem").conversation_id
    theirs = receive(other_inbox, text="Another secret modem").conversation_id
    assert found(owner, "secret") == [theirs, ours]
    assert found(teammate, "secret") == [ours]
    assert found(outsider, "secret") == [theirs]
    assert found(gone, "secret") == []
    assert search(outsider, "modem", limit=1).next is None


def test_a_door_opened_by_name_or_team_lets_search_through(
    outsider: Agent, other_team: Team, other_inbox: Inbox, receive: Receive, owner: Agent
) -> None:
    named = receive(text="A secret modem").conversation
    moved = receive(text="A moved modem").conversation
    hidden = receive(text="A hidden modem").conversation
    theirs = receive(other_inbox, text="Their modem").conversation
    assert found(outsider, "modem") == [theirs.pk]
    grant(named, outsider.pk)
    assert found(outsider, "modem") == [theirs.pk, named.pk]
    update_conversation(**by(owner), conversation=moved, team=other_team)
    assert found(outsider, "modem") == [theirs.pk, moved.pk, named.pk]
    assert hidden.pk not in found(outsider, "modem")


def test_misspelt_words_open_no_door(outsider: Agent, receive: Receive) -> None:
    receive(text="The refrigerator")
    page = search(outsider, "refrigertor")
    assert not page.hits
    assert not page.nearly


def test_spam_is_found_only_when_asked_for(owner: Agent, receive: Receive) -> None:
    conversation = receive(text="Cheap watches").conversation
    mark_spam(**by(owner), conversation=conversation)
    assert found(owner, "watches") == []
    assert found(owner, "watches is:spam") == [conversation.pk]
    assert found(owner, "is:spam") == [conversation.pk]


# --- operators --------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(owner: Agent, teammate: Agent, receive: Receive, other_inbox: Inbox) -> dict[str, Conversation]:
    """A few conversations that operators tell apart, all with the word modem."""
    ani = receive(text="modem one", sender="ani@mail.am").conversation
    dato = receive(text="modem two", sender="dato@mail.ge").conversation
    billing = receive(other_inbox, text="modem three", sender="lia@mail.ge").conversation
    update_conversation(**by(owner), conversation=ani, status="closed", tags=["VIP"])
    update_conversation(**by(owner), conversation=dato, assignee=teammate)
    mark_read(**by(owner), conversation=billing, seq=billing.last_seq)
    Message.objects.filter(conversation=ani).update(created_at=datetime(2025, 1, 10, 12, tzinfo=UTC))
    Message.objects.filter(conversation=dato).update(has_attachments=False)
    return {"ani": ani, "dato": dato, "billing": billing}


@pytest.mark.parametrize(
    ("operator", "names"),
    [
        ("from:ani", "ani"),
        ("from:ani@mail.am", "ani"),
        ("от:dato", "dato"),
        ("ումից:ani", "ani"),
        ("ვისგან:Lia", "billing"),
        ("from:nobody", ""),
        ("to:support@help.example", "dato ani"),
        ("to:billing", "billing"),
        ("кому:billing", "billing"),
        ("tag:vip", "ani"),
        ("պիտակ:VIP", "ani"),
        ("is:open", "billing dato"),
        ("статус:закрыто", "ani"),
        ("սტատուս:x", ""),
        ("is:closed", "ani"),
        ("is:unassigned", "billing ani"),
        ("is:unread", "dato ani"),
        ("assignee:tamar", "dato"),
        ("assignee:none", "billing ani"),
        ("is:mine", ""),
        ("inbox:billing", "billing"),
        ("ящик:Support", "dato ani"),
        ('inbox:"billing"', "billing"),
        ("before:2025-01-11", "ani"),
        ("before:2025-01-10", ""),
        ("after:10.01.2025 before:11.01.2025", "ani"),
        ("after:2025-01-11", "billing dato"),
        ("has:file", ""),
    ],
)
def test_operators_narrow_a_search(owner: Agent, desk: dict[str, Conversation], operator: str, names: str) -> None:
    wanted = [desk[name].pk for name in names.split()]
    assert found(owner, f"modem {operator}") == wanted
    assert found(owner, f"{operator} modem") == wanted


def test_operators_alone_list_what_fits(owner: Agent, teammate: Agent, desk: dict[str, Conversation]) -> None:
    assert found(owner, "is:open") == [desk["billing"].pk, desk["dato"].pk]
    assert found(owner, "tag:vip is:closed") == [desk["ani"].pk]
    assert found(teammate, "is:mine") == [desk["dato"].pk]
    assert found(teammate, "inbox:billing") == []
    first = search(owner, "is:open", limit=1)
    assert found(owner, "is:open", limit=1, cursor=first.next) == [desk["dato"].pk]


def test_attachments_are_found_by_name_and_operator(owner: Agent, receive: Receive) -> None:
    from tamada.conversations.envelopes import IncomingAttachment
    from tamada.kit.text import analyse

    file = IncomingAttachment(name="Пropuska-plan.pdf", type="application/pdf", size=3, blob="abc")
    terms = " ".join(analyse("Hello Пropuska-plan.pdf"))
    with_file = receive(text="Hello", attachments=[file], lemmas=terms).conversation_id
    receive(text="Hello")
    assert found(owner, "hello has:attachment") == [with_file]
    assert found(owner, "есть:файл") == [with_file]
    assert found(owner, "plan.pdf") == [with_file]


@pytest.mark.parametrize(
    "q", ["before:soon", "after:2026-13-40", "is:elephant", "has:wings", "tag:nothing", "inbox:none", "assignee:zz9"]
)
def test_an_operator_that_makes_no_sense_is_explained(owner: Agent, desk: dict[str, Conversation], q: str) -> None:
    page = search(owner, f"modem {q}")
    assert len(page.problems) == 1
    assert q.partition(":")[2] in page.problems[0]


# --- customers --------------------------------------------------------------------------------------------------


def test_customers_are_found_by_name_and_address(
    owner: Agent, teammate: Agent, outsider: Agent, receive: Receive
) -> None:
    receive(text="Hello", sender="karine.petrosyan@mail.am")
    wanted = Customer.objects.get(identities__value="karine.petrosyan@mail.am")
    for q in ("karine", "petros", "karine.petrosyan@mail.am", "Կարինե", "petrosian"):
        assert search(owner, q, kind="customers").items == [wanted], q
        assert search(teammate, q, kind="customers").items == [wanted], q
        assert search(outsider, q, kind="customers").items == [], q
    assert search(owner, "vardan", kind="customers").items == []


def test_customer_pages(owner: Agent, receive: Receive) -> None:
    for n in range(5):
        receive(sender=f"nare{n}@mail.am")
    names, cursor = [], None
    while True:
        page = search(owner, "mail.am", kind="customers", cursor=cursor, limit=2)
        names += [c.name for c in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert names == ["Nare4", "Nare3", "Nare2", "Nare1", "Nare0"]


# --- safety and cost --------------------------------------------------------------------------------------------


HOSTILE = [
    *('"', "'", "*", "(", ")", "-", "^", "NEAR", "AND", "OR", "NOT", "{terms}", ":", "terms:", "from:", "is:open"),
    *("before:", "#", "#1", "\x00", "\\", "&", "|", "!", "<->", "modem", "մոդեմ*", "მოდემი", ";--", "%s", "0", "⑴"),
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    q=st.text(max_size=60)
    | st.lists(
        st.sampled_from(
            HOSTILE
        ),
        max_size=8,
    ).map(" ".join)
)  # fmt: skip
def test_every_query_is_safe(owner: Agent, teammate: Agent, inbox: Inbox, q: str) -> None:
    for kind in ("conversations", "customers", "articles"):
        for agent in (owner, teammate):
            assert search(agent, q, kind=kind).hits == []


@pytest.mark.parametrize("total", [3, 30])
def test_a_search_costs_the_same_however_much_it_finds(teammate: Agent, receive: Receive, total: int) -> None:
    for n in range(total):
        receive(text=f"modem {n}", sender=f"p{n}@mail.am")
    with CaptureQueriesContext(connection) as queries:
        page = search(teammate, "modem")
    assert len(page.hits) == total
    assert len(queries) <= 15, [q["sql"][:90] for q in queries]
