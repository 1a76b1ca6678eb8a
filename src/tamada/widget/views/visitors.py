"""Beginning, and saying who one is."""

from django.http import HttpRequest, JsonResponse

from tamada.channels.chat.actions import describe_visitor, identify_visitor, start_visitor
from tamada.channels.chat.queries import chat_inbox
from tamada.conversations.models import Inbox

from .. import floods
from ..bodies import json_of, optional_text, text_in
from ..caller import check_origin, visitor_of
from ..problems import Problem
from ..shapes import config_of, visitor_item


def config(request: HttpRequest) -> JsonResponse:
    """How the chat of an inbox is set up, by its public key."""
    floods.check(request, floods.OTHER)
    response = JsonResponse(config_of(_inbox(request, request.GET.get("key", ""))))
    response["Cache-Control"] = "public, max-age=60"
    response["Vary"] = "Origin, Accept-Language"
    return response


def _inbox(request: HttpRequest, key: str) -> Inbox:
    inbox = chat_inbox(key[:32]) if "\0" not in key else None
    if inbox is None:
        raise Problem("inbox")
    check_origin(inbox, request.headers.get("Origin", ""))
    return inbox


def start(request: HttpRequest) -> JsonResponse:
    """A browser without a token gets one."""
    body = json_of(request)
    floods.check(request, floods.START)
    inbox = _inbox(request, text_in(body, "key"))
    visitor, token = start_visitor(
        inbox=inbox,
        language=text_in(body, "language"),
        page=text_in(body, "page"),
        referrer=text_in(body, "referrer"),
    )
    return JsonResponse({"token": token, "visitor": visitor_item(visitor)}, status=201)


def me(request: HttpRequest) -> JsonResponse:
    """The visitor."""
    return JsonResponse({"visitor": visitor_item(visitor_of(request))})


def describe(request: HttpRequest) -> JsonResponse:
    """Where they are, and what they typed of themselves."""
    visitor = visitor_of(request)
    body = json_of(request)
    given = {name: optional_text(body, name) for name in ("page", "referrer", "language", "name", "email")}
    return JsonResponse({"visitor": visitor_item(describe_visitor(visitor=visitor, **given))})


def identify(request: HttpRequest) -> JsonResponse:
    """The site says who they are, and proves it."""
    visitor = visitor_of(request)
    body = json_of(request)
    visitor, token = identify_visitor(
        visitor=visitor,
        user=text_in(body, "user"),
        proof=text_in(body, "hash"),
        name=optional_text(body, "name"),
        email=optional_text(body, "email"),
    )
    return JsonResponse({"visitor": visitor_item(visitor), "token": token})
