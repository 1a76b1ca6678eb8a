"""A POST that comes again is answered again, not done again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tamada.accounts.models import Agent, Role, Team
from tamada.api import idempotency
from tamada.api.models import StoredResponse
from tamada.conversations.models import Conversation, Inbox, Message
from tamada.customers.models import Customer
from tests.api.conftest import Api, As, Mail
from tests.cast import make_agent

BODY = {"name": "Ani"}


def test_the_same_request_is_done_once(as_: As, teammate: Agent) -> None:
    api = as_(teammate)
    first, second = (api.post("/customers", BODY, key="k1") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert first["Location"] == second["Location"]
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert Customer.objects.count() == 1


def test_without_a_key_or_with_another_it_is_done_again(as_: As, teammate: Agent) -> None:
    api = as_(teammate)
    for key in (None, None, "a", "b"):
        assert api.post("/customers", BODY, key=key).status_code == 201
    assert Customer.objects.count() == 4


def test_keys_belong_to_their_token(as_: As, teammate: Agent, lead: Agent) -> None:
    for agent in (teammate, lead):
        assert "Idempotent-Replayed" not in as_(agent).post("/customers", BODY, key="k1")
    assert Customer.objects.count() == 2


def test_the_same_key_on_another_request_is_refused(as_: As, teammate: Agent) -> None:
    api = as_(teammate)
    api.post("/customers", BODY, key="k1")
    assert api.post("/customers", {"name": "Other"}, key="k1").status_code == 422
    assert api.post("/organisations", BODY, key="k1").status_code == 422
    assert Customer.objects.count() == 1


def test_what_failed_may_be_tried_again(as_: As, teammate: Agent, inbox: Inbox, mail: Mail) -> None:
    api, row = as_(teammate), mail(inbox)
    path = f"/conversations/{row.pk}/messages"
    seen = api.get(path).json()["items"][0]["id"]
    mail(inbox, text="Wait", into=row)
    body = {"text": "Hello", "last_seen_message": seen}
    assert api.post(path, body, key="k1").status_code == 409
    assert not StoredResponse.objects.exists()
    assert api.post("/customers", {}, key="k2").status_code == 422
    assert api.post("/customers", BODY, key="k2").status_code == 201


def test_a_reply_is_sent_once(as_: As, teammate: Agent, inbox: Inbox, mail: Mail) -> None:
    api, row = as_(teammate), mail(inbox)
    first, second = (api.post(f"/conversations/{row.pk}/messages", {"text": "Hi"}, key="r1") for _ in range(2))
    assert first.json() == second.json()
    assert Message.objects.filter(kind="out").count() == 1
    start = {"inbox": str(inbox.pk), "to": "x@y.example", "subject": "S", "text": "T"}
    assert len({api.post("/conversations", start, key="s1").json()["id"] for _ in range(2)}) == 1
    assert Conversation.objects.count() == 2


def test_an_upload_is_answered_alike_though_its_form_differs(as_: As, teammate: Agent) -> None:
    api = as_(teammate)
    first, second = (api.upload(b"hello", key="u1").json() for _ in range(2))
    assert first == second
    assert api.upload(b"other", key="u1").status_code == 422


@pytest.mark.parametrize("key", ["", " ", "x" * 256])
def test_a_bad_key_is_refused(as_: As, teammate: Agent, key: str) -> None:
    assert as_(teammate).post("/customers", BODY, key=key).status_code == 400
    assert not Customer.objects.exists()


def test_answers_are_kept_for_a_day(as_: As, teammate: Agent) -> None:
    api = as_(teammate)
    api.post("/customers", BODY, key="k1")
    StoredResponse.objects.update(created_at=timezone.now() - timedelta(hours=23))
    assert idempotency.prune() == 0
    assert api.post("/customers", BODY, key="k1")["Idempotent-Replayed"] == "true"
    StoredResponse.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert "Idempotent-Replayed" not in api.post("/customers", BODY, key="k1")
    StoredResponse.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert idempotency.prune() == 1
    assert Customer.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_duplicates_at_the_same_time_are_done_once() -> None:
    team = Team.objects.filter(is_default=True).first() or Team.objects.create(name="Team", is_default=True)
    api = Api(make_agent("Tamar", Role.AGENT, team))

    def send(_number: int) -> tuple[int, bytes]:
        try:
            mine = Api(None)
            mine.headers = dict(api.headers)
            response = mine.post("/customers", BODY, key="same")
            return response.status_code, response.content
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, range(16)))
    assert {status for status, _ in answers} <= {201, 409}
    assert len({content for status, content in answers if status == 201}) == 1
    assert Customer.objects.count() == 1
