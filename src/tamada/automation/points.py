"""Where other rooms add to macros, rules and views: what is done to a conversation, asked of one, and begins a rule.

    points.doings.register("start_job", Doing(label=_("Start the job"), put=start_job, choices=job_templates))

A doing is registered from a room's `apps.py`. Values are short texts: the key of a choice, or what somebody typed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, reduce
from operator import or_
from typing import Any, Literal

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.conversations.models import Conversation, Message
from tamada.core.actors import Actor
from tamada.core.events import Event
from tamada.core.registry import Registry
from tamada.customers.models import IdentityType

MOST_TEXT = 2000

held_back: Registry[Callable[[], Q]] = Registry("automation.held_back")
"""Which conversations nobody is to be given yet, because something else looks after them: the assistant that talks."""


def is_held_back() -> Q:
    """All of them."""
    return reduce(or_, (held() for held in held_back), Q(pk__in=[]))


type_choices = Sequence[tuple[str, str]]


class Missing(Exception):
    """What a value names is gone, or was never there; the message says it to a person."""


@dataclass(slots=True)
class Plan:
    """What several doings want of one conversation, gathered so that it is changed once.

    `agent` is who acts by hand, None for a rule. `changes` are those of `conversations.actions`, `notes` are left as
    notes, and `after` is called in the same transaction when the rest is done.
    """

    conversation: Conversation
    agent: Agent | None
    changes: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    after: list[Callable[[Conversation, Actor], None]] = field(default_factory=list)

    @property
    def tags(self) -> list[str]:
        """The names of its tags as they are to be."""
        known: list[str] | None = self.changes.get("tags")
        return known if known is not None else [tag.name for tag in self.conversation.tags.all()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """One thing that can be done: `label` begins its sentence, the value ends it.

    `put(plan, value)` adds it to a plan, and raises `Missing` when the value names what is gone. With `choices` the
    value is the key of one of them; without, it is text. `by_hand` limits it to macros.
    """

    label: str | Promise
    put: Callable[[Plan, str], None]
    choices: Callable[[], type_choices] | None = None
    by_hand: bool = False

    def check(self, value: str) -> str:
        """What a person reads for the value. Raises `Missing`."""
        if self.choices is None:
            if not value.strip():
                raise Missing(_("Write what is to be entered."))
            return value.strip()
        for key, name in self.choices():
            if key == value:
                return str(name)
        raise Missing(_("“%(label)s”: what it names isn't there any more.") % {"label": self.label})


doings: Registry[Doing] = Registry("automation.doings")
"""By the name under which macros and rules keep them."""


@dataclass(frozen=True, slots=True)
class Step:
    """A doing with its value, as a macro or a rule keeps it: `{"do": …, "value": …}`."""

    do: str
    value: str

    @classmethod
    def read(cls, given: Any) -> "Step":
        """From what JSON holds. Raises `Missing` for what nobody can do."""
        do, value = (given.get("do"), given.get("value", "")) if isinstance(given, dict) else (None, "")
        if do not in doings or not isinstance(value, str) or len(value) > MOST_TEXT:
            raise Missing(_("There is no such action."))
        return cls(str(do), value)

    def kept(self) -> dict[str, str]:
        """As JSON keeps it."""
        return {"do": self.do, "value": self.value}

    def words(self) -> str:
        """A sentence for people. Raises `Missing`."""
        doing = doings.get(self.do)
        return f"{doing.label} {doing.check(self.value)}".strip()


def plan_for(conversation: Conversation, steps: Sequence[Step], *, agent: Agent | None) -> Plan:
    """What these steps want of a conversation. Raises `Missing`."""
    plan = Plan(conversation, agent)
    for step in steps:
        doing = doings.get(step.do)
        if doing.by_hand and agent is None:
            raise Missing(_("There is no such action."))
        doing.check(step.value)
        doing.put(plan, step.value)
    return plan


# --- rules ----------------------------------------------------------------------------------------------------------


@dataclass
class Facts:
    """One conversation as rules see it. What else they may ask is read once, when the first of them asks.

    `read_message` gives the message it is about. Tags are their ids, as text.
    """

    conversation: Conversation
    read_message: Callable[[], Message | None]

    @cached_property
    def message(self) -> Message | None:
        """What somebody wrote."""
        return self.read_message()

    @cached_property
    def tags(self) -> frozenset[str]:
        """The conversation's."""
        return frozenset(str(tag.pk) for tag in self.conversation.tags.all())

    @cached_property
    def customer_tags(self) -> frozenset[str]:
        """The customer's."""
        return frozenset(str(tag.pk) for tag in self.conversation.customer.tags.all())

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        """By which the customer writes mail."""
        found = self.conversation.customer.identities.all()
        return tuple(one.value for one in found if one.type == IdentityType.EMAIL)


type_test = Callable[[Facts], bool]
type_rows = Callable[[Agent, str, str], Q]

NOTHING = Q(pk__lt=0)
"""Fits no row, and is still a condition that the database can be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something to ask of a conversation: `label` begins its sentence, then comes the operator, then the value.

    `operators` are their words by name. `compile(operator, value)` makes the test of a rule once, for every event
    after; `rows(agent, operator, value)` are the rows that fit, for a view that this agent looks at. Either may be
    missing: not all that can be asked of a message can be asked of a list, and the other way round.
    With `choices` the value is the key of one, `personal` are further ones that mean something to a view alone, such
    as "me"; with `typed` False there is none.
    """

    label: str | Promise
    operators: Mapping[str, str | Promise]
    compile: Callable[[str, str], type_test] | None = None
    rows: type_rows | None = None
    choices: Callable[[], type_choices] | None = None
    personal: Callable[[], type_choices] = tuple
    typed: bool = True
    kind: Literal["text", "date"] = "text"

    def offered(self, *, to_views: bool) -> type_choices | None:
        """What there is to choose from; None where the value is typed, or there is none."""
        if self.choices is None:
            return None
        return [*self.personal(), *self.choices()] if to_views else self.choices()

    def check(self, operator: str, value: str, *, to_views: bool = False) -> str:
        """The sentence for people. Raises `Missing`."""
        if (self.rows if to_views else self.compile) is None:
            raise Missing(_("There is no such condition."))
        if operator not in self.operators:
            raise Missing(_("“%(label)s” can't be compared so.") % {"label": self.label})
        return f"{self.label} {self.operators[operator]} {self._value(value, to_views=to_views)}".strip()

    def _value(self, value: str, *, to_views: bool) -> str:
        offered = self.offered(to_views=to_views)
        if offered is not None:
            name = dict(offered).get(value)
            if name is None:
                raise Missing(_("“%(label)s”: what it names isn't there any more.") % {"label": self.label})
            return f"“{name}”"
        if not self.typed:
            return ""
        if not value.strip():
            raise Missing(_("“%(label)s”: enter what to compare with.") % {"label": self.label})
        if self.kind == "date" and day_of(value) is None:
            raise Missing(_("“%(label)s”: enter a date.") % {"label": self.label})
        return f"“{value.strip()}”"


def day_of(value: str) -> date | None:
    """The day that a date's value names (2026-03-31)."""
    try:
        found = date.fromisoformat(value.strip())
    except ValueError:
        return None
    return found if 1900 <= found.year < 9000 else None


questions: Registry[Question] = Registry("automation.questions")
"""By the name under which rules and views keep them."""

families: Registry[Callable[[], Mapping[str, Question]]] = Registry("automation.families")
"""Questions that come and go with what the company keeps, such as its fields of customers: `FAMILY:NAME`."""


def every_question() -> dict[str, Question]:
    """All there are now, by name."""
    found = questions.all()
    for family, members in families.all().items():
        found |= {f"{family}:{name}": question for name, question in members().items()}
    return found


def question_named(name: str) -> Question | None:
    """The question of that name, if there is one."""
    if name in questions:
        return questions.get(name)
    family, _colon, member = name.partition(":")
    return families.get(family)().get(member) if family in families else None


@dataclass(frozen=True, slots=True)
class Condition:
    """A question with operator and value, as rules and views keep it: `{"ask": …, "is": …, "value": …}`."""

    ask: str
    operator: str
    value: str

    @classmethod
    def read(cls, given: Any) -> "Condition":
        """From what JSON holds. Raises `Missing` for what nobody can ask."""
        ask, operator, value = (str(given.get(k) or "") for k in ("ask", "is", "value"))
        if question_named(ask) is None or len(value) > MOST_TEXT:
            raise Missing(_("There is no such condition."))
        return cls(ask, operator, value)

    def kept(self) -> dict[str, str]:
        """As JSON keeps it."""
        return {"ask": self.ask, "is": self.operator, "value": self.value}

    @property
    def question(self) -> Question:
        """What it asks. Raises `Missing`."""
        found = question_named(self.ask)
        if found is None:
            raise Missing(_("There is no such condition."))
        return found

    def words(self, *, to_views: bool = False) -> str:
        """A sentence for people. Raises `Missing`."""
        return self.question.check(self.operator, self.value, to_views=to_views)

    def compiled(self) -> type_test:
        """The test of a rule. Raises `Missing`."""
        found = self.question
        found.check(self.operator, self.value)
        if found.compile is None:
            raise Missing(_("There is no such condition."))
        return found.compile(self.operator, self.value)

    def rows(self, agent: Agent) -> Q:
        """The rows of a view that fit, for who looks at it; none where it can't be asked.

        What names something gone is asked all the same: a list may show less than was meant, never more.
        """
        found = question_named(self.ask)
        if found is None or found.rows is None or self.operator not in found.operators:
            return NOTHING
        return found.rows(agent, self.operator, self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """When rules are asked: at events of these types that `fits`, or when what `waits` has waited long enough.

    `waits(minutes)` gives the conversations that wait, each annotated with `since`, the moment its wait began.
    """

    label: str | Promise
    events: tuple[type[Event], ...] = ()
    fits: Callable[[Event], bool] = lambda _event: True
    waits: Callable[[int], QuerySet[Conversation]] | None = None


triggers: Registry[Trigger] = Registry("automation.triggers")
"""By the name under which rules keep them; add one with `add_trigger`, so that its events are listened to."""


def add_trigger(name: str, trigger: Trigger) -> None:
    """Let rules begin with it. Its events name their conversation in a field `conversation`."""
    from .hearing import hear

    triggers.register(name, trigger)
    for event in trigger.events:
        hear(event)
