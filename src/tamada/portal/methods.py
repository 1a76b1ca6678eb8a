"""Which view answers by which method."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

type_view = Callable[..., HttpResponseBase]


def by_method(**views: type_view) -> type_view:
    """A view for each method. HEAD is answered as GET; the server leaves the body out."""

    def view(request: HttpRequest, *about: Any, **arguments: str | int) -> HttpResponseBase:
        method = "GET" if request.method == "HEAD" else request.method or ""
        if method not in views:
            response = HttpResponse(status=405)
            response["Allow"] = ", ".join(sorted(views))
            return response
        return views[method](request, *about, **arguments)

    return view
