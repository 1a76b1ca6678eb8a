"""Who asks: the visitor whose token the request bears, on a site that may."""

from django.http import HttpRequest

from tamada.channels.chat.actions import Browser, note_seen
from tamada.channels.chat.models import Thread, Visitor
from tamada.channels.chat.queries import LONGEST_TOKEN, digest_of, threads_of, visitor_by
from tamada.channels.chat.settings import settings_of
from tamada.conversations.models import Inbox
from tamada.core.callers import bearer
from tamada.kit.numbers import row_number

from . import floods
from .problems import Problem


def token_of(request: HttpRequest, window: floods.Window) -> str:
    """What is kept of the token, be it anybody's. The request is counted: one that is made up costs a look as well.
    Raises Problem 401 and 429.
    """
    token = bearer(request.headers.get("Authorization", ""))
    if not 0 < len(token) <= LONGEST_TOKEN:
        raise Problem("visitor")
    digest = digest_of(token)
    floods.check(request, window, digest)
    return digest


def visitor_of(request: HttpRequest, window: floods.Window | None = None) -> Visitor:
    """The visitor, who is seen by it. Raises Problem 401 and 429, and 403 for a site that the inbox does not allow."""
    visitor = visitor_by(token_of(request, window or floods.OTHER))
    if visitor is None:
        raise Problem("visitor")
    check_origin(visitor.inbox, request.headers.get("Origin", ""))
    note_seen(visitors=[visitor])
    return visitor


def browser_of(request: HttpRequest, token: str, thread: str | None) -> Browser:
    """Who writes, still to be looked up: the action does it for all who write at once."""
    return Browser(token, request.headers.get("Origin", ""), row_number(thread) if thread else None)


def check_origin(inbox: Inbox, origin: str) -> None:
    """Raises Problem 403 for a page of another site than the inbox allows."""
    if not settings_of(inbox).allows(origin):
        raise Problem("origin")


def thread_of(visitor: Visitor, pk: str) -> Thread:
    """A conversation of this visitor's. Raises Problem 404, the same for what is absent and what is another's."""
    thread = threads_of(visitor).filter(pk=row_number(pk)).first()
    if thread is None:
        raise Problem("conversation")
    return thread
