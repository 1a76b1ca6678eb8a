"""Reading and writing."""

import re
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse

from tamada.channels.chat.actions import (
    describe_visitor,
    mark_seen_by_visitor,
    receive_from_browser,
    tell_typing,
)
from tamada.channels.chat.models import Thread
from tamada.channels.chat.queries import lines_of, threads_of
from tamada.kit.numbers import NO_ROW, row_number

from .. import floods
from ..bodies import json_of, optional_text, text_in
from ..caller import browser_of, thread_of, token_of, visitor_of
from ..problems import Problem
from ..shapes import conversation_items, message_item

MOST: Final = 50
LIMIT: Final = 100
_CLIENT_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]{1,9}", re.ASCII)


def listed(request: HttpRequest) -> JsonResponse:
    """The visitor's conversations, newest activity first."""
    return JsonResponse({"items": conversation_items(list(threads_of(visitor_of(request))[:MOST]))})


def one(request: HttpRequest, pk: str) -> JsonResponse:
    """One conversation."""
    return JsonResponse(_shown(thread_of(visitor_of(request), pk)))


def _shown(thread: Thread) -> dict[str, Any]:
    return conversation_items([thread])[0]


def messages(request: HttpRequest, pk: str) -> JsonResponse:
    """What follows `after`, or the newest before `before`; oldest first."""
    thread = thread_of(visitor_of(request), pk)
    limit = min(_number(request, "limit") or LIMIT, 200)
    before = _number(request, "before")
    lines = lines_of(thread)
    if before is not None:
        found = list(lines.filter(seq__lt=before).order_by("-seq")[: limit + 1])
        shown = found[:limit][::-1]
    else:
        found = list(lines.filter(seq__gt=_number(request, "after") or 0).order_by("seq")[: limit + 1])
        shown = found[:limit]
    items = [message_item(line) for line in shown]
    return JsonResponse({"items": items, "conversation": _shown(thread), "more": len(found) > limit})


def _number(request: HttpRequest, name: str) -> int | None:
    given = request.GET.get(name, "")
    if given and not _NUMBER.fullmatch(given):
        raise Problem("body")
    return int(given) if given else None


def send(request: HttpRequest) -> JsonResponse:
    """Write. The same `client_id` again is answered as the first time."""
    token = token_of(request, floods.WRITE)
    try:
        asked = _asked(request, token)
    except Problem:
        visitor_of(request)  # A stranger hears that they are one, and nothing else.
        raise
    sent = receive_from_browser(**asked)
    describe_visitor(visitor=sent.visitor, page=asked["page"])
    line, thread = sent.line, sent.line.thread
    last = {thread.pk: line} if line.seq == thread.last_seq else None
    answer = {"message": message_item(line), "conversation": conversation_items([thread], last)[0]}
    return JsonResponse(answer, status=201 if sent.is_new else 200)


def _asked(request: HttpRequest, token: str) -> dict[str, Any]:
    """What is to be written, by whoever that is. Raises Problem."""
    body = json_of(request)
    browser = browser_of(request, token, optional_text(body, "conversation"))
    client_id = text_in(body, "client_id")
    if not _CLIENT_ID.fullmatch(client_id):
        raise Problem("body")
    words = {"text": text_in(body, "text"), "files": _files(body), "page": optional_text(body, "page")}
    return {"browser": browser, "client_id": client_id, **words}


def _files(body: Any) -> list[int]:
    given = body.get("attachments") or []
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise Problem("body")
    ids = [row_number(one) for one in given]
    if NO_ROW in ids:
        raise Problem("file")
    return ids


def typing(request: HttpRequest, pk: str) -> HttpResponse:
    """They type, or no longer."""
    thread = thread_of(visitor_of(request), pk)
    tell_typing(thread=thread, typing=json_of(request).get("typing") is not False)
    return HttpResponse(status=204)


def seen(request: HttpRequest, pk: str) -> HttpResponse:
    """Our answers up to `seq` have arrived, or were read."""
    thread = thread_of(visitor_of(request), pk)
    body = json_of(request)
    seq = body.get("seq")
    if type(seq) is not int or not 0 <= seq < 2**31:
        raise Problem("body")
    mark_seen_by_visitor(thread=thread, seq=seq, read=body.get("read") is True)
    return HttpResponse(status=204)
