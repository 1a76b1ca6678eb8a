"""What another site could make a browser send: a form without our token does nothing, and neither does any address."""

from http.cookies import SimpleCookie

import pytest
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import reverse

from tamada.accounts.models import Agent
from tamada.desk.proven import _came_from
from tests.cast import SignedIn
from tests.desk.test_access import CASES, Case, everything, filled, mail_inbox, scene
from tests.helpers.writes import watched

__all__ = ["mail_inbox", "scene"]

WRITES = [case for case in CASES if case.data is not None]


def sent(client: Client, case: Case, scene: dict[str, int], **headers: str) -> int:
    path, data = filled(case, scene)
    if case.method:
        return client.generic(case.method, path, "", "text/plain", headers=headers).status_code
    return client.post(path, data, headers=headers).status_code


@pytest.mark.sqlite
def test_no_form_is_taken_without_our_token(owner: Agent, scene: dict[str, int]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    client.get(reverse("desk:rail"))
    before = everything()
    # The cookie is there, as a browser would send it along; the token in the form or the header is not, or is made up.
    for headers in ({}, {"X-CSRFToken": "x" * 64}, {"Origin": "https://evil.example"}):
        answers = {str(case): sent(client, case, scene, **headers) for case in WRITES}
        assert {name: status for name, status in answers.items() if status != 403} == {}
    assert everything() == before


# Who takes everything away is written down, though they only look.
LEAVES_AN_ENTRY = ("export_audit", "export_file")


@pytest.mark.sqlite
def test_opening_an_address_changes_nothing(owner: Agent, signed_in: SignedIn, scene: dict[str, int]) -> None:
    client = signed_in(owner)
    client.get(reverse("desk:rail"))  # notes that they are here
    client.get(reverse("desk:customer", args=(scene["customer"],)))  # notes that they looked, for today
    session, before, changed = client.cookies.copy(), everything(), []
    for case in (case for case in CASES if case.name not in LEAVES_AN_ENTRY):
        client.cookies = SimpleCookie(session)
        with transaction.atomic():
            with watched() as writes:
                client.get(filled(case, scene)[0]).getvalue()
            if writes and everything() != before:
                changed.append(str(case))
            transaction.set_rollback(True)
    assert changed == []


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "http:evil",
    ],
)
def test_no_page_leads_elsewhere(target: str, teammate: Agent, signed_in: SignedIn, client: Client) -> None:
    assert client.post("/language", {"language": "hy", "next": target})["Location"] == "/"
    assert client.get("/login", {"next": target}).context["next"] == ""
    assert signed_in(teammate).get("/login", {"next": target})["Location"] == "/"


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/settings/people?role=lead", "/settings/people?role=lead"),
        ("http://TestServer/settings", "/settings"),
        ("", "/"),
        ("http://evil.example/settings", "/"),
        ("http://testserver@evil.example/settings", "/"),
        ("http://evil.example@testserver/settings", "/"),
        ("http://testserver.evil.example/settings", "/"),
        ("http://testserver//evil.example", "/"),
        ("http://testserver/\\evil.example", "/"),
        ("http://testserver\\@evil.example/", "/"),
        ("http://testserver/\t/evil.example", "/"),
        ("http://testserver/\x00//evil.example", "/\x00//evil.example"),
        ("//testserver//evil.example", "/"),
        ("http://testserver///evil.example", "/"),
        ("http://[testserver/settings", "/"),
        ("http://[::1/settings", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_proving_oneself_leads_back_to_a_page_of_ours_alone(referer: str, back: str) -> None:
    request = RequestFactory().get("/confirm", headers={"Referer": referer})
    assert _came_from(request) == back
