"""The search page, its live fragment, and the palette."""

import pytest
from django.test import Client

from tamada.accounts.models import Agent
from tamada.desk.marks import excerpt, marked
from tests.cast import SignedIn
from tests.conversations.conftest import Receive


@pytest.fixture
def desk(teammate: Agent, signed_in: SignedIn) -> Client:
    return signed_in(teammate)


LIVE = {"HX-Request": "true", "HX-Target": "results"}


def test_the_page_marks_what_was_looked_for(desk: Client, receive: Receive) -> None:
    message = receive(text="Please bring <b>invoices</b> tomorrow", subject="An invoice & more", sender="ani@mail.am")
    page = desk.get("/search", {"q": "invoice"}).content.decode()
    assert f'href="/conversations/{message.conversation_id}#message-{message.pk}"' in page
    assert "An <mark>invoice</mark> &amp; more" in page
    assert "&lt;b&gt;<mark>invoices</mark>&lt;/b&gt;" in page


def test_the_live_answer_is_a_fragment(desk: Client, receive: Receive) -> None:
    receive(text="The modem")
    answer = desk.get("/search", {"q": "mod"}, headers=LIVE).content.decode()
    assert "<html" not in answer
    assert "<mark>modem</mark>" in answer


def test_a_stranger_finds_nothing(outsider: Agent, signed_in: SignedIn, receive: Receive, client: Client) -> None:
    receive(text="The modem", sender="ani@mail.am")
    for kind in ("conversations", "customers"):
        for q in ("modem", "ani", "#1"):
            answer = signed_in(outsider).get("/search", {"q": q, "kind": kind})
            assert 'class="hit"' not in answer.content.decode()
    assert signed_in(outsider).get("/palette", {"q": "modem"}).content.strip() == b""
    assert client.get("/search", {"q": "modem"}).status_code == 302


def test_operators_are_chips_that_can_be_taken_off(desk: Client, receive: Receive) -> None:
    receive(text="The modem")
    page = desk.get("/search", {"q": "modem is:open tag:none"}, headers=LIVE).content.decode()
    assert "q=modem+tag%3Anone" in page
    assert "There is no tag “none”." in page


def test_a_number_sent_off_opens_its_conversation(desk: Client, receive: Receive) -> None:
    pk = receive(text="The modem").conversation_id
    for q in (f"#{pk}", str(pk)):
        assert desk.get("/search", {"q": q})["Location"] == f"/conversations/{pk}"
    live = desk.get("/search", {"q": f"#{pk}"}, headers=LIVE)
    assert f'href="/conversations/{pk}"' in live.content.decode()


def test_pages_follow_each_other(desk: Client, receive: Receive) -> None:
    for n in range(22):
        receive(text=f"modem {n}", sender=f"p{n}@mail.am")
    first = desk.get("/search", {"q": "modem"})
    assert first.content.decode().count('class="hit"') == 20
    rest = desk.get(first.context["next"])
    assert rest.content.decode().count('class="hit"') == 2
    assert rest.context["next"] == ""


def test_recent_searches_are_kept_and_forgotten(desk: Client) -> None:
    desk.get("/search", {"q": "modem"})
    desk.get("/search", {"q": "mo"}, headers=LIVE)
    desk.post("/search/recent", {"q": " blue  antenna "})
    page = desk.get("/search")
    assert page.context["recent"] == ["blue antenna", "modem"]
    desk.post("/search/recent")
    assert desk.get("/search").context["recent"] == []


def test_customers_have_a_tab_of_their_own(desk: Client, receive: Receive) -> None:
    receive(sender="karine@mail.am")
    page = desk.get("/search", {"q": "karin", "kind": "customers"}).content.decode()
    assert "<mark>Karine</mark>" in page
    assert "<mark>karine</mark>@mail.am" in page


def test_customers_stand_above_and_both_tabs_say_how_many(desk: Client, receive: Receive) -> None:
    receive(sender="karine@mail.am", text="The modem blinks")
    page = desk.get("/search", {"q": "karine@mail.am"}).content.decode()
    assert 'Conversations <span class="count">1</span>' in page
    assert 'Customers <span class="count">1</span>' in page
    assert page.index('data-row href="/customers/') < page.index('data-row href="/conversations/')
    assert 'Customers <span class="count">0</span>' in desk.get("/search", {"q": "blinks"}).content.decode()


def test_no_number_is_said_of_what_is_only_spelt_alike(desk: Client, receive: Receive) -> None:
    receive(text="The thermometer blinks")
    page = desk.get("/search", {"q": "thermometre"}).content.decode()
    assert "Nothing is spelt exactly so." in page
    assert 'aria-current="page">Conversations</a>' in page
    assert 'data-row href="/conversations/' in page


def test_has_file_and_has_attachment_are_the_same(desk: Client, receive: Receive) -> None:
    receive(text="The modem blinks")
    for word in ("file", "attachment"):
        page = desk.get("/search", {"q": f"has:{word} modem"}).content.decode()
        assert "was left out" not in page
        assert 'class="hit"' not in page


def test_the_palette_answers_with_options(desk: Client, receive: Receive) -> None:
    message = receive(text="The modem", sender="modem@mail.am")
    answer = desk.get("/palette", {"q": "modem"}).content.decode()
    assert answer.count('class="palette-item" role="option"') == 3
    assert f"/conversations/{message.conversation_id}" in answer
    assert desk.get("/palette", {"q": ""}).content.strip() == b""


def test_nonsense_is_refused_or_harmless(desk: Client) -> None:
    assert desk.get("/search", {"q": "x", "cursor": "!"}).status_code == 400
    assert desk.get("/search", {"q": "x", "kind": "elephants"}).status_code == 400
    assert desk.get("/search", {"q": "x" * 5000}).status_code == 200
    assert desk.get("/search", {"q": '"\x00" <script>alert(1)</script>'}).content.count(b"<script>alert") == 0


def test_an_excerpt_is_around_the_word() -> None:
    text = f"{'before ' * 60}the modem {'after ' * 60}"
    found = excerpt(text, "modem")
    assert "<mark>modem</mark>" in found
    assert found.startswith("… ")
    assert found.endswith(" …")
    assert len(found) < 230
    assert excerpt("Short <text>", "nothing") == "Short &lt;text&gt;"
    assert marked("", "modem") == ""
    assert excerpt("x" * 500, "x" * 500)
