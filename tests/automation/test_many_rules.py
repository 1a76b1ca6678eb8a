"""Many rules on one event: as many questions to the database as a few, and a loop of them ends where people see it."""

from collections.abc import Iterator
from itertools import count, cycle

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from tamada.accounts.models import Agent
from tamada.automation import actions
from tamada.automation.actions import running
from tamada.automation.actions.rules import RuleTerms
from tamada.automation.models import Rule, RuleTrace
from tamada.automation.points import questions
from tamada.conversations.events import MessageReceived
from tamada.conversations.models import Conversation, Inbox
from tamada.core.actors import SYSTEM, Actor
from tamada.core.events import EventMeta
from tamada.customers.models import Tag
from tamada.desk.lines import sentence
from tests.automation.scene import arrive, make_inbox
from tests.cast import SignedIn

pytestmark = pytest.mark.django_db
_numbers = count(1_000_000)


@pytest.fixture
def inbox(db: None) -> Inbox:
    return make_inbox()


def everything_that_can_be_asked() -> Iterator[dict[str, str]]:
    """Each question with each of its operators."""
    Tag.objects.get_or_create(key="vip", defaults={"name": "vip"})
    for ask, question in questions.all().items():
        if question.compile is None:
            continue  # It is asked of lists alone.
        value = question.choices()[0][0] if question.choices else "nothing says this" if question.typed else ""
        yield from ({"ask": ask, "is": operator, "value": value} for operator in question.operators)


def fill(total: int) -> None:
    """So many rules that begin with a message, and that nothing fulfils."""
    asked = cycle(everything_that_can_be_asked())
    for number in range(Rule.objects.count(), total):
        conditions = [next(asked), {"ask": "subject", "is": "is", "value": f"no such {number}"}]
        terms = RuleTerms(
            name=f"Rule {number}",
            trigger="received",
            conditions=conditions,
            steps=[{"do": "priority", "value": "high"}],
        )
        actions.create_rule(agent=None, actor=SYSTEM, terms=terms)


def tell(conversation: Conversation) -> int:
    """A customer's message, told to the rules as the worker does; how many statements that took."""
    event = MessageReceived(audience=frozenset(), conversation=conversation.pk, message=0, seq=1)
    meta = EventMeta(next(_numbers), timezone.now(), Actor("customer", 1))
    with CaptureQueriesContext(connection) as asked:
        actions.run_rules(event=event, meta=meta)
    return len(asked)


def test_two_hundred_rules_cost_as_many_statements_as_a_few(inbox: Inbox) -> None:
    conversation = arrive(inbox)
    few = len(list(everything_that_can_be_asked()))
    assert few < 100
    fill(few)  # Each question is asked at least once.
    tell(conversation)  # Compiles them.
    before = tell(conversation)
    fill(200)
    tell(conversation)
    assert tell(conversation) == before
    results = RuleTrace.objects.order_by("-pk")[0].results
    assert len(results) == 200
    assert {result["outcome"] for result in results} == {"unmet"}


def test_of_two_hundred_the_one_that_fits_does_it(inbox: Inbox) -> None:
    fill(199)
    steps = [{"do": "priority", "value": "urgent"}]
    terms = RuleTerms(name="Last", trigger="received", steps=steps, position=999)
    actions.create_rule(agent=None, actor=SYSTEM, terms=terms)
    assert arrive(inbox).priority == "urgent"


@pytest.mark.parametrize("language", ["en", "hy", "ka", "ru"])
def test_a_loop_ends_where_people_see_it_with_its_reason(
    language: str, inbox: Inbox, owner: Agent, signed_in: SignedIn
) -> None:
    """Two rules undo each other's work: the chain stops, the thread says so once, and each reason can be looked up."""
    for name, has, gives in (("Up", "low", "high"), ("Down", "high", "low"), ("Begin", "", "high")):
        terms = RuleTerms(
            name=name,
            trigger="priority" if has else "started",
            conditions=[{"ask": "priority", "is": "is", "value": has}] if has else [],
            steps=[{"do": "priority", "value": gives}],
        )
        actions.create_rule(agent=None, actor=SYSTEM, terms=terms)
    conversation = arrive(inbox)
    assert RuleTrace.objects.order_by("-depth")[0].depth == running.DEEPEST
    fired = [result for trace in RuleTrace.objects.all() for result in trace.results if result["outcome"] == "fired"]
    assert len(fired) <= running.MOST_AN_HOUR
    Agent.objects.filter(pk=owner.pk).update(language=language)
    owner.refresh_from_db()
    client = signed_in(owner)
    shown = client.get(reverse("desk:conversation", args=[conversation.pk])).text
    why = client.get(reverse("desk:rules_log", args=[conversation.pk])).text
    with translation.override(language):
        assert sentence(conversation.messages.get(data__event="rules_stopped")) in shown
        assert gettext("Rules would have set each other off without end.") in why
