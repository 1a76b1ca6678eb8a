"""What people see while files can't be reached: a page that says so, or a sentence for the script that asked."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tamada.core.storage import StoreAway

log = logging.getLogger(__name__)


class StoreAwayMiddleware:
    """The message itself is safe: only its files are elsewhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, StoreAway):
            return None
        log.warning("The file store is away.", extra={"reason": str(exception)})
        response: HttpResponse
        if "application/json" in request.headers.get("Accept", ""):
            said = _("Files can't be reached at the moment. Try again in a few minutes.")
            response = JsonResponse({"detail": said}, status=503)
        else:
            response = render(request, "503.html", status=503)
        response["Retry-After"] = "30"
        return response
