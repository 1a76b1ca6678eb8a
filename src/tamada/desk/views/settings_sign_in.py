"""How people sign in here: who must have a second step, and the single sign-on provider."""

from typing import Any

from django import forms
from django.conf import settings as django_settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from tamada.accounts import actions, factors, sso
from tamada.accounts.models import Agent, Role
from tamada.accounts.sso import SsoError
from tamada.core import settings_store

from ..access import actor_of, agent_of
from ..proven import proven
from ..refusals import refusals
from .settings import needs, shown
from .sso import back_url


class RolesForm(forms.Form):
    """Whose password alone is not enough."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Must have a second step"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Who has none yet is asked to add one at their next sign-in, before anything else."),
    )


class SsoForm(forms.Form):
    """The provider, and whom its word lets in."""

    issuer = forms.CharField(
        label=gettext_lazy("Provider's address"),
        required=False,
        max_length=255,
        help_text=gettext_lazy("Its issuer, such as https://login.company.example/staff. Empty: no single sign-on."),
        widget=forms.URLInput,
    )
    client_id = forms.CharField(label=gettext_lazy("Client ID"), required=False, max_length=300)
    client_secret = forms.CharField(
        label=gettext_lazy("Client secret"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Empty keeps what is stored."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    label = forms.CharField(
        label=gettext_lazy("On the button"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("What your people call it, such as “Company account”."),
    )
    create = forms.BooleanField(
        label=gettext_lazy("Let in who is new"),
        required=False,
        help_text=gettext_lazy("Whoever the provider knows becomes a colleague, in the default team."),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role of newcomers"), choices=[c for c in Role.choices if c[0] != Role.ADMIN]
    )
    only = forms.BooleanField(
        label=gettext_lazy("No passwords but those of admins"),
        required=False,
        help_text=gettext_lazy("Admins keep theirs, so that a failure of the provider locks nobody out for good."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if django_settings.TAMADA.sso_issuer:
            self.fields["issuer"].disabled = True
            self.fields["issuer"].help_text = _("Set by the owner of the server (TAMADA_SSO_ISSUER).")

    @classmethod
    def stored(cls) -> "SsoForm":
        """The form as it stands; the secret never comes back."""
        names = ("client_id", "label", "create", "role", "only")
        return cls(initial={"issuer": sso.issuer(), **{name: settings_store.get(f"sso.{name}") for name in names}})


@require_GET
@needs("company.settings")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Both, on one page."""
    return shown(request, "sign_in", _context(request))


def _context(request: HttpRequest) -> dict[str, object]:
    del request
    without = [
        person
        for person in Agent.objects.filter(is_active=True, totp=None, passkeys=None)
        if person.role in factors.required_roles()
    ]
    return {
        "form": RolesForm(initial={"roles": sorted(factors.required_roles())}),
        "without": without,
        "sso": SsoForm.stored(),
        "is_on": sso.is_on(),
        "back_url": back_url(),
    }


@require_POST
@needs("company.settings")
@proven
def roles(request: HttpRequest) -> HttpResponse:
    """Choose the roles that must have a second step."""
    form = RolesForm(request.POST)
    if not form.is_valid():
        return shown(request, "sign_in", _context(request) | {"form": form}, status=422)
    actions.require_second_factor(agent=agent_of(request), actor=actor_of(request), roles=form.cleaned_data["roles"])
    messages.success(request, _("Saved."))
    return redirect("desk:settings_sign_in")


@require_POST
@needs("company.settings")
@proven
def provider(request: HttpRequest) -> HttpResponse:
    """Set the provider."""
    form = SsoForm(request.POST)
    if form.is_valid():
        data = dict(form.cleaned_data)
        if django_settings.TAMADA.sso_issuer:
            data["issuer"] = ""
        with refusals(form):
            actions.update_sso(agent=agent_of(request), actor=actor_of(request), **data)
            messages.success(request, _("Saved."))
            return redirect("desk:settings_sign_in")
    return shown(request, "sign_in", _context(request) | {"sso": form}, status=422)


@require_POST
@needs("company.settings")
def try_provider(request: HttpRequest) -> HttpResponse:
    """Ask the provider for its addresses and keys; nobody is signed in."""
    try:
        messages.success(request, _("%(name)s answers.") % {"name": sso.try_provider()})
    except SsoError as error:
        messages.error(request, _("It does not work: %(reason)s") % {"reason": str(error)})
    return redirect("desk:settings_sign_in")
