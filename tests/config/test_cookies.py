"""Cookies: for this host alone, over https alone, out of the reach of scripts and of other sites."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.middleware import MessageMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from tamada.config import settings as module
from tests.cast import SignedIn


def settings_of(monkeypatch: pytest.MonkeyPatch, folder: Path, base_url: str) -> dict[str, Any]:
    """What an installation under this address would be set to."""
    monkeypatch.setenv("TAMADA_BASE_URL", base_url)
    monkeypatch.setenv("TAMADA_DATA_DIR", str(folder))
    return runpy.run_path(module.__file__)


def test_over_https_every_cookie_is_of_this_host_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = settings_of(monkeypatch, tmp_path, "https://desk.example")
    for kind in ("SESSION", "CSRF", "LANGUAGE"):
        assert made[f"{kind}_COOKIE_NAME"].startswith("__Host-tamada_")
        assert made[f"{kind}_COOKIE_SECURE"]
        assert made[f"{kind}_COOKIE_HTTPONLY"]
        assert made[f"{kind}_COOKIE_SAMESITE"] == "Lax"
        assert f"{kind}_COOKIE_DOMAIN" not in made  # a cookie with this prefix may name none
        assert f"{kind}_COOKIE_PATH" not in made


def test_over_http_no_cookie_asks_for_https(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = settings_of(monkeypatch, tmp_path, "http://desk.example")
    for kind in ("SESSION", "CSRF", "LANGUAGE"):
        assert made[f"{kind}_COOKIE_NAME"].startswith("tamada_")
        assert not made[f"{kind}_COOKIE_SECURE"]


@pytest.mark.django_db
def test_no_page_sets_another_cookie(signed_in: SignedIn, teammate: Any) -> None:
    stranger, agent = Client(), signed_in(teammate)
    answers = [
        stranger.get("/login"),
        stranger.post("/language", {"language": "hy"}),
        agent.get("/"),
        agent.get("/profile"),
    ]
    cookies = [cookie for answer in answers for cookie in answer.cookies.values()]
    assert {cookie.key for cookie in cookies} == {settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME}
    for cookie in cookies:
        assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")


def test_what_the_next_page_tells_travels_in_a_cookie_like_the_others() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        messages.success(request, "Saved.")
        return HttpResponse()

    request = RequestFactory().get("/")
    request.session = {}  # type: ignore[assignment]
    answer = MessageMiddleware(view)(request)
    assert isinstance(answer, HttpResponse)
    (cookie,) = answer.cookies.values()
    assert cookie.key == "tamada_notes"
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
