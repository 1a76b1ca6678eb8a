"""Conditions as the database is asked them: each function makes the `rows` of a `points.Question`.

What lies in other tables is asked by sub-selects, never by joins: a conversation must stand in a list once.
"""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.utils import timezone

from tamada.accounts.models import Agent, Membership
from tamada.conversations.models import Conversation
from tamada.conversations.queries import open_mentions, unread_by
from tamada.conversations.search import found_by
from tamada.customers.models import Customer, Identity, IdentityType
from tamada.kit.numbers import row_number

from .models import Deadline
from .points import NOTHING, day_of, type_rows

ME: Final = "me"
MINE: Final = "mine"
SPANS: Final = {
    "30m": timedelta(minutes=30),
    "1h": timedelta(hours=1),
    "2h": timedelta(hours=2),
    "4h": timedelta(hours=4),
    "8h": timedelta(hours=8),
    "1d": timedelta(days=1),
    "2d": timedelta(days=2),
    "3d": timedelta(days=3),
    "1w": timedelta(weeks=1),
    "2w": timedelta(weeks=2),
    "1m": timedelta(days=30),
    "3m": timedelta(days=90),
    "1y": timedelta(days=365),
}


def field_is(name: str) -> type_rows:
    """A field that holds this word."""
    return lambda _agent, operator, value: _unless(operator == "not", Q(**{name: value}))


def row_is(name: str) -> type_rows:
    """A foreign key to the row with this number."""
    return lambda _agent, operator, value: _unless(operator == "not", Q(**{f"{name}_id": row_number(value)}))


def owner_is(agent: Agent, operator: str, value: str) -> Q:
    """The owner; "me" is whoever looks, and nothing is nobody."""
    if not value:
        return _unless(operator == "not", Q(assignee__isnull=True))
    return _unless(operator == "not", Q(assignee_id=agent.pk if value == ME else row_number(value)))


def team_is(agent: Agent, operator: str, value: str) -> Q:
    """The team; "mine" are those of whoever looks."""
    if value == MINE:
        theirs = Membership.objects.filter(agent=agent).values("team")
        return _unless(operator == "not", Q(team__in=theirs))
    return _unless(operator == "not", Q(team_id=row_number(value)))


def tagged(_agent: Agent, operator: str, value: str) -> Q:
    """A tag of the conversation."""
    rows = Conversation.tags.through.objects.filter(tag=row_number(value))
    return _unless(operator == "not", Q(pk__in=rows.values("conversation")))


def customer_tagged(_agent: Agent, operator: str, value: str) -> Q:
    """A tag of its customer."""
    rows = Customer.tags.through.objects.filter(tag=row_number(value))
    return _unless(operator == "not", Q(customer__in=rows.values("customer")))


def holds(yes: Callable[[Agent], Q]) -> type_rows:
    """Something that is so, or not."""
    return lambda agent, operator, _value: _unless(operator != "yes", yes(agent))


def says(find: Callable[[str, str], Q]) -> type_rows:
    """A text, in any letter case; `find(lookup, pattern)` are the rows where it stands."""

    def rows(_agent: Agent, operator: str, value: str) -> Q:
        words = re.escape(value.strip())
        pattern = {"is": rf"^\s*{words}\s*$", "begins": rf"^\s*{words}", "ends": rf"{words}\s*$"}.get(operator, words)
        # Databases fold the case of other alphabets than the Latin one only in regular expressions.
        return _unless(operator == "lacks", find("iregex", pattern))

    return rows


def in_subject(lookup: str, pattern: str) -> Q:
    """In the subject."""
    return Q(**{f"subject__{lookup}": pattern})


def in_company(lookup: str, pattern: str) -> Q:
    """In the name of the customer's company."""
    return _of_customers(Customer.objects.filter(**{f"organisation__name__{lookup}": pattern}))


def in_address(lookup: str, pattern: str) -> Q:
    """In a mail address of the customer."""
    found = Identity.objects.filter(type=IdentityType.EMAIL, **{f"value__{lookup}": pattern})
    return Q(customer__in=found.values("customer"))


def in_attribute(key: str) -> Callable[[str, str], Q]:
    """In a field of the customer."""

    def find(lookup: str, pattern: str) -> Q:
        held = Customer.objects.alias(held=KeyTextTransform(key, "attributes"))
        return _of_customers(held.filter(**{f"held__{lookup}": pattern}))

    return find


def attribute(key: str, value: Any) -> Q:
    """A field of the customer that holds exactly this."""
    return _of_customers(Customer.objects.alias(held=KeyTransform(key, "attributes")).filter(held=value))


def _of_customers(found: QuerySet[Customer]) -> Q:
    return Q(customer__in=found.order_by().values("pk"))


def ago(name: str) -> type_rows:
    """A time that lies at least (`over`) or less than (`within`) so long back."""

    def rows(_agent: Agent, operator: str, value: str) -> Q:
        if value not in SPANS:
            return NOTHING
        return Q(**{f"{name}__{'lte' if operator == 'over' else 'gt'}": timezone.now() - SPANS[value]})

    return rows


def on_day(name: str) -> type_rows:
    """A time on a day or later (`from`), or on it or earlier (`to`), as days are for whoever looks."""

    def rows(_agent: Agent, operator: str, value: str) -> Q:
        day = day_of(value)
        if day is None:
            return NOTHING
        if operator == "from":
            return Q(**{f"{name}__gte": _first_moment(day)})
        return Q(**{f"{name}__lt": _first_moment(day + timedelta(days=1))})

    return rows


def _first_moment(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def deadline_is(_agent: Agent, operator: str, value: str) -> Q:
    """How its deadlines stand: one has passed, one comes near, or there is one at all."""
    now, running = timezone.now(), Deadline.objects.filter(met_at=None)
    states: dict[str, QuerySet[Deadline]] = {
        "late": running.filter(due_at__lt=now),
        "near": running.filter(warn_at__lte=now, due_at__gte=now),
        "any": running.filter(due_at__isnull=False),
    }
    if value not in states:
        return NOTHING
    return _unless(operator == "not", _in(states[value], "conversation"))


def mentioned(agent: Agent) -> Q:
    """A note names whoever looks, and they haven't read it."""
    return _in(open_mentions(agent), "conversation")


def unread(agent: Agent) -> Q:
    """The customer wrote what whoever looks hasn't read."""
    return unread_by(agent)


def search_finds(agent: Agent, operator: str, value: str) -> Q:
    """What the search box would find for these words and operators."""
    return _unless(operator == "lacks", found_by(agent, value))


def _in(rows: QuerySet[Any], name: str) -> Q:
    return Q(pk__in=rows.order_by().values(name))


def _unless(no: bool, condition: Q) -> Q:
    return ~condition if no else condition
