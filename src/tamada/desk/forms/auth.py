"""Forms of people who are not signed in yet."""

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tamada.accounts.passwords import LONGEST, SHORTEST


def _password_help() -> str:
    return ngettext(
        "At least %(count)d character. A few unrelated words are easy to remember and hard to guess.",
        "At least %(count)d characters. A few unrelated words are easy to remember and hard to guess.",
        SHORTEST,
    ) % {"count": SHORTEST}


# Lazy as a whole: `ngettext_lazy(…) % …` would be settled in the language of whoever imports this first.
PASSWORD_HELP = lazy(_password_help, str)()


def new_password(**options: Any) -> forms.CharField:
    """A field for a password that is being chosen; browsers offer to make and keep one."""
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "minlength": SHORTEST, "maxlength": LONGEST})
    # Not stripped: a space may belong to it.
    return forms.CharField(label=_("Password"), strip=False, widget=widget, help_text=PASSWORD_HELP, **options)


def email_field(**attrs: Any) -> forms.CharField:
    """An address; whether it is one, the action says."""
    widget = forms.EmailInput(attrs={"autocomplete": "username", "autocapitalize": "none", **attrs})
    return forms.CharField(label=_("E-mail"), max_length=254, widget=widget)


class SignInForm(forms.Form):
    """Address and password."""

    email = email_field(autofocus=True)
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        if data and data.get("email"):  # who tries once more tries another password
            self.fields["email"].widget.attrs.pop("autofocus", None)
            self.fields["password"].widget.attrs["autofocus"] = True


class ForgotForm(forms.Form):
    """Where to mail the link."""

    email = email_field(autofocus=True)


class ResetForm(forms.Form):
    """The new password, once: the browser keeps it, and another link is a mail away."""

    password = new_password()


class JoinForm(forms.Form):
    """Who accepts an invitation."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = new_password()


class SetupForm(forms.Form):
    """The first admin and the company."""

    company_name = forms.CharField(
        label=_("Company"),
        max_length=80,
        help_text=_("Your customers see this name."),
        widget=forms.TextInput(attrs={"autocomplete": "organization", "autofocus": True}),
    )
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = email_field()
    password = new_password()
