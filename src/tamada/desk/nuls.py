"""Characters of no use in forms, and of harm in databases."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict


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
