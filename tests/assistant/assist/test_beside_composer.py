"""The desk's help beside the composer, and the settings of the language model."""

import json
import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from tamada.accounts.models import Agent, Team
from tamada.assistant.assist.queries import summary_of
from tamada.assistant.llm.settings import configured
from tamada.channels.email.accounts import open_mail_inbox
from tamada.conversations.models import Inbox, Kind
from tamada.core.actors import SYSTEM
from tamada.desk.assist_words import as_html, summary_in_words
from tests.assistant.assist.conftest import Come, Shelf, solved, turn_on
from tests.cast import SignedIn
from tests.helpers.language_model import LanguageModel

pytestmark = pytest.mark.django_db

HOURS = "We open at 10:00 on Sundays.\n\nOn other days at 9:00."
RED = "My modem blinks red and there is no internet connection"


def address(name: str, *args: int) -> str:
    return reverse(f"desk:{name}", args=args)


@pytest.fixture
def on(model: LanguageModel, inbox: Inbox, settings: Any) -> LanguageModel:
    turn_on(settings, model.url, inbox.pk)
    return model


def test_the_panel_offers_what_fits_with_its_source(
    come: Come, shelf: Shelf, teammate: Agent, signed_in: SignedIn
) -> None:
    shelf.put("hours", "When do you open <Sunday>", HOURS)
    shelf.put("inside", "Who opens on Sunday", "The key is at the porter.", url="")
    found = come("When do you open on Sunday?")
    html = signed_in(teammate).get(address("assist", found.pk)).text
    assert "When do you open &lt;Sunday&gt;" in html
    assert 'href="https://help.example/a/hours"' in html
    assert html.count('data-assist-n="1"') == 2  # in the line, and in the list
    assert 'data-assist-n="2"' not in html  # what is for us only is not put into a reply
    assert "For us only" in html
    assert "data-assist-ask" not in html  # there is no model


def test_a_snippet_is_inserted_though_no_customer_reads_it(
    come: Come, shelf: Shelf, teammate: Agent, signed_in: SignedIn
) -> None:
    shelf.put("thanks", "When do you open", "Thank you for asking when we open.", url="", snippet=True)
    html = signed_in(teammate).get(address("assist", come("When do you open on Sunday?").pk)).text
    assert 'data-assist-n="1"' in html
    assert "<template><div>Thank you for asking when we open.</div></template>" in html


def test_each_offer_says_what_it_is(come: Come, shelf: Shelf, teammate: Agent, signed_in: SignedIn) -> None:
    shelf.put("thanks", "The modem blinks red", "Thank you for telling us that it blinks.", url="", snippet=True)
    shelf.put("red", "When the modem blinks red", HOURS)
    solved(come(RED, sender="bagrat@mail.example", name="Bagrat"), teammate, "Dear Bagrat,\nturn it off and on again.")
    found = come("The modem blinks red, no internet connection")
    html = signed_in(teammate).get(address("assist", found.pk)).text
    line, _, listed = html.partition("<ul>")
    for part in (line, listed):
        said = re.findall(r'#i-([a-z-]+)"/></svg><span class="what">(\w+)<', part)
        assert sorted(said) == [("book", "Article"), ("circle-check", "Solved"), ("text", "Snippet")]
    assert "<b>turn it off and on again.</b>" in line  # a solved one by how it was answered, without whom
    assert "Dear" not in html


def test_the_page_itself_waits_for_none_of_it(come: Come, shelf: Shelf, teammate: Agent, signed_in: SignedIn) -> None:
    shelf.put("hours", "When do you open", HOURS)
    found = come("When do you open on Sunday?")
    html = signed_in(teammate).get(address("conversation", found.pk)).text
    assert f'hx-get="{address("assist", found.pk)}"' in html
    assert "data-assist-insert" not in html
    assert 'data-rich lang="en" spellcheck="true"' in html


def test_who_only_reads_is_shown_no_help(come: Come, observer: Agent, signed_in: SignedIn) -> None:
    found = come("When do you open on Sunday?")
    assert "tamada-assist" not in signed_in(observer).get(address("conversation", found.pk)).text


def test_an_answer_is_inserted_as_it_stands_with_a_link() -> None:
    shelf = Shelf()
    shelf.put("a", "Hours & days", "Line <one>\nline two\n\nNext")
    html = as_html(shelf.answers_[0].text, shelf.answers_[0])
    assert html == (
        "<div>Line &lt;one&gt;<br>line two</div><div><br></div><div>Next</div>"
        '<div><br></div><div><a href="https://help.example/a/a">Hours &amp; days</a></div>'
    )


def test_what_solved_another_conversation_comes_without_names(
    come: Come, teammate: Agent, outsider: Agent, signed_in: SignedIn
) -> None:
    old = solved(
        come(RED, sender="bagrat@mail.example", name="Bagrat Sargsyan"),
        teammate,
        "Dear Bagrat, call +374 91 12 34 56 by 12:00. 26 400 AMD come back.",
    )
    found = come("The modem blinks red, no internet connection")
    client = signed_in(teammate)
    assert "Solved" in client.get(address("assist", found.pk)).text
    html = client.get(address("assist_solved", found.pk, old.pk)).json()["html"]
    assert html == "<div>Dear [NAME_1], call [PHONE_1] by [TIME_1]. [AMOUNT_1] come back.</div>"
    assert signed_in(outsider).get(address("assist_solved", found.pk, old.pk)).status_code == 404


def test_of_a_conversation_that_one_may_not_see_no_words_come(
    come: Come, teammate: Agent, outsider: Agent, other_team: Team, signed_in: SignedIn
) -> None:
    other = open_mail_inbox(agent=None, actor=SYSTEM, name="Other", address="other@help.example", team=other_team).inbox
    theirs = solved(come(RED, sender="b@mail.example", into=other), outsider, "A secret.")
    found = come(RED)
    assert signed_in(teammate).get(address("assist_solved", found.pk, theirs.pk)).status_code == 404


@pytest.mark.parametrize(
    ("text", "files", "hint"),
    [
        ("Hello, the contract is attached to this mail.", "0", "nothing is attached"),
        ("Hello, the contract is attached to this mail.", "1", ""),
        ("Hello {{customer.name}}, we come.", "0", "Still to be filled in"),
        ("We replace the modem tomorrow.", "0", "no greeting"),
        ("Здравствуйте, мы заменим модем завтра.", "0", "another language: English"),
        ("Hello! As I already told you, restart it.", "0", "impatient"),
        ("", "0", ""),
    ],
)
def test_a_quiet_line_says_how_it_reads(
    text: str, files: str, hint: str, come: Come, teammate: Agent, signed_in: SignedIn
) -> None:
    found = come("My modem is broken and I wait.")
    html = signed_in(teammate).post(address("assist_hints", found.pk), {"text": text, "files": files}).text.strip()
    assert (hint in html) if hint else html == ""


def test_hints_are_said_in_the_readers_language(come: Come, teammate: Agent, signed_in: SignedIn) -> None:
    found = come("My modem is broken and I wait.")
    seen = set()
    for language in ("en", "hy", "ka", "ru"):
        teammate.language = language
        teammate.save()
        seen.add(signed_in(teammate).post(address("assist_hints", found.pk), {"text": "No!!!", "files": "0"}).text)
    assert len(seen) == 4


def test_a_summary_is_read_changed_and_noted(come: Come, teammate: Agent, signed_in: SignedIn) -> None:
    found = come("Hello! Can you replace my modem? Order #A12345.")
    client = signed_in(teammate)
    page = client.get(address("assist_summary", found.pk), headers={"HX-Request": "true"}).text
    assert "Wants: Can you replace my modem?" in page
    assert "To know: #A12345" in page
    saved = client.post(address("assist_summary", found.pk), {"text": "Wants a new modem."})
    assert json.loads(saved["HX-Trigger"])["toast"]["kind"] == "ok"
    assert found.messages.get(kind=Kind.NOTE).text == "Wants a new modem."


def test_a_summary_of_nothing_is_nothing(come: Come) -> None:
    with translation.override("en"):
        assert summary_in_words(summary_of(come("👍"))) == ""


# --- with a language model ------------------------------------------------------------------------------------------


def test_what_a_model_drafts_goes_into_the_composer_with_its_source(
    on: LanguageModel, come: Come, shelf: Shelf, teammate: Agent, signed_in: SignedIn
) -> None:
    shelf.put("hours", "When do you open on Sunday", HOURS)
    found = come("When do you open on Sunday?")
    client = signed_in(teammate)
    assert "data-assist-ask" in client.get(address("assist", found.pk)).text
    quote = {"source": 1, "words": "We open at 10:00 on Sundays"}
    on.answer = lambda _asked: {"answer": "On Sundays we open at 10:00.", "quotes": [quote]}
    said = client.post(address("assist_draft", found.pk)).json()
    assert said["html"].startswith("<div>On Sundays we open at 10:00.</div>")
    assert "https://help.example/a/hours" in said["html"]
    assert said["toast"] == "From: When do you open on Sunday"


def test_an_internal_article_never_leaves(
    on: LanguageModel, come: Come, shelf: Shelf, teammate: Agent, signed_in: SignedIn
) -> None:
    shelf.put("inside", "When do you open on Sunday", "The code of the door is 9999.", url="")
    found = come("When do you open on Sunday?")
    assert signed_in(teammate).post(address("assist_draft", found.pk)).status_code == 422
    assert on.asked == []


@pytest.mark.parametrize("mode", ["hang", "drip", "half", "closed", "500", "huge", "raw"])
def test_when_it_is_down_the_desk_says_so_and_works_the_same(
    mode: str, on: LanguageModel, come: Come, shelf: Shelf, teammate: Agent, signed_in: SignedIn
) -> None:
    turned = configured()
    assert turned.seconds == 2
    shelf.put("hours", "When do you open on Sunday", HOURS)
    found = come("When do you open on Sunday?")
    client = signed_in(teammate)
    on.mode = mode
    for name, data in (("draft", {}), ("reword", {"text": "hello there"}), ("retell", {})):
        answer = client.post(address(f"assist_{name}", found.pk), data)
        assert answer.status_code == 422
        assert "language model" in answer.json()["toast"]
    assert len(on.asked) == 3
    assert client.post(address("assist_retell", found.pk)).status_code == 422
    assert len(on.asked) == 3  # by now it is left alone
    assert "data-assist-insert" in client.get(address("assist", found.pk)).text
    assert "Wants:" in client.get(address("assist_summary", found.pk)).text
    assert client.post(address("assist_hints", found.pk), {"text": "No!!!", "files": "0"}).status_code == 200


def test_theirs_and_ours_are_translated(on: LanguageModel, come: Come, teammate: Agent, signed_in: SignedIn) -> None:
    found = come("Մոդեմը չի աշխատում, օգնեք ինձ։")
    teammate.language = "en"
    teammate.save()
    client = signed_in(teammate)
    assert "Translate what I wrote: Armenian" in client.get(address("assist", found.pk)).text
    on.answer = lambda _asked: {"text": "The modem does not work, help me."}
    theirs = client.post(address("assist_translate", found.pk), {"of": "theirs"}).json()
    assert theirs == {"text": "The modem does not work, help me."}
    on.answer = lambda _asked: {"text": "Մենք կօգնենք Ձեզ այսօր։"}
    ours = client.post(address("assist_translate", found.pk), {"text": "We help you today."}).json()
    assert ours == {"html": "<div>Մենք կօգնենք Ձեզ այսօր։</div>"}


def test_what_it_says_is_text(on: LanguageModel, come: Come, teammate: Agent, signed_in: SignedIn) -> None:
    found = come("Hello, where is it?")
    on.answer = lambda _asked: {"text": "<img src=x onerror=alert(document)> hello there"}
    said = signed_in(teammate).post(address("assist_reword", found.pk), {"text": "hello there"}).json()
    assert said["html"] == "<div>&lt;img src=x onerror=alert(document)&gt; hello there</div>"


# --- settings -------------------------------------------------------------------------------------------------------

FORM = {
    "url": "https://models.example/v1", "model": "small", "key": "sk-top-secret", "seconds": "5", "day_tokens": "1000",
    "month_tokens": "5000", "price_in": "0.5", "price_out": "1.5", "day_money": "1", "month_money": "10",
    "currency": "EUR",
}  # fmt: skip


def test_an_admin_sets_it_up_and_never_sees_the_key_again(owner: Agent, inbox: Inbox, signed_in: SignedIn) -> None:
    client = signed_in(owner)
    page = address("settings_language_model")
    assert client.post(page, FORM | {"inboxes": [str(inbox.pk)]}).status_code == 302
    assert configured().serves(inbox.pk)
    html = client.get(page).text
    assert "sk-top-secret" not in html
    assert "0 / 1000" in html


@pytest.mark.parametrize(
    "wrong",
    [{"seconds": "0"}, {"day_tokens": "-1"}, {"price_in": "x"}, {"url": "http://models.example"}, {"inboxes": ["999"]}],
)
def test_what_makes_no_sense_is_told(wrong: dict[str, Any], owner: Agent, signed_in: SignedIn) -> None:
    assert signed_in(owner).post(address("settings_language_model"), FORM | wrong).status_code == 422
    assert not configured().is_named


def test_what_leaves_is_shown_without_anything_personal(owner: Agent, signed_in: SignedIn) -> None:
    client = signed_in(owner)
    shown = client.get(address("settings_language_model")).text.split('id="leaves"')[1]
    for word in ("Petrosyan", "Abovyan", "12 34 56", "4111", "ani@"):
        assert word not in shown
    assert "[NAME_1]" in shown
    asked = {"name": "Bagrat", "text": "It is Bagratin, mail b@mail.example"}
    html = client.post(address("language_model_leaves"), asked).text
    assert "[NAME_1], mail [EMAIL_1]" in html


def test_trying_says_whether_it_answers(on: LanguageModel, owner: Agent, signed_in: SignedIn) -> None:
    client = signed_in(owner)
    assert "It answers." in client.post(address("try_language_model"), follow=True).text
    on.mode = "401"
    assert "HTTP 401" in client.post(address("try_language_model"), follow=True).text
