"""A service as one form: everything in it is changed together and becomes one version.

Between two looks the form is what the reader left in it: it is read back into the keys of the template, changed by a
button (a step more, a stage less) and drawn again; nothing is stored before it is saved.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import count, takewhile
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tamada.accounts.models import Team
from tamada.core.language import readers_language
from tamada.kit.services.problems import Problem
from tamada.kit.services.reading import ASKS, KINDS, LONGEST_PROMISE, MOMENTS, ROLES
from tamada.kit.services.sections import LONGEST_NAME, LONGEST_TEXT
from tamada.kit.services.template import Doer, Service, in_language
from tamada.kit.services.writing import keys_of

from ..job_words import doer_name

Keys = dict[str, Any]
Given = Mapping[str, str]

OUTSIDE: Final = "outside"
_LONG: Final[dict[str, Any]] = {"is_long": True, "longest": LONGEST_TEXT}
MOST: Final = 60
"""Steps of a service that one form can hold; what is larger is changed as YAML."""


def keys_for_form(service: Service) -> Keys:
    """The keys of a template, what each step waits for among them."""
    keys = keys_of(service)
    for stage in keys["stages"]:
        for step in stage["steps"]:
            step["after"] = list(service.steps[step["step"]].after)
    return keys


def new_service() -> Keys:
    """What a new one begins with."""
    keys: Keys = {"service": "", "name": {}, "stages": []}
    add_stage(keys)
    return keys


# --- read back --------------------------------------------------------------------------------------------------------


class Posted:
    """The form as it came."""

    def __init__(self, given: Any) -> None:
        self._given = given

    def word(self, name: str) -> str:
        return str(self._given.get(name, "")).strip()

    def words(self, name: str) -> list[str]:
        """Words with commas or spaces between them."""
        return list(dict.fromkeys(self.word(name).replace(",", " ").split()))

    def chosen(self, name: str) -> list[str]:
        return [str(one) for one in self._given.getlist(name)]

    def texts(self, name: str) -> Keys:
        """A text by language, where there is one."""
        found = {code: self.word(f"{name}-{code}").replace("\r\n", "\n") for code, _name in settings.LANGUAGES}
        return {code: text for code, text in found.items() if text}

    def rows(self, prefix: str) -> list[tuple[str, Keys]]:
        """Several texts with their ids; one that was emptied is gone."""
        rows = [(self.word(f"{place}id"), self.texts(f"{place}text")) for place in self.places(prefix)]
        return [(name, texts) for name, texts in rows if texts]

    def places(self, prefix: str) -> Iterable[str]:
        """The prefixes of what there is several times, such as `s0-`, `s1-`."""
        names = (f"{prefix}{at}-" for at in count())
        return takewhile(lambda name: f"{name}id" in self._given, names)


def keys_in(given: Any) -> Keys:
    """The keys of a form that was sent."""
    form = Posted(given)
    keys: Keys = {"service": form.word("id")}
    for name in ("name", "about", "result"):
        keys[name] = form.texts(name)
    keys |= {name: form.word(name) for name in ("within", "every")}
    keys |= {"customers_may_begin": "customers_may_begin" in given, "asks_first": form.words("asks_first")}
    keys["stages"] = [_stage_in(form, prefix) for prefix in form.places("s")]
    known = {step["step"] for stage in keys["stages"] for step in stage["steps"]}
    for stage in keys["stages"]:
        for step in stage["steps"]:
            step["after"] = [one for one in step["after"] if one in known]
    return {key: held for key, held in keys.items() if held or key in ("service", "name", "stages")}


def _stage_in(form: Posted, prefix: str) -> Keys:
    steps = [_step_in(form, place) for place in form.places(f"{prefix}t")]
    return {"stage": form.word(f"{prefix}id"), "name": form.texts(f"{prefix}name"), "steps": steps}


def _step_in(form: Posted, prefix: str) -> Keys:
    by, _colon, name = form.word(f"{prefix}by").partition(":")
    called = form.texts(f"{prefix}outside")
    told = {moment: form.texts(f"{prefix}{moment}") for moment in MOMENTS}
    keys: Keys = {
        "step": form.word(f"{prefix}id"),
        "name": form.texts(f"{prefix}name"),
        "by": "customer" if by == "customer" else {by: _called(called) if by == OUTSIDE else name},
        "takes": form.word(f"{prefix}takes"),
        "after": _in_order(form.chosen(f"{prefix}after"), form.words(f"{prefix}was")),
        "checklist": [texts for _id, texts in form.rows(f"{prefix}i")],
        "form": [_field_in(form, place) for place in form.places(f"{prefix}f")],
        "asks": form.word(f"{prefix}asks"),
        "shown": form.texts(f"{prefix}shown"),
        "tells": {moment: texts for moment, texts in told.items() if texts},
        "hands_over": form.words(f"{prefix}hands"),
        "promise": form.texts(f"{prefix}promise"),
    }
    return {key: held for key, held in keys.items() if held or key in ("step", "name", "by", "takes", "after")}


def _in_order(chosen: list[str], was: list[str]) -> list[str]:
    """As it was written before; what is new comes last."""
    return sorted(chosen, key=lambda one: was.index(one) if one in was else len(was))


def _called(texts: Keys) -> Any:
    """A name in English alone is the name in all languages."""
    return texts["en"] if list(texts) == ["en"] else texts


def _field_in(form: Posted, prefix: str) -> Keys:
    kind = form.word(f"{prefix}kind") or "text"
    keys: Keys = {"field": form.word(f"{prefix}id"), "label": form.texts(f"{prefix}label"), "kind": kind}
    if not form.word(f"{prefix}required"):
        keys["required"] = False
    if choices := dict(form.rows(f"{prefix}c")):
        keys["choices"] = choices
    return keys


def without_idle(keys: Keys) -> Keys:
    """The keys as they are saved: answers to choose from count for a choice alone, what is asked for customers."""
    kept = deepcopy(keys)
    for stage in kept["stages"]:
        for step in stage["steps"]:
            if step["by"] != "customer":
                step.pop("asks", None)
            for field in step.get("form", ()):
                if field["kind"] != "choice":
                    field.pop("choices", None)
    return kept


# --- changed by a button ----------------------------------------------------------------------------------------------


def do(keys: Keys, what: str) -> str:
    """Do what a button says (`add-step:0`, `up:0:1`); returns the place to look at then, "" for none."""
    name, *numbers = what.split(":")
    known = {
        "add-stage": add_stage,
        "remove-stage": _remove_stage,
        "add-step": _add_step,
        "remove-step": _remove_step,
        "up": _up,
        "down": _down,
        "add-item": _add_item,
        "add-field": _add_field,
        "remove-field": _remove_field,
        "add-choice": _add_choice,
    }
    try:
        return known[name](keys, *map(_place, numbers))  # type: ignore[operator, no-any-return]
    except (KeyError, IndexError, ValueError, TypeError):
        return ""


def _place(text: str) -> int:
    if not text.isdecimal():
        raise ValueError(text)
    return int(text)


def add_stage(keys: Keys) -> str:
    """A stage with a step, at the end."""
    stages = keys["stages"]
    stages.append({"stage": _free("stage", {one["stage"] for one in stages}), "name": {}, "steps": []})
    return _add_step(keys, len(stages) - 1)


def _remove_stage(keys: Keys, at: int) -> str:
    for number in range(len(keys["stages"][at]["steps"]) - 1, -1, -1):
        _remove_step(keys, at, number)
    del keys["stages"][at]
    return "stages"


def _add_step(keys: Keys, at: int) -> str:
    if sum(len(stage["steps"]) for stage in keys["stages"]) >= MOST:
        return f"s{at}"
    steps = keys["stages"][at]["steps"]
    before = [step["step"] for stage in keys["stages"][: at + 1] for step in stage["steps"]]
    own = _free("step", {step["step"] for stage in keys["stages"] for step in stage["steps"]})
    steps.append({"step": own, "name": {}, "by": {"role": "agent"}, "takes": "1h", "after": before[-1:]})
    return f"s{at}-t{len(steps) - 1}"


def _remove_step(keys: Keys, at: int, number: int) -> str:
    """Whoever waited for it waits for what it waited for."""
    gone = keys["stages"][at]["steps"].pop(number)
    for stage in keys["stages"]:
        for step in stage["steps"]:
            if gone["step"] in step["after"]:
                place = step["after"].index(gone["step"])
                step["after"][place : place + 1] = [one for one in gone["after"] if one not in step["after"]]
    return f"s{at}"


def _up(keys: Keys, at: int, number: int) -> str:
    steps = keys["stages"][at]["steps"]
    if number:
        steps.insert(number - 1, steps.pop(number))
    elif at:
        keys["stages"][at - 1]["steps"].append(steps.pop(number))
        return f"s{at - 1}-t{len(keys['stages'][at - 1]['steps']) - 1}"
    return f"s{at}-t{max(number - 1, 0)}"


def _down(keys: Keys, at: int, number: int) -> str:
    steps = keys["stages"][at]["steps"]
    if number + 1 < len(steps):
        steps.insert(number + 1, steps.pop(number))
        return f"s{at}-t{number + 1}"
    if at + 1 < len(keys["stages"]):
        keys["stages"][at + 1]["steps"].insert(0, steps.pop(number))
        return f"s{at + 1}-t0"
    return f"s{at}-t{number}"


def _add_item(keys: Keys, at: int, number: int) -> str:
    keys["stages"][at]["steps"][number].setdefault("checklist", []).append({})
    return f"s{at}-t{number}-list"


def _add_field(keys: Keys, at: int, number: int) -> str:
    step = keys["stages"][at]["steps"][number]
    taken = {one["field"] for stage in keys["stages"] for other in stage["steps"] for one in other.get("form", ())}
    step.setdefault("form", []).append({"field": _free("question", taken), "label": {}, "kind": "text"})
    return f"s{at}-t{number}-f{len(step['form']) - 1}"


def _remove_field(keys: Keys, at: int, number: int, place: int) -> str:
    del keys["stages"][at]["steps"][number]["form"][place]
    return f"s{at}-t{number}"


def _add_choice(keys: Keys, at: int, number: int, place: int) -> str:
    choices = keys["stages"][at]["steps"][number]["form"][place].setdefault("choices", {})
    choices[_free("choice", set(choices))] = {}
    return f"s{at}-t{number}-f{place}"


def _free(word: str, taken: set[str]) -> str:
    return next(name for n in count(1) if (name := f"{word}_{n}") not in taken)


# --- drawn ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Texts:
    """A text with a field for each language."""

    name: str
    label: str
    rows: list[tuple[str, str, str]]
    """Code, name of the language, text."""
    help: str = ""
    is_long: bool = False
    longest: int = LONGEST_NAME
    id: str = ""


def _texts(name: str, label: str, held: Keys, **more: Any) -> Texts:
    rows = [(code, str(language), held.get(code, "")) for code, language in settings.LANGUAGES]
    return Texts(name, label, rows, **more)


def _rows(prefix: str, label: str, held: Iterable[tuple[str, Keys]]) -> list[Texts]:
    """Several texts, each with its id in a field of its own."""
    more: dict[str, Any] = {"longest": LONGEST_TEXT}
    return [
        _texts(
            f"{prefix}{at}-text", f"{label} {at + 1}", texts, id=name, is_long="\n" in "".join(texts.values()), **more
        )
        for at, (name, texts) in enumerate(held)
    ]


def drawn(keys: Keys, *, open_at: str = "") -> dict[str, Any]:
    """What the page draws; the step at `open_at` stands open."""
    named = [(step["step"], _spoken(step["name"], step["step"])) for stage in keys["stages"] for step in stage["steps"]]
    teams = [f"team:{name}" for name in Team.objects.order_by("name").values_list("name", flat=True)]
    return {
        "id": keys["service"],
        "texts": [
            _texts("name", pgettext("of a service", "Name"), keys.get("name", {})),
            _texts(
                "about",
                _("What it is, for the customer"),
                keys.get("about", {}),
                **_LONG,
            ),
            _texts("result", _("What stands at its end"), keys.get("result", {}), **_LONG),
        ],
        "within": keys.get("within", ""),
        "every": keys.get("every", ""),
        "customers_may_begin": keys.get("customers_may_begin", False),
        "asks_first": ", ".join(keys.get("asks_first", ())),
        "stages": [_stage(stage, at, named, teams, open_at) for at, stage in enumerate(keys["stages"])],
        "teams": [(one, one.partition(":")[2]) for one in teams],
        "roles": [(f"role:{name}", doer_name(Doer("role", name))) for name in ROLES],
        "kinds": _kinds(),
        "asked": _asked(),
    }


def _spoken(texts: Keys, otherwise: str) -> str:
    return in_language(texts, readers_language()) or otherwise


def _stage(stage: Keys, at: int, named: list[tuple[str, str]], teams: list[str], open_at: str) -> dict[str, Any]:
    return {
        "prefix": f"s{at}",
        "at": at,
        "id": stage["stage"],
        "spoken": _spoken(stage["name"], ""),
        "name": _texts(f"s{at}-name", _("Name of the stage"), stage["name"]),
        "steps": [
            {
                **_step(step, f"s{at}-t{number}", named, teams),
                "number": number,
                "is_open": f"{open_at}-".startswith(f"s{at}-t{number}-"),
            }
            for number, step in enumerate(stage["steps"])
        ],
    }


def _step(step: Keys, prefix: str, named: list[tuple[str, str]], teams: list[str]) -> dict[str, Any]:
    by, doer = _doer(step["by"])
    told = step.get("tells", {})
    moments = {
        "opened": _("The customer is told when it is its turn"),
        "started": _("The customer is told when it begins"),
        "done": _("The customer is told when it is done"),
    }
    return {
        "prefix": prefix,
        "id": step["step"],
        "spoken": _spoken(step["name"], ""),
        "name": _texts(f"{prefix}-name", pgettext("of a service", "Name"), step["name"]),
        "by": by,
        "doer": doer,
        "is_gone": by.startswith("team:") and by not in teams,
        "outside": _texts(f"{prefix}-outside", _("Who, outside of the company"), _outside(step["by"])),
        "takes": step["takes"],
        "after": [(one, name, one in step["after"]) for one, name in named if one != step["step"]],
        "asks": step.get("asks", ""),
        "told": [
            _texts(
                f"{prefix}-shown",
                _("What the customer reads while it goes on"),
                step.get("shown", {}),
                help=_("Left empty, the step is ours alone."),
                **_LONG,
            ),
            *(_texts(f"{prefix}-{moment}", label, told.get(moment, {}), **_LONG) for moment, label in moments.items()),
            _texts(f"{prefix}-promise", _("A promise that it makes"), step.get("promise", {}), longest=LONGEST_PROMISE),
        ],
        "has_told": any(step.get(name) for name in ("shown", "tells", "promise")),
        "has_asked": any(step.get(name) for name in ("checklist", "form", "hands_over")),
        "was": " ".join(step["after"]),
        "list": _rows(f"{prefix}-i", _("Item"), (("item", one) for one in step.get("checklist", ()))),
        "fields": [_field(one, f"{prefix}-f{at}", at) for at, one in enumerate(step.get("form", ()))],
        "hands_over": ", ".join(step.get("hands_over", ())),
    }


def _doer(by: Any) -> tuple[str, str]:
    """As it is chosen, and as it is said."""
    if by == "customer":
        return "customer", doer_name(Doer("customer"))
    ((kind, name),) = by.items()
    if kind == OUTSIDE:
        return OUTSIDE, _spoken(name, "") if isinstance(name, dict) else name
    return f"{kind}:{name}", doer_name(Doer(kind, name))


def _outside(by: Any) -> Keys:
    name = by.get(OUTSIDE) if isinstance(by, dict) else None
    return name if isinstance(name, dict) else {"en": name} if name else {}


def _field(field: Keys, prefix: str, at: int) -> dict[str, Any]:
    return {
        "prefix": prefix,
        "at": at,
        "id": field["field"],
        "label": _texts(f"{prefix}-label", _("What is asked"), field["label"]),
        "kind": field.get("kind", "text"),
        "required": field.get("required", True),
        "choices": _rows(f"{prefix}-c", _("Answer"), field.get("choices", {}).items()),
    }


def _kinds() -> list[tuple[str, str]]:
    said = {
        "text": pgettext("kind of question", "a line"),
        "long": pgettext("kind of question", "a longer text"),
        "number": pgettext("kind of question", "a number"),
        "date": pgettext("kind of question", "a date"),
        "choice": pgettext("kind of question", "a choice"),
        "yes_no": pgettext("kind of question", "yes or no"),
        "phone": pgettext("kind of question", "a phone number"),
        "email": pgettext("kind of question", "an e-mail address"),
        "file": pgettext("kind of question", "a file"),
    }
    return [(kind, said[kind]) for kind in KINDS]


def _asked() -> list[tuple[str, str]]:
    said = {
        "approve": pgettext("asked of a customer", "to agree"),
        "upload": pgettext("asked of a customer", "to send files"),
        "appointment": pgettext("asked of a customer", "to choose a time"),
        "answer": pgettext("asked of a customer", "to answer the questions"),
    }
    return [("", pgettext("asked of a customer", "nothing")), *((one, said[one]) for one in ASKS)]


# --- what is wrong ----------------------------------------------------------------------------------------------------


def place_of(keys: Keys, problem: Problem) -> str:
    """Where something is wrong, by the names that people gave."""
    named = {stage["stage"]: _spoken(stage["name"], stage["stage"]) for stage in keys["stages"]}
    named |= {step["step"]: _spoken(step["name"], step["step"]) for stage in keys["stages"] for step in stage["steps"]}
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
        "form": _("Questions"),
        "label": _("Question"),
        "asks": _("Asked of the customer"),
        "hands_over": _("Handed over"),
        "service": _("Id"),
    }
    return " › ".join(named.get(part) or labels.get(part, part) for part in problem.where)


def says(problem: Problem) -> str:
    """What is wrong, for whoever sees no lines of YAML."""
    own = {
        "id_twice": _("“%(value)s” is here twice."),
        "two_kinds": _("“%(value)s” is of another kind elsewhere; one word means one thing in all forms."),
        "no_choices": _("A choice needs answers to choose from."),
    }
    return own[problem.code] % problem.params if problem.code in own else problem.says(_)


def open_for(keys: Keys, problems: Sequence[Problem]) -> str:
    """The first step in which something is wrong."""
    places = {
        (stage["stage"], step["step"]): f"s{at}-t{number}"
        for at, stage in enumerate(keys["stages"])
        for number, step in enumerate(stage["steps"])
    }
    return next((places[one.where[0], one.where[1]] for one in problems if one.where[:2] in places), "")
