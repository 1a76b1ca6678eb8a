"""The door: every path needs a signed-in agent except those listed here. Then the agent's language and time zone."""

from collections.abc import Callable
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import sessions
from .actions.presence import note_seen
from .models import Agent
from .zones import zone_of

# Paths that guard themselves or are for everybody. One that ends with a slash opens what lies below it.
OPEN = (
    "/login",
    "/login/",  # the second step, passkeys, single sign-on
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
ENROL = "/profile/second-step"
# What somebody who owes a second factor may do before they have one.
_ENROLMENT = ("/profile/second-step", "/confirm", "/logout", "/language", "/profile/theme")


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
        sessions.note_used(request, agent)
        _localise(agent)
        if sessions.MUST_ENROL in request.session and not _is_enrolment(request.path_info):
            return enrol_first(request)
        response = self.get_response(request)
        # What an agent saw is nobody else's, nor the next person's at this computer.
        response.setdefault("Cache-Control", "private, no-store")
        return response


def _is_enrolment(path: str) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in _ENROLMENT)


def enrol_first(request: HttpRequest) -> HttpResponse:
    """Who owes a second factor makes one before anything else."""
    if request.method != "GET" or _is_call(request):
        return HttpResponse(_("Set up a second step first."), status=403, content_type="text/plain; charset=utf-8")
    return HttpResponseRedirect(ENROL)


def _is_call(request: HttpRequest) -> bool:
    is_fragment = request.headers.get("HX-Request") == "true" or request.headers.get("Sec-Fetch-Mode") == "cors"
    return is_fragment or "json" in request.headers.get("Accept", "")


def refuse(request: HttpRequest) -> HttpResponse:
    """To sign-in with the way back, or 401 for what isn't a page."""
    if request.method != "GET" or _is_call(request):
        return HttpResponse(_("Sign in first."), status=401, content_type="text/plain; charset=utf-8")
    target = request.get_full_path()
    return HttpResponseRedirect(LOGIN if target == "/" else f"{LOGIN}?next={quote(target)}")


def _localise(agent: Agent) -> None:
    if agent.language:
        translation.activate(agent.language)
    timezone.activate(zone_of(agent))
