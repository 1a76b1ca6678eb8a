"""One click drafts an article from what was asked and answered, with nobody named; erasing leaves nothing."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.conversations.actions import forward_message
from tamada.conversations.envelopes import Address
from tamada.conversations.models import DeliveryState, Inbox, Message
from tamada.core.models import AuditEntry
from tamada.core.personal import Subject, erasers, holdings
from tamada.insights import actions, queries
from tamada.insights.models import Asked, Drafted, Judged, Problem, Topic
from tamada.knowledge import actions as knowledge
from tamada.knowledge.actions import Settled
from tamada.knowledge.models import Article, Translation
from tamada.knowledge.queries import due_for_review
from tests.insights.conftest import NOW, Ask, answer

MONDAY = date(2026, 3, 2)
SAYS = (
    "Dear {name},\n\nplease unplug the modem for one minute and plug it in again: the internet comes back.\n\n"
    "Call {name} on +374 91 234567 otherwise.\n\nBest regards,\nOlga"
)


def topic_of(agent: Agent) -> Topic:
    actions.gather_week(monday=MONDAY, now=NOW)
    return queries.topics_visible_to(agent).order_by("pk")[0]


def asked(ask: Ask, owner: Agent, **more: object) -> None:
    for number in range(3):
        message = ask("The internet does not work. What shall I do?", **more)
        answer(message, owner, SAYS.format(name=message.author_name) + f" {number}")


def test_the_draft_has_the_best_answer_and_the_ways_to_ask_and_names_nobody(
    ask: Ask, owner: Agent, teammate: Agent
) -> None:
    asked(ask, owner, language="en")
    article = actions.draft_article(agent=teammate, actor=actor_of(teammate), topic=topic_of(teammate))
    row = Translation.objects.get(article=article)
    assert (row.language, row.is_published, row.has_draft) == ("en", False, True)
    assert "internet does not work" in row.draft_title
    assert "unplug the modem" in row.draft_html
    for told in ("234567", "Somebody", "Olga"):
        assert told not in row.draft_html
    assert article.owner == teammate
    ways = list(article.phrasings.values_list("text", "accepted"))
    assert ways
    assert not any(accepted for _text, accepted in ways)


def test_the_draft_begins_with_what_several_answers_say_and_no_single_case(ask: Ask, owner: Agent) -> None:
    for said in (
        "Please unplug the modem for a minute. Our engineer comes tomorrow at 15:00.",
        "Unplug the modem for one minute, please.\n\nThe light at the back should be green afterwards.",
        "There was an outage in your street.\n\nThe light at the back should be green afterwards.",
        "Our engineer comes tomorrow at 11:00.",
    ):
        answer(ask("The internet does not work. What shall I do?", language="en"), owner, said)
    article = actions.draft_article(agent=owner, actor=actor_of(owner), topic=topic_of(owner))
    body, _, others = Translation.objects.get(article=article).draft_html.partition("<h2>")
    assert body.count("nplug the modem") == 1
    assert "should be green" in body
    for case in ("engineer", "outage"):
        assert case not in body
        assert case in others


def test_what_was_passed_on_to_others_is_in_no_draft_and_answered_nobody(ask: Ask, owner: Agent) -> None:
    by: dict[str, Any] = {"agent": owner, "actor": actor_of(owner)}
    for _ in range(3):
        message = ask("The internet does not work. What shall I do?", language="en")
        party: Address = {"name": "", "email": "supplier@else.example"}
        said = forward_message(**by, message=message, to=[party], text="Our margin is sixty percent, keep it quiet.")
        Message.objects.filter(pk=said.pk).update(delivery=DeliveryState.SENT)
        answer(message, owner, "Restart the modem.")
    Message.objects.filter(text="Restart the modem.").update(delivery=DeliveryState.BOUNCED)
    topic = topic_of(owner)
    assert not Asked.objects.filter(is_well=True).exists()
    article = actions.draft_article(**by, topic=topic)
    assert Translation.objects.get(article=article).draft_html == ""


def test_a_second_click_and_the_next_night_find_the_same_article(ask: Ask, owner: Agent) -> None:
    asked(ask, owner)
    by: dict[str, Any] = {"agent": owner, "actor": actor_of(owner)}
    article = actions.draft_article(**by, topic=topic_of(owner))
    assert actions.draft_article(**by, topic=topic_of(owner)) == article
    ask("The internet does not work again. What shall I do?")
    period = actions.gather_week(monday=MONDAY, now=NOW)
    [shown] = queries.top(owner, period, "en")
    assert (shown.count, shown.article, shown.answer) == (4, article, None)
    assert Article.objects.count() == 1


def test_who_only_reads_drafts_nothing_and_nobody_from_what_is_hidden(
    ask: Ask, other_inbox: Inbox, owner: Agent, observer: Agent, teammate: Agent
) -> None:
    asked(ask, owner, to=other_inbox)
    topic = topic_of(owner)
    with pytest.raises(PermissionDenied):
        actions.draft_article(agent=observer, actor=actor_of(observer), topic=topic)
    with pytest.raises(Topic.DoesNotExist):
        actions.draft_article(agent=teammate, actor=actor_of(teammate), topic=topic)
    assert not Article.objects.exists()


def test_without_an_answer_there_is_a_title_and_the_ways_to_ask(ask: Ask, owner: Agent) -> None:
    ask("Where is the office of the company?", language="en")
    article = actions.draft_article(agent=owner, actor=actor_of(owner), topic=topic_of(owner))
    row = Translation.objects.get(article=article)
    assert row.draft_html == ""
    assert "office" in row.draft_title


def test_articles_drafted_from_what_is_erased_are_to_be_read_by_a_person(ask: Ask, owner: Agent) -> None:
    hers = ask("The internet does not work in my flat at Abovyan 12", language="en")
    answer(hers, owner, "The cable of your flat at Abovyan twelve is old, and your son Davit should not touch it.")
    by: dict[str, Any] = {"agent": owner, "actor": actor_of(owner)}
    drafted = actions.draft_article(**by, topic=topic_of(owner))
    naming, other = (knowledge.create_article(**by, settled=Settled()) for _ in range(2))
    knowledge.save_draft(**by, article=naming, language="en", title="A", html="<p>As Ani Sargsyan asked</p>")
    knowledge.save_draft(**by, article=other, language="en", title="B", html="<p>Nobody.</p>")
    subject = Subject((hers.conversation.customer_id,), (), ("Ani Sargsyan",), timezone.now())
    eraser = erasers.get("articles")
    assert eraser.kept is not None
    assert (eraser.count(subject), eraser.kept(subject)) == (1, 2)
    for _twice in range(2):
        eraser.erase(subject, 0)
    assert eraser.count(subject) == 0
    assert set(Article.objects.filter(due_for_review())) == {drafted, naming}
    entries = AuditEntry.objects.filter(action="article.settled", changes__has_key="review_at")
    assert entries.count() == 2


def test_erasing_somebody_takes_their_questions_and_problems(ask: Ask, owner: Agent) -> None:
    hers = ask("I am disappointed, the internet does not work")
    other = ask("I am disappointed, the internet does not work at all")
    topic = topic_of(owner)
    actions.draft_article(agent=owner, actor=actor_of(owner), topic=topic)
    Judged.objects.create(message=hers, brain=1)
    stray = ask("What else?", sender=hers.sender)  # of more than a hundred topics the first alone are kept
    Judged.objects.create(message=stray, brain=1)
    actions.read_day(day=date(2026, 3, 5), now=NOW)
    theirs = Problem.objects.get(conversation=other.conversation_id)
    actions.solve_problem(agent=owner, actor=actor_of(owner), problem=theirs, outcome="As for Ani Sargsyan: new modem")
    customer = hers.conversation.customer_id
    assert holdings.get("problems").count(customer) == 1
    assert len(list(holdings.get("problems").rows(customer))) == 1
    subject = Subject((customer,), (), ("Ani Sargsyan",), timezone.now())
    for name in ("articles", "asked", "problems"):
        eraser = erasers.get(name)
        assert eraser.count(subject) > 0
        for _twice in range(2):
            after: int | None = 0
            while after is not None:
                after = eraser.erase(subject, after).after
        assert eraser.count(subject) == 0
    assert list(Asked.objects.values_list("message", flat=True)) == [other.pk]
    assert list(Drafted.objects.values_list("message", flat=True)) == [other.pk]
    assert not Judged.objects.exists()
    assert [(row.pk, row.outcome) for row in Problem.objects.all()] == [(theirs.pk, "")]
