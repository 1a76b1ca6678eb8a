"""Files from outside: served as what their bytes are, under a name that is only a name, and kept by no cache."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse

from tamada.accounts.models import Agent
from tamada.conversations.actions import attach
from tamada.conversations.models import Attachment
from tamada.core import storage
from tamada.kit import http
from tests.cast import SignedIn

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
HTML = b"<!doctype html><script>alert(document.domain)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def upload(agent: Agent, name: str, content: bytes) -> Attachment:
    return attach(agent=agent, draft=None, name=name, content=content)


def served(client: Client, address: str) -> Any:
    """The answer, its file read to the end."""
    answer = client.get(address)
    if answer.streaming:
        b"".join(answer)  # the client closes it at its end
    return answer


def address_of(file: Attachment) -> str:
    return reverse("desk:attachment", args=[file.pk, "as-it-is-called"])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.png", HTML),
        ("page.pdf", HTML),
        ("drawing.png", SVG),
        ("drawing.svg", SVG),
        ("page.html", HTML),
        ("script.js", b"alert(1)"),
        ("late.txt", b" " * 600 + HTML),
    ],
)
def test_a_file_is_what_its_bytes_are_whatever_it_is_called(
    name: str, content: bytes, teammate: Agent, signed_in: SignedIn
) -> None:
    answer = served(signed_in(teammate), address_of(upload(teammate, name, content)))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]


def test_a_picture_is_shown_and_may_do_nothing(teammate: Agent, signed_in: SignedIn) -> None:
    answer = served(signed_in(teammate), address_of(upload(teammate, "plan.exe", PNG)))
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("inline")
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/etc/shadow", "shadow"),
        ("C:\\Windows\\win.ini", "win.ini"),
        ("a\0b.txt", "ab.txt"),
        ("", "file"),
        ("folder/", "file"),
    ],
)
def test_a_path_in_a_name_is_no_path(given: str, kept: str, teammate: Agent) -> None:
    file = upload(teammate, given, b"hello")
    assert file.name == kept
    assert set(file.blob) <= set("0123456789abcdef")  # what it is stored under has nothing of the name


@pytest.mark.parametrize(
    "name", ['a"; filename="b.html', "a\r\nSet-Cookie: x=1", "a\nb.txt", "հաշիվ; x=1.pdf", "a\x7fb", "a\u2028b"]
)
def test_no_name_becomes_a_header_or_an_error(name: str, teammate: Agent, signed_in: SignedIn) -> None:
    answer = served(signed_in(teammate), address_of(upload(teammate, name, b"hello")))
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer
    disposition = answer["Content-Disposition"]
    assert not set("\r\n") & set(disposition)
    assert re.sub(r'"(?:\\.|[^"\\])*"', "", disposition).count("filename") == 1


def test_what_was_opened_is_kept_by_no_cache(
    teammate: Agent, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(*_args: object, **_options: object) -> http.Response:
        return http.Response(200, {"content-type": "image/png"}, PNG, "https://shop.example/a.png")

    monkeypatch.setattr(http, "fetch", fetch)
    signed = quote(Signer(salt="desk.remote-image").sign("https://shop.example/a.png"), safe="")
    client = signed_in(teammate)
    for address in (address_of(upload(teammate, "plan.png", PNG)), f"{reverse('desk:remote_image')}?u={signed}"):
        answer = served(client, address)
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "private, no-store"


def test_only_addresses_that_we_signed_are_fetched(teammate: Agent, signed_in: SignedIn) -> None:
    for given in ("https://evil.example/a.png", Signer(salt="another").sign("https://evil.example/a.png"), ""):
        assert signed_in(teammate).get(reverse("desk:remote_image"), {"u": given}).status_code == 404


def test_while_the_store_is_away_a_page_says_so_and_a_script_is_told(
    signed_in: SignedIn, owner: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = upload(owner, "plan.txt", b"the plan")

    class Away:
        def __getattr__(self, name: str) -> Any:
            raise storage.StoreAway("It does not answer.")

    monkeypatch.setattr(storage, "store", Away)
    client = signed_in(owner)
    page = client.get(address_of(file))
    assert page.status_code == 503
    assert page["Retry-After"]
    assert "be reached at the moment" in page.content.decode()
    told = client.get(address_of(file), headers={"Accept": "application/json"})
    assert told.status_code == 503
    assert told.json() == {"detail": "Files can't be reached at the moment. Try again in a few minutes."}
