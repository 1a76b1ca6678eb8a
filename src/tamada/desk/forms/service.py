"""A service as one form: everything in it is changed together and becomes one version.

Between two looks the form is what the reader left in it: it is read back into the keys of the template, changed by a
button (a step more, a stage less) and drawn again; nothing is stored before it is saved.
"""

from collections.abc import Collection, Iterable
from copy import deepcopy
from itertools import count, takewhile
from typing import Any, Final

from django.conf import settings

from tamada.kit.services.reading import MOMENTS
from tamada.kit.services.sections import LONGEST_ID, duration, written
from tamada.kit.services.template import Service, in_language
from tamada.kit.services.writing import keys_of
from tamada.kit.spoken import read_length
from tamada.kit.text.slugs import slug

Keys = dict[str, Any]

OUTSIDE: Final = "outside"
_NEW: Final = "+"
"""What stands for the id of a stage or step begins with it until the id is made from its name."""
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
    keys |= {"within": _length(form.word("within")), "every": form.word("every")}
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
        "takes": _length(form.word(f"{prefix}takes")),
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


def _length(text: str) -> str:
    """A time in words as templates write it; what is none stays as it is."""
    found = None if duration(text) else read_length(text)
    return written(found) if found else text


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


# --- ids -------------------------------------------------------------------------------------------------------------


def with_ids(keys: Keys, base: Service | None, services: Collection[str]) -> Keys:
    """The keys with an id for whatever has none yet, made from its name and like no other; ids that are there stay.

    `base` is the version that is changed: jobs know its stages and steps, so what is new takes none of their ids.
    `services` are the ids of all services.
    """
    kept = deepcopy(keys)
    kept["service"] = kept["service"] or _made(kept["name"], "service", set(services))
    stages = kept["stages"]
    steps = [step for stage in stages for step in stage["steps"]]
    fields = [field for step in steps for field in step.get("form", ())]
    known = {stage.id for stage in base.stages} if base else set()
    _give(stages, "stage", "stage", known)
    became = _give(steps, "step", "step", set(base.steps) if base else set())
    _give(fields, "field", "question", set())
    for step in steps:
        step["after"] = [became.get(one, one) for one in step["after"]]
    return kept


def _give(parts: list[Keys], key: str, otherwise: str, taken: set[str]) -> dict[str, str]:
    """Give an id to each that has none; returns what became of what stood for it."""
    new = [part for part in parts if not part[key] or part[key].startswith(_NEW)]
    taken |= {part[key] for part in parts}
    became: dict[str, str] = {}
    for part in new:
        made = _made(part["name" if "name" in part else "label"], otherwise, taken)
        became[part[key]] = part[key] = made
    return became


def _made(texts: Keys, otherwise: str, taken: set[str]) -> str:
    """An id from a name: the English one, or whichever there is, in Latin letters."""
    word = slug(in_language(texts, "en"), otherwise, longest=LONGEST_ID, joint="_")
    name = word if word not in taken else _free(f"{word[: LONGEST_ID - 4].rstrip('_')}_", taken, 2)
    taken.add(name)
    return name


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
    stages.append({"stage": _free(_NEW, {one["stage"] for one in stages}), "name": {}, "steps": []})
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
    own = _free(_NEW, {step["step"] for stage in keys["stages"] for step in stage["steps"]})
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
    step.setdefault("form", []).append({"field": "", "label": {}, "kind": "text"})
    return f"s{at}-t{number}-f{len(step['form']) - 1}"


def _remove_field(keys: Keys, at: int, number: int, place: int) -> str:
    del keys["stages"][at]["steps"][number]["form"][place]
    return f"s{at}-t{number}"


def _add_choice(keys: Keys, at: int, number: int, place: int) -> str:
    choices = keys["stages"][at]["steps"][number]["form"][place].setdefault("choices", {})
    choices[_free("choice_", set(choices))] = {}
    return f"s{at}-t{number}-f{place}"


def _free(word: str, taken: set[str], first: int = 1) -> str:
    return next(name for n in count(first) if (name := f"{word}{n}") not in taken)
