"""What views alone can ask of conversations: time, deadlines, who looks, and words; and the company's own fields."""

from collections.abc import Callable, Mapping
from typing import Final

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from tamada.accounts.models import Agent
from tamada.core.language import as_label
from tamada.customers.models import AttributeDefinition, AttributeType

from . import narrowing
from .points import Facts, Missing, Question, families, questions, type_choices, type_rows, type_test

FIELD: Final = "field"
"""The family of the company's fields of customers: `field:KEY`."""

_IS: Final = {"is": gettext_lazy("is"), "not": gettext_lazy("is not")}
_HOLDS: Final = {"yes": gettext_lazy("yes"), "no": gettext_lazy("no")}
_FINDS: Final = {"contains": gettext_lazy("finds it by"), "lacks": gettext_lazy("doesn't find it by")}
_AGO: Final = {"within": gettext_lazy("less than so long ago:"), "over": gettext_lazy("at least so long ago:")}
_LONG: Final = {"over": gettext_lazy("at least"), "within": gettext_lazy("less than")}
_DAYS: Final = {"from": gettext_lazy("is on or after"), "to": gettext_lazy("is on or before")}
_SAYS: Final = {
    "is": gettext_lazy("is"),
    "contains": gettext_lazy("contains"),
    "lacks": gettext_lazy("doesn't contain"),
}


def register() -> None:
    """Add them to the registries."""
    for name, question in _questions().items():
        questions.register(name, question)
    families.register(FIELD, _fields)


def _questions() -> dict[str, Question]:
    return {
        "waits": _so(gettext_lazy("The customer waits for our answer:"), lambda _agent: Q(waiting_since__isnull=False)),
        "waited": _span(gettext_lazy("The customer has waited"), _LONG, narrowing.ago("waiting_since")),
        "deadline": Question(
            label=gettext_lazy("The deadline"), operators=_IS, rows=narrowing.deadline_is, choices=_deadlines
        ),
        "unread": _so(gettext_lazy("I have something to read in it:"), narrowing.unread),
        "mentioned": _so(gettext_lazy("A note names me, and I haven't read it:"), narrowing.mentioned),
        "active": _span(gettext_lazy("The last thing happened"), _AGO, narrowing.ago("last_activity_at")),
        "active_on": _day(gettext_lazy("The day when the last thing happened"), narrowing.on_day("last_activity_at")),
        "began": _span(gettext_lazy("It began"), _AGO, narrowing.ago("created_at")),
        "began_on": _day(gettext_lazy("The day when it began"), narrowing.on_day("created_at")),
        "search": Question(label=gettext_lazy("The search"), operators=_FINDS, rows=narrowing.search_finds),
    }


def _so(label: Promise, yes: Callable[[Agent], Q]) -> Question:
    return Question(label=label, operators=_HOLDS, rows=narrowing.holds(yes), typed=False)


def _span(label: Promise, operators: Mapping[str, Promise], rows: type_rows) -> Question:
    return Question(label=label, operators=operators, rows=rows, choices=_spans)


def _day(label: Promise, rows: type_rows) -> Question:
    return Question(label=label, operators=_DAYS, rows=rows, kind="date")


def _deadlines() -> type_choices:
    return [
        ("late", pgettext("a deadline", "over")),
        ("near", pgettext("a deadline", "near")),
        ("any", pgettext("a deadline", "running")),
    ]


def _spans() -> type_choices:
    return [(name, _span_in_words(name)) for name in narrowing.SPANS]


def _span_in_words(name: str) -> str:
    number, unit = int(name[:-1]), name[-1]
    if name == "30m":
        return _("half an hour")
    words = {
        "h": ngettext("%(number)d hour", "%(number)d hours", number),
        "d": ngettext("%(number)d day", "%(number)d days", number),
        "w": ngettext("%(number)d week", "%(number)d weeks", number),
        "m": ngettext("%(number)d month", "%(number)d months", number),
        "y": ngettext("%(number)d year", "%(number)d years", number),
    }
    return words[unit] % {"number": number}


# --- the company's own fields of customers --------------------------------------------------------------------------


def _fields() -> dict[str, Question]:
    return {one.key: _field(one) for one in AttributeDefinition.objects.all()}


def _field(one: AttributeDefinition) -> Question:
    label = _("The customer's field %(name)s") % {"name": one.label}
    if one.type == AttributeType.BOOLEAN:
        rows = narrowing.holds(lambda _agent: narrowing.attribute(one.key, True))
        return Question(label=as_label(label), operators=_HOLDS, compile=_ticked(one.key), rows=rows, typed=False)
    choices = [(choice, choice) for choice in one.choices] if one.type == AttributeType.CHOICE else None
    return Question(
        label=label,
        operators=_IS if choices is not None else _SAYS,
        compile=_compared(one.key),
        rows=_field_rows(one),
        choices=None if choices is None else lambda: choices,
        kind="date" if one.type == AttributeType.DATE else "text",
    )


def _field_rows(one: AttributeDefinition) -> type_rows:
    if one.type == AttributeType.CHOICE:
        return lambda _agent, operator, value: ~_held(one, value) if operator == "not" else _held(one, value)
    return narrowing.says(narrowing.in_attribute(one.key))


def _held(one: AttributeDefinition, value: str) -> Q:
    return narrowing.attribute(one.key, value)


def _text(facts: Facts, key: str) -> str:
    value = facts.conversation.customer.attributes.get(key)
    return "" if value is None else str(value).strip().casefold()


def _ticked(key: str) -> Callable[[str, str], type_test]:
    def compile_(operator: str, _value: str) -> type_test:
        return lambda facts: (facts.conversation.customer.attributes.get(key) is True) == (operator == "yes")

    return compile_


def _compared(key: str) -> Callable[[str, str], type_test]:
    def compile_(operator: str, value: str) -> type_test:
        wanted = value.strip().casefold()
        tests: dict[str, type_test] = {
            "is": lambda facts: _text(facts, key) == wanted,
            "not": lambda facts: _text(facts, key) != wanted,
            "contains": lambda facts: wanted in _text(facts, key),
            "lacks": lambda facts: wanted not in _text(facts, key),
        }
        if operator not in tests:
            raise Missing(_("There is no such condition."))
        return tests[operator]

    return compile_
