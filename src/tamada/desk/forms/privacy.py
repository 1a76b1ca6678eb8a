"""Forms about consent and erasure."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tamada.core.personal import Expiry
from tamada.privacy.models import Purpose, Reason, Source


class PurposeForm(forms.Form):
    """What people are asked to agree to, in each language."""

    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"),
        max_length=120,
        help_text=_("For colleagues, such as: news by e-mail, recording of calls."),
    )
    is_active = forms.BooleanField(
        label=_("In use"), required=False, help_text=_("One that is not in use is asked of nobody; its answers stay.")
    )

    def __init__(self, data: Any, *, purpose: Purpose | None = None) -> None:
        known = {"name": purpose.name, "is_active": purpose.is_active} if purpose else {"is_active": True}
        super().__init__(data, initial=known)
        for code, name in settings.LANGUAGES:
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("What they are asked, in %(language)s") % {"language": name},
                max_length=4000,
                required=False,
                initial=purpose.texts.get(code, "") if purpose else "",
                widget=forms.Textarea(attrs={"rows": 3, "lang": code}),
            )

    def clean(self) -> dict[str, Any]:
        """Nobody can agree to nothing."""
        given = super().clean() or {}
        if not any(given.get(f"text_{code}", "").strip() for code, _name in settings.LANGUAGES):
            raise forms.ValidationError(_("Write what people are asked in one language at least."))
        return given

    def values(self) -> dict[str, Any]:
        """For the action."""
        given = self.cleaned_data
        texts = {code: given[f"text_{code}"] for code, _name in settings.LANGUAGES}
        return {"name": given["name"], "is_active": given["is_active"], "texts": texts}


class ConsentForm(forms.Form):
    """What a person said, and how."""

    purpose = forms.ModelChoiceField(queryset=Purpose.objects.all())
    given = forms.TypedChoiceField(choices=[("1", "1"), ("0", "0")], coerce=lambda value: value == "1")
    source = forms.ChoiceField(choices=Source.choices)
    note = forms.CharField(max_length=300, required=False)


class EraseForm(forms.Form):
    """Why, and the name once more."""

    reason = forms.ChoiceField(
        label=_("Why"), choices=[(r.value, r.label) for r in (Reason.ASKED, Reason.UNNEEDED)], widget=forms.RadioSelect
    )
    typed = forms.CharField(
        label=_("Type the name that stands above"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class TermsForm(forms.Form):
    """Days for each kind. Empty: for ever, or in an inbox as everywhere; there 0 is for ever."""

    def __init__(
        self, data: Any, *, kinds: Mapping[str, Expiry], known: Mapping[str, int | None], of_inbox: bool
    ) -> None:
        super().__init__(data, initial={kind: days or 0 for kind, days in known.items()})
        for name, kind in kinds.items():
            self.fields[name] = forms.IntegerField(
                label=str(kind.title),
                help_text=str(kind.help),
                required=False,
                min_value=0 if of_inbox else 1,
                max_value=36_500,
                widget=forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"}),
            )

    def terms(self) -> dict[str, int | None]:
        """For the action: days by kind, None for ever."""
        return {name: days or None for name, days in self.cleaned_data.items() if days is not None}
