"""The company's own programs are asked, signed and for three seconds at most; what they answer is data."""

import json
import time
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.assistant import actions, errands
from tamada.assistant.errors import Invalid
from tamada.assistant.models import BusinessAction, Dialogue, Said, What
from tamada.conversations.models import Conversation, Inbox, Kind
from tamada.core.models import AuditEntry
from tests.assistant.test_own_requests import proven
from tests.automation.scene import settle
from tests.channels.chat.conftest import Write
from tests.helpers.receiver import Receiver
from tests.webhooks.conftest import MakeReceiver, make_receiver, there

__all__ = ["make_receiver", "there"]

pytestmark = pytest.mark.django_db

ORDER = "Where is my order?"


def add(owner: Agent, url: str, **more: Any) -> tuple[BusinessAction, str]:
    values: dict[str, Any] = {"name": "Order status", "url": url, "phrasings": "where is my order", "fields": ["order"]}
    values |= {"proven_only": False, **more}
    row, secret = actions.add_action(agent=owner, actor=actor_of(owner), **values)
    BusinessAction.objects.filter(pk=row.pk).update(id=1)  # the number under which the shop's brain knows it
    return BusinessAction.objects.get(), secret


def talk(write: Write, text: str, thread: object = None) -> tuple[list[str], Any]:
    line = write(text, thread)
    settle()
    said = line.message.conversation.messages.filter(kind=Kind.OUT).order_by("seq")
    return list(said.values_list("text", flat=True)), line.thread


def test_it_asks_for_the_number_and_tells_what_the_program_says(
    answering: Inbox, write: Write, owner: Agent, there: Receiver
) -> None:
    there.answer = json.dumps({"text": "It left today.", "fields": {"Courier": "Ani", "Parcels": 2}}).encode()
    _row, secret = add(owner, there.url)
    said, thread = talk(write, ORDER)
    assert said == ["What is your order number?"]
    said, _thread = talk(write, "it is AB-12345", thread)
    assert said[-1] == "It left today.\nCourier: Ani\nParcels: 2"
    (request,) = there.received
    body = request.json
    assert body["fields"] == {"order": "AB-12345"}
    assert body["action"] == "Order status"
    assert (body["proven"], body["identities"]) == (False, [])
    assert request.is_signed_with(secret)
    assert Said.objects.get(what=What.ACTION).outcome == "open"


def test_who_gives_no_number_is_asked_twice_and_then_has_a_person(
    answering: Inbox, write: Write, owner: Agent, there: Receiver
) -> None:
    add(owner, there.url)
    _said, thread = talk(write, ORDER)
    said, _thread = talk(write, "I don't know", thread)
    assert "does not look like an order number" in said[-1]
    talk(write, "no idea", thread)
    assert Dialogue.objects.get().reason == "fields"
    assert not there.received


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (500, "{}", "status 500"),
        (200, "no json", "json"),
        (200, '{"text": "It left', "json"),
        (200, "[1]", "shape"),
        (200, "{}", "empty"),
        (200, json.dumps({"text": "x" * 1001}), "empty"),
        (200, json.dumps({"text": {"a": 1}}), "empty"),
        (200, json.dumps({"fields": {str(n): "x" for n in range(13)}}), "shape"),
        (302, "{}", "status 302"),
        (200, "x" * 20_000, "large"),
    ],
)
def test_what_fails_goes_to_a_person(
    answering: Inbox, write: Write, owner: Agent, there: Receiver, status: int, body: str, error: str
) -> None:
    there.status, there.answer = status, body.encode()
    add(owner, there.url)
    said, _thread = talk(write, "Where is my order AB-12345?")
    assert "colleague" in said[-1]
    assert Dialogue.objects.get().reason == "action"
    assert BusinessAction.objects.get().last_error == error
    assert "AB-12345" in Conversation.objects.get().messages.get(kind=Kind.NOTE).text


def test_one_that_hangs_is_given_up_after_three_seconds(owner: Agent, db: None, make_receiver: MakeReceiver) -> None:
    hanging = make_receiver()
    hanging.gate.clear()
    row, _secret = add(owner, hanging.url)
    began = time.monotonic()
    assert errands.ask(row, Conversation(pk=1, customer_id=1), {"order": "1"}, "en").error == "slow"
    assert time.monotonic() - began < 5


def test_an_address_inside_is_not_contacted(owner: Agent, there: Receiver, settings: Any) -> None:
    row, _secret = add(owner, there.url)
    settings.TAMADA = replace(settings.TAMADA, inner_hosts=frozenset())
    assert errands.ask(row, Conversation(pk=1, customer_id=1), {"order": "1"}, "en").error == "inside"
    assert not there.received


@pytest.mark.parametrize(
    "url", ["http://example.com", "https://127.0.0.1/x", "https://localhost/", "ftp://x.am", "nix"]
)
def test_an_address_that_cant_be_is_refused(owner: Agent, db: None, url: str) -> None:
    with pytest.raises(Invalid):
        add(owner, url)


def test_a_lead_makes_none(lead: Agent, db: None) -> None:
    with pytest.raises(PermissionDenied):
        add(lead, "https://example.com/")


def test_the_trail_has_no_address_and_no_secret(owner: Agent, db: None) -> None:
    _row, secret = add(owner, "https://example.com/very-secret-path")
    entry = AuditEntry.objects.get(action="assistant.action_added")
    assert "very-secret-path" not in str(entry.changes)
    assert secret not in str(entry.changes)


def test_a_program_is_asked_only_for_who_is_proven(
    answering: Inbox, write: Write, owner: Agent, there: Receiver
) -> None:
    there.answer = b'{"text": "It left today."}'
    row, _secret = add(owner, there.url, proven_only=True)
    stranger = write("Where is my order AB-12345?").message.conversation
    settle()
    assert Dialogue.objects.get(conversation=stranger).reason == "unproven"
    assert not there.received
    write("Where is my order AB-12345?", by=proven(answering, "ani"))
    settle()
    (request,) = there.received
    assert request.json["proven"] is True
    assert request.json["identities"] == [{"type": "external", "value": "ani"}]
    actions.update_action(
        agent=owner,
        actor=actor_of(owner),
        action=row,
        name="Order status",
        url=there.url,
        phrasings="a",
        fields=[],
        proven_only=False,
    )
    assert not BusinessAction.objects.get().proven_only


def test_nobody_counts_through_order_numbers(
    answering: Inbox, write: Write, owner: Agent, there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tamada.assistant.deciding.MOST_LOOKUPS", 2)
    there.answer = b'{"text": "It left today."}'
    add(owner, there.url)
    thread: object = None
    for number in range(3):
        _said, thread = talk(write, f"Where is my order AB-1234{number}?", thread)
    assert len(there.received) == 2
    assert Dialogue.objects.get().reason == "lookups"
