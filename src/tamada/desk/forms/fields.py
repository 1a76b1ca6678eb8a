"""Fields that several forms share."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from tamada.kit.numbers import NO_ROW, row_number

if TYPE_CHECKING:
    type_field = forms.ModelMultipleChoiceField[Any]
else:
    type_field = forms.ModelMultipleChoiceField


class RowsField(type_field):
    """Several rows. Django passes a number too large for the database on to it, which breaks; here it is no choice."""

    def clean(self, value: Any) -> QuerySet[Any]:
        """The chosen rows. Raises ValidationError."""
        for given in value or ():
            if row_number(given) == NO_ROW:
                text = self.error_messages["invalid_choice"]
                raise ValidationError(text, code="invalid_choice", params={"value": given})
        return super().clean(value)
