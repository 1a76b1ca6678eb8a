"""The demo company: believable in size, the same each time, and everything about it agrees."""

import pytest

from tamada.accounts.models import Agent
from tamada.conversations import counts
from tamada.conversations.models import Conversation, ConversationCount, Message
from tamada.conversations.queries import ListFilter, list_page
from tamada.customers.models import Customer
from tamada.demo import PASSWORD, SIGN_IN, is_here, load
from tamada.demo.script import texts
from tamada.search.queries import search

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Agent:
    """A small one, which is made the same way."""
    assert load(conversations=300)
    return Agent.objects.get(email=SIGN_IN)


def test_somebody_can_sign_in_and_finds_work(company: Agent) -> None:
    assert company.check_password(PASSWORD)
    assert is_here()
    assert Customer.objects.count() == 300
    assert set(Conversation.objects.values_list("status", flat=True)) == {"open", "pending", "snoozed", "closed"}
    assert list_page(company, ListFilter(status="open", assignee="none"), order="waiting").items


def test_it_is_made_once(company: Agent) -> None:
    assert not load()
    assert Conversation.objects.count() == 300


@pytest.mark.usefixtures("company")
def test_counts_and_messages_agree() -> None:
    kept = {(c.inbox_id, c.team_id, c.assignee_id, c.status): c.total for c in ConversationCount.objects.all()}
    counts.rebuild()
    again = {(c.inbox_id, c.team_id, c.assignee_id, c.status): c.total for c in ConversationCount.objects.all()}
    assert kept == again
    for conversation in Conversation.objects.all()[:50]:
        assert conversation.message_count == conversation.messages.count()
    assert not Message.objects.filter(text__contains="{").exists()


@pytest.mark.parametrize("word", ["ինտերնետի", "ინტერნეტს", "интернета", "internet"])
def test_its_mail_is_found_by_any_form(company: Agent, word: str) -> None:
    assert search(company, word).hits


def test_the_four_languages_tell_the_same_stories() -> None:
    keys = {language: [s["key"] for s in texts(language)["scenario"]] for language in ("hy", "ka", "ru", "en")}
    assert len({tuple(k) for k in keys.values()}) == 1
