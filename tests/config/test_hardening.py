"""What keeps whole kinds of faults out: pages without inline code, errors without insides, requests of one length."""

import re
from pathlib import Path

import httptools
import pytest
from django.test import Client
from django.urls import URLPattern

import tamada
from tamada.desk import urls

ROOT = Path(tamada.__file__).parent
PAGES = [page for page in ROOT.rglob("*.html") if "templates/accounts/mail" not in page.as_posix()]
SCRIPTS = sorted((ROOT.parents[1] / "frontend" / "ts").rglob("*.ts"))

INLINE = {
    "a script without an address": re.compile(r"<script(?![^>]*\bsrc=)"),
    "a style block": re.compile(r"<style"),
    "a style attribute": re.compile(r"""\sstyle\s*=\s*["']"""),
    "a handler": re.compile(r"""\s(?:hx-)?on[a-z:]+\s*=\s*["']"""),
    "an address that is code": re.compile(r"javascript:", re.IGNORECASE),
    "text that is not escaped": re.compile(r"\|\s*safe\b|autoescape off"),
}
DOCUMENTS = (
    # The document of a mail stands in a sandboxed frame whose policy allows styles and no script; its text was cleaned.
    "desk/templates/desk/conversation/mail.html: ",
    # A receipt is saved as a file, which has its looks with it.
    "desk/templates/desk/settings/receipt.html: a style block",
)
RUNS_TEXT = re.compile(r"\beval\(|\bnew Function\b|document\.write|insertAdjacentHTML|setTimeout\(\s*[\"'`]")


def test_no_template_holds_code_or_unescaped_text() -> None:
    assert len(PAGES) > 80
    found = [
        f"{page.relative_to(ROOT)}: {what}"
        for page in PAGES
        for what, pattern in INLINE.items()
        if pattern.search(page.read_text())
    ]
    assert [line for line in found if not line.startswith(DOCUMENTS)] == []


def test_no_script_of_ours_runs_text() -> None:
    assert len(SCRIPTS) > 20
    assert [script.name for script in SCRIPTS if RUNS_TEXT.search(script.read_text())] == []


@pytest.mark.django_db
def test_a_failing_page_shows_nothing_of_its_insides(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> bool:
        raise RuntimeError("SELECT secret FROM insides")

    monkeypatch.setattr("tamada.accounts.queries.has_admin", fail)
    answer = Client(raise_request_exception=False).get("/login")
    assert answer.status_code == 500
    for word in (b"insides", b"RuntimeError", b"Traceback", b"tamada/"):
        assert word not in answer.content


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length : 5\r\n",
        b"Content-Length: 5\r\n folded: 1\r\n",
    ],
)
def test_a_request_whose_length_is_in_doubt_is_refused(head: bytes) -> None:
    """By the parser of our server, before anything of ours sees it: two readers could part it in two ways."""
    parser = httptools.HttpRequestParser(object())
    with pytest.raises(httptools.HttpParserError):
        parser.feed_data(b"POST / HTTP/1.1\r\nHost: desk.example\r\n" + head + b"\r\nhello")


@pytest.mark.django_db
def test_a_password_is_masked_and_may_come_from_a_password_manager() -> None:
    text = Client().get("/login").text
    field = re.search(r'<input[^>]*name="password"[^>]*>', text)
    assert field is not None
    assert 'type="password"' in field[0]
    assert re.search(r'autocomplete="[^"]*current-password', field[0])
    assert "maxlength" not in field[0] or int(re.search(r'maxlength="(\d+)"', field[0])[1]) >= 64  # type: ignore[index]


def test_no_secret_travels_in_an_address_but_those_of_one_time_links() -> None:
    """Their answers carry `Referrer-Policy: same-origin`, and the log blanks them."""
    routes = [pattern for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)]
    named = {route.name for route in routes if re.search(r"<[^>]*(token|secret|key|password)>", str(route.pattern))}
    assert named == {"reset", "join", "setup"}
