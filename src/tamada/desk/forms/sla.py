"""The form of an SLA policy."""

import re
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tamada.automation.actions.sla import LAST_POSITION, Terms
from tamada.automation.models import Hours, Policy
from tamada.calendars.models import Calendar
from tamada.conversations.models import Inbox, Priority
from tamada.customers.models import Tag

from .fields import RowsField

_SCOPE: Final = ("inboxes", "priorities", "tags", "position", "is_active")
_LENGTH: Final = re.compile(r"\s*(\d{1,4})\s*(?::\s*([0-5]\d))?\s*")


class LengthField(forms.CharField):
    """A length of time as hours and minutes, `4:00`, or hours alone; empty is none. Its value is minutes."""

    default_error_messages = {"length": _("Write hours and minutes, such as 0:30 or 8:00.")}

    def clean(self, value: Any) -> int | None:
        """Minutes, or None. Raises ValidationError."""
        text = super().clean(value)
        if not text:
            return None
        found = _LENGTH.fullmatch(text)
        minutes = int(found[1]) * 60 + int(found[2] or 0) if found else 0
        if not minutes:
            raise forms.ValidationError(self.error_messages["length"], code="length")
        return minutes

    def prepare_value(self, value: Any) -> Any:
        """Stored minutes as people write them."""
        return f"{value // 60}:{value % 60:02}" if isinstance(value, int) else value


def _length(label: Any, help_text: Any) -> LengthField:
    return LengthField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "0:30", "autocomplete": "off"}),
    )


class PolicyForm(forms.Form):
    """A policy: what is promised, to whom, and how it is counted."""

    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"),
        max_length=80,
        help_text=_("What your people call it."),
    )
    first_minutes = _length(
        _("First answer"), _("From the customer's first message to our first answer; empty promises nothing.")
    )
    next_minutes = _length(
        _("Next answer"), _("From each further message of the customer to our next answer; empty promises nothing.")
    )
    resolution_minutes = _length(
        _("Solution"),
        _("From the first message until it is closed; opened again, the clock goes on. Empty promises nothing."),
    )
    hours = forms.ChoiceField(
        label=_("Counts by"),
        choices=Hours.choices,
        help_text=_("Only time within these hours counts; by day and night every hour does."),
    )
    calendar = forms.ModelChoiceField(
        label=_("Opening hours of its own"),
        queryset=Calendar.objects.all(),
        required=False,
        empty_label="—",
        help_text=_("Used only when the policy counts by opening hours of its own."),
    )
    pauses = forms.BooleanField(
        label=_("Pause while we wait"),
        required=False,
        help_text=_("The clock stands still while a conversation is pending or snoozed."),
    )
    warn_percent = forms.IntegerField(
        label=_("Warn after, in percent of the time"),
        min_value=1,
        max_value=99,
        help_text=_("When so much of the time has passed, the owner is warned, or the team's leads if nobody owns it."),
    )
    inboxes = RowsField(
        label=_("Inboxes"),
        queryset=Inbox.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Holds in these inboxes; none ticked means in all."),
    )
    priorities = forms.MultipleChoiceField(
        label=_("Priorities"),
        choices=Priority.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Holds for conversations of these priorities; none ticked means for all."),
    )
    tags = RowsField(
        label=_("Tags of the customer"),
        queryset=Tag.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Holds for customers who have one of these tags; none ticked means for all."),
    )
    position = forms.IntegerField(
        label=_("Order"),
        min_value=0,
        max_value=LAST_POSITION,
        help_text=_("The first policy that fits a conversation counts; small numbers are asked first."),
    )
    is_active = forms.BooleanField(
        label=_("In use"), required=False, help_text=_("Switched off it promises nothing and is kept.")
    )

    def promised(self) -> list[forms.BoundField]:
        """The fields of what is promised and how it is counted, above the preview."""
        return [field for field in self if field.name not in _SCOPE]

    def scope(self) -> list[forms.BoundField]:
        """The fields that say where it holds, and before which others."""
        return [self[name] for name in _SCOPE]

    def several(self) -> list[forms.BoundField]:
        """The fields of which several may be ticked."""
        return [self[name] for name in ("inboxes", "priorities", "tags")]

    def terms(self) -> Terms:
        """What the action takes, from a valid form; a calendar that isn't used is left out."""
        data = dict(self.cleaned_data)
        if data["hours"] != Hours.CALENDAR:
            data["calendar"] = None
        return Terms(**{**data, "inboxes": list(data["inboxes"]), "tags": list(data["tags"])})


def initial_of(policy: Policy) -> dict[str, Any]:
    """The form's values of a policy, also of one that isn't stored."""
    plain = {name: getattr(policy, name) for name in PolicyForm.base_fields if name not in ("inboxes", "tags")}
    if policy.is_new:
        return plain
    return plain | {"inboxes": list(policy.inboxes.all()), "tags": list(policy.tags.all())}
