"""The demo company: believable in size, the same each time, and everything about it agrees."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, F, Q

from tamada.accounts.models import Agent
from tamada.conversations import counts
from tamada.conversations.models import Attachment, Conversation, ConversationCount, Inbox, Kind, Message
from tamada.conversations.queries import ListFilter, list_page
from tamada.core import storage
from tamada.customers.models import Customer
from tamada.demo import PASSWORD, SIGN_IN, is_here, load
from tamada.demo.files import KINDS
from tamada.demo.people import COMPANIES
from tamada.demo.script import texts
from tamada.kit.html.article import links_in
from tamada.kit.sniff import sniff
from tamada.knowledge.models import Phrasing, Translation
from tamada.knowledge.queries import main_centre, out_of_date
from tamada.operations.consistency import overview
from tamada.operations.figures import Period
from tamada.portal.help.shelves import shelves
from tamada.search.queries import search
from tests.automation.scene import settle
from tests.helpers.memory import forget_everything

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A small company, made the same way, once for all tests here: each takes back what it changed."""
    with django_db_blocker.unblock():
        forget_everything()
        with transaction.atomic():
            assert load(conversations=300)
            yield
            transaction.set_rollback(True)


@pytest.fixture
def company(loaded: None, db: None) -> Agent:
    """Who signs in there."""
    return Agent.objects.get(email=SIGN_IN)


@pytest.mark.sqlite
def test_somebody_can_sign_in_and_finds_work(company: Agent) -> None:
    assert company.check_password(PASSWORD)
    assert is_here()
    assert Customer.objects.count() == 300
    assert set(Conversation.objects.values_list("status", flat=True)) == {"open", "pending", "snoozed", "closed"}
    assert list_page(company, ListFilter(status="open", assignee="none"), order="waiting").items


def test_it_is_made_once(company: Agent) -> None:
    assert not load()
    assert Conversation.objects.exclude(channel="chat").count() == 300


@pytest.mark.usefixtures("company")
def test_counts_and_messages_agree() -> None:
    kept = {(c.inbox_id, c.team_id, c.assignee_id, c.status): c.total for c in ConversationCount.objects.all()}
    counts.rebuild()
    again = {(c.inbox_id, c.team_id, c.assignee_id, c.status): c.total for c in ConversationCount.objects.all()}
    assert kept == again
    said = Count("messages", filter=~Q(messages__kind=Kind.SYSTEM))
    assert not Conversation.objects.annotate(said=said).exclude(message_count=F("said")).exists()
    assert not Message.objects.filter(text__contains="{").exists()


@pytest.mark.sqlite
@pytest.mark.parametrize("word", ["ինտերնետի", "ინტერნეტს", "интернета", "internet"])
def test_its_mail_is_found_by_any_form(company: Agent, word: str) -> None:
    assert search(company, word).hits


def test_the_four_languages_tell_the_same_stories() -> None:
    keys = {language: [s["key"] for s in texts(language)["scenario"]] for language in ("hy", "ka", "ru", "en")}
    assert len({tuple(k) for k in keys.values()}) == 1


@pytest.mark.sqlite
@pytest.mark.usefixtures("company")
def test_mails_that_speak_of_a_file_bring_one(company: Agent) -> None:
    assert search(company, "has:file").hits
    files = Attachment.objects.select_related("message")
    assert {f.name.partition("-")[0] for f in files} >= {"picture", "receipt", "invoice"}
    for file in files:
        content = storage.read(file.blob)
        assert (len(content), sniff(content)) == (file.size, file.type)
        assert file.message is not None
        assert file.message.has_attachments
    assert any(search(company, f.name.split(".")[0]).hits for f in files[:3])


@pytest.mark.sqlite
@pytest.mark.usefixtures("company")
def test_chats_are_as_visitors_left_them() -> None:
    talks = Conversation.objects.filter(channel="chat")
    assert set(talks.values_list("language", flat=True)) == {"hy", "ka", "ru", "en"}
    assert talks.filter(status="open", assignee=None, waiting_since__isnull=False).count() == 4
    for talk in talks:
        thread = talk.chat_threads.get()
        lines = list(thread.lines.select_related("message").order_by("seq"))
        assert [line.seq for line in lines] == list(range(1, talk.message_count + 1))
        assert [line.is_ours for line in lines] == [line.message.kind == "out" for line in lines]
        assert thread.visitor.customer_id == talk.customer_id
        assert thread.visitor.page.startswith("https://arevik.example/")
        assert thread.read_seq == thread.last_seq


@pytest.mark.sqlite
@pytest.mark.usefixtures("company")
def test_its_chat_is_open_when_its_help_centre_says_so() -> None:
    chat = Inbox.objects.get(channel="chat")
    assert chat.calendar is not None
    assert chat.calendar == main_centre().calendar


@pytest.mark.parametrize("kind", KINDS)
def test_files_are_what_their_names_say_and_made_at_once(kind: str) -> None:
    draw, suffix, mime = KINDS[kind]
    began = time.process_time()
    contents = {draw(number) for number in range(10)}
    assert time.process_time() - began < 1
    assert len(contents) == 10
    assert mime.endswith(suffix)
    if suffix == "pdf":
        content = draw(7)
        start = int(content.rpartition(b"startxref\n")[2].split()[0])
        assert content[start:].startswith(b"xref")


@pytest.mark.sqlite
@pytest.mark.usefixtures("company")
def test_spam_lies_apart() -> None:
    spam = Conversation.objects.filter(is_spam=True)
    assert 5 <= spam.count() <= 15
    assert not spam.exclude(assignee=None, waiting_since=None).exists()


@pytest.mark.sqlite
def test_companies_and_numbers_fit_the_country(company: Agent) -> None:
    del company
    places = {"am": ("Երևան", "Գյումրի", "Ереван", "Yerevan"), "ge": ("თბილისი", "ქუთაისი", "Тбилиси", "Tbilisi")}
    for customer in Customer.objects.exclude(city="").select_related("organisation").prefetch_related("identities"):
        country = "am" if customer.city in places["am"] else "ge"
        assert customer.city in places[country]
        assert not customer.organisation or customer.organisation.name in COMPANIES[country]
        phones = [i.value for i in customer.identities.all() if i.type == "phone"]
        assert all(phone.startswith("+374" if country == "am" else "+995") for phone in phones)
    names = Customer.objects.values_list("name", flat=True)
    assert len(set(names)) > len(names) * 0.95


@pytest.mark.sqlite
def test_the_examples_of_the_user_guide_find_something(company: Agent) -> None:
    settle()  # Deadlines are counted in the background.
    guide = Path(__file__).parents[2].joinpath("docs", "user-guide.md").read_text("utf-8")
    examples = re.findall(r"`((?:from|tag|is|before|has):[^`]+)`", guide)
    assert len(examples) > 6
    for example in examples:
        assert search(company, example).hits, example


@pytest.mark.sqlite
@pytest.mark.usefixtures("company")
def test_its_articles_are_whole_in_four_languages_and_their_links_lead_somewhere() -> None:
    shown = Translation.objects.filter(is_published=True, article__audience="public")
    by_article: dict[int, set[str]] = {}
    for row in shown:
        by_article.setdefault(row.article_id, set()).add(row.language)
        for link in links_in(row.html):
            assert link.startswith("article:")
            assert int(link.removeprefix("article:")) in set(shown.values_list("article", flat=True))
        assert Phrasing.objects.filter(article=row.article_id, language=row.language, accepted=True).count() >= 5
    assert len(by_article) >= 12
    assert set(map(frozenset, by_article.values())) == {frozenset({"hy", "ka", "ru", "en"})}
    assert not shown.filter(out_of_date()).exists()
    assert shelves(main_centre(), "hy")


@pytest.mark.sqlite
@pytest.mark.usefixtures("company")
def test_questions_kept_from_it_name_its_articles_and_none_of_its_phrasings() -> None:
    unseen = json.loads((Path(__file__).parents[1] / "assistant" / "unseen_questions.json").read_text("utf-8"))
    slugs = set(Translation.objects.filter(language="en").values_list("slug", flat=True))
    known = {text.casefold() for text in Phrasing.objects.values_list("text", flat=True)}
    for language in ("hy", "ka", "ru", "en"):
        asked = [row["article"] for row in unseen[language]]
        assert set(asked) - {None} <= slugs
        assert asked.count(None) == 15
        assert all(asked.count(slug) >= 3 for slug in asked if slug)
        assert not known & {row["text"].casefold() for row in unseen[language]}


@pytest.mark.sqlite
def test_half_a_year_of_jobs_tells_which_step_makes_them_late(company: Agent) -> None:
    found = {one.service.key: one for one in overview(company, Period.of("days"))}
    assert {"repair", "refund", "installation", "onboarding", "bookkeeping"} <= set(found)
    first = found["repair"].blames[0]
    assert (first.step.doer.by, first.is_repeated) == ("outside", True)
    assert found["repair"].change.sure("on_time") < 0
    assert not found["repair"].heard.is_few
