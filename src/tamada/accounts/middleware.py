"""The door: every path needs a signed-in agent except those listed here. Then the agent's language and time zone."""

from collections.abc import Callable
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from .actions.presence import note_seen
from .models import Agent
from .zones import zone_of

# Paths that guard themselves or are for everybody. One that ends with a slash opens what lies below it.
OPEN = (
    "/login",
    "/forgot",
    "/reset/",
    "/join/",
    "/setup/",
    "/setup",
    "/language",
    "/api/",  # by token
    "/hooks/",  # by a secret of their own
    "/widget",  # visitors
    "/widget.js",
    "/widget/",
    "/static/",
    "/sw.js",
    "/manifest.webmanifest",
    "/favicon.ico",
    "/robots.txt",
    "/healthz",
    "/readyz",
    "/metrics",
)
_EXACT = frozenset(path for path in OPEN if not path.endswith("/"))
_BELOW = tuple(path for path in OPEN if path.endswith("/"))

LOGIN = "/login"


def is_open(path: str) -> bool:
    """True for a path that anybody may ask for."""
    return path in _EXACT or path.startswith(_BELOW)


class AgentMiddleware:
    """Deny by default. A page leads to sign-in and back; a fragment or call gets 401, which the scripts understand."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        timezone.deactivate()
        if is_open(request.path_info):
            return self.get_response(request)
        agent = request.user
        if not isinstance(agent, Agent):
            return refuse(request)
        note_seen(agent)
        _localise(agent)
        response = self.get_response(request)
        # What an agent saw is nobody else's, nor the next person's at this computer.
        response.setdefault("Cache-Control", "private, no-store")
        return response


def refuse(request: HttpRequest) -> HttpResponse:
    """To sign-in with the way back, or 401 for what isn't a page."""
    is_fragment = request.headers.get("HX-Request") == "true" or request.headers.get("Sec-Fetch-Mode") == "cors"
    if request.method != "GET" or is_fragment or "json" in request.headers.get("Accept", ""):
        return HttpResponse(_("Sign in first."), status=401, content_type="text/plain; charset=utf-8")
    target = request.get_full_path()
    return HttpResponseRedirect(LOGIN if target == "/" else f"{LOGIN}?next={quote(target)}")


def _localise(agent: Agent) -> None:
    if agent.language:
        translation.activate(agent.language)
    timezone.activate(zone_of(agent))
