"""A service as the text that reads back as the same service: for one that was edited in forms, or is taken along."""

from typing import Any, Final

import yaml

from .sections import written
from .template import LANGUAGES, Doer, Field, Service, Step, Texts

_WIDE: Final = 1_000_000
"""Sentences are not broken: who compares two versions sees the one that changed."""


class _Line(list[Any]):
    """A list that stays in one line."""


class _LineOfKeys(dict[str, Any]):
    """A mapping that does."""


class _Dumper(yaml.SafeDumper):
    """Lists are indented below their key, and a text of several lines stays readable."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(
    _Line, lambda dumper, data: dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True)
)
_Dumper.add_representer(
    _LineOfKeys, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data, flow_style=True)
)


def write(service: Service) -> str:
    """The text."""
    return text_of(keys_of(service))


def text_of(keys: dict[str, Any]) -> str:
    """The text of keys that may be wrong still: `reading.look` says so."""
    return yaml.dump(keys, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDE)


def keys_of(service: Service) -> dict[str, Any]:
    """The keys and values that the text has."""
    before: tuple[str, ...] = ()
    stages = []
    for stage in service.stages:
        steps = []
        for step in stage.steps:
            steps.append(_step(step, before))
            before = (step.id,)
        stages.append({"stage": stage.id, "name": _texts(stage.name), "steps": steps})
    return _without_gaps(
        {
            "service": service.id,
            "name": _texts(service.name),
            "about": _texts(service.about),
            "result": _texts(service.result),
            "within": written(service.within) if service.within else None,
            "every": service.every,
            "customers_may_begin": service.customers_may_begin,
            "asks_first": _Line(service.asks_first),
            "stages": stages,
        }
    )


def _step(step: Step, before: tuple[str, ...]) -> dict[str, Any]:
    """`after` is left out where it would be understood: the step before it."""
    return _without_gaps(
        {
            "step": step.id,
            "name": _texts(step.name),
            "by": _doer(step.doer),
            "takes": written(step.takes),
            "after": None if step.after == before else _Line(step.after),
            "checklist": [_texts(one) for one in step.checklist],
            "form": [_field(one) for one in step.form],
            "asks": step.asks,
            "shown": _texts(step.shown),
            "tells": {moment: _texts(texts) for moment, texts in step.tells.items()},
            "hands_over": _Line(step.hands_over),
            "promise": _texts(step.promise),
        }
    )


def _without_gaps(keys: dict[str, Any]) -> dict[str, Any]:
    return {key: held for key, held in keys.items() if (key == "after" and held is not None) or held}


def _doer(doer: Doer) -> Any:
    if doer.by == "customer":
        return "customer"
    return {doer.by: _texts(doer.called)} if doer.called else _LineOfKeys({doer.by: doer.name})


def _field(field: Field) -> dict[str, Any]:
    keys: dict[str, Any] = {"field": field.id, "label": _texts(field.label), "kind": field.kind}
    if not field.required:
        keys["required"] = False
    if field.choices:
        keys["choices"] = {choice.id: _texts(choice.label) for choice in field.choices}
    return keys


def _texts(texts: Texts) -> dict[str, str]:
    return {language: texts[language] for language in LANGUAGES if language in texts}
