"""A database that an earlier version wrote is this version's own after `migrate`: every row, count, word and page."""

import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import Max
from django.test import Client

from tamada.channels.email.accounts import credentials_of
from tamada.channels.email.models import MailAccount
from tamada.cli import archive
from tamada.cli.looks import GOOD, database, work
from tamada.conversations import counts
from tamada.conversations.actions import receive_messages
from tamada.conversations.models import Attachment, Conversation, ConversationCount, Inbox, Kind, Message
from tamada.core import storage
from tests.conversations.conftest import envelope_to
from tests.upgrade.conftest import BACKUP, DATABASE, Upgraded
from tests.upgrade.kept import primary_key

# What a migration changes on purpose is named here, with the reason: "room.Model" for a table that went away,
# "room.Model.field" for values that are rewritten.
MEANT: dict[str, str] = {
    "accounts.ApiToken.scopes": "The scope `admin` is gone: nothing ever asked about it.",
}
# What a restore changes by itself.
COUNTED_ANEW = "conversations.ConversationCount"
HELD_BACK = {"conversations.Message.delivery", "conversations.Delivery.settled_at", "conversations.Delivery.last_error"}


def rows_now(label: str) -> dict[Any, dict[str, Any]]:
    """A table's rows, as a backup of today holds them."""
    out = io.BytesIO()
    archive._write_table(apps.get_model(label), out)
    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    return {row[primary_key(row)]: row for row in rows}


def test_every_row_is_kept(upgraded: Upgraded) -> None:
    restored = upgraded.way == BACKUP
    for label, before in upgraded.kept.rows.items():
        if label in MEANT or (restored and label == COUNTED_ANEW):
            continue
        after = rows_now(label)
        assert before.keys() <= after.keys(), f"{label} has lost rows."
        for key, row in before.items():
            there = after[key]
            for field, value in row.items():
                name = f"{label}.{field}"
                if field in there and name not in MEANT and not (restored and name in HELD_BACK):
                    assert there[field] == value, f"{name} of {key} has changed; see MEANT."


def test_no_row_is_added_but_by_design(upgraded: Upgraded) -> None:
    """Nothing is there twice. A restore leaves a note of how far its indexing came."""
    for label, before in upgraded.kept.rows.items():
        if label not in MEANT and label not in (COUNTED_ANEW, "core.StoredSetting"):
            assert len(rows_now(label)) == len(before), label


def test_what_was_on_its_way_leaves_only_from_the_database_itself(upgraded: Upgraded) -> None:
    waiting = {k for k, row in upgraded.kept.rows["conversations.Delivery"].items() if row["settled_at"] is None}
    assert waiting
    now = rows_now("conversations.Delivery")
    assert {k for k in waiting if now[k]["settled_at"] is None} == (waiting if upgraded.way == DATABASE else set())


def test_events_and_sessions_are_kept_in_the_database(upgraded: Upgraded, tmp_path: Path) -> None:
    if upgraded.way == BACKUP:
        return  # a backup leaves them out
    before = sqlite3.connect(upgraded.kept.put_database(tmp_path / "before.sqlite3"))
    after = sqlite3.connect(upgraded.data_dir / "tamada.sqlite3")
    with closing(before), closing(after):
        for table in ("core_event", "django_session"):
            shared = ", ".join(sorted(columns(before, table) & columns(after, table)))
            select = f"SELECT {shared} FROM {table} ORDER BY 1, 2"
            kept = before.execute(select).fetchall()
            assert kept
            assert kept == after.execute(select).fetchall()


def columns(database: sqlite3.Connection, table: str) -> set[str]:
    return {f'"{row[1]}"' for row in database.execute(f"PRAGMA table_info({table})")}


def test_counters_equal_a_recount(upgraded: Upgraded) -> None:
    def badges() -> set[tuple[Any, ...]]:
        fields = ("inbox", "team", "assignee_id", "status", "total")
        return set(ConversationCount.objects.exclude(total=0).values_list(*fields))

    shown = badges()
    assert shown
    with undone():
        counts.rebuild()
        assert badges() == shown
    for conversation in Conversation.objects.all():
        messages = Message.objects.filter(conversation=conversation)
        assert conversation.message_count == messages.exclude(kind=Kind.SYSTEM).count()
        assert conversation.last_seq >= messages.aggregate(last=Max("seq"))["last"]  # one was taken back


@pytest.mark.parametrize("language", ["en", "hy", "ka", "ru"])
def test_search_finds_words_in_other_forms(upgraded: Upgraded, language: str) -> None:
    word, subject = upgraded.kept.about["finds"][language]
    found = program(upgraded).get("/api/v1/search", {"q": word, "kind": "conversations"})
    assert subject in [item["subject"] for item in found.json()["items"]]


def test_the_desk_opens_and_the_password_is_still_right(upgraded: Upgraded) -> None:
    browser = Client(headers={"host": "localhost"})
    about = upgraded.kept.about
    browser.post("/login", {"email": about["sign_in"], "password": about["password"]})
    pages = ["/", "/customers/", "/settings/people", "/settings/quarantine", "/settings/tasks"]
    pages += [f"/conversations/{pk}" for pk in Conversation.objects.values_list("pk", flat=True)]
    pages += [f"/customers/{row['id']}" for row in list(upgraded.kept.rows["customers.Customer"].values())[:3]]
    with undone():  # opening marks as read
        assert {page: browser.get(page, follow=True).status_code for page in pages} == dict.fromkeys(pages, 200)
        assert b"/login" not in b"".join(url.encode() for url, _ in browser.get("/", follow=True).redirect_chain)


def test_the_api_lists_for_a_token_of_that_time(upgraded: Upgraded) -> None:
    client = program(upgraded)
    with undone():  # a token notes when it was used
        lists = {name: client.get(f"/api/v1/{name}", {"limit": 200}) for name in ("conversations", "customers")}
        assert {name: answer.status_code for name, answer in lists.items()} == {"conversations": 200, "customers": 200}
    listed = {item["id"] for item in lists["customers"].json()["items"]}
    assert len(listed) == len(upgraded.kept.rows["customers.Customer"])


def test_check_finds_the_database_in_order(upgraded: Upgraded) -> None:
    looks = (database.database, database.contents, database.clock, work.attachments)
    assert [found.text for look in looks for found in look() if found.state != GOOD] == []


def test_files_and_secrets_can_still_be_read(upgraded: Upgraded) -> None:
    for attachment in Attachment.objects.all():
        assert len(storage.read(attachment.blob)) == attachment.size
    urls = [credentials_of(account).smtp_url for account in MailAccount.objects.exclude(smtp_url="")]
    assert urls
    assert all(urls)


def test_life_goes_on(upgraded: Upgraded) -> None:
    """New rows get ids beyond the old ones, and what comes in is threaded, counted and found."""
    inbox = Inbox.objects.filter(channel="email").order_by("pk")[0]
    with undone():
        (received,) = receive_messages(envelopes=[envelope_to(inbox, text="My oven smells of gas.")])
        assert received.message_id
        assert received.message_id > max(upgraded.kept.rows["conversations.Message"])
        found = program(upgraded).get("/api/v1/search", {"q": "oven", "kind": "conversations"})
        assert [item["id"] for item in found.json()["items"]] == [str(received.conversation_id)]


def program(upgraded: Upgraded) -> Client:
    return Client(headers={"host": "localhost", "authorization": f"Bearer {upgraded.kept.about['token']}"})


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
