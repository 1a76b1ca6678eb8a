"""Rows of a form that say what is done to a conversation: by macros, and by rules."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from tamada.automation.points import Doing, Step, doings, type_choices

MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what is chosen, what there is to choose, and the value's own choices (None: it is typed)."""

    do: str
    value: str
    kinds: type_choices
    choices: type_choices | None

    @property
    def is_long(self) -> bool:
        """Whether the value is a text of several lines."""
        return self.do == "note"

    @property
    def is_lost(self) -> bool:
        """Whether the value names what isn't there any more."""
        return self.choices is not None and self.value not in dict(self.choices)


def kinds(*, by_hand: bool) -> type_choices:
    """What can be done, by the name it is kept under."""
    return [(name, str(_said(name, doing))) for name, doing in doings.all().items() if by_hand or not doing.by_hand]


def _said(name: str, doing: Doing) -> str:
    return _("Give it to whoever uses the macro") if name == "take" else str(doing.label)


def row(do: str, value: str, *, by_hand: bool) -> Row:
    """One row of the form; a doing that isn't known becomes the first there is."""
    offered = kinds(by_hand=by_hand)
    if do not in dict(offered):
        do, value = offered[0][0], ""
    choices = doings.get(do).choices
    return Row(do, value, offered, None if choices is None else choices())


def rows(steps: Sequence[Step] | Sequence[dict[str, str]], *, by_hand: bool) -> list[Row]:
    """The rows of steps as they are kept."""
    given = [step.kept() if isinstance(step, Step) else step for step in steps]
    return [row(one.get("do", ""), one.get("value", ""), by_hand=by_hand) for one in given]


def read_steps(given: QueryDict) -> list[dict[str, str]]:
    """The steps of a form, in their order; a row whose value stayed empty was not meant."""
    pairs = zip(given.getlist("step_do"), given.getlist("step_value"), strict=False)
    kept = [{"do": str(do), "value": str(value)} for do, value in pairs][:MOST_ROWS]
    return [one for one in kept if one["value"].strip() or one["do"] == "assignee"]
