"""The content security policy: scripts and styles of our own only, with a nonce for the rare inline block.

And a name for the one cookie whose name is no setting of Django's.
"""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

HEADER = "Content-Security-Policy"


def policy(nonce: str | None) -> str:
    """The policy of a page. A page that used its nonce may run and style the blocks that carry it."""
    own = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {own}",
            f"style-src {own}",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "media-src 'self' blob:",
            "worker-src 'self'",
            "manifest-src 'self'",
            "frame-src 'self'",
            "form-action 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


class ContentSecurityPolicyMiddleware:
    """Adds the policy to every answer that doesn't bring its own (a mail body's frame, the widget)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        drawn: list[str] = []

        def draw() -> str:
            drawn.append(secrets.token_urlsafe(16))
            return drawn[0]

        request.csp_nonce = SimpleLazyObject(draw)  # type: ignore[attr-defined]
        response = self.get_response(request)
        if HEADER not in response:
            response[HEADER] = policy(drawn[0] if drawn else None)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        return response


def csp_nonce(request: HttpRequest) -> dict[str, object]:
    """Template context: `{{ csp_nonce }}`, drawn only when a template uses it."""
    return {"csp_nonce": getattr(request, "csp_nonce", "")}


class _NotesCookie(CookieStorage):
    cookie_name = "__Host-tamada_notes" if settings.TAMADA.https else "tamada_notes"


class Notes(FallbackStorage):
    """What the next page tells, in a cookie that is named like the others, or in the session when it is long."""

    storage_classes = (_NotesCookie, SessionStorage)
