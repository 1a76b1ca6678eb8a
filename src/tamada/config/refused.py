"""Who was turned away, written into the log: a token that is none, an act beyond one's role, a forged form, a flood,
and a sign-in that was wrong (its path says by what: a password, a second step, a passkey, the provider).

What is hidden answers 404 like what is absent, so that is no refusal here; pages that lead to sign-in are none either.
"""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tamada.config.bridge import without_secrets

log = logging.getLogger("tamada.refused")
STATUSES = frozenset({401, 403, 429})
WRONG_SIGN_IN = ("/login", 422)


class RefusedMiddleware:
    """Stands before the API's door and the desk's, so that it hears what either answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_wrong_sign_in = request.path.startswith(WRONG_SIGN_IN[0]) and response.status_code == WRONG_SIGN_IN[1]
        if response.status_code in STATUSES or is_wrong_sign_in:
            facts = {"method": request.method, "path": without_secrets(request.path), "status": response.status_code}
            log.warning("A request was refused.", extra={**facts, "user": _who(request)})
        return response


def _who(request: HttpRequest) -> int | None:
    """The agent by number; None for who is not signed in and showed no token."""
    caller = getattr(request, "caller", None)
    if caller is not None:
        return int(caller.agent.pk)
    return getattr(getattr(request, "user", None), "pk", None)
