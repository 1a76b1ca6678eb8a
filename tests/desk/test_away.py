"""While the database does not answer the desk says so, whatever was asked: 503, and no fault of ours."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import InterfaceError, OperationalError
from django.test import Client

from tamada.accounts.models import Agent
from tamada.desk.views import customers
from tests.cast import SignedIn

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("fault", [OperationalError("away"), InterfaceError("connection already closed")])
@pytest.mark.parametrize("where", ["the session", "the page"])
def test_a_database_that_is_away_is_said(
    signed_in: SignedIn, owner: Agent, monkeypatch: pytest.MonkeyPatch, fault: Exception, where: str
) -> None:
    client = signed_in(owner)
    client.raise_request_exception = False

    def away(*_given: object, **_named: object) -> None:
        raise fault

    if where == "the session":
        monkeypatch.setattr(SessionStore, "load", away)
    else:
        monkeypatch.setattr(customers, "render", away)
    answer = client.get("/customers/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "The database does not answer at the moment." in answer.text


def test_a_fault_of_ours_is_one(signed_in: SignedIn, owner: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object, **_named: object) -> None:
        raise ValueError

    monkeypatch.setattr(customers, "render", broken)
    client: Client = signed_in(owner)
    client.raise_request_exception = False
    answer = client.get("/customers/")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
