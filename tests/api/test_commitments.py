"""Promises through the API: recorded, listed by when they are due, and settled with a reason where one is owed."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.conversations.models import Conversation, Inbox
from tests.api.conftest import Api, As, Mail

TEXT = "The engineer comes on Friday"


def moment(**span: int) -> str:
    return (timezone.now() + timedelta(**span)).isoformat()


def promise(api: Api, talk: Conversation, **more: Any) -> dict[str, Any]:
    body = {"customer": str(talk.customer_id), "text": TEXT, "due_at": moment(days=1)} | more
    answer = api.post("/commitments", body)
    assert answer.status_code == 201, answer.content
    item: dict[str, Any] = answer.json()
    return item


@pytest.fixture
def talk(mail: Mail, inbox: Inbox) -> Conversation:
    return mail(inbox)


def test_one_is_recorded_as_the_callers_own(as_: As, teammate: Agent, talk: Conversation) -> None:
    item = promise(as_(teammate), talk, conversation=str(talk.pk))
    assert (item["owner"], item["status"], item["reason"], item["job"]) == (str(teammate.pk), "open", "", None)
    assert item["conversation"] == str(talk.pk)
    assert as_(teammate).get(f"/commitments/{item['id']}").json() == item


def test_a_time_that_has_passed_is_late_at_once(as_: As, teammate: Agent, talk: Conversation) -> None:
    item = promise(as_(teammate), talk, due_at=moment(days=-1))
    assert item["status"] == "late"
    assert [one["id"] for one in as_(teammate).all("/commitments", status="late")] == [item["id"]]
    assert as_(teammate).all("/commitments", status="open") == []


def test_to_break_it_or_put_it_off_owes_a_reason(as_: As, teammate: Agent, talk: Conversation) -> None:
    api = as_(teammate)
    path = f"/commitments/{promise(api, talk)['id']}"
    assert api.patch(path, {"status": "broken"}).status_code == 409
    assert api.patch(path, {"due_at": moment(days=3)}).status_code == 409
    later = api.patch(path, {"due_at": moment(days=3), "reason": "No part"}).json()
    assert (later["status"], later["reason"]) == ("open", "No part")
    assert later["due_at"] > later["first_due_at"]
    both = api.patch(path, {"text": "Call", "status": "broken", "reason": "Gone"}).json()
    assert (both["text"], both["status"], both["reason"]) == ("Call", "broken", "Gone")
    assert both["settled_at"]
    assert api.patch(path, {"status": "kept"}).status_code == 409
    assert api.patch(path, {"status": "open"}).json()["settled_at"] is None


def test_nothing_is_changed_where_a_part_of_it_is_refused(as_: As, teammate: Agent, talk: Conversation) -> None:
    api = as_(teammate)
    path = f"/commitments/{promise(api, talk)['id']}"
    assert api.patch(path, {"text": "Other", "status": "broken"}).status_code == 409
    assert api.get(path).json()["text"] == TEXT


def test_lists_come_by_when_they_are_due_page_by_page(as_: As, teammate: Agent, talk: Conversation) -> None:
    api = as_(teammate)
    ids = [promise(api, talk, due_at=moment(days=days))["id"] for days in (3, 1, 2)]
    kept = api.patch(f"/commitments/{ids[0]}", {"status": "kept"}).json()
    assert kept["status"] == "kept"
    listed = [one["id"] for one in api.all("/commitments", limit=1)]
    assert listed == [ids[1], ids[2], ids[0]]
    assert [one["id"] for one in api.all("/commitments", status="open", owner=str(teammate.pk))] == [ids[1], ids[2]]
    assert api.all("/commitments", customer="999") == []
    assert api.all("/commitments", updated_since=moment(hours=1)) == []


def test_an_owner_who_is_nobody_here_is_refused(as_: As, teammate: Agent, gone: Agent, talk: Conversation) -> None:
    body = {"customer": str(talk.customer_id), "text": TEXT, "due_at": moment(days=1), "owner": str(gone.pk)}
    assert as_(teammate).post("/commitments", body).status_code == 422
    assert as_(teammate).post("/commitments", body | {"owner": None, "text": " "}).status_code == 422
    far = body | {"owner": None, "due_at": "2999-01-01T00:00:00Z"}
    assert as_(teammate).post("/commitments", far).status_code == 422
