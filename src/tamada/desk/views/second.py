"""The second step of signing in, signing in by a passkey alone, and proving once more who one is."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from tamada.accounts import actions, passkeys, sessions, throttle
from tamada.accounts.errors import LockedOut, SignInRefused
from tamada.accounts.models import Agent
from tamada.accounts.passkeys import BadPasskey
from tamada.core import limits
from tamada.desk import proven
from tamada.desk.access import agent_of
from tamada.desk.arrival import address_of, door, enter, onwards, safe_next, wait_sentence
from tamada.desk.forms.second import ConfirmForm, SecondForm

ASKED_PER_ADDRESS = 120


@never_cache
@sensitive_post_parameters("code")
def second_step(request: HttpRequest) -> HttpResponse:
    """The password was right: now a code or a passkey."""
    agent = sessions.awaited(request)
    if agent is None:
        return redirect(onwards("desk:login", safe_next(request)))
    form = SecondForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            return _second(request, agent, form)
        except LockedOut as locked:
            form.add_error(None, wait_sentence(locked.seconds))
            status = 429
        except (SignInRefused, BadPasskey):
            form.add_error(None, _("This is not right. Try again."))
            status = 422
    has_passkey = agent.passkeys.filter(host=passkeys.site_of(request).host).exists()
    context = {"form": form, "next": safe_next(request, ""), "agent": agent, "has_passkey": has_passkey}
    return render(request, "desk/auth/second.html", context, status=status)


def _second(request: HttpRequest, agent: Agent, form: SecondForm) -> HttpResponseRedirect:
    if answer := form.cleaned_data["credential"]:
        passkey, count = passkeys.read_used(request.session, passkeys.site_of(request), answer, "sign_in")
        actions.sign_in_by_passkey(passkey=passkey, sign_count=count, expected=agent)
    else:
        actions.sign_in_by_code(agent=agent, code=form.cleaned_data["code"], address=address_of(request))
    return enter(request, agent, safe_next(request))


@require_POST
def passkey_asked(request: HttpRequest) -> JsonResponse:
    """What the browser's passkey is to sign: for the one whose password was right, or for whoever it knows."""
    key = f"accounts:passkey:{throttle.address_key(address_of(request))}"
    if not limits.hit(key, ASKED_PER_ADDRESS, 600):
        return JsonResponse({"toast": wait_sentence(600)}, status=429)
    site = passkeys.site_of(request)
    whose = sessions.awaited(request) if "second" in request.GET else None
    asked = passkeys.request_options(request.session, site, "sign_in", whose)
    if not isinstance(request.user, Agent):
        request.session.set_expiry(sessions.FRESH_SECONDS)
    return JsonResponse(asked)


@never_cache
@require_POST
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by a passkey alone: it stands for both factors."""
    try:
        answer, site = request.POST.get("credential", ""), passkeys.site_of(request)
        passkey, count = passkeys.read_used(request.session, site, answer, "sign_in")
        agent = actions.sign_in_by_passkey(passkey=passkey, sign_count=count)
    except (BadPasskey, SignInRefused):
        told = _("This passkey opens nothing here. Sign in with your password.")
        return door(request, refused=told, status=422)
    return enter(request, agent, safe_next(request))


@never_cache
@sensitive_post_parameters("password", "code")
def confirm(request: HttpRequest) -> HttpResponse:
    """Prove once more who one is, and go on to a page."""
    form = ConfirmForm(request.POST or None, agent=agent_of(request))
    status = 200
    if request.method == "POST":
        status = proven.try_to_confirm(request, form)
        if not status:
            messages.success(request, _("Thank you. For ten minutes you are not asked again."))
            return redirect(safe_next(request))
    return proven.question(request, form=form, again="", action=request.path, target=safe_next(request), status=status)


@require_POST
def confirm_asked(request: HttpRequest) -> JsonResponse:
    """What one's own passkey is to sign."""
    asked = passkeys.request_options(request.session, passkeys.site_of(request), "prove", agent_of(request))
    return JsonResponse(asked)
