"""The door: tokens first, then limits, rights and routes."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tamada.accounts.models import Agent, ApiToken
from tamada.api import middleware, openapi
from tests.api.conftest import ROOT, As

PATHS = [
    "",
    "/",
    "/me",
    "/conversations",
    "/conversations/1",
    "/nothing/here",
    "/stream",
    "/openapi.json/x",
    "/../admin",
]
METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS", "HEAD", "TRACE", "BREW"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", METHODS)
def test_without_a_token_every_path_answers_401(as_: As, method: str, path: str) -> None:
    response = as_(None).call(method, path)
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "header", ["Basic eDp5", "Bearer", "Bearer ", "Bearer tmd_wrong", "tmd_", "bearer\ttmd_x", "Bearer ա"]
)
def test_what_is_no_token_answers_401(db: None, header: str) -> None:
    assert Client().get("/api/v1/me", headers={"Authorization": header}).status_code == 401


def test_a_valid_token_is_let_in_and_a_revoked_one_is_not(as_: As, teammate: Agent) -> None:
    api = as_(teammate)
    assert api.get("/me").status_code == 200
    ApiToken.objects.filter(pk=api.token.pk).update(revoked_at=timezone.now())
    assert api.get("/me").status_code == 401


def test_a_token_does_only_what_its_scopes_say(as_: As, teammate: Agent) -> None:
    reads, writes = as_(teammate, scopes=["read"]), as_(teammate, scopes=["write"])
    assert reads.get("/me").status_code == 200
    assert reads.post("/customers", {"name": "Ani"}).status_code == 403
    assert writes.get("/me").status_code == 403
    assert writes.call("HEAD", "/me").status_code == 403
    assert writes.post("/customers", {"name": "Ani"}).status_code == 201


def test_who_left_is_not_let_in(as_: As, teammate: Agent) -> None:
    api = as_(teammate)
    Agent.objects.filter(pk=teammate.pk).update(is_active=False)
    assert api.get("/me").status_code == 401


def test_a_session_is_no_token(signed_in, teammate: Agent) -> None:
    assert signed_in(teammate).get("/api/v1/me").status_code == 401


def test_the_description_is_for_everybody(as_: As) -> None:
    response = as_(None).get("/openapi.json")
    assert response.status_code == 200
    assert json.loads(response.content)["openapi"].startswith("3.1")


def test_the_description_is_only_read(as_: As) -> None:
    assert as_(None).post("/openapi.json").status_code == 401


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE", "OPTIONS", "HEAD"])
@pytest.mark.parametrize("path", ["/customers", "/conversations/1", "/nothing", "/me"])
def test_an_observer_only_reads(as_: As, observer: Agent, method: str, path: str) -> None:
    assert as_(observer).call(method, path, {}).status_code in (403, 404)


@pytest.mark.parametrize("path", ["/me", "/conversations", "/customers", "/agents", "/inboxes"])
def test_an_observer_reads(as_: As, observer: Agent, path: str) -> None:
    assert as_(observer).get(path).status_code == 200


def test_a_token_without_the_scope_only_reads(as_: As, teammate: Agent) -> None:
    api = as_(teammate, scopes=["read"])
    assert api.get("/customers").status_code == 200
    assert api.post("/customers", {"name": "A"}).status_code == 403
    assert as_(teammate, scopes=["read", "write"]).post("/customers", {"name": "A"}).status_code == 201


@pytest.mark.parametrize(
    "path", ["", "/", "/nothing", "/conversations/", "/me/x", "/conversations/1/merging", "/webhook"]
)
def test_no_such_path_is_a_problem(as_: As, teammate: Agent, path: str) -> None:
    response = as_(teammate).get(path)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 404


def test_a_wrong_method_is_a_problem_that_names_the_right_ones(as_: As, teammate: Agent) -> None:
    response = as_(teammate).call("PUT", "/customers", {})
    assert response.status_code == 405
    assert set(response["Allow"].split(", ")) >= {"GET", "POST"}
    assert response["Content-Type"] == "application/problem+json"


def test_head_is_get_without_a_body(as_: As, teammate: Agent) -> None:
    response = as_(teammate).call("HEAD", "/me")
    assert response.status_code == 200
    assert response.content == b""
    assert int(response["Content-Length"]) > 0


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"name": NaN}', b"[" * 100_000, b""])
def test_what_is_no_json_is_a_problem(as_: As, teammate: Agent, body: bytes) -> None:
    response = as_(teammate).post("/customers", body)
    assert response.status_code in (400, 422)
    assert response["Content-Type"] == "application/problem+json"


def test_a_wrong_field_is_named(as_: As, teammate: Agent) -> None:
    response = as_(teammate).post("/customers", {"name": 7, "identities": [{"type": "pigeon", "value": "x"}]})
    assert response.status_code == 422
    found = {tuple(error["loc"]) for error in response.json()["errors"]}
    assert found == {("body", "name"), ("body", "identities", 0, "type")}


def test_text_without_meaning_to_databases_is_dropped(as_: As, teammate: Agent) -> None:
    response = as_(teammate).post("/customers", b'{"name": "A\\u0000na \\ud800 \\u0531"}')
    assert response.status_code == 201
    assert response.json()["name"] == "Ana \ufffd Ա"
    assert as_(teammate).get("/customers?tag=a%00b").status_code == 200


def test_a_failure_of_ours_tells_nothing(as_: As, teammate: Agent, monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("tamada.customers.queries.list_page", fail)
    api = as_(teammate)
    api.client.raise_request_exception = False
    response = api.get("/customers")
    assert response.status_code == 500
    assert response["Content-Type"] == "application/problem+json"
    assert b"secret" not in response.content
    assert "GET /api/v1/customers failed" in caplog.text


def test_another_host_name_is_refused(as_: As, teammate: Agent) -> None:
    response = as_(teammate).client.get("/api/v1/me", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_limits_are_told_and_kept(as_: As, teammate: Agent, owner: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "LIMIT", 3)
    api = as_(teammate)
    answers = [api.get("/me") for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert answers[0]["RateLimit"].startswith('"token";r=2;')
    assert int(answers[3]["Retry-After"]) >= 1
    assert answers[3]["Content-Type"] == "application/problem+json"
    assert as_(owner).get("/me").status_code == 200


def test_a_stranger_learns_nothing_of_limits(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "LIMIT", 0)
    assert as_(None).get("/me").status_code == 401


def test_at_least_a_hundred_requests_a_second_are_let_through() -> None:
    assert middleware.LIMIT / middleware.WINDOW >= 100


def test_answers_are_utf8_as_it_is_and_not_cached(as_: As, teammate: Agent) -> None:
    response = as_(teammate).post("/customers", {"name": "Անի"})
    assert "Անի".encode() in response.content
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_errors_speak_the_callers_language(as_: As, teammate: Agent) -> None:
    """The header chooses; a thread that served somebody else before leaves no trace."""
    api = as_(teammate)
    api.headers["Accept-Language"] = "ru"
    api.get("/nothing")
    del api.headers["Accept-Language"]
    assert api.get("/nothing").json()["detail"] == "There is nothing here that you may see."


BODIES: dict[str, dict[str, Any]] = {
    "POST /conversations": {"inbox": "1", "to": "a@b.example", "text": "Hi"},
    "PATCH /conversations/1": {"status": "open"},
    "POST /conversations/1/messages": {"text": "Hi"},
    "POST /conversations/1/read": {"message": "1"},
    "POST /conversations/1/spam": {"spam": True},
    "POST /conversations/1/merge": {"into": "2"},
    "POST /conversations/1/split": {"messages": ["1"]},
    "POST /customers/1/merge": {"into": "2"},
    "POST /customers": {"name": "A"},
    "PATCH /customers/1": {"name": "A"},
    "POST /customers/1/identities": {"type": "email", "value": "a@b.example"},
    "PATCH /customers/1/identities/1": {"verified": True},
    "POST /organisations": {"name": "A"},
    "PATCH /organisations/1": {"name": "A"},
    "POST /views": {"name": "A", "every": [{"ask": "status", "is": "is", "value": "open"}]},
    "PATCH /views/1": {"name": "A"},
    "POST /commitments": {"customer": "1", "text": "A", "due_at": "2030-01-01T00:00:00Z"},
    "PATCH /commitments/1": {"status": "kept"},
    "POST /services": {"yaml": "service: a"},
    "PATCH /services/1": {"active": True},
    "POST /jobs": {"service": "repair", "customer": "1"},
    "PATCH /jobs/1": {"reason": "A"},
    "PATCH /jobs/1/steps/1": {"status": "done"},
    "POST /handoffs": {"job": "1", "to": {"agent": "1"}},
    "PATCH /handoffs/1": {"status": "accepted"},
    "POST /webhooks": {"url": "https://example.com/"},
    "PATCH /webhooks/1": {"active": True},
    "POST /blocked-senders": {"value": "a@b.example"},
}


def test_every_body_is_tried_below() -> None:
    known = {
        f"{method.upper()} {re.sub('{[a-z_]+}', '1', path.removeprefix(ROOT))}"
        for path, operations in openapi.build()["paths"].items()
        for method, operation in operations.items()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    }
    assert known == set(BODIES)


@pytest.mark.parametrize("name", sorted(BODIES))
def test_an_unknown_field_is_refused_and_named(as_: As, owner: Agent, name: str) -> None:
    method, path = name.split()
    response = as_(owner).call(method, path, {**BODIES[name], "snooze_until": "2999-01-01T00:00:00Z"})
    assert response.status_code == 422
    assert response.json()["errors"][0]["loc"] == ["body", "snooze_until"]


def test_an_unknown_field_deeper_down_is_refused(as_: As, teammate: Agent) -> None:
    given = {"identities": [{"type": "email", "value": "a@b.example", "verfied": True}]}
    response = as_(teammate).post("/customers", given)
    assert response.status_code == 422
    assert response.json()["errors"][0]["loc"] == ["body", "identities", 0, "verfied"]
