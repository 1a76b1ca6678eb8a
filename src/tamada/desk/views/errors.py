"""What stands in place of a page that isn't there."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, is_valid_path
from django.utils.http import escape_leading_slashes
from django.views.defaults import page_not_found

from tamada.accounts.models import Agent

from .inbox import rail_context


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Whoever is signed in keeps the frame of the desk; others, and fragments, get the bare page.

    A slash too many or too few at the end of an address is mended.
    """
    is_page = request.method == "GET" and not request.headers.get("HX-Request")
    # An address that a view answered with 404 exists: what it names is hidden, or gone.
    if is_page and isinstance(exception, Resolver404) and (meant := _other_ending(request)):
        return HttpResponseRedirect(meant)
    if not is_page or not isinstance(getattr(request, "user", None), Agent):
        return page_not_found(request, exception)
    return render(request, "desk/not_found.html", rail_context(request, ""), status=404)


def _other_ending(request: HttpRequest) -> str:
    """The same address with its slash at the end, or without; "" where that leads nowhere either."""
    path = request.path_info.rstrip("/") if request.path_info.endswith("/") else f"{request.path_info}/"
    query = request.META.get("QUERY_STRING", "")
    return f"{escape_leading_slashes(path)}{'?' if query else ''}{query}" if path and is_valid_path(path) else ""
