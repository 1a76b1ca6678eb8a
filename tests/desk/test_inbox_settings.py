"""The settings of an inbox: what the form shows and changes, who may, and whether its servers are tried."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tamada.accounts.models import Agent, Membership, Team
from tamada.calendars.models import Calendar
from tamada.channels.email import reasons
from tamada.channels.email.accounts import confirm_cap, credentials_of, open_mail_inbox, update_mail_account
from tamada.channels.email.imap import ImapServer
from tamada.channels.email.models import ImapFolder, MailAccount
from tamada.channels.email.send import Server
from tamada.conversations.models import Inbox
from tamada.core.actors import SYSTEM
from tamada.core.models import AuditEntry
from tests.cast import SignedIn
from tests.helpers.servers import Mailbox
from tests.helpers.smtp import FakeSMTP


@pytest.fixture
def account(team: Team) -> MailAccount:
    made = open_mail_inbox(agent=None, actor=SYSTEM, name="Support", address="support@company.example")
    since = datetime(2026, 3, 10, 7, 30, tzinfo=UTC)
    return update_mail_account(agent=None, actor=SYSTEM, account=made, import_since=since)


def post(client: Client, account: MailAccount, **changes: Any) -> Any:
    """Send the form as it stands, but for the changes."""
    page = client.get(f"/settings/inboxes/{account.inbox_id}")
    form = page.context["form"]
    forms = [form, form.outgoing, form.incoming]
    shown = {one[name].html_name: one[name].value() for one in forms for name in one.fields}
    given = {n: getattr(v, "pk", v) for n, v in shown.items() if v not in (None, False)} | changes
    return client.post(f"/settings/inboxes/{account.inbox_id}", given)


def test_what_was_not_changed_stays_and_the_trail_names_what_was(
    owner: Agent, signed_in: SignedIn, account: MailAccount
) -> None:
    owner.time_zone = "Asia/Yerevan"
    owner.save()
    client, since = signed_in(owner), account.import_since
    entries = AuditEntry.objects.filter(object_id=account.inbox_id, actor_kind="agent")
    assert post(client, account).status_code == 302
    assert not entries.exists()
    assert post(client, account, from_name="Ararat").status_code == 302
    account.refresh_from_db()
    assert (account.from_name, account.import_since, account.hourly_cap) == ("Ararat", since, 500)
    assert [(e.action, e.changes) for e in entries] == [("mail_account.updated", {"fields": ["from_name"]})]


def test_a_start_date_is_a_day_where_its_reader_is(owner: Agent, signed_in: SignedIn, account: MailAccount) -> None:
    owner.time_zone = "Asia/Yerevan"
    owner.save()
    client = signed_in(owner)
    assert 'value="2026-03-10"' in client.get(f"/settings/inboxes/{account.inbox_id}").text
    assert post(client, account, import_since="2026-01-31").status_code == 302
    account.refresh_from_db()
    assert account.import_since == datetime(2026, 1, 30, 20, 0, tzinfo=UTC)
    assert post(client, account, import_since="").status_code == 302
    account.refresh_from_db()
    assert account.import_since is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("import_since", "2999-01-01"),
        ("import_since", "0001-01-01"),
        ("import_since", "the day before yesterday"),
        ("hourly_cap", "0"),
        ("hourly_cap", "-5"),
        ("hourly_cap", "many"),
        ("hourly_cap", ""),
        ("trusted_authserv", "mx.google.com; spf=pass"),
        ("trusted_authserv", "two words"),
        ("aliases", "no address"),
    ],
)
def test_what_can_not_be_is_refused_beside_its_field(
    owner: Agent, signed_in: SignedIn, account: MailAccount, field: str, value: str
) -> None:
    before = MailAccount.objects.values().get()
    answer = post(signed_in(owner), account, name="Mine now", **{field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert MailAccount.objects.values().get() == before
    account.inbox.refresh_from_db()
    assert account.inbox.name == "Support"


def test_an_inbox_chooses_its_opening_hours(owner: Agent, signed_in: SignedIn, account: MailAccount) -> None:
    client, office = signed_in(owner), Calendar.objects.create(name="Office", time_zone="Asia/Yerevan")
    for given, kept in ((office.pk, office), ("", None)):
        assert post(client, account, calendar=given).status_code == 302
        account.inbox.refresh_from_db()
        assert account.inbox.calendar == kept
    entries = AuditEntry.objects.filter(object_id=account.inbox_id, actor_kind="agent")
    assert [(e.action, e.changes) for e in entries] == [("inbox.updated", {"fields": ["calendar"]})] * 2


def test_names_of_servers_are_put_in_order(owner: Agent, signed_in: SignedIn, account: MailAccount) -> None:
    assert post(signed_in(owner), account, trusted_authserv=" MX.Google.com,,mx2.company.example ").status_code == 302
    account.refresh_from_db()
    assert account.trusted_authserv == "mx.google.com,mx2.company.example"


def test_the_hourly_limit_is_shown_and_changed_until_it_is_lifted(
    owner: Agent, signed_in: SignedIn, account: MailAccount
) -> None:
    client = signed_in(owner)
    assert post(client, account, hourly_cap="40").status_code == 302
    page = client.get(f"/settings/inboxes/{account.inbox_id}").text
    assert "at most 40 mails an hour" in page
    assert 'name="hourly_cap"' in page
    confirm_cap(agent=owner, actor=SYSTEM, account=account)
    page = client.get(f"/settings/inboxes/{account.inbox_id}").text
    assert 'name="hourly_cap"' not in page
    assert post(client, account, hourly_cap="1", from_name="Ararat").status_code == 302
    account.refresh_from_db()
    assert account.hourly_cap == 40


def test_a_lead_gives_an_inbox_to_their_own_teams_alone(
    lead: Agent, owner: Agent, signed_in: SignedIn, account: MailAccount, other_team: Team
) -> None:
    client = signed_in(lead)
    assert "Other side" not in client.get(f"/settings/inboxes/{account.inbox_id}").text
    assert post(client, account, team=other_team.pk).status_code == 422
    assert post(signed_in(owner), account, team=other_team.pk).status_code == 302
    assert client.get(f"/settings/inboxes/{account.inbox_id}").status_code == 404
    Membership.objects.create(agent=lead, team=other_team)
    assert post(client, account, team=account.inbox.team_id).status_code == 302


def test_the_outgoing_server_is_tried(
    owner: Agent, teammate: Agent, signed_in: SignedIn, account: MailAccount, smtp_server: FakeSMTP
) -> None:
    path = f"/settings/inboxes/{account.inbox_id}/try"
    update_mail_account(agent=None, actor=SYSTEM, account=account, smtp_url=smtp_server.url)
    assert "The server for outgoing mail answers" in signed_in(owner).post(path, {"what": "sending"}, follow=True).text
    assert signed_in(teammate).post(path, {"what": "sending"}).status_code == 403


@pytest.mark.servers
def test_the_mailbox_is_tried(
    owner: Agent,
    teammate: Agent,
    outsider: Agent,
    signed_in: SignedIn,
    account: MailAccount,
    dovecot: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, client = f"/settings/inboxes/{account.inbox_id}/try", signed_in(owner)
    assert "No mailbox to fetch from" in client.post(path, {"what": "fetching"}, follow=True).text
    given = {"host": dovecot.host, "port": dovecot.port, "user": dovecot.user, "password": dovecot.password}
    mailbox = {f"imap-{name}": value for name, value in given.items()}
    assert post(client, account, **mailbox, **{"imap-encryption": "starttls"}).status_code == 302
    account.refresh_from_db()
    stored = ImapServer.from_url(credentials_of(account).imap_url)
    assert stored == replace(ImapServer.from_url(dovecot.url), guarded=True)
    refused = client.post(path, {"what": "fetching"}, follow=True).text
    assert "The server stands inside this network." in refused
    monkeypatch.setattr(settings, "TAMADA", replace(settings.TAMADA, inner_hosts=frozenset({"127.0.0.0/8"})))
    page = client.get(f"/settings/inboxes/{account.inbox_id}").text
    assert 'name="try" value="fetching"' in page
    assert dovecot.password not in page
    assert "The mailbox answers and let us in." in client.post(path, {"what": "fetching"}, follow=True).text
    update_mail_account(
        agent=None, actor=SYSTEM, account=account, imap_url=dovecot.url.replace(dovecot.password, "wrong")
    )
    assert "refused our password" in client.post(path, {"what": "fetching"}, follow=True).text
    for agent in (teammate, outsider):
        assert signed_in(agent).post(path, {"what": "fetching"}).status_code == 403


def test_the_date_of_a_new_inbox_is_yesterday(owner: Agent, signed_in: SignedIn, team: Team) -> None:
    made = open_mail_inbox(agent=None, actor=SYSTEM, name="New", address="new@company.example")
    yesterday = (timezone.now() - timedelta(days=1)).date().isoformat()
    assert f'value="{yesterday}"' in signed_in(owner).get(f"/settings/inboxes/{made.inbox_id}").text


def stored(account: MailAccount) -> tuple[str, str]:
    account.refresh_from_db()
    servers = credentials_of(account)
    return servers.smtp_url, servers.imap_url


def test_servers_are_given_as_in_a_mail_program(owner: Agent, signed_in: SignedIn, account: MailAccount) -> None:
    client = signed_in(owner)
    given = {"smtp-host": "smtp.company.am", "smtp-user": "support@company.am", "smtp-password": "p@ss /:"}
    mailbox = {
        "imap-host": "imap.company.am",
        "imap-port": "1143",
        "imap-encryption": "starttls",
        "imap-folder": "In/AM",
    }
    assert post(client, account, **given, **mailbox).status_code == 302
    smtp = "smtps://support%40company.am:p%40ss%20%2F%3A@smtp.company.am?guarded=1"
    imap = "imap://imap.company.am:1143/In/AM?guarded=1"
    assert stored(account) == (smtp, imap)
    assert Server.from_url(smtp).password == "p@ss /:"
    page = client.get(f"/settings/inboxes/{account.inbox_id}").text
    assert 'value="smtp.company.am"' in page
    assert "p@ss" not in page
    assert post(client, account, from_name="Ararat").status_code == 302
    assert stored(account) == (smtp, imap)
    assert post(client, account, **{"imap-host": "", "smtp-port": "2465"}).status_code == 302
    assert stored(account) == (smtp.replace("?", ":2465?"), "")


def test_a_password_goes_to_no_other_server_and_nobody_elses(
    owner: Agent, signed_in: SignedIn, account: MailAccount
) -> None:
    """Who may change the settings, and doesn't know the password, can't have it sent to a server of their own."""
    client = signed_in(owner)
    update_mail_account(
        agent=None, actor=SYSTEM, account=account, smtp_url="smtps://us:secret@smtp.company.am?verify=0"
    )
    before = stored(account)
    for changed in ({"smtp-host": "smtp.evil.example"}, {"smtp-user": "other"}):
        answer = post(client, account, **changed)
        assert (answer.status_code, answer.context["form"].outgoing.errors.keys()) == (422, {"password"})
    assert stored(account) == before
    assert post(client, account, **{"smtp-host": "smtp2.company.am", "smtp-password": "new"}).status_code == 302
    # The new server's certificate is checked: nobody said that it need not be.
    assert stored(account)[0] == "smtps://us:new@smtp2.company.am:465?guarded=1"


def test_a_server_inside_is_not_asked_for_a_lead(
    owner: Agent, signed_in: SignedIn, account: MailAccount, smtp_server: FakeSMTP
) -> None:
    """Else who may change settings could look round the company's own network."""
    client, path = signed_in(owner), f"/settings/inboxes/{account.inbox_id}/try"
    host, port = smtp_server.url.removeprefix("smtp://").rpartition("@")[2].split(":")
    given = {"smtp-host": host, "smtp-port": port.strip("/"), "smtp-encryption": "starttls"}
    assert post(client, account, **given).status_code == 302
    for named in ("localhost", "127.0.0.1", "[::1]", "10.0.0.1", "169.254.169.254"):
        update_mail_account(agent=owner, actor=SYSTEM, account=account, smtp_url=f"smtp://{named}:25")
        assert "The server stands inside this network." in client.post(path, {"what": "sending"}, follow=True).text


def test_a_providers_token_goes_to_no_server_that_somebody_entered(account: MailAccount, owner: Agent) -> None:
    MailAccount.objects.update(auth="google", oauth="stored")
    account.refresh_from_db()
    for url, used in (
        ("smtps://smtp.evil.example", "smtp://smtp.gmail.com:587"),
        ("smtps://smtp.gmail.com:465", "smtps://smtp.gmail.com:465?guarded=1"),
    ):
        update_mail_account(agent=owner, actor=SYSTEM, account=account, smtp_url=url)
        assert credentials_of(account).smtp_url == used


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("smtp-host", "smtp://a.example"),
        ("smtp-host", "me@a.example"),
        ("smtp-port", "70000"),
        ("imap-host", "two words"),
        ("imap-port", "0"),
        ("imap-encryption", "rot13"),
    ],
)
def test_a_server_that_can_not_be_is_refused_beside_its_field(
    owner: Agent, signed_in: SignedIn, account: MailAccount, field: str, value: str
) -> None:
    answer = post(signed_in(owner), account, **{"smtp-host": "a.example", "imap-host": "a.example", field: value})
    kind, _dash, name = field.partition("-")
    form = answer.context["form"]
    assert answer.status_code == 422
    assert (form.outgoing if kind == "smtp" else form.incoming).errors.keys() == {name}


def test_an_inbox_that_can_not_send_does_not_work(owner: Agent, signed_in: SignedIn, account: MailAccount) -> None:
    client = signed_in(owner)
    assert "No server for outgoing mail is set up for this inbox." in client.get("/settings/inboxes").text
    MailAccount.objects.update(sending_error=reasons.NO_SERVER)
    update_mail_account(agent=None, actor=SYSTEM, account=account, smtp_url="smtp://a.example")
    assert "trouble" not in client.get("/settings/inboxes").text


def test_what_was_entered_is_saved_and_tried_and_the_result_stands_beside_it(
    owner: Agent,
    teammate: Agent,
    signed_in: SignedIn,
    account: MailAccount,
    smtp_server: FakeSMTP,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client, path = signed_in(owner), f"/settings/inboxes/{account.inbox_id}"
    lacks = "No server for outgoing mail is set up"
    assert lacks in client.get(path).text
    host, port = smtp_server.url.removeprefix("smtp://").rpartition("@")[2].split(":")
    given = {"smtp-host": host, "smtp-port": port.strip("/"), "smtp-encryption": "starttls", "try": "sending"}
    answer = post(client, account, **given)
    assert (answer.status_code, answer.url) == (302, f"{path}#outgoing")
    page = client.get(path).text
    assert "It does not work: The server stands inside this network." in page
    assert lacks not in page
    monkeypatch.setattr(settings, "TAMADA", replace(settings.TAMADA, inner_hosts=frozenset({host})))
    MailAccount.objects.update(sending_error=reasons.LATE)
    assert "did not answer in time" in client.get(path).text
    post(client, account, **{"try": "sending"})
    page = client.get(path).text
    assert '<p class="banner kept" role="status">' in page
    assert "did not answer in time" not in page
    assert "banner kept" not in client.get(path).text  # said once
    assert signed_in(teammate).post(path, given).status_code == 403


def test_a_form_with_a_mistake_tries_nothing(owner: Agent, signed_in: SignedIn, account: MailAccount) -> None:
    client = signed_in(owner)
    assert post(client, account, **{"smtp-host": "two words", "try": "sending"}).status_code == 422
    assert "tried_server" not in client.session


def test_a_new_inbox_opens_at_its_outgoing_server(owner: Agent, signed_in: SignedIn) -> None:
    answer = signed_in(owner).post("/settings/inboxes/new", {"name": "Sales", "address": "sales@company.example"})
    assert answer["Location"].endswith("#outgoing")


def test_the_reference_in_mails_is_explained(owner: Agent, signed_in: SignedIn, account: MailAccount) -> None:
    assert "Tamada-Ref" in signed_in(owner).get(f"/settings/inboxes/{account.inbox_id}").text


def test_how_far_a_mailbox_was_read_is_shown(owner: Agent, signed_in: SignedIn, account: MailAccount) -> None:
    update_mail_account(agent=None, actor=SYSTEM, account=account, imap_url="imap://me:pw@127.0.0.1:1")
    folder = ImapFolder.objects.create(account=account, name="INBOX", server_count=5, seen="1:2,7", last_uid=7)
    page = f"/settings/inboxes/{account.inbox_id}"
    shown = signed_in(owner).get(page).text
    assert "INBOX: 5 messages on the server, 3 of them looked at." in shown
    assert "had been missed" not in shown
    folder.gap, folder.checked_at = 2, timezone.now()
    folder.save()
    assert "2 messages had been missed; they were fetched." in signed_in(owner).get(page).text


def test_signatures_by_language_are_saved_and_strange_placeholders_named(
    owner: Agent, signed_in: SignedIn, account: MailAccount
) -> None:
    client = signed_in(owner)
    assert post(client, account, signature_hy="Հարգանքով՝ {{agent.name}}").status_code == 302
    refused = post(client, account, signature_hy="{{agent.salary}}")
    assert refused.status_code == 422
    assert "{{agent.salary}}" in refused.text
    account.inbox.refresh_from_db()
    assert account.inbox.signatures == {"hy": "Հարգանքով՝ {{agent.name}}"}


def test_a_signature_is_shown_as_it_leaves_before_it_is_saved(owner: Agent, wired: Inbox, signed_in: SignedIn) -> None:
    client, page = signed_in(owner), reverse("desk:preview_signatures", args=[wired.pk])
    assert page in client.get(reverse("desk:settings_inbox", args=[wired.pk])).text
    given = {"signature": "{{agent.name}}, <{{inbox.name}}>\n{{company.phone}}", "signature_hy": "{{agent.nmae}}"}
    shown = client.post(page, given).text
    assert f"{owner.name}, &lt;{wired.name}&gt;</p>" in shown  # the line without a value is left out
    assert "A signature has no such placeholder: {{agent.nmae}}" in shown
    assert client.post(page, {"signature": " "}).text.strip() == ""
    assert not Inbox.objects.exclude(signature="").exists()
