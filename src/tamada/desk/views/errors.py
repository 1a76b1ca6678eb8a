"""What stands in place of a page that isn't there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import page_not_found

from tamada.accounts.models import Agent

from .inbox import rail_context


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Whoever is signed in keeps the frame of the desk; others, and fragments, get the bare page."""
    is_page = request.method == "GET" and not request.headers.get("HX-Request")
    if not is_page or not isinstance(getattr(request, "user", None), Agent):
        return page_not_found(request, exception)
    return render(request, "desk/not_found.html", rail_context(request, ""), status=404)
