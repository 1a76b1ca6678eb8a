"""Rows of a rule's form that say what has to hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise

from tamada.automation.points import questions, type_choices

MOST_ROWS = 30


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One row: what is chosen, and what there is to choose. `choices` None: the value is typed, or there is none."""

    ask: str
    operator: str
    value: str
    asks: Sequence[tuple[str, str | Promise]]
    operators: Sequence[tuple[str, str | Promise]]
    choices: type_choices | None
    typed: bool

    @property
    def is_lost(self) -> bool:
        """Whether the value names what isn't there any more."""
        return self.choices is not None and self.value not in dict(self.choices)


def condition(ask: str, operator: str = "", value: str = "") -> ConditionRow:
    """One row of the form; a question that isn't known becomes the first there is."""
    asks = [(name, question.label) for name, question in questions.all().items()]
    if ask not in dict(asks):
        ask, operator, value = asks[0][0], "", ""
    found = questions.get(ask)
    choices = None if found.choices is None else found.choices()
    return ConditionRow(ask, operator, value, asks, list(found.operators.items()), choices, found.typed)


def conditions(kept: Sequence[dict[str, str]]) -> list[ConditionRow]:
    """The rows of conditions as they are kept."""
    return [condition(one.get("ask", ""), one.get("is", ""), one.get("value", "")) for one in kept]


def read_conditions(given: QueryDict) -> list[dict[str, str]]:
    """The conditions of a form, in their order."""
    columns = (given.getlist(name) for name in ("condition_ask", "condition_is", "condition_value"))
    rows = list(zip(*columns, strict=False))[:MOST_ROWS]
    return [{"ask": str(ask), "is": str(operator), "value": str(value)} for ask, operator, value in rows]
