"""Forms about oneself."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tamada.accounts.models import Agent, Theme, default_preferences
from tamada.accounts.passwords import LONGEST

from .auth import new_password
from .zones import ZoneField


def _language_choices() -> list[tuple[str, Any]]:
    return [("", _("As the browser asks")), *settings.LANGUAGES]


class ProfileForm(forms.Form):
    """What others see of me and how I see the desk."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language"), choices=_language_choices, required=False)
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme.choices)
    time_zone = ZoneField(
        label=_("Time zone"),
        required=False,
        help_text=_("Type a city, such as Yerevan. Empty: as the company."),
        widget=forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off", "data-zone": ""}),
    )
    signature = forms.CharField(
        label=_("Signature"),
        required=False,
        max_length=2000,
        help_text=_("Added at the end of your e-mails."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    @classmethod
    def of(cls, agent: Agent) -> "ProfileForm":
        """The form as it stands."""
        return cls(initial={name: getattr(agent, name) for name in cls.base_fields})


class PasswordForm(forms.Form):
    """The old password and the new one."""

    current = forms.CharField(
        label=_("Current password"),
        strip=False,
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = new_password()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("New password")


class NotificationsForm(forms.Form):
    """What to be told, and when by e-mail."""

    notify_assigned = forms.BooleanField(label=_("A conversation is assigned to me"), required=False)
    notify_mention = forms.BooleanField(label=_("A colleague mentions me in a note"), required=False)
    notify_chat = forms.BooleanField(
        label=_("Somebody waits in a chat of my teams that nobody has yet"),
        required=False,
        help_text=_("In the inbox's hours, here and by the browser, not by e-mail."),
    )
    notify_reply = forms.BooleanField(
        label=_("A customer writes in a conversation I own or follow"),
        required=False,
        help_text=_("You are always told when a message of yours could not be delivered."),
    )
    digest = forms.ChoiceField(
        label=_("By e-mail"),
        choices=[
            ("daily", _("Once a day: everything I have not seen")),
            ("offline", _("At once, when I was away for a quarter of an hour")),
            ("never", _("Never")),
        ],
        widget=forms.RadioSelect,
    )
    evening = forms.BooleanField(
        label=_("The evening reading, by e-mail"),
        required=False,
        help_text=_("What troubled customers today, once an admin has turned the mail on."),
    )

    @classmethod
    def of(cls, agent: Agent) -> "NotificationsForm":
        """The form as it stands."""
        return cls(initial={**default_preferences(), **agent.preferences})


SCOPE_LABELS = (
    ("read", pgettext_lazy("verb, what a token may do", "Read")),
    ("write", _("Write")),
)


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(label=_("What is it for?"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=SCOPE_LABELS,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, possible: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("scopes", possible)
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(scope, label) for scope, label in SCOPE_LABELS if scope in possible]
