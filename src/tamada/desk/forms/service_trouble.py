"""What is wrong with a service in a form: in which of its fields, and in the words of who sees no YAML."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tamada.core.language import readers_language
from tamada.kit.services.problems import Problem
from tamada.kit.services.sections import duration
from tamada.kit.services.source import Entries, Keys, Node, parse
from tamada.kit.services.template import LANGUAGES, in_language

from .. import times
from .service import OUTSIDE
from .service import Keys as Held

_LISTS: Final = {"stages": "s", "steps": "t", "form": "f"}
_NAMES: Final = {
    "service": "id",
    "stage": "name",
    "step": "name",
    "field": "id",
    "hands_over": "hands",
    "checklist": "list",
}
"""What fields of the form are called, where not as the key. Ids of stages and steps are not shown: their names are."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong: the form's field (`s0-t1-takes`; empty for none), the language of its text ("" for any),
    where that is by the names that people gave, and what is wrong.
    """

    name: str
    language: str
    place: str
    says: str


def troubles(keys: Held, text: str, problems: Sequence[Problem]) -> list[Trouble]:
    """What is wrong with keys that were read as this text."""
    places = _Places(text)
    return [Trouble(*places.of(one), _place(keys, one), _says(one)) for one in problems]


def language_to_show(found: Sequence[Trouble], shown: str) -> str:
    """The language to show so that everything that is wrong is in sight; `all` where that takes several."""
    wanted = {one.language for one in found if one.language}
    if not wanted or shown == "all" or wanted == {shown}:
        return shown
    return wanted.pop() if len(wanted) == 1 else "all"


class _Places:
    """Of a text that keys were written as: which field of the form each line came from."""

    def __init__(self, text: str) -> None:
        self._names: dict[tuple[int, str], str] = {}
        self._sections: dict[int, str] = {}
        self._asked: dict[tuple[str, str], str] = {}
        root = parse(text)
        assert isinstance(root, Keys)
        self._section(root, "")

    def of(self, problem: Problem) -> tuple[str, str]:
        """The field's name, and the language of its text."""
        if problem.code == "missing" and problem.line in self._sections:
            key = str(problem.params["key"])
            return self._sections[problem.line] + _NAMES.get(key, key), ""
        if not problem.where:
            return "", ""
        name = self._names.get((problem.line, problem.where[-1]), "")
        if not name and problem.where[-1] in LANGUAGES and len(problem.where) > 1:
            return self._names.get((problem.line, problem.where[-2]), ""), problem.where[-1]
        if problem.code == "two_kinds":
            name = self._asked.get((name.removesuffix("form"), str(problem.params["value"])), name)
        return name, ""

    def _section(self, node: Keys, prefix: str) -> None:
        self._sections[node.line] = prefix
        for key, (_line, held) in node.nodes.items():
            name = f"{prefix}{_NAMES.get(key, key)}"
            self._names[held.line, key] = name
            if isinstance(held, Entries):
                self._list(held, key, prefix, name)
            elif isinstance(held, Keys):
                self._keys(held, key, prefix, name)

    def _list(self, held: Entries, key: str, prefix: str, name: str) -> None:
        for at, entry in enumerate(held.nodes):
            if key in _LISTS and isinstance(entry, Keys):
                self._section(entry, inner := f"{prefix}{_LISTS[key]}{at}-")
                if key == "form":
                    self._asked[prefix, getattr(entry.nodes["field"][1], "text", "")] = f"{inner}id"
            else:
                self._text(entry, key, f"{prefix}i{at}-text" if key == "checklist" else name)

    def _keys(self, held: Keys, key: str, prefix: str, name: str) -> None:
        inner = {
            **{word: f"{prefix}c{at}-text" for at, word in enumerate(held.nodes) if key == "choices"},
            **{moment: f"{prefix}{moment}" for moment in held.nodes if key == "tells"},
            **({OUTSIDE: f"{prefix}outside"} if key == "by" else {}),
        }
        if not inner:
            self._text(held, key, name)
        for word, called in inner.items():
            if word in held.nodes:
                self._text(held.nodes[word][1], word, called)

    def _text(self, node: Node, key: str, name: str) -> None:
        self._names[node.line, key] = name
        for _line, held in node.nodes.values() if isinstance(node, Keys) else ():
            self._names[held.line, key] = name


def _place(keys: Held, problem: Problem) -> str:
    """Where something is wrong, by the names that people gave."""
    labels = {
        "field": _("Its word"),
        "kind": _("Kind of answer"),
        "choices": _("Answers to choose from"),
        "checklist": _("Checklist"),
        "steps": _("Steps"),
        "name": pgettext("of a service", "Name"),
        "by": _("Who does it"),
        "takes": _("Working time"),
        "after": _("Waits for"),
        "within": _("Promised within"),
        "every": _("Again after so many months"),
        "asks_first": _("Asked first"),
        "form": _("Questions"),
        "label": _("Question"),
        "asks": _("Asked of the customer"),
        "hands_over": _("Handed over"),
        "service": _("Id"),
    }
    named = _named(keys, problem.where)
    return " › ".join([*named, *(labels.get(part, part) for part in problem.where[len(named) :])])


def _named(keys: Held, where: Sequence[str]) -> list[str]:
    """The stage and the step in which something is, by their names; by what stands in the form where they have none."""
    reader, named = readers_language(), list[str]()
    for at, stage in enumerate(keys["stages"]):
        if where and stage["stage"] == where[0]:
            named = [in_language(stage["name"], reader) or f"{pgettext('of a service', 'Stage')} {at + 1}"]
            steps = {step["step"]: in_language(step["name"], reader) or _("A new step") for step in stage["steps"]}
            named += [steps[one] for one in where[1:2] if one in steps]
    return named


def _says(problem: Problem) -> str:
    """What is wrong, for whoever sees no lines of YAML."""
    own = {
        "id_twice": _("“%(value)s” is here twice."),
        "two_kinds": _("“%(value)s” is of another kind elsewhere; one word means one thing in all forms."),
        "no_choices": _("A choice needs answers to choose from."),
        "duration": _("“%(value)s” is not understood as a time. Write 2 days, 4 h or 1 h 30 min, for example."),
    }
    if problem.code in own:
        return own[problem.code] % problem.params
    most = duration(str(problem.params.get("most", "")))
    if problem.code == "out_of_range" and most:
        return _("It has to be between 1 minute and %(most)s of work.") % {"most": times.hours_span(most)}
    return problem.says(_)
