"""Opinions, dead ends and requests: what readers leave behind, and what they can't do with it."""

import re
from typing import Any

import pytest

from tamada.conversations.models import Conversation, Inbox, Kind, Message
from tamada.core.models import AuditEntry
from tamada.customers.models import Customer, Identity
from tamada.knowledge.models import DeadEnd, HelpCentre, Opinion
from tamada.portal.help import visitors
from tamada.portal.help.views import asking
from tests.knowledge.conftest import Write
from tests.portal.conftest import Reader

pytestmark = pytest.mark.django_db


# --- opinions ---------------------------------------------------------------------------------------------------------


def test_a_reader_says_once_a_day_whether_it_helped(reader: Reader, write: Write) -> None:
    row = write("One")
    said = reader.post("/help/en/articles/one/opinion", {"helpful": "no"})
    assert said.status_code == 303
    cookie = said.cookies[visitors.OPINIONS_COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert int(cookie["max-age"]) <= 24 * 3600
    asked = reader.get(said["Location"])
    assert "Why did it not help?" in asked.content.decode()
    assert asked["Cache-Control"] == "no-store"

    assert reader.post(said["Location"], {"reason": "nonsense"}).status_code == 422
    done = reader.post(
        said["Location"], {"reason": "unclear", "comment": "Too\0 long\ud800".encode("utf-8", "replace").decode()}
    )
    assert done.status_code == 303
    assert "Thank you" in reader.get(done["Location"]).content.decode()

    again = reader.post("/help/en/articles/one/opinion", {"helpful": "yes"})
    assert again.status_code == 303
    assert "Thank you" in reader.get(again["Location"]).content.decode()
    [opinion] = Opinion.objects.all()
    assert (opinion.helpful, opinion.reason) == (False, "unclear")
    row.article.refresh_from_db()
    assert (row.article.helpful, row.article.unhelpful) == (0, 1)


def test_an_opinion_from_another_site_is_not_taken(reader: Reader, write: Write) -> None:
    write("One")
    origins = ({"Origin": origin} for origin in ("https://evil.example", "http://[", "null"))
    for headers in ({"Sec-Fetch-Site": "cross-site"}, *origins):
        answer = reader.post("/help/en/articles/one/opinion", {"helpful": "yes"}, **headers)
        assert answer.status_code == 403
    own = {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}
    assert reader.post("/help/en/articles/one/opinion", {"helpful": "yes"}, **own).status_code == 303
    assert Opinion.objects.count() == 1


def test_a_forged_cookie_or_token_says_nothing(reader: Reader, write: Write) -> None:
    row = write("One")
    reader.client.cookies[visitors.OPINIONS_COOKIE] = f'{{"{row.pk}": "2099-01-01"}}'
    reader.post("/help/en/articles/one/opinion", {"helpful": "yes"})
    assert Opinion.objects.count() == 1
    assert reader.post("/help/en/opinions/WzEsMSwibm8iXQ:1:x", {"reason": "other"}).status_code == 404


def test_opinions_of_one_address_have_an_end(centre: HelpCentre, write: Write) -> None:
    write("One")
    answers = [
        Reader("198.51.100.4").post("/help/en/articles/one/opinion", {"helpful": "no"}).status_code
        for _ in range(visitors.OPINION.most + 2)
    ]
    assert answers[-1] == 429
    assert Opinion.objects.count() <= visitors.OPINION.most


@pytest.mark.parametrize("how", [{"audience": "internal"}, {"published": False}])
def test_nobody_has_an_opinion_of_what_is_hidden(reader: Reader, write: Write, how: dict[str, Any]) -> None:
    row = write("One", **how)
    assert reader.post(f"/help/en/articles/{row.slug}/opinion", {"helpful": "yes"}).status_code == 404


# --- dead ends --------------------------------------------------------------------------------------------------------


def test_searches_in_vain_are_counted_as_words_alone(reader: Reader, write: Write) -> None:
    write("Return a parcel")
    reader.get("/help/en/search?q=Quantum%20Entanglement")
    reader.get("/help/en/search?q=quantum%20entanglement")
    reader.get("/help/en/search?q=mail%20me@home.example")
    [found] = DeadEnd.objects.all()
    assert (found.words, found.count, found.language) == ("quantum entanglement", 2, "en")
    reader.get("/help/en/suggest?q=quant")
    assert DeadEnd.objects.count() == 1


def test_what_was_found_and_not_opened_is_counted(reader: Reader, write: Write) -> None:
    write("Return a parcel")
    found = reader.get("/help/en/search?q=parcel").content.decode()
    assert re.search(r'name="after" value="parcel"', found)
    assert not DeadEnd.objects.exists()
    reader.get("/help/en/search?q=return&after=parcel")
    reader.get("/help/en/search?q=Return&after=return")  # the same words again are no new search
    assert [one.words for one in DeadEnd.objects.all()] == ["parcel"]
    assert (
        reader.post("/help/en/unopened", {"q": "refund form"}, **{"Sec-Fetch-Site": "same-origin"}).status_code == 204
    )
    assert reader.post("/help/en/unopened", {"q": "spam words"}, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    reader.get("/help/en/search?q=from%20elsewhere", **{"Sec-Fetch-Site": "cross-site"})
    assert {one.words for one in DeadEnd.objects.all()} == {"parcel", "refund form"}


def test_dead_ends_of_one_address_have_an_end(centre: HelpCentre, write: Write) -> None:
    reader = Reader("198.51.100.9")
    letters = "abcdefghijklmnopqrstuvwxyz"
    for n in range(visitors.DEAD_END.most + 5):
        reader.get(f"/help/en/search?q=zz{letters[n // 26]}{letters[n % 26]}q")
    assert DeadEnd.objects.count() <= visitors.DEAD_END.most


# --- requests ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def asks(centre: HelpCentre, mail: Inbox) -> HelpCentre:
    HelpCentre.objects.filter(pk=centre.pk).update(request_inbox=mail)
    return centre


def filled(**more: str) -> dict[str, str]:
    """A form that somebody took half a minute for."""
    import time

    form = asking.new_form(time.time() - 30)
    return {"form": form, "email": "ani@customer.example", "name": "Ani", "text": "My modem is dead.", **more}


def test_a_request_is_a_mail_from_an_address_that_nobody_proved(asks: HelpCentre, reader: Reader, write: Write) -> None:
    row, hidden = write("Restart the modem"), write("Zebra", audience="internal")
    page = reader.get(f"/help/en/request?q=dead%20modem&article={row.article_id}")
    assert "You searched for “dead modem”" in page.content.decode()
    assert "You read “Restart the modem”" in page.content.decode()

    form = filled(searched="dead modem", read=f"{row.article_id},{hidden.article_id},999999")
    sent = reader.post("/help/en/request", form)
    assert sent.status_code == 303
    conversation = Conversation.objects.get()
    confirmed = reader.get(sent["Location"]).content.decode()
    assert f"Your number: {conversation.number}" in confirmed

    message = conversation.messages.get(kind=Kind.IN)
    assert (message.text, message.sender, message.channel) == ("My modem is dead.", "ani@customer.example", "email")
    assert message.data["unproven"]
    assert message.inbox.address == "help@our.example"
    identity = Identity.objects.get(value="ani@customer.example")
    assert not identity.verified
    assert identity.customer.name == "Ani"
    note = conversation.messages.get(kind=Kind.NOTE)
    assert "dead modem" in note.text
    assert "Restart the modem" in note.text
    assert "Zebra" not in note.text
    assert conversation.waiting_since is not None
    # Nothing automatic goes out.
    assert not Message.objects.filter(kind=Kind.OUT).exists()
    assert AuditEntry.objects.filter(action="note.added").exists()


def test_the_same_form_twice_is_one_request(asks: HelpCentre, reader: Reader) -> None:
    form = filled()
    first, second = (reader.post("/help/en/request", form) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert Message.objects.filter(kind=Kind.IN).count() == 1
    assert Message.objects.filter(kind=Kind.NOTE).count() == 1


def test_a_typed_address_proves_nothing_of_whose_it_is(asks: HelpCentre, reader: Reader, customer: Customer) -> None:
    before = Identity.objects.get(value="karine@customer.example")
    sent = reader.post("/help/en/request", filled(email="Karine@Customer.example", name="Somebody Else"))
    shown = reader.get(sent["Location"]).content.decode()
    assert "Karine" not in shown
    assert "karine" not in shown
    after = Identity.objects.get(value="karine@customer.example")
    assert (after.verified_at, after.customer_id) == (before.verified_at, customer.pk)
    customer.refresh_from_db()
    assert customer.name == "Karine Grigoryan"
    assert Message.objects.get(kind=Kind.IN).data["unproven"]
    assert "Nobody has proven" in Message.objects.get(kind=Kind.NOTE).text


@pytest.mark.parametrize("given", [
    {"email": "not an address"}, {"email": ""}, {"email": "a@b.example\r\nBcc: c@d.example"}, {"text": "   "},
    {"text": "a" * 20_001}, {"form": ""}, {"form": "forged"}, {"email": "help@our.example"},
])  # fmt: skip
def test_what_can_not_be_taken_is_told_and_kept_in_the_form(
    asks: HelpCentre, reader: Reader, given: dict[str, str]
) -> None:
    answer = reader.post("/help/en/request", filled(**given))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert 'value="Ani"' in answer.content.decode()
    assert not Conversation.objects.exists()


def test_machines_get_nowhere(asks: HelpCentre, reader: Reader) -> None:
    quick = reader.post("/help/en/request", filled(form=asking.new_form()))
    assert quick.status_code == 422
    trapped = reader.post("/help/en/request", filled(website="https://spam.example"))
    assert trapped.status_code == 303  # and hears nothing of it
    foreign = reader.post("/help/en/request", filled(), **{"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert not Conversation.objects.exists()


def test_requests_of_one_address_have_an_end(asks: HelpCentre) -> None:
    reader = Reader("198.51.100.5")
    answers = [reader.post("/help/en/request", filled()).status_code for _ in range(visitors.REQUEST.most + 2)]
    assert answers[0] == 303
    assert answers[-1] == 429
    assert Conversation.objects.count() <= visitors.REQUEST.most
    assert Reader("198.51.100.6").post("/help/en/request", filled()).status_code == 303


def test_a_blocked_sender_is_not_told_so(asks: HelpCentre, reader: Reader) -> None:
    from tamada.customers.models import BlockedSender

    BlockedSender.objects.create(value="ani@customer.example")
    sent = reader.post("/help/en/request", filled())
    assert sent.status_code == 303
    assert "We have your request" in reader.get(sent["Location"]).content.decode()
    assert not Conversation.objects.exists()


def test_without_an_inbox_nothing_is_taken(reader: Reader, centre: HelpCentre, write: Write) -> None:
    write("One")
    assert "/request" not in reader.get("/help/en/articles/one").content.decode()
    assert reader.post("/help/en/request", filled()).status_code == 422
    assert not Conversation.objects.exists()


def test_the_words_of_a_customer_stay_words(asks: HelpCentre, reader: Reader, write: Write) -> None:
    write("One")
    page = reader.get("/help/en/request?q=<script>alert(1)</script>&article=1,2,x").content.decode()
    assert "<script>alert" not in page
    again = reader.post("/help/en/request", filled(text="<img src=x>", email="no", name='"><b>')).content.decode()
    assert "<img src=x>" not in again
    assert '"><b>' not in again
