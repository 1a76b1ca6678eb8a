"""Refusals stand in the log with who, what and where, and with no secret."""

import logging
import time

import pytest
from django.test import Client
from django.urls import reverse

from tamada.accounts import totp
from tamada.accounts.actions import add_totp, create_token
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tests.cast import PASSWORD, SignedIn


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.WARNING, logger="tamada.refused")
    return caplog


def facts(told: pytest.LogCaptureFixture) -> list[tuple[object, ...]]:
    return [
        tuple(record.__dict__[key] for key in ("method", "path", "status", "user"))
        for record in told.records
        if record.name == "tamada.refused"
    ]


def test_an_act_beyond_ones_role_is_written_down(
    told: pytest.LogCaptureFixture, signed_in: SignedIn, teammate: Agent, owner: Agent
) -> None:
    path = reverse("desk:new_team")
    assert signed_in(teammate).get(path).status_code == 403
    assert facts(told) == [("GET", path, 403, teammate.pk)]
    told.clear()
    assert signed_in(owner).get(path).status_code == 200
    assert facts(told) == []


@pytest.mark.django_db
def test_a_token_that_is_none_and_one_that_only_reads_are_written_down(
    told: pytest.LogCaptureFixture, teammate: Agent
) -> None:
    _token, reads = create_token(agent=teammate, actor=actor_of(teammate), owner=teammate, scopes=["read"])
    for raw, status, who in (("tmd_nothing", 401, None), (reads, 403, teammate.pk)):
        told.clear()
        answer = Client().post("/api/v1/conversations", headers={"Authorization": f"Bearer {raw}"})
        assert answer.status_code == status
        assert facts(told) == [("POST", "/api/v1/conversations", status, who)]
        assert raw not in told.text


@pytest.mark.django_db
def test_a_forged_form_is_written_down_without_the_secret_of_its_address(told: pytest.LogCaptureFixture) -> None:
    answer = Client(enforce_csrf_checks=True).post("/join/" + "a1b2c3d4" * 8, {"name": "Eve"})
    assert answer.status_code == 403
    assert facts(told) == [("POST", "/join/***", 403, None)]


def test_a_wrong_sign_in_is_written_down_with_what_it_was_tried_by(
    told: pytest.LogCaptureFixture, client: Client, teammate: Agent
) -> None:
    tries = {
        "/login": {"email": teammate.email, "password": "not this one"},
        "/login/passkey": {"credential": "{}"},
        "/login/second": {"code": "000000"},
    }
    now = time.time()
    secret = totp.new_secret()
    for path, given in tries.items():
        if path == "/login/second":
            code = totp.code_at(secret, totp.step_at(now))
            add_totp(agent=teammate, actor=actor_of(teammate), secret=secret, code=code, now=now)
            client.post("/login", {"email": teammate.email, "password": PASSWORD})
        told.clear()
        assert client.post(path, given).status_code == 422
        assert facts(told) == [("POST", path, 422, None)]
        assert not set(given.values()) & set(told.text.split())


def test_a_wrong_proof_of_who_is_signed_in_is_written_down(
    told: pytest.LogCaptureFixture, signed_in: SignedIn, teammate: Agent
) -> None:
    assert signed_in(teammate).post("/confirm", {"password": "not this one"}).status_code == 422
    (record,) = [record for record in told.records if record.name == "tamada.desk.proven"]
    assert record.__dict__["user"] == teammate.pk
