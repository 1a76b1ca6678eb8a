"""What the pages of sign-in share: where one came from, where one goes on to, how long one waits."""

import math
from urllib.parse import urlencode

from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext

from tamada.accounts import actions, company, factors, passkeys, queries, sessions, sso
from tamada.accounts.models import Agent
from tamada.desk.forms.auth import SignInForm

BACKEND = "django.contrib.auth.backends.ModelBackend"


def safe_next(request: HttpRequest, fallback: str = "/") -> str:
    """Where to go on: the `next` of the request if it is a path of ours."""
    return safe_path(request.POST.get("next") or request.GET.get("next") or "", fallback)


def safe_path(target: str, fallback: str = "/") -> str:
    """The target if it is a path of ours."""
    own = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if own else fallback


def onwards(name: str, target: str) -> str:
    """The address of a page that leads on to the target afterwards."""
    address = reverse(name)
    return address if target == "/" else f"{address}?{urlencode({'next': target})}"


def address_of(request: HttpRequest) -> str:
    """The peer's IP address, as the server in front of us settled it."""
    return str(request.META.get("REMOTE_ADDR") or "")


def enter(request: HttpRequest, agent: Agent, target: str = "/", *, by_sso: bool = False) -> HttpResponseRedirect:
    """Open a new session (its key is a new one) and go on. The page's script tells the browser's time zone.

    Who owes a second factor makes it first. A single sign-on provider asks for its own.
    """
    actions.note_time_zone(agent=agent, time_zone=request.POST.get("time_zone", ""))
    auth.login(request, agent, backend=BACKEND)
    sessions.settle(request)
    if not by_sso and factors.must_enrol(agent):
        request.session[sessions.MUST_ENROL] = True
        return redirect("desk:profile_factors")
    return redirect(target)


def wait_sentence(seconds: int) -> str:
    """How long somebody waits after too many tries."""
    minutes = math.ceil(seconds / 60)
    return ngettext(
        "Too many tries. Wait %(minutes)d minute and try again.",
        "Too many tries. Wait %(minutes)d minutes and try again.",
        minutes,
    ) % {"minutes": minutes}


def door(request: HttpRequest, form: SignInForm | None = None, *, refused: str = "", status: int = 200) -> HttpResponse:
    """The page of sign-in, with every way in that there is; `refused` says why another way did not open."""
    context = {
        "form": form or SignInForm(),
        "next": safe_next(request, ""),
        "is_new": not queries.has_admin(),
        "company": company.name(),
        "may_use_passkey": passkeys.is_possible(passkeys.site_of(request)),
        "sso": sso.label() if sso.is_on() else "",
        "refused": refused,
    }
    return render(request, "desk/auth/login.html", context, status=status)
