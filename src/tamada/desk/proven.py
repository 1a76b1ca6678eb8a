"""Dangerous acts ask once more who it is, unless that was proven within the last ten minutes.

`@proven` stands on every view that hands out rights or data, or destroys: people and roles, tokens, factors, exports,
deletions, servers and webhooks. What was posted is kept in the page that asks, encrypted, and goes on from there; a
view that does so already when it is looked at (an export) says `@proven(reads=True)`.
"""

import json
import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tamada.accounts import actions, passkeys, sessions, sso
from tamada.accounts.errors import LockedOut, SignInRefused
from tamada.accounts.passkeys import BadPasskey
from tamada.core import secrets
from tamada.kit import origins

from .access import agent_of
from .arrival import address_of, safe_path, wait_sentence
from .forms.second import ConfirmForm

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)
type_view = Callable[Concatenate[HttpRequest, P], R]

AGAIN = "again"
_KEPT_SECONDS = 900
_MOST_KEPT = 200_000
_SAFE = frozenset({"GET", "HEAD"})


def proven(view: Callable[Concatenate[HttpRequest, P], R] | None = None, *, reads: bool = False) -> Callable[..., Any]:
    """Let a request through when its session proved lately who it is; else ask, and go on."""

    def wrap(inner: Callable[Concatenate[HttpRequest, P], R]) -> Callable[..., HttpResponseBase]:
        @wraps(inner)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method in _SAFE and not reads:
                return inner(request, *args, **kwargs)
            refusal = _settle(request)
            return inner(request, *args, **kwargs) if refusal is None else refusal

        vars(guarded)["is_proven"] = True  # tests ask which views are
        return guarded

    return wrap(view) if view is not None else wrap


def _settle(request: HttpRequest) -> HttpResponse | None:
    """None when the view may go on with what was posted first; else the question."""
    kept = request.POST.get(AGAIN, "")
    is_fresh = sessions.is_fresh(request.session)
    if not kept:
        return None if is_fresh else _ask(request)
    form = ConfirmForm(request.POST, agent=agent_of(request))
    body = _unpack(request, kept)
    if body is None:
        return question(request, form=None, again="", action=reverse("desk:confirm"), target=_came_from(request))
    if not is_fresh and (status := try_to_confirm(request, form)):
        return question(request, form=form, again=kept, action=request.get_full_path(), status=status)
    request.POST = cast(Any, QueryDict(body, encoding="utf-8"))
    return None


def _ask(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request") == "true" or request.headers.get("X-Requested-With") == "fetch":
        answer = JsonResponse({"toast": _("Confirm first that it is you.")}, status=403)
        answer["HX-Redirect"] = f"{reverse('desk:confirm')}?{urlencode({'next': _came_from(request)})}"
        return answer
    if request.method in _SAFE:
        # A file that is saved leaves the page as it is, so one goes back to where it was asked for.
        return question(request, form=None, again="", action=reverse("desk:confirm"), target=_came_from(request))
    again = _pack(request)
    if not again:
        return question(request, form=None, again="", action=reverse("desk:confirm"), target=_came_from(request))
    return question(request, form=None, again=again, action=request.get_full_path())


def question(
    request: HttpRequest,
    *,
    form: ConfirmForm | None,
    again: str,
    action: str,
    target: str = "",
    status: int = 403,
) -> HttpResponse:
    """The page that asks for a password, a code or a passkey; it posts to `action`."""
    agent = agent_of(request)
    context = {
        "form": form or ConfirmForm(agent=agent),
        "again": again,
        "action": action,
        "next": target,
        "has_sso": sso.is_on() and agent.sso_identities.filter(issuer=sso.issuer()).exists(),
        "back": target or _came_from(request),
        "has_passkey": agent.passkeys.filter(host=passkeys.site_of(request).host).exists(),
    }
    answer = render(request, "desk/auth/confirm.html", context, status=status)
    answer["Cache-Control"] = "private, no-store"
    return answer


def try_to_confirm(request: HttpRequest, form: ConfirmForm) -> int:
    """Look at what was given: 0 when it is right, else the status, with the reason in the form."""
    if not form.is_valid():
        return 422
    try:
        _confirm(request, form)
    except LockedOut as locked:
        form.add_error(None, wait_sentence(locked.seconds))
        return 429
    except (SignInRefused, BadPasskey):
        log.warning("Somebody signed in did not prove once more who they are.", extra={"user": agent_of(request).pk})
        form.add_error(None, _("This is not right. Try again."))
        return 422
    sessions.proved(request.session)
    return 0


def _confirm(request: HttpRequest, form: ConfirmForm) -> None:
    agent, given = agent_of(request), form.cleaned_data
    if given["credential"]:
        site = passkeys.site_of(request)
        passkey, count = passkeys.read_used(request.session, site, given["credential"], "prove")
        actions.confirm_by_passkey(agent=agent, passkey=passkey, sign_count=count)
        return
    actions.confirm(
        agent=agent, address=address_of(request), password=given.get("password", ""), code=given.get("code", "")
    )


def _pack(request: HttpRequest) -> str:
    """What was posted, for this agent and address alone; "" for files and for what is too long to be kept."""
    body = request.POST.copy()
    body.pop("csrfmiddlewaretoken", None)
    text = body.urlencode()
    if request.FILES or len(text) > _MOST_KEPT:
        return ""
    whole = {"agent": agent_of(request).pk, "path": request.path, "at": int(time.time()), "body": text}
    return secrets.encrypt(json.dumps(whole))


def _unpack(request: HttpRequest, kept: str) -> str | None:
    try:
        whole = json.loads(secrets.decrypt(kept))
    except secrets.BadSecret:
        return None
    is_ours = whole["agent"] == agent_of(request).pk and whole["path"] == request.path
    return str(whole["body"]) if is_ours and 0 <= time.time() - whole["at"] <= _KEPT_SECONDS else None


def _came_from(request: HttpRequest) -> str:
    """The page that the request was made from, if it is one of ours."""
    came_from = request.headers.get("Referer", "")
    if not origins.is_of(came_from, request.get_host()):
        return "/"
    parts = urlsplit(came_from)
    return safe_path(f"{parts.path}?{parts.query}" if parts.query else parts.path)
