"""Who identifies is merged with the right person, and with nobody else."""

import pytest
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.channels.chat.actions import describe_visitor, identify_visitor, start_visitor
from tamada.channels.chat.errors import BadEmail, WrongProof
from tamada.channels.chat.models import Visitor
from tamada.channels.chat.queries import threads_of, visitor_for
from tamada.conversations.models import Conversation, Inbox
from tamada.core.actors import Actor
from tamada.customers.actions import merge_customers
from tamada.customers.models import Customer, Identity
from tests.channels.chat.conftest import Write, proof

pytestmark = pytest.mark.django_db


def identify(visitor: Visitor, user: str) -> tuple[Visitor, str | None]:
    visitor.refresh_from_db()
    return identify_visitor(visitor=visitor, user=user, proof=proof(visitor.inbox, user))


def identities(customer: Customer | None) -> list[tuple[str, str, bool]]:
    assert customer is not None
    rows = Identity.objects.filter(customer=customer).order_by("type", "value")
    return [(row.type, row.value, row.verified) for row in rows]


def test_who_wrote_first_and_identified_then_is_proven(chat: Inbox, visitor: Visitor, write: Write) -> None:
    write("Hello")
    identify(visitor, "ani")
    visitor.refresh_from_db()
    assert identities(visitor.customer) == [
        ("chat", f"visitor-{visitor.pk}", False),
        ("external", f"chat-{chat.pk}:ani", True),
    ]
    assert Customer.objects.count() == 1


def test_who_identified_first_is_proven_with_the_first_message(chat: Inbox, visitor: Visitor, write: Write) -> None:
    identify(visitor, "ani")
    assert not Customer.objects.exists()
    visitor.refresh_from_db()
    write("Hello", by=visitor)
    visitor.refresh_from_db()
    assert identities(visitor.customer) == [("external", f"chat-{chat.pk}:ani", True)]


def test_an_anonymous_browser_becomes_who_it_turns_out_to_be(chat: Inbox, visitor: Visitor, write: Write) -> None:
    identify(visitor, "ani")
    visitor.refresh_from_db()
    write("From the office", by=visitor)
    visitor.refresh_from_db()
    phone = start_visitor(inbox=chat)[0]
    line = write("From the train", by=phone)
    assert len(threads_of(phone)) == 1
    identify(phone, "ani")
    phone.refresh_from_db()
    assert phone.customer == visitor.customer
    assert Customer.objects.count() == 1
    assert set(Conversation.objects.values_list("customer", flat=True)) == {visitor.customer_id}
    assert len(threads_of(phone)) == 2
    assert len(threads_of(visitor)) == 2
    assert write("Still on the train", line.thread, by=phone).thread == line.thread


def test_a_wrong_proof_changes_nothing(chat: Inbox, visitor: Visitor, write: Write) -> None:
    write("Hello")
    with pytest.raises(WrongProof):
        identify_visitor(visitor=visitor, user="ani", proof=proof(chat, "bob"))
    visitor.refresh_from_db()
    assert visitor.user == ""


def test_somebody_known_by_more_than_this_browser_is_not_swallowed(
    chat: Inbox, visitor: Visitor, write: Write, owner: Agent, customer: Customer
) -> None:
    """A colleague found out that the browser is Karine's; that somebody signs in there as Bob joins no two."""
    write("Hello")
    visitor.refresh_from_db()
    assert visitor.customer is not None
    merge_customers(agent=owner, actor=Actor("agent", owner.pk), source=visitor.customer, target=customer)
    other = start_visitor(inbox=chat)[0]
    identify(other, "bob")
    other.refresh_from_db()
    write("I am Bob", by=other)
    other.refresh_from_db()
    identify(visitor, "bob")
    assert Customer.objects.count() == 2
    assert ("external", f"chat-{chat.pk}:bob", True) in identities(other.customer)
    assert ("email", "karine@customer.example", True) in identities(customer)


def test_a_typed_address_opens_nobodys_history(visitor: Visitor, write: Write, customer: Customer) -> None:
    describe_visitor(visitor=visitor, email="karine@customer.example")
    line = write("It is me, Karine")
    visitor.refresh_from_db()
    assert visitor.customer != customer
    assert ("email", "karine@customer.example", True) in identities(customer)
    assert identities(visitor.customer) == [("chat", f"visitor-{visitor.pk}", False)]
    assert [t.pk for t in threads_of(visitor)] == [line.thread_id]


def test_an_address_of_nobody_is_kept_unproven(visitor: Visitor, write: Write) -> None:
    write("Hello")
    visitor.refresh_from_db()
    describe_visitor(visitor=visitor, email="Ani@Home.example", name="Ani")
    assert ("email", "ani@home.example", False) in identities(visitor.customer)
    assert visitor.customer is not None
    visitor.customer.refresh_from_db()
    assert visitor.customer.name == "Ani"


def test_who_proves_who_they_are_gets_another_token_once(chat: Inbox) -> None:
    visitor, noted = start_visitor(inbox=chat)
    same, token = identify(visitor, "ani")
    assert token
    assert same == visitor
    assert visitor_for(noted) is None
    assert visitor_for(token) == visitor
    assert identify(visitor, "ani") == (visitor, None)
    assert visitor_for(token) == visitor


def test_another_user_is_another_visitor(chat: Inbox, visitor: Visitor, write: Write) -> None:
    identify(visitor, "ani")
    visitor.refresh_from_db()
    write("Hello", by=visitor)
    before = timezone.now()
    bob, token = identify(visitor, "bob")
    assert token
    assert bob.pk != visitor.pk
    assert bob.created_at >= before
    assert list(threads_of(bob)) == []
    visitor.refresh_from_db()
    assert visitor.user == "ani"


def test_a_request_that_did_not_see_the_first_proof_makes_nobody_two(chat: Inbox, visitor: Visitor) -> None:
    stale = Visitor.objects.get(pk=visitor.pk)
    identify(visitor, "ani")
    bob, token = identify_visitor(visitor=stale, user="bob", proof=proof(chat, "bob"))
    assert token
    assert bob.pk != visitor.pk
    visitor.refresh_from_db()
    assert visitor.user == "ani"


@pytest.mark.parametrize("user", ["", "bob"])
def test_who_is_refused_keeps_the_token_they_have(
    chat: Inbox, write: Write, monkeypatch: pytest.MonkeyPatch, user: str
) -> None:
    token: str | None
    visitor, token = start_visitor(inbox=chat)
    if user:
        visitor, token = identify(visitor, user)
    write("Hello", by=visitor)

    def left_as_it_was() -> bool:
        still = visitor_for(token or "")
        return still is not None and (still.pk, still.user, Visitor.objects.count()) == (visitor.pk, user, before)

    before = Visitor.objects.count()
    with pytest.raises(BadEmail):
        identify_visitor(visitor=visitor, user="ani", proof=proof(chat, "ani"), email="ani@crm")
    assert left_as_it_was()
    monkeypatch.setattr("tamada.channels.chat.actions.visitors.introduce", lambda visitor: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        identify_visitor(visitor=visitor, user="ani", proof=proof(chat, "ani"), email="ani@home.example")
    assert left_as_it_was()
    monkeypatch.undo()
    held, new = identify_visitor(visitor=visitor, user="ani", proof=proof(chat, "ani"), email="ani@home.example")
    assert visitor_for(new or "") == held
    assert (held.user, held.email) == ("ani", "ani@home.example")
