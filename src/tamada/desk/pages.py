"""Whole pages beside the rail."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .views.inbox import rail_context


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, current: str = "settings", status: int = 200
) -> HttpResponse:
    """Render a page with what the rail shows; `current` names the rail's link that is marked."""
    return render(request, f"desk/{template}.html", context | rail_context(request, current), status=status)


def question(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Ask before something is done: a fragment for a dialog, or `<template>_page` where no script opens one."""
    if request.headers.get("HX-Request") == "true":
        return render(request, f"desk/{template}.html", context)
    return page(request, f"{template}_page", context)
