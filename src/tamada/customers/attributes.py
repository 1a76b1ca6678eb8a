"""Custom attributes: what a definition lets a value be. Pure but for the definitions handed in."""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from .errors import Invalid
from .models import AttributeDefinition, AttributeType

MAX_TEXT: Final = 2000


def merged(
    current: Mapping[str, Any], changes: Mapping[str, Any], definitions: Iterable[AttributeDefinition]
) -> dict[str, Any]:
    """`current` with checked `changes`; None takes a value away. Raises Invalid naming `attributes.KEY`."""
    known = {definition.key: definition for definition in definitions}
    result = dict(current)
    for key, value in changes.items():
        if key not in known:
            raise Invalid(_("There is no attribute “%(key)s”.") % {"key": key[:40]}, "attributes")
        if value is None:
            result.pop(key, None)
        else:
            result[key] = checked(known[key], value)
    return result


def checked(definition: AttributeDefinition, value: Any) -> Any:
    """The value as it is stored (JSON). Raises Invalid."""
    try:
        if definition.type == AttributeType.CHOICE:
            return _choice(value, definition.choices)
        return _CHECKS[AttributeType(definition.type)](value)
    except ValueError:
        raise Invalid(_message(definition), f"attributes.{definition.key}") from None


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT or "\x00" in value:
        raise ValueError
    return value


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or abs(value) > 1e15:
        raise ValueError
    return value


def _date(value: Any) -> str:
    if not isinstance(value, str) or date.fromisoformat(value).isoformat() != value:
        raise ValueError
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError  # noqa: TRY004  one refusal for every wrong value
    return value


def _choice(value: Any, choices: list[str]) -> str:
    if not isinstance(value, str) or value not in choices:
        raise ValueError
    return value


_CHECKS: Final[Mapping[AttributeType, Callable[[Any], Any]]] = {
    AttributeType.TEXT: _text,
    AttributeType.NUMBER: _number,
    AttributeType.DATE: _date,
    AttributeType.BOOLEAN: _boolean,
}


def _message(definition: AttributeDefinition) -> str:
    names = {"label": definition.label}
    match definition.type:
        case AttributeType.NUMBER:
            return _("“%(label)s” takes a number.") % names
        case AttributeType.DATE:
            return _("“%(label)s” takes a date, such as 2026-01-31.") % names
        case AttributeType.BOOLEAN:
            return _("“%(label)s” takes yes or no.") % names
        case AttributeType.CHOICE:
            return _("“%(label)s” takes one of: %(choices)s.") % {**names, "choices": ", ".join(definition.choices)}
    return _("“%(label)s” takes a text of at most %(most)s characters.") % {**names, "most": MAX_TEXT}
