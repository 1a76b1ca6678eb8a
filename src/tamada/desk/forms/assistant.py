"""Forms of the assistant: an inbox's, and an action's."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy, pgettext_lazy

from tamada.assistant import fields
from tamada.assistant.models import BusinessAction, InboxAssistant, Mode

_ASKED = {fields.ORDER: gettext_lazy("Order number"), fields.PHONE: gettext_lazy("Phone number")}
_WAITS = {
    10: gettext_lazy("10 minutes"),
    30: gettext_lazy("Half an hour"),
    60: gettext_lazy("An hour"),
    240: gettext_lazy("4 hours"),
    1440: gettext_lazy("A day"),
    4320: gettext_lazy("3 days"),
}


class AssistantForm(forms.Form):
    """What the assistant does in an inbox."""

    mode = forms.ChoiceField(
        label=gettext_lazy("What it does"),
        choices=Mode.choices,
        help_text=gettext_lazy("It answers only what it surely knows, and gives everything else to a person."),
    )
    name = forms.CharField(
        label=gettext_lazy("Its name"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Customers see it, and that it is an automatic assistant."),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("It answers in these; tick none for every language in which there are answers."),
    )
    asks_phone = forms.BooleanField(
        label=gettext_lazy("Asks for the phone number before a person goes on"), required=False
    )
    asks_order = forms.BooleanField(
        label=gettext_lazy("Asks for the order number before a person goes on"), required=False
    )
    order_mask = forms.CharField(
        label=gettext_lazy("What an order number looks like"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "AA-99999", "autocomplete": "off"}),
        help_text=gettext_lazy("9 is any digit, A any letter, anything else itself. Empty: whatever looks like one."),
    )
    waits = forms.TypedChoiceField(
        label=gettext_lazy("Waits for an answer"),
        choices=[("", gettext_lazy("As suits the channel: half an hour, by mail a day")), *_WAITS.items()],
        coerce=int,
        required=False,
        empty_value=None,
        help_text=gettext_lazy("Who has not answered its question for so long is given to a person."),
    )

    @classmethod
    def of(cls, row: InboxAssistant) -> "AssistantForm":
        """The form as it stands."""
        return cls(initial={name: getattr(row, name) for name in cls.base_fields})


class ActionForm(forms.Form):
    """An action: which program is asked, for what, and what it must be told."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=2000,
        widget=forms.URLInput(attrs={"placeholder": "https://example.com/orders", "autocomplete": "off"}),
        help_text=gettext_lazy("It is asked with a signed POST, and must answer within three seconds."),
    )
    phrasings = forms.CharField(
        label=gettext_lazy("Ways to ask for it"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("One a line, five to ten in each language, as customers write."),
    )
    fields_ = forms.MultipleChoiceField(
        label=gettext_lazy("What it must be told"),
        choices=list(_ASKED.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The assistant asks the customer for it, twice at most."),
    )
    proven_only = forms.BooleanField(
        label=gettext_lazy("Only for proven customers"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "Anybody else is given to a person. Otherwise whoever knows an order number is told about that order."
        ),
    )
    is_active = forms.BooleanField(label=gettext_lazy("Switched on"), required=False, initial=True)

    @classmethod
    def of(cls, row: BusinessAction) -> "ActionForm":
        """The form as it stands."""
        given = {name: getattr(row, name) for name in ("name", "url", "phrasings", "proven_only", "is_active")}
        return cls(initial={**given, "fields_": row.fields})
