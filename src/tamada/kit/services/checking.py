"""What no part of a template shows alone: who waits for whom, what is asked before it is handed over, which language is
missing."""

from collections.abc import Mapping
from dataclasses import dataclass

from . import graph
from .sections import Notes, Section, written
from .source import clipped
from .template import LANGUAGES, Service, Step


@dataclass(frozen=True, slots=True)
class Draft:
    """A step, where it was read, and the place of its stage."""

    step: Step
    section: Section
    stage: int
    has_doer: bool


def check(root: Section, drafts: list[Draft], service: Service) -> None:
    """Note what is wrong between the parts."""
    by_id: dict[str, Draft] = {}
    for draft in drafts:
        by_id.setdefault(draft.step.id, draft)
    after = {name: tuple(one for one in draft.step.after if one in by_id) for name, draft in by_id.items()}
    circles = list(graph.cycles(after))
    for circle in circles:
        by_id[circle[0]].section.wrong("after", "cycle", path=" → ".join(map(clipped, circle)))
    for draft in drafts:
        _check_order(draft, by_id)
        _check_customer(draft)
    _check_fields(by_id, after)
    _check_first(root, drafts, service)
    _check_languages(root.notes)
    takes = graph.longest({name: draft.step.takes for name, draft in by_id.items()}, after)
    if service.within and takes > service.within and not circles:
        root.wrong("within", "tight", within=written(service.within), takes=written(takes))


def _check_order(draft: Draft, by_id: Mapping[str, Draft]) -> None:
    if not draft.section.has("after"):
        return
    for word in draft.step.after:
        if word not in by_id:
            draft.section.wrong(
                "after", "step_unknown", value=clipped(word), **draft.section.notes.nearest(word, by_id)
            )
        elif by_id[word].stage > draft.stage:
            draft.section.wrong("after", "backwards", value=word)


def _check_customer(draft: Draft) -> None:
    step, section = draft.step, draft.section
    if not draft.has_doer:
        return
    if step.doer.by != "customer":
        if step.asks:
            section.wrong("asks", "asks_us")
        return
    if not section.has("asks") and not section.has("form"):
        section.wrong("by", "asks_nothing")
    if not section.has("shown"):
        section.wrong("by", "unseen")
    if step.promise:
        section.wrong("promise", "not_ours")


def _check_fields(by_id: Mapping[str, Draft], after: graph.After) -> None:
    kinds: dict[str, tuple[str, int]] = {}
    for name, draft in by_id.items():
        for field in draft.step.form:
            line = draft.section.line_of("form")
            kind, first = kinds.setdefault(field.id, (field.kind, line))
            if field.kind != kind and first != line:
                draft.section.wrong("form", "two_kinds", value=clipped(field.id), first=first)
        known = {field.id for one in (name, *graph.before(after, name)) for field in by_id[one].step.form}
        for word in draft.step.hands_over:
            if word not in known:
                draft.section.wrong(
                    "hands_over", "not_asked", value=clipped(word), **draft.section.notes.nearest(word, known)
                )


def _check_first(root: Section, drafts: list[Draft], service: Service) -> None:
    """What a customer is asked for us who begins a job themself: only what one of us asks from the start."""
    ours = [draft.step for draft in drafts if not draft.step.after and draft.step.doer.by != "customer"]
    known = {field.id for step in ours for field in step.form}
    for word in service.asks_first:
        if word not in known:
            root.wrong("asks_first", "not_first", value=clipped(word), **root.notes.nearest(word, known))
    if service.asks_first and not service.customers_may_begin:
        root.wrong("asks_first", "asks_nobody")


def _check_languages(notes: Notes) -> None:
    """A language that is missing altogether is said once, and not of every text."""
    used = [language for language in LANGUAGES if any(language in found for _line, _where, found in notes.texts)]
    if used and len(used) < len(LANGUAGES):
        nowhere = ", ".join(language for language in LANGUAGES if language not in used)
        notes.add(1, (), "nowhere_in", languages=nowhere)
    for line, where, found in notes.texts:
        if missing := ", ".join(language for language in used if language not in found):
            notes.add(line, where, "not_in", languages=missing)
