"""A service from its text: all that is wrong with it at once, each with its line.

What a template may say, key by key, is in docs/services.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, cast, get_args

from .checking import Draft, check
from .problems import Problem, Problems
from .sections import LONGEST_NAME, MOST_ENTRIES, MOST_PROBLEMS, Notes, Section, texts
from .source import Keys, Node, Unreadable, Value, clipped, decoded, parse
from .template import (
    LANGUAGES,
    Asks,
    Choice,
    Doer,
    Field,
    FieldKind,
    Moment,
    Service,
    Stage,
    Step,
    Texts,
    in_language,
)

MOST_STAGES: Final = 20
MOST_STEPS: Final = 200
MOST_MONTHS: Final = 60
LONGEST_STEP: Final = timedelta(hours=2_000)
"""A year of work."""
LONGEST_SERVICE: Final = timedelta(hours=20_000)
LONGEST_PROMISE: Final = 300
"""As long as a commitment may be."""

KINDS: Final = get_args(FieldKind)
ASKS: Final = tuple(one for one in get_args(Asks) if one)
MOMENTS: Final = get_args(Moment)
ROLES: Final = ("agent", "lead", "admin")
_DOERS: Final = ("role", "team", "outside")

PARTS: Final = {
    "service": (
        *("service", "language", "name", "about", "result", "within", "every"),
        *("customers_may_begin", "asks_first", "stages"),
    ),
    "stage": ("stage", "name", "steps"),
    "step": (
        *("step", "name", "by", "takes", "after", "checklist", "form"),
        *("asks", "shown", "tells", "hands_over", "promise"),
    ),
    "field": ("field", "label", "kind", "required", "choices"),
}
"""The keys that each part may have."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text gives: the service, unless there are errors among the problems."""

    service: Service | None
    problems: tuple[Problem, ...]

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What should be better and keeps it from nothing."""
        return tuple(problem for problem in self.problems if problem.is_warning)


def read(text: str | bytes) -> Service:
    """The service; bytes are UTF-8.

    Raises:
        Problems: there is at least one error in it.
    """
    reading = look(text)
    if reading.service is None:
        raise Problems(reading.problems)
    return reading.service


def look(text: str | bytes) -> Reading:
    """The service, if it is one, and whatever is to be said of it, from top to bottom."""
    try:
        root = parse(text if isinstance(text, str) else decoded(text))
    except Unreadable as unreadable:
        return Reading(None, (unreadable.problem,))
    notes = Notes()
    section = Section(notes, root, (), PARTS["service"])
    reader = _Reader(notes)
    service = reader.service(section)
    check(section, reader.drafts, service)
    is_wrong = any(not problem.is_warning for problem in notes.problems)
    return Reading(None if is_wrong else service, _told(notes.problems))


def _told(problems: list[Problem]) -> tuple[Problem, ...]:
    """In the order of lines; of very many, the errors first."""
    kept = sorted(problems, key=lambda problem: problem.is_warning)[:MOST_PROBLEMS]
    kept.sort(key=lambda problem: (problem.line, problem.is_warning))
    if len(kept) < len(problems):
        kept.append(Problem(kept[-1].line, (), "more", {"count": len(problems) - len(kept)}))
    return tuple(kept)


class _Reader:
    """Walks through the tree once, and remembers where each step stood."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.drafts: list[Draft] = []
        self.step_ids: dict[str, int] = {}

    def service(self, section: Section) -> Service:
        """The service, with something harmless wherever it is wrong."""
        self.notes.language = section.among("language", LANGUAGES, "en")
        return Service(
            id=section.id("service"),
            name=section.texts("name", is_needed=True, longest=LONGEST_NAME),
            about=section.texts("about"),
            result=section.texts("result"),
            within=section.time("within", LONGEST_SERVICE),
            every=section.number("every", MOST_MONTHS),
            customers_may_begin=section.flag("customers_may_begin", default=False),
            asks_first=tuple(dict.fromkeys(section.words("asks_first"))),
            stages=tuple(self._stages(section)),
        )

    def _stages(self, service: Section) -> Iterator[Stage]:
        known: dict[str, int] = {}
        for number, node in enumerate(service.list("stages", is_needed=True, most=MOST_STAGES)):
            section = Section(self.notes, node, (_called(node, "stage", number),), PARTS["stage"])
            id = _own_id(section, "stage", known)  # noqa: A001
            name = section.texts("name", is_needed=True, longest=LONGEST_NAME)
            nodes = section.list("steps", is_needed=True, most=MOST_STEPS)
            yield Stage(id, name, tuple(self._step(step, section, number, at) for at, step in enumerate(nodes)))
        if len(self.drafts) > MOST_STEPS:
            service.wrong("stages", "too_many", most=MOST_STEPS)

    def _step(self, node: Node, stage: Section, stage_number: int, at: int) -> Step:
        section = Section(self.notes, node, (*stage.where, _called(node, "step", at)), PARTS["step"])
        doer = _doer(section)
        step = Step(
            id=_own_id(section, "step", self.step_ids),
            name=section.texts("name", is_needed=True, longest=LONGEST_NAME),
            doer=doer or Doer("role", "agent"),
            takes=section.time("takes", LONGEST_STEP, is_needed=True) or timedelta(hours=1),
            after=self._after(section),
            checklist=_checklist(section),
            form=tuple(_form(section)),
            asks=cast(Asks, section.among("asks", ASKS, "")),
            shown=section.texts("shown"),
            tells=_tells(section),
            hands_over=tuple(dict.fromkeys(section.words("hands_over"))),
            promise=section.texts("promise", longest=LONGEST_PROMISE),
        )
        self.drafts.append(Draft(step, section, stage_number, has_doer=doer is not None))
        return step

    def _after(self, section: Section) -> tuple[str, ...]:
        """What it waits for: the step before it, unless it says otherwise."""
        if section.has("after"):
            return tuple(dict.fromkeys(section.words("after")))
        return (self.drafts[-1].step.id,) if self.drafts else ()


def _called(node: Node, key: str, at: int) -> str:
    """What the place of a stage, step or field is called: by its id, or by its number where it has none."""
    held = node.nodes.get(key, (0, None))[1] if isinstance(node, Keys) else None
    return clipped(held.text) if isinstance(held, Value) and held.text else f"{key} {at + 1}"


def _own_id(section: Section, key: str, known: dict[str, int]) -> str:
    """An id that is like none before it."""
    id = section.id(key)  # noqa: A001
    if id in known:
        section.wrong(key, "id_twice", value=clipped(id), first=known[id])
    elif id:
        known[id] = section.line_of(key)
    return id


def _doer(section: Section) -> Doer | None:
    node = section.get("by", is_needed=True)
    if isinstance(node, Value) and node.text.strip() == "customer":
        return Doer("customer")
    if isinstance(node, Keys) and len(node.nodes) == 1:
        part = Section(section.notes, node, (*section.where, "by"), _DOERS)
        if "role" in node.nodes:
            name = part.among("role", ROLES, "", is_needed=True)
            return Doer("role", name) if name else None
        if "team" in node.nodes:
            name = part.word("team", is_needed=True, longest=LONGEST_NAME)
            return Doer("team", name) if name else None
        return _outside(part) if "outside" in node.nodes else None
    if node is not None:
        section.wrong("by", "who")
    return None


def _outside(part: Section) -> Doer | None:
    """Somebody who is called the same in every language, or by a word that is translated."""
    if isinstance(part.get("outside", is_needed=True), Keys):
        called = part.texts("outside", longest=LONGEST_NAME)
        return Doer("outside", in_language(called, "en"), called) if called else None
    name = part.word("outside", longest=LONGEST_NAME)
    return Doer("outside", name) if name else None


def _checklist(section: Section) -> tuple[Texts, ...]:
    read = (texts(section.notes, node, (*section.where, "checklist")) for node in section.list("checklist"))
    return tuple(one for one in read if one)


def _form(section: Section) -> Iterator[Field]:
    known: dict[str, int] = {}
    for at, node in enumerate(section.list("form")):
        part = Section(section.notes, node, (*section.where, "form", _called(node, "field", at)), PARTS["field"])
        kind = part.among("kind", KINDS, "" if part.has("kind") else "text")
        yield Field(
            id=_own_id(part, "field", known),
            label=part.texts("label", is_needed=True, longest=LONGEST_NAME),
            kind=cast(FieldKind, kind or "text"),
            required=part.flag("required", default=True),
            choices=_choices(part, kind),
        )


def _choices(field: Section, kind: str) -> tuple[Choice, ...]:
    if kind == "choice" and not field.has("choices"):
        field.wrong("kind", "no_choices")
    if kind not in ("choice", "") and field.has("choices"):
        field.wrong("choices", "choices_of_none")
    node = field.get("choices")
    if node is None:
        return ()
    if not isinstance(node, Keys) or not node.nodes:
        field.wrong("choices", "not_keys", example="yes")
        return ()
    if len(node.nodes) > MOST_ENTRIES:
        field.wrong("choices", "too_many", most=MOST_ENTRIES)
        return ()
    part = Section(field.notes, node, (*field.where, "choices"), node.nodes)
    for word in node.nodes:
        part.check_id(word, word)
    return tuple(Choice(word, part.texts(word, is_needed=True, longest=LONGEST_NAME)) for word in node.nodes)


def _tells(section: Section) -> dict[Moment, Texts]:
    node = section.get("tells")
    if node is None:
        return {}
    part = Section(section.notes, node, (*section.where, "tells"), MOMENTS)
    told = {moment: part.texts(moment) for moment in MOMENTS}
    return {moment: one for moment, one in told.items() if one}
