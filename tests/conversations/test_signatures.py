"""Signatures by language and inbox, with what is known of the agent and the company."""

import pytest

from tamada.accounts import company
from tamada.accounts.actions import update_company
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations.actions import send_reply, update_inbox
from tamada.conversations.errors import BadSignature
from tamada.conversations.models import Conversation, Inbox, Message
from tamada.conversations.signatures import signature_of
from tests.conversations.conftest import Receive

pytestmark = pytest.mark.django_db

SIGNED = "{{agent.first_name}}, {{company.name}}\nTel. {{company.phone}}\nFax {{company.website|none}}"


@pytest.fixture
def reply(receive: Receive, owner: Agent) -> Message:
    return send_reply(agent=owner, actor=actor_of(owner), conversation=receive().conversation, text="Yes.")


def test_placeholders_are_filled_and_a_line_with_a_gap_is_left_out(reply: Message, owner: Agent) -> None:
    update_company(agent=owner, actor=actor_of(owner), name="Arevik", language="en")
    reply.inbox.signature = SIGNED
    first = owner.name.split()[0]
    assert signature_of(reply) == f"{first}, Arevik\nFax none"
    update_company(agent=owner, actor=actor_of(owner), name="Arevik", language="en", phone=" +374 10 000000 ")
    assert company.details()["company.phone"] == "+374 10 000000"
    assert signature_of(reply) == f"{first}, Arevik\nTel. +374 10 000000\nFax none"


def test_the_customers_language_decides_and_ones_own_signature_goes_first(reply: Message, owner: Agent) -> None:
    reply.inbox.signature, reply.inbox.signatures = "For all", {"hy": "Հարգանքով", "ka": "პატივისცემით"}
    conversation = reply.conversation
    found = []
    for language in ("hy", "ka", "ru"):
        conversation.language = language
        found.append(signature_of(reply))
    assert found == ["Հարգանքով", "პატივისცემით", "For all"]
    conversation.language, conversation.customer.language, reply.inbox.language = "", "", "ka"
    assert signature_of(reply) == "პატივისცემით"
    assert reply.agent
    reply.agent.signature = "Nare {{inbox.name}}"
    assert signature_of(reply) == f"Nare {reply.inbox.name}"


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("{{agent.frist_name}}", "{{agent.frist_name}}"),
        ("{{agent.name", "{{agent.name"),
        ("{{customer.name}}", "{{customer.name}}"),
    ],
)
def test_what_is_no_placeholder_of_signatures_is_refused_by_name(
    inbox: Inbox, owner: Agent, text: str, piece: str
) -> None:
    for change in ({"signature": text}, {"signatures": {"hy": text}}):
        with pytest.raises(BadSignature) as caught:
            update_inbox(agent=owner, actor=actor_of(owner), inbox=inbox, **change)
        assert (caught.value.piece, caught.value.language) == (piece, "hy" if "signatures" in change else "")
    inbox.refresh_from_db()
    assert (inbox.signature, inbox.signatures) == ("", {})


def test_saved_signatures_stay(inbox: Inbox, owner: Agent) -> None:
    update_inbox(agent=owner, actor=actor_of(owner), inbox=inbox, signatures={"hy": "{{agent.name}}"})
    assert Inbox.objects.get(pk=inbox.pk).signatures == {"hy": "{{agent.name}}"}
    assert not Conversation.objects.exists()
