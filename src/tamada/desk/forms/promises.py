"""Forms of promises."""

from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tamada.accounts.models import Agent
from tamada.operations.models import Commitment

from .fields import moment_field, writers

_NOON: Final = 12


def usual_time() -> datetime:
    """Noon tomorrow, in the zone that is active: most of what is promised is for the next day."""
    tomorrow = timezone.localtime() + timedelta(days=1)
    return tomorrow.replace(hour=_NOON, minute=0, second=0, microsecond=0)


class PromiseForm(forms.Form):
    """What was promised, by when, and who keeps it; why, where the time moves."""

    text = forms.CharField(
        label=_("What was promised"), max_length=300, widget=forms.TextInput(attrs={"autofocus": True})
    )
    due_at = moment_field(_("By when"), required=True)
    owner = forms.ModelChoiceField(Agent.objects.none(), label=_("Who keeps it"), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = writers()


def initial_of(row: Commitment) -> dict[str, Any]:
    """A promise's own, for the form."""
    return {"text": row.text, "due_at": row.due_at, "owner": row.owner_id}
