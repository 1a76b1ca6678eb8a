"""An answer as people read it."""

from typing import Any

from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from tamada.kit.services.template import Field, in_language


def in_words(field: Field, value: Any, language: str) -> str:
    """What was answered to a question."""
    if field.kind == "number" and isinstance(value, int | float):
        return str(format_decimal(value, locale=language))
    return dict(choices(field, language)).get(as_text(value), as_text(value))


def choices(field: Field, language: str) -> list[tuple[str, str]]:
    """What may be chosen, and how that is called; nothing where they write themselves."""
    if field.kind == "yes_no":
        return [("yes", _("Yes")), ("no", _("No"))]
    return [(choice.id, in_language(choice.label, language)) for choice in field.choices]


def as_text(value: Any) -> str:
    """An answer as a form holds it."""
    return ("yes" if value else "no") if isinstance(value, bool) else "" if value is None else str(value)
