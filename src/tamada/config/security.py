"""The content security policy: scripts and styles of our own only, with a nonce for the rare inline block."""

import secrets
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
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


class NoNulMiddleware:
    """Take NULs out of what people send: no form needs them, and PostgreSQL keeps none in a text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the view decides whether its form is ours to read (`process_view`)."""
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = without_nuls(request.GET)  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """What comes from elsewhere (webhooks) is left as it came: its bytes may be signed."""
        del args, kwargs
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return
        if any("\0" in value for _name, values in request.POST.lists() for value in values):
            request.POST = without_nuls(request.POST)  # type: ignore[assignment]


def without_nuls(given: QueryDict) -> QueryDict:
    """The same form, without NULs in its values."""
    kept = given.copy()
    for name, values in given.lists():
        kept.setlist(name, [value.replace("\0", "") for value in values])
    return kept
