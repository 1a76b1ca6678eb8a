"""Forms of what stands beside a password: codes and passkeys."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tamada.accounts.models import Agent
from tamada.accounts.passkeys import MOST_BYTES
from tamada.accounts.passwords import LONGEST

_CODE = {"autocomplete": "one-time-code", "inputmode": "text", "autocapitalize": "none", "spellcheck": "false"}


def _credential() -> forms.CharField:
    """What the browser's passkey answered, filled in by the script."""
    return forms.CharField(required=False, max_length=MOST_BYTES, widget=forms.HiddenInput)


class SecondForm(forms.Form):
    """A code of the app or a recovery code; or a passkey."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Six digits from your authenticator app, or one of your recovery codes."),
        widget=forms.TextInput(attrs={**_CODE, "autofocus": True}),
    )
    credential = _credential()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].required = not self.data.get("credential")


class ConfirmForm(forms.Form):
    """Who it is, once more: whichever of these the person has."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        required=False,
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    code = forms.CharField(
        label=_("Or a code"),
        max_length=40,
        required=False,
        help_text=_("Six digits from your authenticator app, or one of your recovery codes."),
        widget=forms.TextInput(attrs=_CODE),
    )
    credential = _credential()

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not agent.has_usable_password():
            del self.fields["password"]
        if not agent.recovery_codes.exists() and not hasattr(agent, "totp"):
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        """Something must be given."""
        data = super().clean() or {}
        if not any(data.get(name) for name in ("password", "code", "credential")):
            raise ValidationError(_("Enter your password."), code="required")
        return data


class AppForm(forms.Form):
    """The first code of a new authenticator app."""

    code = forms.CharField(
        label=_("Code"),
        max_length=12,
        help_text=_("The six digits that the app shows now."),
        widget=forms.TextInput(attrs={**_CODE, "inputmode": "numeric"}),
    )


class PasskeyForm(forms.Form):
    """A new passkey."""

    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"),
        max_length=80,
        help_text=_("How you will recognise it, such as “My phone”."),
    )
    credential = _credential()
