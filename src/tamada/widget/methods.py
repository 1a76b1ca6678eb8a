"""One path, a view for each method."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .problems import Problem

type_view = Callable[..., HttpResponseBase]


def by_method(**views: type_view) -> type_view:
    """A view that calls the one for the request's method. HEAD is answered as GET; the server leaves the body out."""

    def view(request: HttpRequest, **arguments: str) -> HttpResponseBase:
        method = "GET" if request.method == "HEAD" else request.method or ""
        if method not in views:
            raise Problem("method", headers={"Allow": ", ".join(sorted(views))})
        return views[method](request, **arguments)

    return view
