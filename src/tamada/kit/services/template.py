"""What a service is made of: stages in a line, steps in a graph, and what is said, asked and handed over at each.

A template never changes once jobs run by it: a change is a new version of it. Texts are in the company's languages; the
order of steps within a stage, and of stages, is the order people read them in, and `after` alone decides what waits for
what.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Final, Literal

LANGUAGES: Final = ("hy", "ka", "ru", "en")

Texts = Mapping[str, str]
"""The same sentence by language."""

FieldKind = Literal["text", "long", "number", "date", "choice", "yes_no", "phone", "email", "file"]
By = Literal["role", "team", "customer", "outside"]
Asks = Literal["", "approve", "upload", "appointment", "answer"]
Moment = Literal["opened", "started", "done"]


def in_language(texts: Texts, language: str) -> str:
    """The sentence in a language, or in English, or in whichever there is; empty for none.

    >>> in_language({"en": "Visit", "ru": "Визит"}, "hy")
    'Visit'
    """
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose."""

    id: str
    label: Texts


@dataclass(frozen=True, slots=True)
class Field:
    """Something to find out. Its `id` is the company's own word for it: what a customer answered once under this word,
    in whatever service, is known wherever it is asked for again."""

    id: str
    label: Texts
    kind: FieldKind = "text"
    required: bool = True
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does a step: one of a `role` or of a `team` (by its name), the `customer`, or somebody `outside` (a supplier,
    an office), whose name it is; `called` is that name by language, where it is a word and not a name."""

    by: By
    name: str = ""
    called: Texts = field(default_factory=dict, hash=False)

    @property
    def is_ours(self) -> bool:
        """Whether one of us does it."""
        return self.by in ("role", "team")


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the work.

    `takes` is working time. `after` names the steps that must be done first. `shown` is what the customer reads of it
    while it goes on (nothing for what is ours alone), `tells` what they are told at its moments. `asks` is what a step
    of the customer wants of them. `hands_over` names fields that must be answered before it is done, because who comes
    next needs them. `promise` becomes a commitment when it opens, due when the step is.
    """

    id: str
    name: Texts
    doer: Doer
    takes: timedelta
    after: tuple[str, ...] = ()
    checklist: tuple[Texts, ...] = ()
    form: tuple[Field, ...] = ()
    asks: Asks = ""
    shown: Texts = field(default_factory=dict)
    tells: Mapping[Moment, Texts] = field(default_factory=dict)
    hands_over: tuple[str, ...] = ()
    promise: Texts = field(default_factory=dict)

    def told_at(self, moment: str) -> Texts:
        """What the customer is told at a moment; nothing at most."""
        return next((texts for at, texts in self.tells.items() if at == moment), {})


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the way that the customer sees as one."""

    id: str
    name: Texts
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Service:
    """A process template.

    `within` is the working time in which it is promised from its start; None promises nothing by itself. `every` makes
    it recur: the next job begins when so many months have passed since the last one began. `customers_may_begin` lets
    customers begin one themselves; of the steps of ours that are open from the start they are asked the fields in
    `asks_first`, and no others.
    """

    id: str
    name: Texts
    stages: tuple[Stage, ...]
    about: Texts = field(default_factory=dict)
    result: Texts = field(default_factory=dict)
    within: timedelta | None = None
    every: int | None = None
    customers_may_begin: bool = False
    asks_first: tuple[str, ...] = ()

    @cached_property
    def steps(self) -> dict[str, Step]:
        """All steps by id, in the order they are read."""
        return {step.id: step for stage in self.stages for step in stage.steps}

    @cached_property
    def stage_of(self) -> dict[str, Stage]:
        """Each step's stage."""
        return {step.id: stage for stage in self.stages for step in stage.steps}

    @cached_property
    def first_form(self) -> dict[str, tuple[Field, ...]]:
        """What a customer who begins a job is asked, by the step that asks for it: all that their own steps ask which
        are open from the start and want an answer or files, and what `asks_first` names of ours."""
        first = [step for step in self.steps.values() if not step.after]
        asked = {step.id: tuple(one for one in step.form if self._asks_first(step, one)) for step in first}
        return {key: fields for key, fields in asked.items() if fields}

    def _asks_first(self, step: Step, asked: Field) -> bool:
        if step.doer.by == "customer":
            return step.asks in ("answer", "upload")
        return asked.id in self.asks_first
