"""The hand-over: a note that each reader has in their language, and a phone number beside who gave it."""

from typing import Any

import pytest
from django.utils import timezone, translation

from tamada.accounts.models import Agent
from tamada.assistant import actions, handing_note
from tamada.assistant.models import Dialogue, Learned, Said
from tamada.calendars.actions import create_calendar
from tamada.channels.chat.actions import describe_visitor
from tamada.channels.chat.models import Visitor
from tamada.channels.chat.queries import mail_address_of
from tamada.conversations.actions import create_inbox
from tamada.conversations.models import Conversation, Inbox, Kind, Message
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry
from tamada.core.personal import Subject, erasers
from tamada.customers.actions import add_identity
from tamada.customers.models import Customer, CustomerMerge, Identity
from tamada.desk.lines import sentence
from tamada.widget.shapes import config_of, conversation_items
from tests.assistant.shop import switch_on
from tests.assistant.test_responding import HOURS, VAGUE, notes, talk
from tests.cast import SignedIn
from tests.channels.chat.conftest import Write

pytestmark = pytest.mark.django_db

OFF_TOPIC = "Who won the football match yesterday?"
GIVEN = "sorry: 091 123456"
NUMBER = "+37491123456"


def handed(write: Write, *said: str) -> Conversation:
    line: Any = None
    for text in said:
        conversation, line = talk(write, text, line.thread if line else None)
    return conversation


def test_the_note_tells_what_was_wanted_at_first_and_what_now(answering: Inbox, write: Write) -> None:
    conversation = handed(write, "Hello!", VAGUE, OFF_TOPIC)
    assert notes(conversation)[0].split("\n") == [
        "Handed over by the automatic assistant. It knows no answer to this.",
        f"Wanted at first: {VAGUE}",
        f"Wants now: {OFF_TOPIC}",
        f"The assistant: Asked back “{Said.objects.exclude(title='').earliest('pk').title}”",
    ]


def test_the_visitors_browser_is_told_that_a_person_answers(answering: Inbox, write: Write) -> None:
    def told(conversation: Conversation) -> list[bool]:
        return [item["person"] for item in conversation_items(list(conversation.chat_threads.all()))]

    assert told(handed(write, HOURS)) == [False]
    assert told(handed(write, VAGUE, OFF_TOPIC)) == [True]


@pytest.mark.parametrize("last", ["That didn't help", "I want to talk to a person"])
def test_what_asks_for_nothing_is_not_what_they_want(answering: Inbox, write: Write, last: str) -> None:
    conversation = handed(write, HOURS, last)
    assert f"Wants: {HOURS}" in notes(conversation)[0].split("\n")
    assert last not in notes(conversation)[0]


def test_what_was_given_and_asked_besides_stands_in_it(answering: Inbox, write: Write) -> None:
    switch_on(answering, asks_phone=True, asks_order=True)
    assert AuditEntry.objects.filter(action="assistant.settled").latest("pk").changes["asks"] == ["phone", "order"]
    text = "Hello. Who won the football match yesterday? Was it raining? My order is A-48213, call 091 123456."
    conversation = handed(write, text)
    assert {"Order number: A-48213", f"Phone number: {NUMBER}"} <= set(notes(conversation)[0].split("\n"))
    assert len(notes(conversation)[0]) < 400


def test_each_reads_it_in_their_own_language(
    answering: Inbox, write: Write, signed_in: SignedIn, teammate: Agent
) -> None:
    switch_on(answering, asks_phone=True)
    conversation = handed(write, VAGUE, OFF_TOPIC, "091 123456")
    address = f"/conversations/{conversation.pk}"
    assert "It knows no answer to this." in signed_in(teammate).get(address).text
    Agent.objects.filter(pk=teammate.pk).update(language="ru")
    shown = signed_in(teammate).get(address).text
    assert "knows no answer" not in shown
    assert "Phone number" not in shown
    with translation.override("ru"):
        brief = conversation.messages.filter(kind=Kind.NOTE).first().data["brief"]  # type: ignore[union-attr]
        assert handing_note.in_words(brief).split("\n")[0] in shown
    assert OFF_TOPIC in shown  # their own words stay theirs


def test_a_note_of_another_version_is_told_as_far_as_it_is_known() -> None:
    brief = {"reason": "moonlight", "first": "Hello", "tried": [["sang", "A song"], ["answer", ""]], "fields": {}}
    told = "Handed over by the automatic assistant.\nWants: Hello\nThe assistant: Answered"
    assert handing_note.in_words(brief) == told
    assert handing_note.of_message(Message(kind=Kind.IN, data={"brief": brief})) == ""
    assert handing_note.of_message(Message(kind=Kind.NOTE, data={})) == ""


def test_who_is_erased_is_not_in_what_it_is_made_of(answering: Inbox, write: Write) -> None:
    conversation = handed(write, OFF_TOPIC)
    subject = Subject((conversation.customer_id,), (), (), timezone.now())
    erasers.get("messages").erase(subject, 0)
    note = conversation.messages.get(kind=Kind.NOTE)
    assert (note.text, note.data) == ("", {"erased": True})


# --- a phone number ---------------------------------------------------------------------------------------------------


def numbers(customer: Customer) -> list[tuple[str, str, bool]]:
    rows = customer.identities.filter(type__in=("phone", "whatsapp", "viber"))
    return [(row.type, row.value, row.verified) for row in rows]


def told(conversation: Conversation) -> list[str]:
    lines = conversation.messages.filter(kind=Kind.SYSTEM, data__event="phone_taken")
    return [sentence(line) for line in lines]


@pytest.mark.parametrize("said", [(OFF_TOPIC, GIVEN), (f"{OFF_TOPIC} Call me: 091 123456",)])
def test_a_number_that_was_given_stands_beside_the_customer_unproven(
    answering: Inbox, write: Write, said: tuple[str, ...]
) -> None:
    switch_on(answering, asks_phone=True)
    conversation = handed(write, *said)
    assert numbers(conversation.customer) == [("phone", NUMBER, False)]
    assert not told(conversation)
    actions.keep_phone(message_id=conversation.messages.filter(kind=Kind.IN).last().pk)  # type: ignore[union-attr]
    assert len(numbers(conversation.customer)) == 1


def test_a_number_that_nobody_asked_for_stays_in_the_chat(answering: Inbox, write: Write) -> None:
    conversation = handed(write, f"{OFF_TOPIC} Call me: 091 123456")
    assert numbers(conversation.customer) == []


@pytest.mark.parametrize("network", ["phone", "whatsapp", "viber"])
def test_a_number_of_somebody_else_stays_theirs_and_the_thread_says_so(
    answering: Inbox, write: Write, network: str
) -> None:
    switch_on(answering, asks_phone=True)
    other = Customer.objects.create(name="Gor", last_activity_at=timezone.now())
    add_identity(agent=None, actor=SYSTEM, customer=other, type=network, value=NUMBER, verified=True)
    conversation = handed(write, OFF_TOPIC, GIVEN)
    assert numbers(conversation.customer) == []
    assert numbers(other) == [(network, NUMBER, True)]
    assert conversation.customer != other
    assert not CustomerMerge.objects.exists()
    assert f"Phone number: {NUMBER}" in notes(conversation)[-1]
    assert told(conversation) == [
        "The phone number they gave is another customer's already: it stands in the note alone"
    ]
    assert "Gor" not in str(list(conversation.messages.values_list("text", "data")))
    actions.keep_phone(message_id=conversation.messages.filter(kind=Kind.IN).last().pk)  # type: ignore[union-attr]
    assert len(told(conversation)) == 1


def test_who_has_as_many_addresses_as_one_may_have_keeps_them(answering: Inbox, write: Write) -> None:
    switch_on(answering, asks_phone=True)
    conversation = handed(write, OFF_TOPIC)
    customer = conversation.customer
    Identity.objects.bulk_create(
        Identity(customer=customer, type="email", value=f"a{n}@mail.am", display="") for n in range(50)
    )
    _conversation, _line = talk(write, GIVEN, conversation.chat_threads.get())
    assert numbers(customer) == []
    assert Dialogue.objects.get().collected["fields"] == {"phone": NUMBER}


# --- an address, while nobody is there --------------------------------------------------------------------------------

ASKED = "Write your e-mail address here"
NEVER_OPEN: dict[int, list[tuple[int, int]]] = {day: [] for day in range(7)}


@pytest.fixture
def closed(answering: Inbox) -> Inbox:
    create_inbox(agent=None, actor=SYSTEM, name="Post", channel="email", address="post@shop.example")
    answering.calendar = create_calendar(
        agent=None, actor=SYSTEM, name="Shut", time_zone="Asia/Yerevan", week=NEVER_OPEN
    )
    answering.save()
    return answering


def addresses(customer: Customer) -> list[tuple[str, bool]]:
    return [(row.value, row.verified) for row in customer.identities.filter(type="email")]


def said_last(conversation: Conversation) -> str:
    return conversation.messages.filter(kind=Kind.OUT).order_by("seq").last().text  # type: ignore[union-attr]


@pytest.mark.parametrize("wanted", [OFF_TOPIC, "I want to talk to a person"])
def test_who_is_handed_over_while_nobody_is_there_is_asked_where_to_answer(
    closed: Inbox, write: Write, wanted: str
) -> None:
    conversation = handed(write, wanted)
    assert ASKED in said_last(conversation)
    talk(write, "gladly: Ani.S@Mail.am.", conversation.chat_threads.get())
    assert addresses(conversation.customer) == [("ani.s@mail.am", False)]
    assert mail_address_of(conversation.chat_threads.get()) == "ani.s@mail.am"
    assert "E-mail: ani.s@mail.am" in notes(conversation)[-1]


def test_what_can_be_no_address_is_asked_for_once_more(closed: Inbox, write: Write) -> None:
    conversation = handed(write, OFF_TOPIC, "ani@mail")
    assert "does not look like an e-mail address" in said_last(conversation)
    talk(write, "ani@mail.am", conversation.chat_threads.get())
    assert addresses(conversation.customer) == [("ani@mail.am", False)]


def test_a_number_is_no_attempt_at_an_address(closed: Inbox, write: Write) -> None:
    conversation = handed(write, OFF_TOPIC, "I wrote 3 times already")
    assert ASKED in said_last(conversation)
    assert addresses(conversation.customer) == []


def test_an_address_is_not_asked_for_where_it_is_known_or_helps_nobody(
    closed: Inbox, write: Write, visitor: Visitor
) -> None:
    Inbox.objects.filter(channel="email").update(is_active=False)
    assert ASKED not in said_last(handed(write, OFF_TOPIC))  # nothing could mail the answer
    Inbox.objects.update(is_active=True)
    describe_visitor(visitor=visitor, email="ani@mail.am")
    assert ASKED not in said_last(handed(write, OFF_TOPIC))


def test_an_address_is_not_asked_for_while_people_are_there(answering: Inbox, write: Write) -> None:
    create_inbox(agent=None, actor=SYSTEM, name="Post", channel="email", address="post@shop.example")
    assert ASKED not in said_last(handed(write, OFF_TOPIC))


def test_the_widget_is_told_whether_it_answers(closed: Inbox, chat: Inbox) -> None:
    assert config_of(chat)["assistant"] is True
    Learned.objects.update(blob="")
    assert config_of(chat)["assistant"] is False
    switch_on(chat, mode="suggest")
    assert config_of(chat)["assistant"] is False
