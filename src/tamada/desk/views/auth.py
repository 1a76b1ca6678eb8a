"""Sign-in, set-up, invitations and forgotten passwords: the pages in front of the door."""

from typing import Any

from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from tamada.accounts import actions, company, mail, sessions
from tamada.accounts.actions.invitations import open_invitation
from tamada.accounts.actions.setup import check_setup_token
from tamada.accounts.actors import actor_of
from tamada.accounts.errors import LinkGone, LockedOut, SecondFactorNeeded, SignInRefused
from tamada.accounts.links import agent_of_reset
from tamada.accounts.models import Agent
from tamada.core.language import readers_language
from tamada.desk.arrival import address_of, door, enter, onwards, safe_next, wait_sentence
from tamada.desk.forms.auth import ForgotForm, JoinForm, ResetForm, SetupForm, SignInForm
from tamada.desk.refusals import refusals


@never_cache
@sensitive_post_parameters("password")
def login(request: HttpRequest) -> HttpResponse:
    """Ask who it is; send on who is signed in already."""
    if isinstance(request.user, Agent):
        return redirect(safe_next(request))
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            agent = actions.sign_in(
                email=form.cleaned_data["email"], password=form.cleaned_data["password"], address=address_of(request)
            )
        except LockedOut as locked:
            form.add_error(None, wait_sentence(locked.seconds))
            status = 429
        except SecondFactorNeeded as owed:
            sessions.await_second(request, owed.agent)
            return redirect(onwards("desk:second_step", safe_next(request)))
        except SignInRefused:
            form.add_error(None, _("The address or the password is wrong."))
            status = 422
        else:
            return enter(request, agent, safe_next(request))
    return door(request, form, status=status)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End this session."""
    agent = request.user
    auth.logout(request)
    if isinstance(agent, Agent):
        actions.note_sign_out(agent=agent)
    response = redirect("desk:login")
    # What the browser kept for this person (drafts of an offline moment, a push subscription) goes with them. Its cache
    # holds nothing of theirs: every page and file is `no-store`.
    response["Clear-Site-Data"] = '"storage"'
    return response


@never_cache
def forgot(request: HttpRequest) -> HttpResponse:
    """Mail a link that sets a new password, and say the same whoever asked."""
    form = ForgotForm(request.POST or None)
    sent = request.method == "POST" and form.is_valid()
    if sent and mail.is_configured():
        actions.request_reset(email=form.cleaned_data["email"], address=address_of(request))
    context = {"form": form, "sent": sent, "can_mail": mail.is_configured()}
    return render(request, "desk/auth/forgot.html", context)


@never_cache
@sensitive_post_parameters("password")
def reset(request: HttpRequest, token: str) -> HttpResponse:
    """Set a new password by a mailed link."""
    form = ResetForm(request.POST or None)
    try:
        agent = agent_of_reset(token)
        if request.method == "POST" and form.is_valid():
            with refusals(form):
                actions.reset_password(token=token, password=form.cleaned_data["password"])
                messages.success(request, _("Your password is set. Sign in with it."))
                return redirect("desk:login")
    except LinkGone:
        return gone(request)
    return render(request, "desk/auth/reset.html", {"form": form, "agent": agent}, status=_status(form))


@never_cache
@sensitive_post_parameters("password")
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: a name, a password, and in."""
    try:
        invitation = open_invitation(token)
        form = JoinForm(request.POST or None, initial={"name": invitation.name})
        context = {"form": form, "invitation": invitation, "company": company.name(), "spoken_form": "join-form"}
        if "language" in request.POST:
            return _in_language(request, "desk/auth/join.html", context | {"form": JoinForm(initial=_typed(request))})
        if request.method == "POST" and form.is_valid():
            with refusals(form):
                agent = actions.accept_invitation(token=token, language=_language(), **form.cleaned_data)
                return enter(request, agent)
    except LinkGone:
        return gone(request)
    return render(request, "desk/auth/join.html", context, status=_status(form))


@never_cache
@sensitive_post_parameters("password")
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """The first page of all: the first admin, the company's name, the language."""
    form = SetupForm(request.POST or None)
    try:
        check_setup_token(token)
        context = {"form": form, "spoken_form": "setup-form"}
        if "language" in request.POST:
            return _in_language(request, "desk/auth/setup.html", context | {"form": SetupForm(initial=_typed(request))})
        if request.method == "POST" and form.is_valid():
            with refusals(form):
                agent = actions.complete_setup(token=token, language=_language(), **form.cleaned_data)
                return enter(request, agent)
    except LinkGone:
        return gone(request)
    return render(request, "desk/auth/setup.html", context, status=_status(form))


def gone(request: HttpRequest) -> HttpResponse:
    """A link that was used or is too old: say so, and what to do."""
    return render(request, "desk/auth/gone.html", {"can_mail": mail.is_configured()}, status=410)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember a language: in a cookie for this browser, and in the profile of who is signed in."""
    code = request.POST.get("language", "")
    response = redirect(safe_next(request))
    if code in dict(settings.LANGUAGES):
        if isinstance(request.user, Agent):
            actions.update_profile(agent=request.user, actor=actor_of(request.user), language=code)
        _remember(response, code)
    return response


def _remember(response: HttpResponse, code: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=365 * 24 * 3600,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


def _typed(request: HttpRequest) -> dict[str, str]:
    """What stands in the fields of a page whose language is chosen."""
    return {name: str(value) for name, value in request.POST.items()}


def _in_language(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The same page in the language that was chosen, with what was typed but the password, and no word yet about what
    is wrong."""
    code = request.POST["language"]
    if code not in dict(settings.LANGUAGES):
        code = _language() or settings.LANGUAGE_CODE
    with translation.override(code):
        response = render(request, template, context)
    _remember(response, code)
    return response


def _language() -> str:
    """The language of the page as one of ours: the visitor chose it, so it becomes theirs."""
    code = readers_language()
    return code if code in dict(settings.LANGUAGES) else ""


def _status(form: SetupForm | JoinForm | ResetForm) -> int:
    return 422 if form.is_bound else 200
