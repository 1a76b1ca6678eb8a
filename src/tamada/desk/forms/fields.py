"""Fields that several forms share."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.accounts.queries import active_agents
from tamada.kit.numbers import NO_ROW, row_number

if TYPE_CHECKING:
    type_field = forms.ModelMultipleChoiceField[Any]
else:
    type_field = forms.ModelMultipleChoiceField


_MOMENT = "%Y-%m-%dT%H:%M"


def moment_field(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateTimeField:
    """A date with its clock, as browsers write it."""
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT),
        input_formats=[_MOMENT, "%Y-%m-%dT%H:%M:%S"],
    )


def writers() -> QuerySet[Agent]:
    """Whom something can be given to."""
    return active_agents().exclude(role="observer")


class RowsField(type_field):
    """Several rows. Django passes a number too large for the database on to it, which breaks; here it is no choice."""

    def clean(self, value: Any) -> QuerySet[Any]:
        """The chosen rows. Raises ValidationError."""
        for given in value or ():
            if row_number(given) == NO_ROW:
                text = self.error_messages["invalid_choice"]
                raise ValidationError(text, code="invalid_choice", params={"value": given})
        return super().clean(value)


class ColourInput(forms.TextInput):
    """A colour as text, which may be empty; `tamada-colour` puts the browser's picker beside it."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The field in its element."""
        field = super().render(name, value, attrs, renderer)
        return format_html('<tamada-colour label="{}">{}</tamada-colour>', _("Choose a colour"), field)
