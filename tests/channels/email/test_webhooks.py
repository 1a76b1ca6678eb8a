"""Mail that providers post: only with the right secret and signature, on disk before 200."""

import base64
import hashlib
import hmac
import json
import time
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from tamada.channels.email.accounts import new_webhook_key
from tamada.channels.email.models import MailAccount
from tamada.channels.ingest import Ingest
from tamada.channels.journal import DiskShortError, Journal
from tamada.config.bridge import LARGEST_BODY
from tamada.config.senders import STRANGERS, most_from
from tamada.conversations.models import Message
from tamada.core import settings_store
from tamada.core.actors import SYSTEM
from tamada.core.models import StoredSetting
from tests.channels.conftest import ADDRESS, mail

SIGNING_KEY = "key-of-mailgun"


@pytest.fixture
def key(account: MailAccount, owner, journal) -> str:
    return new_webhook_key(agent=owner, actor=SYSTEM, account=account)


def post(provider: str, account: MailAccount, key: str, data: Any, **options: Any) -> Any:
    credentials = base64.b64encode(f"tamada:{key}".encode()).decode()
    url = f"/hooks/mail/{provider}/{account.inbox_id}"
    return Client().post(url, data, HTTP_AUTHORIZATION=f"Basic {credentials}", **options)


def mailgun(raw: bytes, signing_key: str = SIGNING_KEY) -> dict[str, str]:
    stamp, token = str(int(time.time())), "t" * 50
    signature = hmac.new(signing_key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "timestamp": stamp,
        "token": token,
        "signature": signature,
        "sender": "karine@customer.example",
        "recipient": ADDRESS,
        "body-mime": raw.decode("utf-8", "surrogateescape"),
    }


def taken_in(journal: Journal) -> Message:
    ingest = Ingest(journal)
    ingest.recover()
    ingest.step()
    return Message.objects.get()


def test_raw_mime_is_kept_as_it_came(account, key, journal):
    settings_store.set("mail.mailgun.signing_key", SIGNING_KEY, SYSTEM)
    raw = mail("Բարև, սա փոստ է")
    assert post("mailgun", account, key, mailgun(raw)).status_code == 200
    [name] = journal.pending()
    assert journal.load(name).raw == raw
    assert taken_in(journal).text == "Բարև, սա փոստ է"


@pytest.mark.parametrize("multipart", [False, True])
def test_raw_mime_in_an_old_charset_keeps_its_bytes(account, key, journal, multipart):
    settings_store.set("mail.mailgun.signing_key", SIGNING_KEY, SYSTEM)
    raw = (
        f"From: karine@customer.example\r\nTo: {ADDRESS}\r\nMessage-ID: <old@x.example>\r\nSubject: x\r\n"
        "Content-Type: text/plain; charset=windows-1251\r\nContent-Transfer-Encoding: 8bit\r\n\r\nПривет, Карине\r\n"
    ).encode("cp1251")
    fields = {name: value.encode() for name, value in mailgun(b"x").items()} | {"body-mime": raw}
    if multipart:
        content = b"".join(
            b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
            for name, value in fields.items()
        )
        sent, kind = content + b"--b--\r\n", "multipart/form-data; boundary=b"
    else:
        sent, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
    assert post("mailgun", account, key, sent, content_type=kind).status_code == 200
    [name] = journal.pending()
    assert journal.load(name).raw == raw
    assert taken_in(journal).text == "Привет, Карине"


def test_parsed_fields_become_a_message_again(account, key, journal):
    message = {
        "FromFull": {"Email": "karine@customer.example", "Name": "Karine"},
        "From": "Karine <karine@customer.example>",
        "To": ADDRESS,
        "ToFull": [{"Email": ADDRESS, "Name": ""}],
        "Subject": "Router",
        "Date": "Mon, 5 Jan 2026 10:00:00 +0400",
        "TextBody": "It is broken.",
        "HtmlBody": "<p>It is broken.</p>",
        "Headers": [{"Name": "Message-ID", "Value": "<p1@customer.example>"}],
        "Attachments": [
            {"Name": "bill.pdf", "Content": base64.b64encode(b"%PDF-").decode(), "ContentType": "application/pdf"}
        ],
        "MessageID": "provider-id",
    }
    answer = post("postmark", account, key, json.dumps(message), content_type="application/json")
    assert answer.status_code == 200
    received = taken_in(journal)
    assert (received.text, received.external_id) == ("It is broken.", "<p1@customer.example>")
    assert received.attachments.get().name == "bill.pdf"


def test_the_same_mail_by_webhook_and_smtp_is_one(account, key, journal, deliver):
    raw = mail()
    deliver(raw)
    assert post("mailgun", account, key, mailgun(raw)).status_code == 200
    assert taken_in(journal).text.startswith("Hello")


def test_a_wrong_secret_or_signature_is_refused(account, key, journal):
    assert post("mailgun", account, "wrong", mailgun(mail())).status_code == 403
    settings_store.set("mail.mailgun.signing_key", SIGNING_KEY, SYSTEM)
    assert post("mailgun", account, key, mailgun(mail(), "another key")).status_code == 403
    assert journal.pending() == []


def test_the_secret_is_kept_as_a_digest_alone(account, key, journal):
    account.refresh_from_db()
    assert key not in str(MailAccount.objects.values().get())
    assert post("mailgun", account, account.webhook_digest, mailgun(mail())).status_code == 403
    assert Client().post(f"/hooks/mail/mailgun/{account.inbox_id}", mailgun(mail())).status_code == 403
    assert post("mailgun", account, key, mailgun(mail())).status_code == 200


def test_secrets_of_earlier_versions_are_brought_along(account, key, journal):
    StoredSetting.objects.create(key="mail.mailgun.signing_key", value=SIGNING_KEY)
    MailAccount.objects.update(webhook_digest=key)
    seal = import_module("tamada.channels.email.migrations.0005_secrets").seal
    seal(apps, SimpleNamespace(connection=connection))
    settings_store.forget()
    assert SIGNING_KEY not in str(StoredSetting.objects.get(key="mail.mailgun.signing_key").value)
    assert post("mailgun", account, key, mailgun(mail())).status_code == 200
    assert post("mailgun", account, key, mailgun(mail(), "another key")).status_code == 403


def test_what_is_not_there_or_not_understood(account, key, journal, owner):
    assert post("pigeon", account, key, {}).status_code == 404
    assert post("postmark", account, key, "no json", content_type="application/json").status_code == 400
    assert Client().get(f"/hooks/mail/postmark/{account.inbox_id}").status_code == 405
    assert Client().head(f"/hooks/mail/postmark/{account.inbox_id}").status_code == 200
    MailAccount.objects.update(webhook_digest="")
    assert post("mailgun", account, key, mailgun(mail())).status_code == 404


def test_a_short_disk_asks_the_provider_to_come_again(account, key, journal, monkeypatch):
    monkeypatch.setattr(Journal, "check_space", lambda *_: (_ for _ in ()).throw(DiskShortError("short")))
    assert post("mailgun", account, key, mailgun(mail())).status_code == 507


def test_a_whole_mail_may_come_from_who_bears_the_inboxs_secret_alone(account, key):
    def most(given: str, inbox: object = account.inbox_id) -> int:
        credentials = base64.b64encode(given.encode()).decode()
        headers = [(b"authorization", f"Basic {credentials}".encode())]
        return most_from({"path": f"/hooks/mail/mailgun/{inbox}", "headers": headers})

    assert most(f"tamada:{key}") == LARGEST_BODY
    assert most(f"tamada:{key}x") == most(f"other:{key}") == most(key) == most("") == STRANGERS
    assert most(f"tamada:{key}", account.inbox_id + 1) == most(f"tamada:{key}", "x") == STRANGERS
