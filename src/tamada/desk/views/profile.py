"""About oneself: profile, password, notifications, API tokens."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from tamada.accounts import actions, sessions
from tamada.accounts.actions.tokens import scopes_for
from tamada.accounts.actors import actor_of
from tamada.accounts.errors import Invalid
from tamada.accounts.models import Agent, ApiToken
from tamada.automation.actions import end_absence
from tamada.automation.queries.absences import running
from tamada.desk.access import agent_of
from tamada.desk.forms.profile import NotificationsForm, PasswordForm, ProfileForm, TokenForm
from tamada.desk.forms.zones import zones
from tamada.desk.pages import page
from tamada.desk.proven import proven
from tamada.desk.refusals import refusals

from .auth import logout


def profile(request: HttpRequest) -> HttpResponse:
    """Name, language, theme, time zone, signature."""
    agent = agent_of(request)
    form = ProfileForm(request.POST) if request.method == "POST" else ProfileForm.of(agent)
    if form.is_bound and form.is_valid():
        with refusals(form):
            actions.update_profile(agent=agent, actor=actor_of(agent), **form.cleaned_data)
            with translation.override(form.cleaned_data["language"] or translation.get_language()):
                messages.success(request, _("Saved."))
            return redirect("desk:profile")
    return page(request, "profile/profile", {"form": form, "zones": zones()}, status=422 if form.is_bound else 200)


@sensitive_post_parameters("current", "password")
def password(request: HttpRequest) -> HttpResponse:
    """A new password; this session stays, the others end."""
    agent = agent_of(request)
    form = PasswordForm(request.POST or None)
    if form.is_bound and form.is_valid():
        with refusals(form):
            this = sessions.row_of(request)
            actions.change_password(agent=agent, actor=actor_of(agent), session=this, **form.cleaned_data)
            sessions.keep(request, agent)
            sessions.proved(request.session)
            messages.success(request, _("Your password is changed, and you are signed out everywhere else."))
            return redirect("desk:profile_password")
    context = {"form": form, "sessions": list(sessions.of(agent)), "this": sessions.row_of(request)}
    return page(request, "profile/password", context, status=422 if form.is_bound else 200)


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions; ending this one signs out."""
    agent = agent_of(request)
    found = sessions.of(agent).filter(pk=pk).first()
    if found is None:
        raise Http404
    if found.pk == sessions.row_of(request):
        return logout(request)
    actions.end_session(agent=agent, actor=actor_of(agent), session=found)
    messages.success(request, _("That session has ended."))
    return redirect("desk:profile_password")


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    agent = agent_of(request)
    actions.end_sessions(agent=agent, actor=actor_of(agent), but=sessions.row_of(request))
    sessions.keep(request, agent)
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("desk:profile_password")


def notifications(request: HttpRequest) -> HttpResponse:
    """What to be told of, and how."""
    agent = agent_of(request)
    form = NotificationsForm(request.POST) if request.method == "POST" else NotificationsForm.of(agent)
    if form.is_bound and form.is_valid():
        with refusals(form):
            actions.update_profile(agent=agent, actor=actor_of(agent), preferences=form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("desk:profile_notifications")
    return page(request, "profile/notifications", {"form": form}, status=422 if form.is_bound else 200)


@proven
def tokens(request: HttpRequest) -> HttpResponse:
    """My tokens; a new one is shown this once, in the answer to the form itself."""
    agent = agent_of(request)
    form = TokenForm(request.POST or None, possible=scopes_for(agent))
    if form.is_bound and form.is_valid():
        with refusals(form):
            _token, raw = actions.create_token(agent=agent, actor=actor_of(agent), owner=agent, **form.cleaned_data)
            fresh = TokenForm(possible=scopes_for(agent))
            return page(request, "profile/tokens", {"form": fresh, "raw": raw, "tokens": _living(agent)})
    context = {"form": form, "tokens": _living(agent)}
    return page(request, "profile/tokens", context, status=422 if form.is_bound else 200)


def _living(agent: Agent) -> list[ApiToken]:
    return list(agent.tokens.filter(revoked_at=None))


@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of my tokens."""
    agent = agent_of(request)
    token = agent.tokens.filter(pk=pk).first()
    if token is None:
        raise Http404
    actions.revoke_token(agent=agent, actor=actor_of(agent), token=token)
    messages.success(request, _("%(name)s is revoked.") % {"name": token.name})
    return redirect("desk:profile_tokens")


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the system is (empty)."""
    agent = agent_of(request)
    try:
        actions.update_profile(agent=agent, actor=actor_of(agent), theme=request.POST.get("theme") or "system")
    except Invalid:
        return HttpResponse(status=422)
    return HttpResponse(status=204)


@require_POST
def away(request: HttpRequest) -> HttpResponse:
    """Away, or back."""
    agent, is_away = agent_of(request), request.POST.get("away") == "1"
    absence = None if is_away else running([agent.pk]).get(agent.pk)
    if absence is not None:
        end_absence(agent=agent, actor=actor_of(agent), absence=absence)
    else:
        actions.set_away(agent=agent, actor=actor_of(agent), away=is_away)
    if request.headers.get("X-Requested-With") == "fetch" or request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return redirect("desk:profile")
