"""Reads of rules: as sentences, compiled, and why each fired or not."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tamada.conversations.models import Conversation, Kind, Message
from tamada.core.asked import Asked

from ..models import Match, Rule, RuleBook, RuleTrace
from ..points import Condition, Facts, Missing, Step, triggers, type_test

MOST_TRACES = 30
MOST_TOLD = 300


@dataclass(frozen=True, slots=True)
class Compiled:
    """An active rule, made ready once: its tests with their conditions, and its steps."""

    rule: Rule
    tests: tuple[tuple[Condition, type_test], ...]
    steps: tuple[Step, ...]
    problem: str = ""

    def unmet(self, facts: Facts) -> Condition | None:
        """None when the rule holds; else the condition that says no (of several, any of which would do, the first)."""
        if self.rule.match == Match.ALL or not self.tests:
            return next((condition for condition, test in self.tests if not test(facts)), None)
        return None if any(test(facts) for _condition, test in self.tests) else self.tests[0][0]

    def met(self, facts: Facts) -> list[Condition]:
        """The conditions that hold."""
        return [condition for condition, test in self.tests if test(facts)]


@dataclass(frozen=True, slots=True)
class Book:
    """Every active rule of one edition, by what it begins with, in order."""

    edition: str
    by_trigger: dict[str, tuple[Compiled, ...]]


_book = Book("-", {})


_edition = Asked(lambda: RuleBook.objects.order_by("pk").values_list("edition")[:1])


def book() -> Book:
    """The active rules, compiled: worked out once an edition, which costs one query to know."""
    global _book
    (edition,) = next(iter(_edition.rows()), ("",))
    if edition != _book.edition:
        by_trigger: dict[str, list[Compiled]] = {}
        for rule in Rule.objects.filter(is_active=True):
            by_trigger.setdefault(rule.trigger, []).append(compiled(rule))
        _book = Book(edition, {name: tuple(found) for name, found in by_trigger.items()})
    return _book


def compiled(rule: Rule) -> Compiled:
    """A rule made ready; one that names what is gone has a `problem` and tests nothing."""
    if rule.trigger not in triggers:
        return Compiled(rule, (), (), _("What it begins with isn't there any more."))
    try:
        conditions = [Condition.read(given) for given in rule.conditions]
        steps = [Step.read(given) for given in rule.steps]
        for step in steps:
            step.words()
        return Compiled(rule, tuple((one, one.compiled()) for one in conditions), tuple(steps))
    except Missing as error:
        return Compiled(rule, (), (), str(error))


def facts_of(
    conversation: int, message: int | None = None, *, among: QuerySet[Conversation] | None = None
) -> Facts | None:
    """What rules may ask of a conversation, about this message or the customer's last one; None when it is gone.

    `among` are those of which it has to be one.
    """
    rows = Conversation.objects.all() if among is None else among
    row = rows.filter(pk=conversation).first()
    return None if row is None else Facts(row, lambda: _message(conversation, message))


def _message(conversation: int, message: int | None) -> Message | None:
    found = Message.objects.filter(conversation=conversation).defer("html", "quoted_html", "quoted_text")
    return (found.filter(pk=message) if message else found.filter(kind=Kind.IN).order_by("-seq")).first()


def sentences(kept: Iterable[dict[str, str]], kind: type[Condition] | type[Step]) -> list[str]:
    """Conditions or steps as people read them; what is gone says so."""
    said = []
    for one in kept:
        try:
            said.append(kind.read(one).words())
        except Missing as error:
            said.append(str(error))
    return said


def rules() -> QuerySet[Rule]:
    """Every rule, in the order in which they are asked."""
    return Rule.objects.order_by("position", "id")


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a trace: which rule, when it was asked, what became of it (`fired`, `unmet`, `failed`, `stopped`),
    and why: what held, or what did not.
    """

    trace: RuleTrace
    name: str
    when: str
    outcome: str
    why: str
    done: list[str]


def told_of(conversation: Conversation) -> list[Told]:
    """What rules did about a conversation and why the others did not, newest first."""
    traces = RuleTrace.objects.filter(conversation=conversation)[:MOST_TRACES]
    return _told([(trace, result) for trace in traces for result in trace.results])


def told_by(rule: Rule) -> list[Told]:
    """The last times this rule was asked."""
    traces = RuleTrace.objects.filter(trigger=rule.trigger).select_related("conversation")[:MOST_TRACES]
    return _told([(trace, result) for trace in traces for result in trace.results if result["rule"] == rule.pk])


def _told(found: list[tuple[RuleTrace, dict[str, Any]]]) -> list[Told]:
    """Sentences are made now, in the reader's language, from what was kept; each different one once."""
    known: dict[str, str] = {}

    def said(kept: dict[str, str], kind: type[Condition] | type[Step]) -> str:
        key = f"{kind.__name__} {sorted(kept.items())}"
        if key not in known:
            known[key] = sentences([kept], kind)[0]
        return known[key]

    def why(kept: Any) -> str:
        if isinstance(kept, str):
            return kept
        return " · ".join(said(one, Condition) for one in (kept if isinstance(kept, list) else [kept]))

    return [
        Told(
            trace,
            result["name"],
            str(triggers.get(trace.trigger).label) if trace.trigger in triggers else trace.trigger,
            result["outcome"],
            why(result["why"]),
            [said(step, Step) for step in result.get("done", ())],
        )
        for trace, result in found[:MOST_TOLD]
    ]
