"""The form of an absence."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tamada.accounts.models import Agent
from tamada.automation.actions.absences import AbsenceTerms
from tamada.automation.models import Road
from tamada.automation.queries.absences import takers

from .fields import moment_field


class AbsenceForm(forms.Form):
    """From when until when, and where the conversations go meanwhile."""

    starts_at = moment_field(_("Away from"), required=True)
    ends_at = moment_field(_("Until"), required=True)
    road = forms.ChoiceField(
        label=_("What becomes of open conversations"),
        choices=Road.choices,
        initial=Road.STAY,
        help_text=_("Also of those whose customers write meanwhile. What was handed on stays there afterwards."),
    )
    colleague = forms.ModelChoiceField(
        Agent.objects.none(), label=_("Colleague"), required=False, empty_label=_("Nobody")
    )

    def __init__(self, *args: Any, member: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleague = self.fields["colleague"]
        assert isinstance(colleague, forms.ModelChoiceField)
        colleague.queryset = takers(member)

    def terms(self) -> AbsenceTerms:
        """What the action takes."""
        return AbsenceTerms(**self.cleaned_data)
