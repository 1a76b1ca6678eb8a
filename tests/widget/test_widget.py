"""What a visitor's browser may ask, and what it may not."""

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.calendars.actions import create_calendar
from tamada.channels.chat.models import Line, Visitor
from tamada.channels.chat.outbox import deliver_due
from tamada.channels.email.accounts import open_mail_inbox, update_mail_account
from tamada.channels.email.models import MailAccount
from tamada.channels.journal import default_journal
from tamada.config import senders
from tamada.conversations.actions import create_inbox, delete_conversations, restore_conversations, send_reply
from tamada.conversations.models import Attachment, Inbox, Message
from tamada.core.actors import SYSTEM, Actor
from tamada.core.db import AWAY
from tamada.widget import floods
from tamada.widget.floods import Window
from tamada.widget.urls import urlpatterns
from tests.cast import first_team
from tests.channels.chat.conftest import proof
from tests.helpers.proof import sized

pytestmark = pytest.mark.django_db

JSON = {"content_type": "application/json"}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


class Browser:
    """One visitor's browser."""

    def __init__(self, inbox: Inbox, address: str = "127.0.0.1", **headers: str) -> None:
        self.client = Client(REMOTE_ADDR=address)
        self.headers = {"Accept-Language": "en", **headers}
        self.sent = 0
        made = self.post("visitors", {"key": inbox.key, "language": "en", "page": "https://shop.example/"})
        self.start = made
        if made.status_code == 201:
            self.token = made.json()["token"]

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        token = {"Authorization": f"Bearer {self.token}"} if hasattr(self, "token") else {}
        return {**self.headers, **token, **more}

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/widget/v1/{path}", headers=self._headers(headers))

    def post(self, path: str, body: Any, **headers: str) -> Any:
        text = body if isinstance(body, str) else json.dumps(body)
        return self.client.post(
            f"/widget/v1/{path}", text, content_type="application/json", headers=self._headers(headers)
        )

    def patch(self, path: str, body: Any) -> Any:
        return self.client.patch(
            f"/widget/v1/{path}", json.dumps(body), content_type="application/json", headers=self._headers({})
        )

    def upload(self, name: str, content: bytes) -> Any:
        file = SimpleUploadedFile(name, content)
        return self.client.post("/widget/v1/files", {"file": file}, headers=self._headers({}))

    def identify(self, user: str, proof: str) -> Any:
        """Prove who they are, and go on by the token that comes with it."""
        said = self.post("visitor/identify", {"user": user, "hash": proof})
        if said.status_code == 200:
            self.token = said.json()["token"] or self.token
        return said

    def say(self, text: str, conversation: str | None = None, *, client_id: str = "", **more: Any) -> Any:
        self.sent += 1
        body = {"client_id": client_id or f"m-{self.sent}", "conversation": conversation, "text": text, **more}
        headers = more.pop("headers", {})
        body.pop("headers", None)
        return self.post("messages", body, **headers)


@pytest.fixture
def browser(chat: Inbox) -> Browser:
    return Browser(chat)


@pytest.mark.sqlite  # PostgreSQL asks for its numbers in other ways.
def test_a_message_asks_the_database_what_it_must_and_nothing_of_an_assistant_that_is_off(
    browser: Browser, django_assert_num_queries: Callable[[int], AbstractContextManager[CaptureQueriesContext]]
) -> None:
    conversation = browser.say("Hello").json()["conversation"]["id"]
    with django_assert_num_queries(35) as asked:
        browser.say("Is anybody there?", conversation)
    assert not [query for query in asked.captured_queries if "assistant_" in query["sql"]]


def test_whatever_a_visitor_asks_shows_that_they_are_there_once_a_minute(browser: Browser) -> None:
    conversation = browser.say("Hello").json()["conversation"]["id"]
    long_ago = timezone.now() - timedelta(hours=1)

    def is_seen_by(ask: Callable[[], Any], before: datetime = long_ago) -> bool:
        Visitor.objects.update(seen_at=before)
        ask()
        return Visitor.objects.get().seen_at > before

    def ask() -> Any:
        return browser.get(f"conversations/{conversation}/messages")

    assert is_seen_by(ask)
    assert is_seen_by(lambda: browser.post(f"conversations/{conversation}/seen", {"seq": 1}))
    assert is_seen_by(lambda: browser.upload("pool.png", PNG))
    assert is_seen_by(lambda: browser.say("Is anybody there?", conversation))
    assert not is_seen_by(ask, timezone.now())
    Inbox.objects.update(settings={"chat": {"origins": ["https://shop.example"]}})
    browser.headers["Origin"] = "https://evil.example"
    assert not is_seen_by(ask)


@pytest.mark.sqlite
def test_the_setup_of_a_new_inbox_asks_nothing_and_is_open(chat: Inbox) -> None:
    found = Client().get(f"/widget/v1/config?key={chat.key}", headers={"Origin": "https://any.example"})
    body = found.json()
    assert (found.status_code, body["open"], body["form"], body["hours"]) == (200, True, [], None)
    assert body["reply_seconds"] is None
    assert found["Access-Control-Allow-Origin"] == "*"
    assert not found.cookies
    assert chat.secret not in found.content.decode()


def test_the_setup_says_for_how_long_it_holds(chat: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    week = {day: [(540, 1080)] for day in range(5)}
    chat.calendar = create_calendar(agent=None, actor=SYSTEM, name="Days", time_zone="Asia/Yerevan", week=week)
    chat.save()

    def told(at: str) -> list[Any]:
        monkeypatch.setattr(
            timezone, "now", lambda: datetime.fromisoformat(at).replace(tzinfo=ZoneInfo("Asia/Yerevan"))
        )
        config = Client().get(f"/widget/v1/config?key={chat.key}").json()
        return [config[name] for name in ("open", "opens_at", "changes_in")]

    assert told("2026-03-06T17:00") == [True, None, 3600]
    assert told("2026-03-08T08:00") == [False, "2026-03-09T05:00:00Z", 25 * 3600]
    Inbox.objects.update(calendar=None)
    assert told("2026-03-06T17:00") == [True, None, None]


def test_while_closed_the_setup_says_whether_an_answer_could_be_mailed(chat: Inbox) -> None:
    def says() -> bool:
        return bool(Client().get(f"/widget/v1/config?key={chat.key}").json()["mails"])

    assert says(), "while it is open nobody is promised a mail"
    chat.calendar = create_calendar(agent=None, actor=SYSTEM, name="Never", time_zone="Asia/Yerevan", week={})
    chat.save()
    assert not says(), "there is no mail inbox"
    mail = open_mail_inbox(agent=None, actor=SYSTEM, name="Mail", address="a@b.example")
    assert not says(), "it has no server"
    update_mail_account(agent=None, actor=SYSTEM, account=mail, smtp_url="smtp://127.0.0.1:2525")
    assert says()
    MailAccount.objects.update(sending_error="The server refuses connections.")
    assert not says()


def test_an_unknown_key_has_no_chat(db: None, chat: Inbox) -> None:
    first_team()
    mail = create_inbox(agent=None, actor=SYSTEM, name="Mail", channel="email", address="a@b.example")
    for key in ("nothing", "", mail.key, "a%00b"):
        refused = Client().get(f"/widget/v1/config?key={key}")
        assert (refused.status_code, refused.json()["code"]) == (404, "inbox")


@pytest.mark.sqlite
def test_a_page_may_ask_whether_it_may_ask() -> None:
    allowed = Client().options("/widget/v1/messages", headers={"Origin": "https://shop.example"})
    assert allowed.status_code == 204
    assert "authorization" in allowed["Access-Control-Allow-Headers"]
    assert "PATCH" in allowed["Access-Control-Allow-Methods"]


@pytest.mark.sqlite
def test_other_sites_are_refused_where_some_are_named(chat: Inbox) -> None:
    chat.settings = {"chat": {"origins": ["https://shop.example"]}}
    chat.save()
    ours = Browser(chat, Origin="https://shop.example")
    assert ours.start.status_code == 201
    theirs = Browser(chat, Origin="https://evil.example")
    assert (theirs.start.status_code, theirs.start.json()["code"]) == (403, "origin")
    assert ours.get("visitor").status_code == 200
    ours.headers["Origin"] = "https://evil.example"
    assert ours.get("visitor").json()["code"] == "origin"
    assert ours.say("Hello").status_code == 403


OPEN = {"config", "visitors", "files/<str:pk>"}
"""By a public key, or by a signed address; everything else by a token alone."""


@pytest.mark.sqlite
@pytest.mark.parametrize("route", [str(one.pattern) for one in urlpatterns])
def test_without_a_token_nothing_opens(db: None, route: str) -> None:
    path = route.replace("<str:pk>", "1")
    for header in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}):
        for method in ("get", "post", "patch", "put", "delete"):
            answer = getattr(Client(), method)(f"/widget/v1/{path}", headers=header)
            assert answer.status_code in ({404, 400, 405} if route in OPEN else {401, 405}), (method, path)
            assert answer["Access-Control-Allow-Origin"] == "*"
            assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
            assert not answer.cookies


@pytest.mark.sqlite
def test_no_other_path_is_there(db: None) -> None:
    for path in ("", "nothing", "messages/1", "visitor/", "conversations/1/notes", "../../login"):
        assert Client().get(f"/widget/v1/{path}").status_code == 404


@pytest.mark.parametrize("error", AWAY)
def test_while_the_database_is_away_it_says_so_and_to_ask_again(
    browser: Browser, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object, **_more: object) -> None:
        raise error("away")

    monkeypatch.setattr(Visitor.objects, "filter", away)
    monkeypatch.setattr(Visitor.objects, "select_related", away)
    for told in (browser.get("conversations"), browser.say("Hello")):
        assert (told.status_code, told.json()["code"], told["Retry-After"]) == (503, "away", "5")


def test_a_message_is_answered_once_it_is_stored(browser: Browser) -> None:
    first = browser.say("Hello")
    assert first.status_code == 201
    body = first.json()
    assert (body["message"]["seq"], body["message"]["kind"], body["message"]["client_id"]) == (1, "in", "m-1")
    again = browser.say("Hello", client_id="m-1")
    assert (again.status_code, again.json()["message"]) == (200, body["message"])
    assert Message.objects.count() == 1
    other = browser.say("Other words", client_id="m-1")
    assert (other.status_code, other.json()["code"]) == (409, "client_id")
    pk = body["conversation"]["id"]
    browser.say("And this", pk)
    listed = browser.get(f"conversations/{pk}/messages?after=1").json()
    assert [(m["seq"], m["text"]) for m in listed["items"]] == [(2, "And this")]
    assert listed["more"] is False
    older = browser.get(f"conversations/{pk}/messages?before=3&limit=1").json()
    assert [m["seq"] for m in older["items"]] == [2]
    assert older["more"] is True
    (last,) = browser.get("conversations").json()["items"]
    assert (last["preview"], last["last_kind"]) == ("And this", "in")


def test_the_list_says_whose_the_last_words_are(chat: Inbox, browser: Browser, teammate: Agent) -> None:
    browser.say("Hello")
    conversation = Line.objects.get().thread.conversation
    actor = Actor("agent", teammate.pk, teammate.name)
    send_reply(agent=teammate, actor=actor, conversation=conversation, text="Good day")
    deliver_due()
    (last,) = browser.get("conversations").json()["items"]
    assert (last["preview"], last["last_kind"]) == ("Good day", "out")


def test_another_visitors_conversation_is_absent(chat: Inbox, browser: Browser) -> None:
    pk = browser.say("Secret").json()["conversation"]["id"]
    other = Browser(chat)
    absent = other.get("conversations/987654")
    assert absent.status_code == 404
    for refused in (
        other.get(f"conversations/{pk}"),
        other.get(f"conversations/{pk}/messages"),
        other.post(f"conversations/{pk}/typing", {"typing": True}),
        other.post(f"conversations/{pk}/seen", {"seq": 1, "read": True}),
        other.say("Let me in", pk),
    ):
        assert (refused.status_code, refused.json()) == (404, absent.json())
    assert other.get("conversations").json() == {"items": []}
    assert Message.objects.count() == 1


def test_what_colleagues_deleted_is_absent_until_they_take_that_back(browser: Browser, teammate: Agent) -> None:
    pk = browser.say("Hello").json()["conversation"]["id"]
    conversation = Line.objects.get().thread.conversation
    actor = Actor("agent", teammate.pk, teammate.name)
    delete_conversations(agent=teammate, actor=actor, conversations=[conversation])
    for refused in (
        browser.get(f"conversations/{pk}"),
        browser.get(f"conversations/{pk}/messages?after=0"),
        browser.post(f"conversations/{pk}/typing", {"typing": True}),
        browser.post(f"conversations/{pk}/seen", {"seq": 1, "read": True}),
        browser.say("Still there?", pk),
    ):
        assert (refused.status_code, refused.json()["code"]) == (404, "conversation")
    another = browser.say("Still there?").json()["conversation"]["id"]
    assert [one["id"] for one in browser.get("conversations").json()["items"]] == [another]
    restore_conversations(agent=teammate, actor=actor, ids=[conversation.pk])
    assert browser.say("Again", pk).json()["conversation"]["id"] == pk


def test_forged_ids_and_bodies_are_refused_with_a_reason(browser: Browser) -> None:
    for pk in ("0", "-1", "1e3", "9" * 40, "abc", "%00"):
        assert browser.get(f"conversations/{pk}").status_code == 404
    named = ('{"client_id": 5}', '{"client_id": "a b", "text": "x"}', '{"client_id": ""}')
    for body in ("[1]", "{", '"x"', "[" * 20000, *named):
        refused = browser.post("messages", body)
        assert (refused.status_code, refused.json()["code"]) == (400, "body")
    assert browser.say("x", attachments=["999"]).json()["code"] == "file"
    assert browser.say("x", attachments=[1]).json()["code"] == "body"
    assert browser.say("   ").json()["code"] == "empty"
    assert browser.client.put("/widget/v1/messages", headers=browser._headers({})).status_code == 405
    assert browser.post("messages", '{"client_id": "s", "text": "a\\ud800\\u0000b"}').status_code == 201
    assert Message.objects.get().text == "a\ufffdb"


def test_a_megabyte_is_refused_and_markup_stays_text(browser: Browser) -> None:
    refused = browser.say("a" * 1_000_000)
    assert (refused.status_code, refused.json()["code"]) == (413, "too_long")
    assert browser.say("a" * 20_001).json()["code"] == "too_long"
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    said = browser.say(hostile)
    assert said.json()["message"]["text"] == hostile
    assert Message.objects.get().html == ""


def _work(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest())


@pytest.mark.sqlite
def test_a_flood_has_to_work_and_then_to_wait(browser: Browser) -> None:
    answers = [browser.say(f"{n}") for n in range(61)]
    assert [a.status_code for a in answers] == [201] * 60 + [429]
    refused = answers[-1].json()
    assert refused["code"] == "busy"
    text, bits = refused["challenge"]["text"], refused["challenge"]["bits"]
    n = next(n for n in range(1 << 26) if not _work(f"{text}:{n}") >> (256 - bits))
    solved = {"Tamada-Proof": f"{text}:{n}"}
    assert browser.say("worked", headers=solved).status_code == 201
    assert browser.say("replayed", headers=solved).status_code == 429
    forged = text.replace(text[-4:], "AAAA")
    assert browser.say("forged", headers={"Tamada-Proof": f"{forged}:{n}"}).status_code == 429
    for path in ("conversations", "visitor"):
        assert browser.get(path).status_code == 200


@pytest.mark.sized
@pytest.mark.sqlite
def test_ten_thousand_messages_of_one_visitor_are_few_and_harm_nobody_else(chat: Inbox, browser: Browser) -> None:
    answers = [browser.say(f"{n}", headers={"Tamada-Proof": "made.up:1"}) for n in range(sized(650, 10_000))]
    assert {a.status_code for a in answers} == {201, 429}
    last = answers[-1]
    assert "challenge" not in last.json()  # by now no work helps, only waiting
    assert int(last["Retry-After"]) > 0
    stored = [a for a in answers if a.status_code == 201]
    assert Message.objects.count() == len(stored) < 130
    assert browser.get("conversations").status_code == 200
    assert Browser(chat, address="203.0.113.9").say("Hello").status_code == 201


@pytest.mark.sqlite
def test_an_address_begins_so_many_visitors(chat: Inbox) -> None:
    starts = [Browser(chat, address="203.0.113.7").start.status_code for _ in range(61)]
    assert starts == [201] * 60 + [429]
    assert Browser(chat, address="203.0.113.8").start.status_code == 201


@pytest.mark.sqlite
def test_identity_needs_the_sites_proof(chat: Inbox, browser: Browser) -> None:
    for wrong in ("", "0" * 64, proof(chat, "other"), "é"):
        refused = browser.post("visitor/identify", {"user": "ani", "hash": wrong})
        assert (refused.status_code, refused.json()["code"]) == (403, "hash")
    assert browser.get("visitor").json()["visitor"]["user"] is None
    said = browser.post("visitor/identify", {"user": "ani", "hash": proof(chat, "ani").upper(), "name": "Ani"})
    assert (said.status_code, said.json()["visitor"]["user"]) == (200, "ani")
    assert browser.get("visitor").status_code == 401
    browser.token = said.json()["token"]
    assert browser.get("visitor").json()["visitor"] == said.json()["visitor"]
    once = browser.post("visitor/identify", {"user": "ani", "hash": proof(chat, "ani")})
    assert (once.status_code, once.json()["token"]) == (200, None)
    odd = browser.post("visitor/identify", {"user": " ani", "hash": proof(chat, " ani")})
    assert (odd.status_code, odd.json()["code"]) == (422, "user")


def test_the_next_person_at_the_screen_sees_nothing_of_the_former(chat: Inbox, browser: Browser) -> None:
    browser.identify("ani", proof(chat, "ani"))
    browser.say("I am Ani")
    changed = browser.post("visitor/identify", {"user": "bob", "hash": proof(chat, "bob")}).json()
    assert changed["token"]
    assert changed["visitor"]["user"] == "bob"
    old, browser.token = browser.token, changed["token"]
    assert browser.get("conversations").json() == {"items": []}
    browser.token = old
    assert len(browser.get("conversations").json()["items"]) == 1
    elsewhere = Browser(chat)
    elsewhere.identify("ani", proof(chat, "ani"))
    assert len(elsewhere.get("conversations").json()["items"]) == 1


@pytest.mark.sqlite
def test_a_user_of_one_inbox_is_nobody_in_another(chat: Inbox, browser: Browser) -> None:
    other = create_inbox(agent=None, actor=SYSTEM, name="Other site", channel="chat")
    browser.identify("ani", proof(chat, "ani"))
    browser.say("I am Ani")
    there = Browser(other)
    assert there.identify("ani", proof(chat, "ani")).status_code == 403
    there.identify("ani", proof(other, "ani"))
    assert there.get("conversations").json() == {"items": []}


def test_files_come_and_go(chat: Inbox, browser: Browser) -> None:
    file = browser.upload("pool.png", PNG)
    assert file.status_code == 201
    said = browser.say("", attachments=[file.json()["id"]]).json()["message"]
    url = said["attachments"][0]["url"]
    path = url[url.index("/widget/") :]
    fetched = Client().get(path)
    assert b"".join(fetched) == PNG
    assert fetched["Content-Type"] == "image/png"
    assert fetched["X-Content-Type-Options"] == "nosniff"
    assert Client().get(path[:-1]).status_code == 404
    assert Client().get(path.partition("?")[0]).status_code == 404
    kind = browser.upload("a.png", b"<!doctype html><script>1</script>")
    assert (kind.status_code, kind.json()["code"]) == (415, "file_type")
    large = browser.upload("a.png", PNG + b"\0" * (11 << 20))
    assert (large.status_code, large.json()["code"]) == (413, "too_large")
    other = Browser(chat)
    mine = browser.upload("b.png", PNG).json()["id"]
    assert other.say("", attachments=[mine]).json()["code"] == "file"


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("window", "method", "path"),
    [
        ("OTHER", "get", "visitor"),
        ("OTHER", "patch", "visitor"),
        ("OTHER", "post", "visitor/identify"),
        ("OTHER", "get", "conversations"),
        ("OTHER", "get", "conversations/1"),
        ("OTHER", "get", "conversations/1/messages"),
        ("OTHER", "post", "conversations/1/typing"),
        ("OTHER", "post", "conversations/1/seen"),
        ("UPLOAD", "post", "files"),
        ("WRITE", "post", "messages"),
        ("START", "post", "visitors"),
    ],
)
def test_made_up_tokens_are_counted_by_their_address_and_then_cost_nothing(
    chat: Inbox, monkeypatch: pytest.MonkeyPatch, window: str, method: str, path: str
) -> None:
    small = Window(f"few-{window}", 2, 3, 60, workable=False)
    monkeypatch.setattr(floods, window, small)

    def asked(number: int, address: str = "203.0.113.7") -> Any:
        headers = {"Authorization": f"Bearer made-up-{number}"}
        body = '{"key": "made-up"}' if path == "visitors" else "{"
        run = getattr(Client(REMOTE_ADDR=address), method)
        return run(f"/widget/v1/{path}", headers=headers, **({} if method == "get" else {"data": body, **JSON}))

    unknown = 404 if path == "visitors" else 401
    assert [asked(n).status_code for n in range(3)] == [unknown] * 3
    with CaptureQueriesContext(connection) as queries:
        refused = asked(4)
    assert (refused.status_code, refused.json()["code"], len(queries)) == (429, "busy", 0)
    assert asked(5, "203.0.113.8").status_code == unknown


@pytest.mark.sqlite
def test_no_work_buys_more_files(browser: Browser) -> None:
    answers = [browser.upload("pool.png", PNG) for _ in range(21)]
    assert [a.status_code for a in answers] == [201] * 20 + [429]
    assert "challenge" not in answers[-1].json()
    assert int(answers[-1]["Retry-After"]) > 0
    assert browser.say("Hello").status_code == 201


@pytest.mark.sqlite
def test_files_that_wait_have_their_measure_until_they_are_sent(
    chat: Inbox, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tamada.channels.chat.actions.files.MOST_WAITING", 2 * len(PNG))
    waiting = [browser.upload("pool.png", PNG).json()["id"] for _ in range(2)]
    refused = browser.upload("pool.png", PNG)
    assert (refused.status_code, refused.json()["code"]) == (413, "files_wait")
    assert Browser(chat).upload("pool.png", PNG).status_code == 201
    assert browser.say("", attachments=waiting).status_code == 201
    assert browser.upload("pool.png", PNG).status_code == 201


@pytest.mark.sqlite
def test_files_are_refused_while_there_is_room_for_mail(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    journal, statvfs = default_journal(), os.statvfs
    free = 4 * journal.reserve

    def short(path: Any) -> Any:
        room = statvfs(path)
        values = list(room)
        values[4] = free // room.f_frsize  # f_bavail
        return os.statvfs_result(values)

    monkeypatch.setattr(os, "statvfs", short)
    refused = browser.upload("pool.png", PNG)
    assert (refused.status_code, refused.json()["code"]) == (413, "no_room")
    assert not Attachment.objects.exists()
    journal.check_space(1_000_000)
    assert browser.say("Then without").status_code == 201
    free = 6 * journal.reserve
    assert browser.upload("pool.png", PNG).status_code == 201


@pytest.mark.sqlite
def test_refusals_are_told_in_the_visitors_language(browser: Browser) -> None:
    english = browser.say(" ").json()["detail"]
    assert browser.post("messages?lang=ru", {"client_id": "z", "text": " "}).json()["detail"] != english


def test_the_form_comes_first_and_its_address_is_not_proven(chat: Inbox, browser: Browser) -> None:
    chat.settings = {"chat": {"ask_email": "required"}}
    chat.save()
    refused = browser.say("Hello")
    assert (refused.status_code, refused.json()["fields"]) == (422, ["email"])
    assert browser.patch("visitor", {"email": "nonsense"}).json()["code"] == "email"
    assert browser.patch("visitor", {"email": "Ani@home.example", "name": "Ani"}).status_code == 200
    assert browser.say("Hello").status_code == 201
    customer = Visitor.objects.get().customer
    assert customer is not None
    assert customer.name == "Ani"
    assert [(i.type, i.verified) for i in customer.identities.order_by("type")] == [("chat", False), ("email", False)]


def test_a_visitors_token_lets_files_in_at_the_chats_door_alone(chat: Inbox) -> None:
    headers = [(b"authorization", f"Bearer {Browser(chat).token}".encode())]
    assert senders.most_from({"path": "/widget/v1/files", "headers": headers}) == senders.VISITORS
    for path in ("/settings/import", "/api/v1/attachments", "/help/en/ask"):
        assert senders.most_from({"path": path, "headers": headers}) == senders.STRANGERS
