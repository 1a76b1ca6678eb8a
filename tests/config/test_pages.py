"""What every answer carries, and what never reaches a log."""

import json
import logging

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.test import Client, RequestFactory

from tamada.config.logs import JsonFormatter
from tamada.config.security import ContentSecurityPolicyMiddleware, policy


def answer(render: str = "") -> HttpResponse:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(Template(render).render(RequestContext(request)))

    return ContentSecurityPolicyMiddleware(view)(RequestFactory().get("/"))


def test_scripts_and_styles_are_our_own_only() -> None:
    header = answer()["Content-Security-Policy"]
    assert "script-src 'self';" in header
    assert "frame-ancestors 'none'" in header
    assert "default-src 'none'" in header
    assert "unsafe" not in header


def test_a_nonce_is_drawn_only_where_a_template_uses_it_and_differs_each_time() -> None:
    first, second = answer("{{ csp_nonce }}"), answer("{{ csp_nonce }}")
    assert len(first.content) > 20
    assert f"'nonce-{first.content.decode()}'" in first["Content-Security-Policy"]
    assert first.content != second.content
    assert "nonce" not in answer("nothing")["Content-Security-Policy"]


def test_a_view_may_bring_its_own_policy() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Content-Security-Policy": "sandbox"})

    response = ContentSecurityPolicyMiddleware(view)(RequestFactory().get("/"))
    assert response["Content-Security-Policy"] == "sandbox"
    assert policy(None) != "sandbox"


@pytest.mark.django_db
def test_every_page_is_guarded() -> None:
    response = Client().get("/login")
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"


@pytest.mark.django_db
def test_a_host_we_do_not_answer_to_is_refused() -> None:
    assert Client(headers={"host": "evil.example"}).get("/login").status_code == 400


def line(message: str, *args: object, **extra: object) -> dict[str, object]:
    record = logging.getLogger("tamada.test").makeRecord(
        "tamada.test", logging.INFO, "", 1, message, args, None, None, extra
    )
    parsed: dict[str, object] = json.loads(JsonFormatter().format(record))
    return parsed


def test_a_log_line_is_json_with_known_fields_only() -> None:
    got = line("Sent %s.", "it", message_id=5, body="Dear Ani, my secret is", subject="Hello")
    assert got["message"] == "Sent it."
    assert got["message_id"] == 5
    assert got["level"] == "info"
    assert "Dear Ani" not in json.dumps(got)
    assert "Hello" not in json.dumps(got)


def test_secrets_do_not_reach_the_log() -> None:
    text = json.dumps(line("Trying smtp://ani:hunter2@mail.example with token=abcdef and Bearer tmd_123"))
    assert "hunter2" not in text
    assert "abcdef" not in text
    assert "tmd_123" not in text
