"""Who was turned away, written into the log: a token that is none, an act beyond one's role, a forged form, a flood.

What is hidden answers 404 like what is absent, so that is no refusal here; pages that lead to sign-in are none either.
"""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tamada.config.bridge import without_secrets

log = logging.getLogger("tamada.refused")
STATUSES = frozenset({401, 403, 429})


class RefusedMiddleware:
    """Stands before the API's door and the desk's, so that it hears what either answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in STATUSES:
            facts = {"method": request.method, "path": without_secrets(request.path), "status": response.status_code}
            log.warning("A request was refused.", extra={**facts, "user": _who(request)})
        return response


def _who(request: HttpRequest) -> int | None:
    """The agent by number; None for who is not signed in and showed no token."""
    caller = getattr(request, "caller", None)
    if caller is not None:
        return int(caller.agent.pk)
    return getattr(getattr(request, "user", None), "pk", None)
