"""Rows of a form that say what has to hold: of rules, and of views."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise

from tamada.automation.points import Question, every_question, type_choices

MOST_ROWS: Final = 30
RULE: Final = "condition"
EVERY: Final = "every"
SOME: Final = "some"


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One row: what is chosen, and what there is to choose. `choices` None: the value is typed, or there is none.

    `name` begins the names of its fields: `condition` in a rule, `every` and `some` in a view.
    """

    name: str
    ask: str
    operator: str
    value: str
    asks: Sequence[tuple[str, str | Promise]]
    operators: Sequence[tuple[str, str | Promise]]
    choices: type_choices | None
    typed: bool
    kind: str

    @property
    def is_lost(self) -> bool:
        """Whether the value names what isn't there any more."""
        return self.choices is not None and self.value not in dict(self.choices)

    @property
    def address(self) -> str:
        """Where its fields are fetched anew when another question is chosen."""
        if self.name == RULE:
            return reverse("desk:condition_row")
        return f"{reverse('desk:view_condition')}?group={self.name}"


def condition(ask: str, operator: str = "", value: str = "", *, name: str = RULE) -> ConditionRow:
    """One row of the form; a question that isn't known becomes the first there is."""
    return _row(_offered(name), ask, operator, value, name)


def conditions(kept: Sequence[dict[str, str]], name: str = RULE) -> list[ConditionRow]:
    """The rows of conditions as they are kept."""
    known = _offered(name)
    return [_row(known, one.get("ask", ""), one.get("is", ""), one.get("value", ""), name) for one in kept]


def _offered(name: str) -> Mapping[str, Question]:
    """What can be asked there."""
    found = every_question()
    return {key: one for key, one in found.items() if (one.compile if name == RULE else one.rows) is not None}


def _row(known: Mapping[str, Question], ask: str, operator: str, value: str, name: str) -> ConditionRow:
    if ask not in known:
        ask, operator, value = next(iter(known)), "", ""
    found = known[ask]
    return ConditionRow(
        name=name,
        ask=ask,
        operator=operator,
        value=value,
        asks=[(key, one.label) for key, one in known.items()],
        operators=list(found.operators.items()),
        choices=found.offered(to_views=name != RULE),
        typed=found.typed,
        kind=found.kind,
    )


def read_conditions(given: QueryDict, name: str = RULE) -> list[dict[str, str]]:
    """The conditions of a form, in their order."""
    columns = (given.getlist(f"{name}_{part}") for part in ("ask", "is", "value"))
    rows = list(zip(*columns, strict=False))[:MOST_ROWS]
    return [{"ask": str(ask), "is": str(operator), "value": str(value)} for ask, operator, value in rows]
