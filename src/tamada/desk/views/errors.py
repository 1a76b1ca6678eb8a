"""What stands in place of a page that isn't there, or that can't be made."""

import sys

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template import loader
from django.urls import Resolver404, is_valid_path
from django.utils.http import escape_leading_slashes
from django.views.defaults import page_not_found, server_error

from tamada.accounts.models import Agent
from tamada.core.db import AWAY

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


def failed(request: HttpRequest) -> HttpResponse:
    """A fault of ours is one; a database that does not answer is 503, and what it takes is to ask again."""
    if not isinstance(sys.exc_info()[1], AWAY):
        return server_error(request)
    # As Django's own page of faults: drawn without the request, whose session would ask the database.
    page = loader.get_template("503.html").render({"is_database": True})
    return HttpResponse(page, status=503, headers={"Retry-After": "5"})


def _other_ending(request: HttpRequest) -> str:
    """The same address with its slash at the end, or without; "" where that leads nowhere either."""
    path = request.path_info.rstrip("/") if request.path_info.endswith("/") else f"{request.path_info}/"
    query = request.META.get("QUERY_STRING", "")
    return f"{escape_leading_slashes(path)}{'?' if query else ''}{query}" if path and is_valid_path(path) else ""
