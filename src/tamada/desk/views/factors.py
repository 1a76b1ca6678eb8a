"""The second step of one's own sign-in: an authenticator app, passkeys, recovery codes."""

import time
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from tamada.accounts import actions, company, factors, passkeys, sessions, totp
from tamada.accounts.actors import actor_of
from tamada.accounts.errors import Invalid
from tamada.accounts.models import TotpKey
from tamada.accounts.passkeys import BadPasskey
from tamada.core import secrets
from tamada.desk.access import agent_of
from tamada.desk.forms.second import AppForm, PasskeyForm
from tamada.desk.pages import page
from tamada.desk.proven import proven
from tamada.desk.refusals import refusals

_SECRET = "totp_secret"  # noqa: S105  the name of a place in the session
_SAME_SECRET_SECONDS = 900


def overview(request: HttpRequest) -> HttpResponse:
    """What stands beside the password."""
    return _overview(request)


def _overview(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    agent, site = agent_of(request), passkeys.site_of(request)
    context = {
        "app": TotpKey.objects.filter(agent=agent).first(),
        "passkeys": list(agent.passkeys.all()),
        "codes_left": agent.recovery_codes.count(),
        "has_second": factors.has_second(agent),
        "owes": sessions.MUST_ENROL in request.session,
        "may_add_passkey": passkeys.is_possible(site),
        "host": site.host,
        "form": PasskeyForm(),
    }
    return page(request, "profile/factors", context | more, status=status)


def _shown_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """After something was added: the new recovery codes, this once; or the overview where there are some already."""
    request.session.pop(sessions.MUST_ENROL, None)
    if not codes:
        return redirect("desk:profile_factors")
    return page(request, "profile/recovery_codes", {"codes": codes})


@sensitive_post_parameters("code")
@proven
def app(request: HttpRequest) -> HttpResponse:
    """Show a secret to an authenticator app, and take the first code."""
    agent = agent_of(request)
    secret = _secret(request)
    form = AppForm(request.POST or None)
    if form.is_bound and form.is_valid():
        with refusals(form):
            code = form.cleaned_data["code"]
            codes = actions.add_totp(agent=agent, actor=actor_of(agent), secret=secret, code=code, now=time.time())
            del request.session[_SECRET]
            messages.success(request, _("From now on signing in asks for a code."))
            return _shown_codes(request, codes)
    address = totp.address(secret, account=agent.email, issuer=company.name())
    context = {"form": form, "secret": totp.grouped(secret), "picture": _picture(address)}
    return page(request, "profile/app", context, status=422 if form.is_bound else 200)


def _secret(request: HttpRequest) -> str:
    """The secret that this page shows until it is taken; encrypted, for sessions are rows of the database."""
    kept, since = request.session.get(_SECRET) or ("", 0.0)
    # A page that is loaded anew goes with what the phone has taken already; one of another day does not.
    if kept and (request.method == "POST" or time.time() - since < _SAME_SECRET_SECONDS):
        return secrets.decrypt(kept)
    fresh = totp.new_secret()
    request.session[_SECRET] = [secrets.encrypt(fresh), time.time()]
    return fresh


def _picture(address: str) -> str:
    import segno

    drawn = segno.make(address, error="m", micro=False).svg_inline(scale=4, border=3, light="#fff", omitsize=True)
    return mark_safe(drawn)  # noqa: S308  squares, drawn by segno


@require_POST
@proven
def remove_app(request: HttpRequest) -> HttpResponse:
    """Take the authenticator app away."""
    agent = agent_of(request)
    try:
        actions.remove_totp(agent=agent, actor=actor_of(agent), session=sessions.row_of(request))
    except Invalid as refused:
        messages.error(request, refused.message)
    else:
        sessions.keep(request, agent)
        messages.success(request, _("Removed. You are signed out everywhere else."))
    return redirect("desk:profile_factors")


@require_POST
def passkey_asked(request: HttpRequest) -> JsonResponse:
    """What the browser needs to make a passkey."""
    site = passkeys.site_of(request)
    if not passkeys.is_possible(site):
        raise Http404
    asked = passkeys.creation_options(request.session, site, agent_of(request), company=company.name())
    return JsonResponse(asked)


@require_POST
@proven
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Keep the passkey that the browser made."""
    agent, site = agent_of(request), passkeys.site_of(request)
    form = PasskeyForm(request.POST)
    if not form.is_valid():
        return _overview(request, form=form, status=422)
    try:
        fresh = passkeys.read_new(request.session, site, form.cleaned_data["credential"])
        codes = actions.add_passkey(
            agent=agent, actor=actor_of(agent), fresh=fresh, host=site.host, name=form.cleaned_data["name"]
        )
    except BadPasskey:
        form.add_error(None, _("The passkey was not made. Try again."))
    except Invalid as refused:
        form.add_error(None, refused.message)
    else:
        messages.success(request, _("The passkey is kept."))
        return _shown_codes(request, codes)
    return _overview(request, form=form, status=422)


@require_POST
@proven
def remove_passkey(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a passkey away."""
    agent = agent_of(request)
    passkey = agent.passkeys.filter(pk=pk).first()
    if passkey is None:
        raise Http404
    try:
        actions.remove_passkey(agent=agent, actor=actor_of(agent), passkey=passkey, session=sessions.row_of(request))
    except Invalid as refused:
        messages.error(request, refused.message)
    else:
        sessions.keep(request, agent)
        messages.success(request, _("Removed. You are signed out everywhere else."))
    return redirect("desk:profile_factors")


@require_POST
@proven
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes, shown this once."""
    agent = agent_of(request)
    try:
        codes = actions.renew_recovery_codes(agent=agent, actor=actor_of(agent))
    except Invalid as refused:
        messages.error(request, refused.message)
        return redirect("desk:profile_factors")
    return page(request, "profile/recovery_codes", {"codes": codes})
