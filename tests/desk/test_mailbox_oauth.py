"""Connecting a mailbox through the provider's page: who may, where it leads, and what comes back."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tamada.accounts.links import digest
from tamada.channels.email import oauth
from tamada.channels.email.accounts import open_mail_inbox
from tamada.channels.email.models import MailAccount
from tamada.core import settings_store
from tamada.core.actors import SYSTEM


@pytest.fixture
def account(team) -> MailAccount:
    return open_mail_inbox(agent=None, actor=SYSTEM, name="Support", address="support@company.example")


def connect(client, account: MailAccount):
    data = {"provider": "google", "client_id": "our-id", "client_secret": "our-secret"}
    return client.post(f"/settings/inboxes/{account.inbox_id}/connect", data)


def test_an_admin_stores_the_client_and_is_sent_to_the_provider(signed_in, owner, account):
    client = signed_in(owner)
    assert client.get(f"/settings/inboxes/{account.inbox_id}/connect").status_code == 200
    answer = connect(client, account)
    assert answer.status_code == 302
    target = urlsplit(answer["Location"])
    query = parse_qs(target.query)
    assert target.hostname == "accounts.google.com"
    assert query["client_id"] == ["our-id"]
    assert query["redirect_uri"] == ["http://testserver/settings/mailbox/connected"]
    account.refresh_from_db()
    assert account.auth == "google"


def test_back_with_a_code_the_mailbox_is_connected(signed_in, owner, account, monkeypatch):
    client = signed_in(owner)
    state = parse_qs(urlsplit(connect(client, account)["Location"]).query)["state"][0]
    monkeypatch.setattr(
        oauth, "_ask", lambda *_a, **_o: {"access_token": "t", "refresh_token": "r", "expires_in": 3600}
    )
    answer = client.get("/settings/mailbox/connected", {"code": "c", "state": state})
    assert answer["Location"] == f"/settings/inboxes/{account.inbox_id}"
    account.refresh_from_db()
    assert oauth.access_token(account) == "t"


def test_a_refusal_or_a_forged_state_connects_nothing(signed_in, owner, account):
    client = signed_in(owner)
    for given in ({"error": "access_denied"}, {"code": "c", "state": "forged"}):
        assert client.get("/settings/mailbox/connected", given)["Location"] == "/settings/inboxes"
    account.refresh_from_db()
    assert account.oauth == ""


def test_without_a_stored_client_a_lead_is_told(signed_in, lead, account):
    answer = connect(signed_in(lead), account)
    assert answer.status_code == 422
    assert settings_store.get("oauth.google.client_id") == ""


def test_agents_and_people_of_other_teams_may_not(signed_in, teammate, outsider, account):
    assert connect(signed_in(teammate), account).status_code == 403
    assert connect(signed_in(outsider), account).status_code == 403


def test_an_address_for_a_webhook_is_shown_once_and_works(signed_in, owner, teammate, account):
    path = f"/settings/inboxes/{account.inbox_id}/webhook"
    assert signed_in(teammate).post(path).status_code == 403
    shown = signed_in(owner).post(path, follow=True).content.decode()
    told = re.search(rf"tamada:([\w-]+)@testserver/hooks/mail/PROVIDER/{account.inbox_id}", shown)
    assert told
    account.refresh_from_db()
    assert account.webhook_digest == digest(told[1])
    assert told[1] not in signed_in(owner).get(f"/settings/inboxes/{account.inbox_id}").content.decode()
