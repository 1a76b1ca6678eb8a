"""Refusals stand in the log with who, what and where, and with no secret."""

import logging

import pytest
from django.test import Client
from django.urls import reverse

from tamada.accounts.actions import create_token
from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tests.cast import SignedIn


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
