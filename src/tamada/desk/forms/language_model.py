"""The form of the language model, and of trying what leaves."""

from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tamada.assistant.llm.settings import SECONDS, configured
from tamada.conversations.models import Inbox

from .fields import RowsField

_MOST_TOKENS: Final = 1_000_000_000
_MOST_MONEY: Final = 1_000_000


def _tokens(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=help_text, min_value=0, max_value=_MOST_TOKENS)


def _money(label: Any, help_text: Any = "") -> forms.FloatField:
    return forms.FloatField(
        label=label,
        help_text=help_text,
        min_value=0,
        max_value=_MOST_MONEY,
        widget=forms.NumberInput(attrs={"step": "any", "min": 0}),
    )


class LanguageModelForm(forms.Form):
    """Where it is, for which inboxes, and what it may cost."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        required=False,
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://api.models.example/v1"}),
        help_text=gettext_lazy("Of any server that speaks OpenAI's chat completions. Empty: no language model."),
    )
    model = forms.CharField(
        label=gettext_lazy("Model"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Its name, as the server calls it."),
    )
    key = forms.CharField(
        label=gettext_lazy("Key"),
        required=False,
        max_length=1_000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Stored encrypted. Empty keeps the one that is set; another host forgets it."),
    )
    seconds = forms.IntegerField(
        label=gettext_lazy("Seconds to wait"),
        min_value=SECONDS[0],
        max_value=SECONDS[1],
        help_text=gettext_lazy("What takes longer is given up, and people go on without it."),
    )
    inboxes = RowsField(
        label=gettext_lazy("Inboxes"),
        queryset=Inbox.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Of all others nothing ever leaves."),
    )
    day_tokens = _tokens(
        gettext_lazy("Tokens a day"),
        gettext_lazy("A question with its sources takes one to three thousand. Days begin at midnight UTC."),
    )
    month_tokens = _tokens(gettext_lazy("Tokens a month"))
    price_in = _money(gettext_lazy("Price of a million tokens read"), gettext_lazy("0 when it costs nothing."))
    price_out = _money(gettext_lazy("Price of a million tokens written"))
    day_money = _money(gettext_lazy("Money a day"), gettext_lazy("0: only tokens are limited."))
    month_money = _money(gettext_lazy("Money a month"))
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial=_stored())
        if settings.TAMADA.llm_url:
            self.fields["url"].disabled = True
            self.fields["url"].help_text = _("Set by the owner of the server (TAMADA_LLM_URL).")


def _stored() -> dict[str, Any]:
    known = configured()
    return {
        "url": known.url,
        "model": known.model,
        "seconds": known.seconds,
        "inboxes": sorted(known.inboxes),
        "day_tokens": known.day[0],
        "month_tokens": known.month[0],
        "price_in": known.prices[0],
        "price_out": known.prices[1],
        "day_money": known.day[1],
        "month_money": known.month[1],
        "currency": known.currency,
    }


class SampleForm(forms.Form):
    """A message to see leave."""

    name = forms.CharField(label=gettext_lazy("The customer's name"), max_length=120, required=False)
    text = forms.CharField(
        label=gettext_lazy("What they write"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    @classmethod
    def example(cls) -> dict[str, str]:
        """One with everything in it that is hidden."""
        text = _(
            "Hello, this is Ani Petrosyan, 12 Abovyan Street, apt 5. My order 48213 has not come. "
            "Call me on +374 91 12 34 56 or write to ani@mail.example. I paid with 4111 1111 1111 1111."
        )
        return {"name": _("Ani Petrosyan"), "text": text}
