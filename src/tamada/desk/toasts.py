"""Answers that only say something at the foot of the page."""

from django.http import HttpResponse, JsonResponse


def told(text: str, undo: str = "") -> HttpResponse:
    """It was done; `undo` is the address that takes it back."""
    return _saying({"text": text, "kind": "ok", **({"undo": undo} if undo else {})}, 204)


def refused(text: str) -> HttpResponse:
    """It can't be done, and why."""
    return _saying({"text": text, "kind": "error"}, 422)


def _saying(toast: dict[str, str], status: int) -> HttpResponse:
    response = HttpResponse(status=status)
    response["HX-Trigger"] = JsonResponse({"toast": toast}).content.decode()
    return response
