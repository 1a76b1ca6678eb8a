"""Refusals, as RFC 9457 tells them: `code` for the widget, `detail` for people in their language."""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import DisallowedHost, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import HttpRequest, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tamada.channels.chat.errors import ChatError, FormFirst
from tamada.core.db import AWAY
from tamada.core.storage import StoreAway

log = logging.getLogger("tamada.widget")

_WORDS: Final[Mapping[str, tuple[int, str | Promise]]] = {
    "hash": (403, gettext_lazy("The site could not prove who you are.")),
    "user": (422, gettext_lazy("A user is named by 1 to 200 printable characters, without spaces around them.")),
    "email": (422, gettext_lazy("An e-mail address looks like name@example.com.")),
    "empty": (400, gettext_lazy("Write something or attach a file first.")),
    "too_long": (413, gettext_lazy("This message is too long. Send it in parts.")),
    "client_id": (409, gettext_lazy("This message was sent before with other words.")),
    "blocked": (403, gettext_lazy("Your messages are not taken here.")),
    "form": (422, gettext_lazy("Fill in the form first.")),
    "file": (404, gettext_lazy("This file is no longer there. Attach it again.")),
    "too_large": (413, gettext_lazy("A file has at most 10 MB.")),
    "files_wait": (
        413,
        gettext_lazy("100 MB of your files wait to be sent. Send them first, or attach others tomorrow."),
    ),
    "no_room": (413, gettext_lazy("Files are not taken at the moment. Write without them, or try again later.")),
    "file_type": (415, gettext_lazy("Files of this kind are not taken.")),
    "conversation": (404, gettext_lazy("There is nothing here that you may see.")),
    "inbox": (404, gettext_lazy("There is no chat under this key.")),
    "visitor": (401, gettext_lazy("Begin anew: this token is not valid, or is no longer.")),
    "origin": (403, gettext_lazy("This chat is not for this site.")),
    "method": (405, gettext_lazy("This method is not allowed here.")),
    "body": (400, gettext_lazy("The request can't be read.")),
    "store": (503, gettext_lazy("Files can't be reached at the moment. Try again in a few minutes.")),
    "away": (503, gettext_lazy("A short break. Try again in a minute.")),
    "busy": (429, gettext_lazy("That was a lot at once. Wait a little.")),
}


class Problem(Exception):
    """Ends a request with one of the refusals above. `more` holds further members."""

    def __init__(self, code: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.headers = dict(headers or {})
        self.more = more


def respond(problem: Problem) -> JsonResponse:
    """The problem as a response."""
    status, words = _WORDS[problem.code]
    asks = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}
    return _json(status, str(words), problem.code, asks | problem.headers, problem.more)


def respond_to(request: HttpRequest, error: Exception) -> JsonResponse:
    """What an exception means to the visitor. What nobody foresaw is logged and becomes 500, without its text."""
    if isinstance(error, Problem):
        return respond(error)
    if isinstance(error, FormFirst):
        return respond(Problem("form", fields=error.fields))
    if isinstance(error, ChatError):
        return respond(Problem(error.code))
    for kind, made in _MEANINGS.items():
        if isinstance(error, kind):
            return respond(made())
    got_request_exception.send(sender=None, request=request)
    log.error("%s %s failed", request.method, request.path_info, exc_info=error)
    return _json(500, _("Something went wrong on our side. It has been written down."), "failed", {}, {})


def _json(status: int, detail: str, code: str, headers: Mapping[str, str], more: Mapping[str, Any]) -> JsonResponse:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, "code": code}
    response = JsonResponse({**body, **more}, status=status, content_type="application/problem+json")
    for name, value in headers.items():
        response[name] = value
    return response


_MEANINGS: Final[Mapping[type[Exception], Callable[[], Problem]]] = {
    RequestDataTooBig: lambda: Problem("too_long"),
    MultiPartParserError: lambda: Problem("body"),
    DisallowedHost: lambda: Problem("body"),
    SuspiciousOperation: lambda: Problem("body"),
    StoreAway: lambda: Problem("store", headers={"Retry-After": "30"}),
    **dict.fromkeys(AWAY, lambda: Problem("away", headers={"Retry-After": "5"})),
}
