"""A POST that comes again is answered again, not done again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from tamada.accounts.models import Agent, ApiToken, Role, Team
from tamada.api import idempotency, openapi
from tamada.api.models import StoredResponse
from tamada.conversations.actions import create_inbox
from tamada.conversations.models import Conversation, Inbox, Message
from tamada.core.actors import SYSTEM
from tamada.customers.models import Customer
from tests.api.conftest import ROOT, Api, As, Mail
from tests.cast import make_agent
from tests.operations.jobs import PLUMBING

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
@pytest.mark.parametrize("path", ["/customers", "/conversations"])
def test_duplicates_at_the_same_time_are_done_once(path: str) -> None:
    team = Team.objects.filter(is_default=True).first() or Team.objects.create(name="Team", is_default=True)
    api = Api(make_agent("Tamar", Role.AGENT, team))
    inbox = create_inbox(agent=None, actor=SYSTEM, name="Support", channel="email", address="help@desk.example")
    file = api.upload(b"plan").json()["id"]
    start = {"inbox": str(inbox.pk), "to": "x@y.example", "subject": "S", "text": "T", "attachments": [file]}
    body = BODY if path == "/customers" else start

    def send(_number: int) -> tuple[int, bytes]:
        try:
            mine = Api(None)
            mine.headers = dict(api.headers)
            response = mine.post(path, body, key="same")
            return response.status_code, response.content
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, range(16)))
    assert {status for status, _ in answers} <= {201, 409}
    assert len({content for status, content in answers if status == 201}) == 1
    assert (Customer.objects.count(), Message.objects.count()) == (1, 0 if path == "/customers" else 1)


# --- every POST, found in the table of routes ---------------------------------------------------------------------


@dataclass(frozen=True)
class Scene:
    """Something for every POST to work on."""

    api: Api
    row: Conversation
    inbox: Inbox

    def message(self) -> str:
        return str(self.api.get(f"/conversations/{self.row.pk}/messages").json()["items"][0]["id"])

    def second(self) -> str:
        """A second message's id."""
        given = {"kind": "note", "text": "More"}
        return str(self.api.post(f"/conversations/{self.row.pk}/messages", given).json()["id"])

    def other(self) -> str:
        """Another conversation's id."""
        given = {"inbox": str(self.inbox.pk), "to": "other@y.example", "subject": "S", "text": "T"}
        return str(self.api.post("/conversations", given).json()["id"])

    def customer(self) -> str:
        """Another customer's id."""
        return str(self.api.post("/customers", {"name": "Ani"}).json()["id"])

    def done(self, path: str, body: Any) -> str:
        """The id of what a POST made."""
        return str(self.api.post(path, body).json()["id"])

    def deleted(self) -> str:
        """The id of a conversation that was deleted."""
        self.api.delete(f"/conversations/{self.row.pk}")
        return str(self.row.pk)

    def file(self) -> str:
        return str(self.api.upload(b"plan").json()["id"])


# The path and the body of each POST; an upload's body is a form, which differs each time it is sent.
POSTS: dict[str, Callable[[Scene], tuple[str, Any]]] = {
    "/conversations": lambda s: (
        "/conversations",
        {"inbox": str(s.inbox.pk), "to": "x@y.example", "subject": "S", "text": "T", "attachments": [s.file()]},
    ),
    "/conversations/{id}/messages": lambda s: (
        f"/conversations/{s.row.pk}/messages",
        {"text": "Hi", "attachments": [s.file(), {"name": "a.txt", "content": "SGk="}]},
    ),
    "/conversations/{id}/read": lambda s: (f"/conversations/{s.row.pk}/read", {"message": s.message()}),
    "/conversations/{id}/spam": lambda s: (f"/conversations/{s.row.pk}/spam", {"spam": True, "block": True}),
    "/conversations/{id}/merge": lambda s: (f"/conversations/{s.row.pk}/merge", {"into": s.other()}),
    "/conversations/{id}/split": lambda s: (f"/conversations/{s.row.pk}/split", {"messages": [s.second()]}),
    "/conversations/{id}/restore": lambda s: (f"/conversations/{s.deleted()}/restore", {}),
    "/merges/{id}/undo": lambda s: (
        f"/merges/{s.done(f'/conversations/{s.row.pk}/merge', {'into': s.other()})}/undo",
        {},
    ),
    "/customers/{id}/merge": lambda s: (f"/customers/{s.row.customer_id}/merge", {"into": s.customer()}),
    "/customer-merges/{id}/undo": lambda s: (
        f"/customer-merges/{s.done(f'/customers/{s.row.customer_id}/merge', {'into': s.customer()})}/undo",
        {},
    ),
    "/customers": lambda s: ("/customers", {"identities": [{"type": "email", "value": "new@mail.example"}]}),
    "/customers/{id}/identities": lambda s: (
        f"/customers/{s.row.customer_id}/identities",
        {"type": "phone", "value": "+37491123456"},
    ),
    "/organisations": lambda s: ("/organisations", {"name": "Ararat", "domains": ["ararat.example"]}),
    "/views": lambda s: (
        "/views",
        {"name": "Urgent", "every": [{"ask": "priority", "is": "is", "value": "urgent"}]},
    ),
    "/commitments": lambda s: (
        "/commitments",
        {"customer": str(s.row.customer_id), "text": "Call back", "due_at": "2030-01-01T00:00:00Z"},
    ),
    "/services": lambda s: ("/services", {"yaml": PLUMBING}),
    "/jobs": lambda s: ("/jobs", {"service": "repair", "customer": str(s.row.customer_id)}),
    "/handoffs": lambda s: (
        "/handoffs",
        {"conversation": str(s.row.pk), "to": {"agent": str(make_agent("Tigran").pk)}},
    ),
    "/blocked-senders": lambda s: ("/blocked-senders", {"value": "spam@bad.example"}),
    "/attachments": lambda s: ("/attachments", None),
}


# Answered again without the secret, which is shown once: tests/api/test_webhooks.py.
WEBHOOKS = {
    f"/webhooks{rest}" for rest in ("", "/{id}/secret", "/{id}/replay", "/{id}/deliveries/{delivery_id}/replay")
}


def posts() -> set[str]:
    paths = openapi.build()["paths"].items()
    return {path.removeprefix(ROOT) for path, operations in paths if "post" in operations}


def test_every_post_has_its_turn() -> None:
    assert posts() == set(POSTS) | WEBHOOKS


def rows() -> dict[str, int]:
    """How many rows each table holds, the attachments without a message among them."""
    models = [m for m in apps.get_models() if m._meta.managed and m is not ApiToken]
    return {m._meta.label: m._base_manager.count() for m in models}


@pytest.mark.parametrize("name", sorted(POSTS))
def test_a_post_that_comes_again_is_answered_again_and_leaves_nothing(
    as_: As, owner: Agent, inbox: Inbox, mail: Mail, name: str
) -> None:
    scene = Scene(as_(owner), mail(inbox), inbox)
    path, body = POSTS[name](scene)

    def post() -> Any:
        return scene.api.upload(b"hello", key="k") if body is None else scene.api.post(path, body, key="k")

    first = post()
    assert first.status_code in (200, 201), first.content
    before = rows()
    second = post()
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second["Idempotent-Replayed"] == "true"
    assert second.get("Location") == first.get("Location")
    assert rows() == before


def test_an_answer_is_given_again_though_its_conversation_is_hidden_since(
    as_: As, teammate: Agent, inbox: Inbox, mail: Mail, other_team: Team
) -> None:
    """The caller has had that answer; a 404 now would make them write again elsewhere."""
    api, row = as_(teammate), mail(inbox)
    path = f"/conversations/{row.pk}/messages"
    first = api.post(path, {"text": "Hi"}, key="k")
    Inbox.objects.update(team=other_team)
    Conversation.objects.update(team=other_team)
    assert api.post(path, {"text": "Hi"}, key="k").content == first.content
    assert api.post(path, {"text": "Hi"}, key="other").status_code == 404


def test_an_observer_is_given_nothing_again(as_: As, teammate: Agent) -> None:
    api = as_(teammate)
    api.post("/customers", BODY, key="k1")
    Agent.objects.filter(pk=teammate.pk).update(role=Role.OBSERVER)
    assert api.post("/customers", BODY, key="k1").status_code == 403


def test_a_used_key_hides_no_wrong_path(as_: As, teammate: Agent) -> None:
    api = as_(teammate)
    api.post("/customers", BODY, key="k1")
    assert api.post("/nothing", BODY, key="k1").status_code == 404
    assert api.patch("/me", BODY).status_code == 405
