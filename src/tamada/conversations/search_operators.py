"""What `from:`, `is:` and the other operators ask, in the words of the index and of the tables."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import reduce
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tamada.accounts.models import Agent
from tamada.core.registry import Registry
from tamada.customers import search as customer_search
from tamada.customers.identities import tag_key
from tamada.customers.models import Customer, Identity, IdentityType, Tag
from tamada.customers.queries import spellings
from tamada.kit.text import fold
from tamada.search.query import PARTS, PEOPLE, STATES, Operator, Query

from .indexing import FILE, address_mark, agent_mark, customer_mark, inbox_mark
from .models import Conversation, Inbox, Message, Status
from .queries import inboxes_visible_to, unread_by

states: Registry[Callable[[Agent], Q]] = Registry("conversations.search_operators.states")
"""What other rooms know of a conversation, as `is:NAME`; the name stands in `search.query.STATES`."""

MOST_PEOPLE: Final = 100
# No message carries this mark.
_NOTHING: Final = "=nothing"


@dataclass(slots=True)
class Asked:
    """What the operators ask: groups of the index, conditions on rows, and sentences about what made no sense."""

    groups: list[list[str]] = field(default_factory=list)
    conditions: list[Q] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    since: datetime | None = None
    until: datetime | None = None
    spam: bool = False

    @property
    def narrows(self) -> bool:
        """True if there is a condition on rows."""
        return bool(self.conditions or self.since or self.until or self.spam)

    def conversations(self, scope: QuerySet[Conversation]) -> QuerySet[Conversation]:
        """Those of `scope` that fit, whenever they were active; spam only when asked for."""
        return reduce(lambda rows, q: rows.filter(q), self.conditions, scope.filter(is_spam=self.spam))

    def active(self, scope: QuerySet[Conversation]) -> QuerySet[Conversation]:
        """Those of `scope` whose last activity lies between the dates."""
        return scope.filter(self._between("last_activity_at"))

    def messages(self, scope: QuerySet[Message]) -> QuerySet[Message]:
        """Those of `scope` that were written between the dates."""
        return scope.filter(self._between("created_at"))

    def _between(self, name: str) -> Q:
        since = Q(**{f"{name}__gte": self.since}) if self.since else Q()
        return since & Q(**{f"{name}__lt": self.until}) if self.until else since


def read(agent: Agent, query: Query) -> Asked:
    """What the query's operators ask; one that makes no sense is left out and explained."""
    asked = Asked()
    for operator in query.operators:
        _READERS[operator.name](agent, operator, asked)
    return asked


def _nothing(asked: Asked, problem: str) -> None:
    asked.problems.append(problem)
    asked.groups.append([_NOTHING])


# --- people -----------------------------------------------------------------------------------------------------


def _from(agent: Agent, operator: Operator, asked: Asked) -> None:
    marks = [customer_mark(pk) for pk in _as_they_wrote(_customers(operator.value))]
    if fold(operator.value) in PEOPLE and PEOPLE[fold(operator.value)] == "me":
        marks = [agent_mark(agent.pk)]
    marks += [agent_mark(pk) for pk in _agents(operator.value)]
    asked.groups.append(marks or [_NOTHING])


def _to(agent: Agent, operator: Operator, asked: Asked) -> None:
    addresses = {operator.value, *(i.address for i in _inboxes(agent, operator.value))}
    emails = Identity.objects.filter(customer__in=_customers(operator.value), type=IdentityType.EMAIL)
    addresses.update(emails.values_list("value", flat=True)[:MOST_PEOPLE])
    asked.groups.append([address_mark(a) for a in sorted(addresses) if a])


def _customers(value: str) -> list[int]:
    exact = Identity.objects.filter(value__in=spellings(value)).values_list("customer", flat=True)
    return list(exact[:MOST_PEOPLE]) or customer_search.matching_ids(value, MOST_PEOPLE)


def _as_they_wrote(customers: list[int]) -> list[int]:
    """These customers, and who turned out to be one of them: what those wrote is marked as theirs."""
    found, newest = list(customers), customers
    while newest:
        merged = Customer.everything.filter(merged_into__in=newest).values_list("pk", flat=True)
        newest = list(merged[:MOST_PEOPLE])
        found += newest
    return found


def _agents(value: str) -> list[int]:
    """Agents by a part of their name, or their whole address."""
    wanted = fold(value)
    people = Agent.objects.values_list("pk", "name", "email")
    return [pk for pk, name, email in people if wanted in fold(name) or wanted == fold(email)]


def _assignee(agent: Agent, operator: Operator, asked: Asked) -> None:
    special = PEOPLE.get(fold(operator.value))
    if special == "none":
        asked.conditions.append(Q(assignee=None))
        return
    found = [agent.pk] if special == "me" else _agents(operator.value)
    if found:
        asked.conditions.append(Q(assignee__in=found))
    else:
        _nothing(asked, _("Nobody here is called “%(name)s”.") % {"name": operator.value})


# --- places and things ------------------------------------------------------------------------------------------


def _inboxes(agent: Agent, value: str) -> list[Inbox]:
    wanted = fold(value)
    return [i for i in inboxes_visible_to(agent) if wanted in fold(i.name) or wanted == fold(i.address)]


def _inbox(agent: Agent, operator: Operator, asked: Asked) -> None:
    if found := _inboxes(agent, operator.value):
        asked.groups.append([inbox_mark(i.pk) for i in found])
    else:
        _nothing(asked, _("You see no inbox called “%(name)s”.") % {"name": operator.value})


def _tag(agent: Agent, operator: Operator, asked: Asked) -> None:
    key = tag_key(operator.value)
    if Tag.objects.filter(key=key).exists():
        asked.conditions.append(Q(tags__key=key))
    else:
        _nothing(asked, _("There is no tag “%(name)s”.") % {"name": operator.value})


def _has(agent: Agent, operator: Operator, asked: Asked) -> None:
    if fold(operator.value) in PARTS:
        asked.groups.append([FILE])
    else:
        asked.problems.append(
            _("“%(operator)s” was left out: only has:file and has:attachment are known.")
            % {"operator": operator.written}
        )


# --- states -----------------------------------------------------------------------------------------------------


def _is(agent: Agent, operator: Operator, asked: Asked) -> None:
    state = STATES.get(fold(operator.value))
    if state == "spam":
        asked.spam = True
    elif state is not None:
        asked.conditions.append(_state(agent, state))
    else:
        asked.problems.append(
            _("“%(operator)s” was left out: is: knows %(states)s.")
            % {"operator": operator.written, "states": ", ".join(sorted(set(STATES.values())))}
        )


def _state(agent: Agent, state: str) -> Q:
    if state == "mine":
        return Q(assignee=agent)
    if state == "unassigned":
        return Q(assignee=None)
    if state == "unread":
        return unread_by(agent)
    if state in states:
        return states.get(state)(agent)
    return Q(status=Status(state))


# --- dates ------------------------------------------------------------------------------------------------------

_DAYS: Final = {
    fold(word): days
    for days, words in enumerate(("today сегодня այսօր დღეს", "yesterday вчера երեկ გუშინ"))
    for word in words.split()
}
_UNITS: Final = {"d": 1, "w": 7, "m": 30, "y": 365}
_FORMATS: Final = ("%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d", "%d/%m/%Y")


def _before(agent: Agent, operator: Operator, asked: Asked) -> None:
    if day := _day(operator, asked):
        asked.until = min(day, asked.until or day)


def _after(agent: Agent, operator: Operator, asked: Asked) -> None:
    if day := _day(operator, asked):
        asked.since = max(day, asked.since or day)


def _day(operator: Operator, asked: Asked) -> datetime | None:
    """The first moment of a day, in the reader's time zone: 2026-03-31, 31.03.2026, today, 7d (days ago)."""
    found = _date(operator.value, timezone.localdate())
    if found is None:
        sentence = _("“%(operator)s” was left out: write a date like 2026-03-31, 31.03.2026, today or 7d.")
        asked.problems.append(sentence % {"operator": operator.written})
        return None
    return timezone.make_aware(datetime.combine(found, time.min))


def _date(value: str, today: date) -> date | None:
    word = fold(value)
    if word in _DAYS:
        return today - timedelta(days=_DAYS[word])
    number, unit = word[:-1], word[-1:]
    if unit in _UNITS and number.isdecimal() and len(number) <= 4:
        days = int(number) * _UNITS[unit]
        return today - timedelta(days=days) if days < today.toordinal() - 366 else None
    return next(filter(None, (_strict(word, pattern) for pattern in _FORMATS)), None)


def _strict(word: str, pattern: str) -> date | None:
    try:
        found = datetime.strptime(word, pattern).date()  # noqa: DTZ007  a day has no zone yet
    except ValueError:
        return None
    return found if 1900 <= found.year < 9000 else None


_READERS: Final[dict[str, Callable[[Agent, Operator, Asked], None]]] = {
    "from": _from,
    "to": _to,
    "tag": _tag,
    "is": _is,
    "before": _before,
    "after": _after,
    "has": _has,
    "inbox": _inbox,
    "assignee": _assignee,
}
