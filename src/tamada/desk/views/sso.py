"""Signing in by the company's provider: there, and back."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tamada.accounts import actions, sessions, sso, throttle
from tamada.accounts.models import Agent
from tamada.accounts.sso import SsoError
from tamada.core import limits
from tamada.desk.arrival import address_of, door, enter, safe_next, safe_path, wait_sentence

ASKED_PER_ADDRESS = 120


def back_url() -> str:
    """What the provider must know as the address to return to."""
    return settings.TAMADA.base_url + reverse("desk:sso_back")


@never_cache
@require_GET
def there(request: HttpRequest) -> HttpResponse:
    """Go to the provider; `?confirm=1` by who is signed in asks it for a fresh proof."""
    if not sso.is_on():
        raise Http404
    if not limits.hit(f"accounts:sso:{throttle.address_key(address_of(request))}", ASKED_PER_ADDRESS, 600):
        return door(request, refused=wait_sentence(600), status=429)
    confirms = "confirm" in request.GET and isinstance(request.user, Agent)
    try:
        target = sso.begin(request.session, back=back_url(), target=safe_next(request), confirms=confirms)
    except SsoError as error:
        return door(request, refused=str(error), status=422)
    if not isinstance(request.user, Agent):
        request.session.set_expiry(sso.PENDING_SECONDS)
    return HttpResponseRedirect(target)


@never_cache
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Return from the provider."""
    try:
        kept = sso.take_pending(request.session, request.GET.get("state", ""))
        identity = sso.finish(request.GET.dict(), kept, back=back_url())
        target = safe_path(str(kept["next"]))
        if kept["confirms"] and isinstance(request.user, Agent):
            actions.confirm_by_sso(agent=request.user, identity=identity)
            sessions.proved(request.session)
            messages.success(request, _("Thank you. For ten minutes you are not asked again."))
            return redirect(target)
        return enter(request, actions.sign_in_by_sso(identity=identity), target, by_sso=True)
    except SsoError as error:
        return door(request, refused=str(error), status=422)
