"""Fetching from a real Dovecot: every mail once, whatever is read, deleted, renumbered or cut off."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from tamada.accounts.models import Team
from tamada.channels.email import imap as module
from tamada.channels.email import send, uids
from tamada.channels.email.accounts import open_mail_inbox, update_mail_account
from tamada.channels.email.imap import Fetcher, ImapServer, Watcher, _wait_for_news, try_fetching
from tamada.channels.email.models import ImapFolder, MailAccount
from tamada.channels.ingest import Ingest
from tamada.channels.journal import Journal
from tamada.conversations.actions import send_reply
from tamada.conversations.models import Conversation, Message
from tamada.core import leases
from tamada.core.actors import SYSTEM, Actor
from tamada.core.models import StoredEvent
from tests.channels.conftest import mail, send_due
from tests.helpers.polling import until
from tests.helpers.ports import free_port
from tests.helpers.servers import Mailbox

pytestmark = [pytest.mark.servers, pytest.mark.sqlite]


@pytest.fixture
def imap_account(db, account, dovecot: Mailbox) -> MailAccount:
    update_mail_account(agent=None, actor=SYSTEM, account=account, imap_url=dovecot.url)
    return account


def fetch(account: MailAccount, url: str, journal: Journal) -> int:
    """One round over a connection of its own, as the loop does it."""
    account.refresh_from_db()
    server = ImapServer.from_url(url)
    client = server.connect(account)
    try:
        return Fetcher(account, server, journal).round(client)
    finally:
        client.logout()


def taken_in(journal: Journal) -> list[str]:
    ingest = Ingest(journal)
    ingest.recover()
    ingest.step()
    return list(Message.objects.order_by("id").values_list("text", flat=True))


def fill(dovecot: Mailbox, *names: str) -> None:
    for name in names:
        dovecot.deliver(mail(name, message_id=f"<{name}@x.example>"), name=f"{name}.mail")


def test_new_mail_comes_once_and_what_was_read_elsewhere_comes_too(imap_account, dovecot, journal):
    fill(dovecot, "one", "two")
    with IMAPClient(dovecot.host, dovecot.port, ssl=False) as other:
        other.login(dovecot.user, dovecot.password)
        other.select_folder("INBOX")
        other.add_flags(other.search(), [b"\\Seen"])
    assert fetch(imap_account, dovecot.url, journal) == 2
    assert fetch(imap_account, dovecot.url, journal) == 0
    fill(dovecot, "three")
    assert fetch(imap_account, dovecot.url, journal) == 1
    assert sorted(taken_in(journal)) == ["one", "three", "two"]


def test_fetching_does_not_mark_mail_as_read(imap_account, dovecot, journal):
    fill(dovecot, "one")
    fetch(imap_account, dovecot.url, journal)
    with IMAPClient(dovecot.host, dovecot.port, ssl=False) as other:
        other.login(dovecot.user, dovecot.password)
        other.select_folder("INBOX", readonly=True)
        assert other.search("UNSEEN")


def test_a_new_uidvalidity_reads_again_and_doubles_nothing(imap_account, dovecot, journal):
    fill(dovecot, "one", "two")
    fetch(imap_account, dovecot.url, journal)
    taken_in(journal)
    ImapFolder.objects.update(uid_validity=1)
    assert fetch(imap_account, dovecot.url, journal) == 2
    assert sorted(taken_in(journal)) == ["one", "two"]


def test_a_connection_that_drops_mid_fetch_resumes_where_it_was(imap_account, dovecot, journal, monkeypatch):
    fill(dovecot, *(f"mail{n}" for n in range(5)))
    monkeypatch.setattr(module, "CHUNK", 2)
    real, count = Fetcher._one, 0

    def one(self: Fetcher, client: IMAPClient, uid: int, *rest: Any) -> int:
        nonlocal count
        count += 1
        if count == 4:
            client.socket().shutdown(socket.SHUT_RDWR)  # the line goes dead in the middle of the second chunk
        return real(self, client, uid, *rest)

    monkeypatch.setattr(Fetcher, "_one", one)
    server = ImapServer.from_url(dovecot.url)
    client = server.connect(imap_account)
    with pytest.raises((OSError, IMAPClientError)):
        Fetcher(imap_account, server, journal).round(client)
    client.shutdown()
    broken = ImapFolder.objects.get()
    assert (broken.server_count, broken.known) == (5, 2)
    fetch(imap_account, dovecot.url, journal)
    assert sorted(taken_in(journal)) == [f"mail{n}" for n in range(5)]


@pytest.mark.parametrize("deleted", [0, 2])
def test_mail_lost_by_a_window_is_noticed_told_and_fetched(imap_account, dovecot, journal, deleted):
    """The cursor stands beyond mail that never came in, as a bug or a restored database may leave it."""
    fill(dovecot, "one", "two", "three", "four")
    with signed_in(dovecot) as other:
        uids = other.search()
    imap_folder = ImapFolder.objects.create(account=imap_account, name="INBOX", last_uid=uids[3])
    with signed_in(dovecot) as other:
        imap_folder.uid_validity = other.folder_status("INBOX", ["UIDVALIDITY"])[b"UIDVALIDITY"]
        imap_folder.seen = f"{uids[0]}:{uids[1]},{uids[3]}"
        imap_folder.save()
        other.delete_messages(uids[:deleted])
        other.expunge()
    fetch(imap_account, dovecot.url, journal)
    folder = ImapFolder.objects.get()
    assert (folder.gap, folder.server_count, folder.known) == (1, 4 - deleted, 4 - deleted)
    assert StoredEvent.objects.filter(type="channel.troubled").count() == 1
    assert taken_in(journal) == ["three"]
    fetch(imap_account, dovecot.url, journal)
    assert ImapFolder.objects.get().gap == 0


@contextmanager
def signed_in(dovecot: Mailbox) -> Iterator[IMAPClient]:
    """Another mail program at the same mailbox."""
    with IMAPClient(dovecot.host, dovecot.port, ssl=False) as other:
        other.login(dovecot.user, dovecot.password)
        other.select_folder("INBOX")
        yield other


@given(st.sets(st.integers(1, 300)))
def test_sets_of_uids_are_written_as_imap_writes_them(found):
    text = uids.written(found)
    assert uids.parse(text) == found
    assert uids.written({1, 2, 3, 7, 9, 10}) == "1:3,7,9:10"


def test_mail_deleted_on_the_server_is_no_gap(imap_account, dovecot, journal):
    fill(dovecot, "one", "two")
    fetch(imap_account, dovecot.url, journal)
    with signed_in(dovecot) as other:
        other.delete_messages(other.search()[:1])
        other.expunge()
    fetch(imap_account, dovecot.url, journal)
    assert ImapFolder.objects.get().gap == 0


def test_only_mail_since_the_chosen_date_is_fetched(imap_account, dovecot, journal):
    fill(dovecot, "new")
    with IMAPClient(dovecot.host, dovecot.port, ssl=False) as other:
        other.login(dovecot.user, dovecot.password)
        old = timezone.now() - timedelta(days=90)
        other.append("INBOX", mail("old", message_id="<old@x.example>"), msg_time=old)
        other.append("INBOX", mail("older", message_id="<older@x.example>"), msg_time=old - timedelta(days=900))
    assert fetch(imap_account, dovecot.url, journal) == 1
    assert taken_in(journal) == ["new"]
    ImapFolder.objects.all().delete()
    since = timezone.now() - timedelta(days=365)
    update_mail_account(agent=None, actor=SYSTEM, account=imap_account, import_since=since)
    fetch(imap_account, dovecot.url, journal)
    assert sorted(taken_in(journal)) == ["new", "old"]
    assert Conversation.objects.get(messages__text="old").status == "closed"


def test_an_earlier_date_brings_older_mail_in_and_nothing_twice(imap_account, dovecot, journal):
    """Of a mailbox that was read already, through the door of the settings; nothing of it counts as missed."""
    fill(dovecot, "new")
    with IMAPClient(dovecot.host, dovecot.port, ssl=False) as other:
        other.login(dovecot.user, dovecot.password)
        for days in (90, 400):
            at = timezone.now() - timedelta(days=days)
            other.append("INBOX", mail(f"{days} days", message_id=f"<{days}@x.example>"), msg_time=at)
    assert fetch(imap_account, dovecot.url, journal) == 1
    steps: list[tuple[int | None, int]] = [(365, 1), (200, 0), (370, 0), (None, 1), (10, 0)]
    for ago, fetched in steps:
        since = ago and timezone.now() - timedelta(days=ago)
        update_mail_account(agent=None, actor=SYSTEM, account=imap_account, import_since=since)
        assert fetch(imap_account, dovecot.url, journal) == fetched, ago
        assert fetch(imap_account, dovecot.url, journal) == 0
    assert sorted(taken_in(journal)) == ["400 days", "90 days", "new"]
    assert not StoredEvent.objects.filter(type="channel.troubled").exists()
    assert Conversation.objects.get(messages__text="90 days").status == "closed"
    fill(dovecot, "newest")
    assert fetch(imap_account, dovecot.url, journal) == 1


def test_older_mail_comes_in_over_a_line_that_breaks(imap_account, dovecot, journal, monkeypatch):
    """What is left of it then is fetched by the next round: not begun anew, and not called missed."""
    fill(dovecot, "new")
    with IMAPClient(dovecot.host, dovecot.port, ssl=False) as other:
        other.login(dovecot.user, dovecot.password)
        for days in range(90, 95):
            at = timezone.now() - timedelta(days=days)
            other.append("INBOX", mail(f"{days} days", message_id=f"<{days}@x.example>"), msg_time=at)
    assert fetch(imap_account, dovecot.url, journal) == 1
    update_mail_account(agent=None, actor=SYSTEM, account=imap_account, import_since=None)
    monkeypatch.setattr(module, "CHUNK", 2)
    monkeypatch.setattr(module, "DATES", 2)
    real, count = Fetcher._one, 0

    def breaking(self: Fetcher, *args: Any) -> int:
        nonlocal count
        count += 1
        if count == 4:
            raise ConnectionResetError
        return real(self, *args)

    monkeypatch.setattr(Fetcher, "_one", breaking)
    with pytest.raises(ConnectionResetError):
        fetch(imap_account, dovecot.url, journal)
    assert fetch(imap_account, dovecot.url, journal) == 3  # two were safe, the third had not moved the cursor
    assert fetch(imap_account, dovecot.url, journal) == 0
    assert sorted(taken_in(journal)) == [*(f"{days} days" for days in range(90, 95)), "new"]
    assert not StoredEvent.objects.filter(type="channel.troubled").exists()


def test_a_mailbox_is_tried_without_reading_it(imap_account, dovecot, journal):
    fill(dovecot, "new")
    assert try_fetching(imap_account) == ""
    assert journal.pending() == []
    for url, trouble in (
        (dovecot.url.replace(dovecot.password, "wrong"), "The server refused our password: "),
        (f"imap://u:p@127.0.0.1:{free_port()}", "The server refuses connections."),
        (f"{dovecot.url}/No%20such%20folder", "The mailbox can't be opened: "),
        ("", "No mailbox to fetch from is set up for this inbox."),
    ):
        update_mail_account(agent=None, actor=SYSTEM, account=imap_account, imap_url=url)
        assert try_fetching(imap_account).startswith(trouble), url


def test_a_password_is_never_said_in_the_clear_beyond_this_machine(imap_account, dovecot, journal, monkeypatch):
    fill(dovecot, "new")
    monkeypatch.setattr(send, "LOCAL", ())
    assert try_fetching(imap_account) == "The server offers no encryption (STARTTLS), so we don't sign in there."
    update_mail_account(agent=None, actor=SYSTEM, account=imap_account, imap_url=f"{dovecot.url}?verify=0")
    assert try_fetching(imap_account) == ""


def test_mail_sent_from_another_program_is_followed(imap_account, dovecot, journal):
    fill(dovecot, "question")
    update_mail_account(agent=None, actor=SYSTEM, account=imap_account, follow_sent=True)
    with IMAPClient(dovecot.host, dovecot.port, ssl=False) as other:
        other.login(dovecot.user, dovecot.password)
        other.create_folder("Sent")
        sent = mail(
            "Answered from my phone",
            sender="Support <support@company.example>",
            to="karine@customer.example",
            message_id="<sent1@company.example>",
            in_reply_to="<question@x.example>",
        )
        other.append("Sent", sent)
    fetch(imap_account, dovecot.url, journal)
    taken_in(journal)
    conversation = Conversation.objects.get()
    kinds = list(conversation.messages.order_by("seq").values_list("kind", "text"))
    assert kinds == [("in", "question"), ("out", "Answered from my phone")]
    assert conversation.waiting_since is None


@pytest.mark.parametrize("rewritten", [False, True])
def test_our_own_answer_in_the_sent_folder_is_not_a_second_one(
    imap_account, dovecot, journal, teammate, smtp_server, rewritten
):
    """Gmail and Microsoft 365 file there what we send through them, the latter under a Message-ID of its own."""
    fill(dovecot, "question")
    update_mail_account(agent=None, actor=SYSTEM, account=imap_account, follow_sent=True, smtp_url=smtp_server.url)
    fetch(imap_account, dovecot.url, journal)
    taken_in(journal)
    actor = Actor("agent", teammate.pk, teammate.name)
    answer = send_reply(agent=teammate, actor=actor, conversation=Conversation.objects.get(), text="An answer")
    send_due()
    raw = smtp_server.received[0].raw
    if rewritten:
        raw = raw.replace(f"Message-ID: {answer.external_id}".encode(), b"Message-ID: <new@provider.example>")
    with signed_in(dovecot) as other:
        other.create_folder("Sent")
        other.append("Sent", raw)
    fetch(imap_account, dovecot.url, journal)
    taken_in(journal)
    assert Message.objects.filter(kind="out").count() == 1


def test_a_stranger_who_writes_under_our_address_is_not_us(imap_account, dovecot, journal):
    dovecot.deliver(mail("I am you", sender="Support <support@company.example>"), name="forged.mail")
    fetch(imap_account, dovecot.url, journal)
    taken_in(journal)
    assert Message.objects.get().kind == "in"


@contextmanager
def watching(dovecot: Mailbox) -> Iterator[None]:
    """An inbox with this mailbox, and the loop that fetches from it."""
    Team.objects.get_or_create(is_default=True, defaults={"name": "Team"})
    address = "support@company.example"
    open_mail_inbox(agent=None, actor=SYSTEM, name="Support", address=address, imap_url=dovecot.url)
    stop = threading.Event()
    thread = threading.Thread(target=module.run_imap, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


def test_idle_brings_mail_as_it_arrives(dovecot, journal, transactional_db):
    with watching(dovecot):
        until(lambda: MailAccount.objects.get().last_ok_at, seconds=60)
        fill(dovecot, "now")
        until(lambda: len(journal.pending()) == 1, seconds=60)


class Hasty(socketserver.StreamRequestHandler):
    """A server that tells of new mail in the same breath in which it agrees to idle."""

    def handle(self) -> None:
        self.wfile.write(b"* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n")
        while line := self.rfile.readline():
            tag, command, *_ = line.decode().split()
            if command == "IDLE":
                self.wfile.write(b"+ idling\r\n* 1 EXISTS\r\n")
                self.rfile.readline()
            elif command == "CAPABILITY":
                self.wfile.write(b"* CAPABILITY IMAP4rev1 IDLE\r\n")
            elif command in ("SELECT", "EXAMINE"):
                self.wfile.write(b"* 0 EXISTS\r\n* OK [UIDVALIDITY 1] fine\r\n")
            self.wfile.write(f"{tag} OK done\r\n".encode())


def test_mail_that_comes_as_idle_begins_is_seen_at_once(imap_account, journal):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Hasty) as hasty:
        hasty.daemon_threads = True
        threading.Thread(target=hasty.serve_forever, daemon=True).start()
        server = ImapServer("127.0.0.1", hasty.server_address[1], "u", "p", tls=False)
        client, looks = server.connect(imap_account), iter(range(5))
        try:
            _wait_for_news(client, Fetcher(imap_account, server, journal), lambda: next(looks, None) is None)
        finally:
            client.shutdown()
            hasty.shutdown()
    assert next(looks, None) is not None


def test_after_a_line_that_died_and_a_server_that_refuses_fetching_goes_on(
    dovecot, journal, transactional_db, monkeypatch
):
    real = ImapServer.connect
    lines: list[IMAPClient] = []
    refusals = [ConnectionRefusedError(), IMAPClientError("login failed")]

    def connect(self: ImapServer, account: MailAccount) -> IMAPClient:
        if lines and refusals:
            raise refusals.pop()
        lines.append(real(self, account))
        return lines[-1]

    monkeypatch.setattr(ImapServer, "connect", connect)
    monkeypatch.setattr(module, "LONGEST_PAUSE", 0.2)
    with watching(dovecot):
        until(lambda: MailAccount.objects.get().last_ok_at, seconds=60)
        lines[0].socket().shutdown(socket.SHUT_RDWR)
        until(lambda: MailAccount.objects.get().last_error_at, seconds=60)
        fill(dovecot, "later")
        until(lambda: len(journal.pending()) == 1, seconds=60)
    assert not refusals


class Silent(Hasty):
    """A server that is asked for what it has, and says nothing more."""

    asked = threading.Event()
    over = threading.Event()

    def handle(self) -> None:
        self.wfile.write(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
        while line := self.rfile.readline():
            tag, command, *_ = line.decode().split()
            if command == "UID":
                self.asked.set()
                self.over.wait(60)
                return
            if command == "CAPABILITY":
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif command in ("SELECT", "EXAMINE"):
                self.wfile.write(b"* 5 EXISTS\r\n* OK [UIDVALIDITY 1] fine\r\n")
            self.wfile.write(f"{tag} OK done\r\n".encode())


def test_who_loses_the_lease_reads_no_further_though_the_server_is_silent(journal, transactional_db):
    """Whoever follows begins five seconds later: by then nobody waits for an answer any more."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Silent) as silent:
        silent.daemon_threads = True
        threading.Thread(target=silent.serve_forever, daemon=True).start()
        Team.objects.get_or_create(is_default=True, defaults={"name": "Team"})
        url = f"imap://u:p@127.0.0.1:{silent.server_address[1]}"
        open_mail_inbox(agent=None, actor=SYSTEM, name="Support", address="support@company.example", imap_url=url)
        over = threading.Event()
        thread = threading.Thread(target=module.run_imap, args=(over,))
        thread.start()
        is_asked = Silent.asked.wait(30)
        over.set()
        thread.join(leases.MARGIN)
        left = [one.name for one in threading.enumerate() if one.name.startswith("imap-")]
        Silent.over.set()
        silent.shutdown()
    assert is_asked
    assert not thread.is_alive()
    assert left == []


def test_a_wrong_password_is_shown_and_told_once(imap_account, dovecot, journal, stop):
    url = dovecot.url.replace(dovecot.password, "wrong")
    watcher = Watcher(imap_account, url, journal, stop)
    with pytest.raises(IMAPClientError):
        watcher._session()
    for _ in range(3):
        watcher._trouble("connection", "LoginError: the mailbox can't be read.")
    assert StoredEvent.objects.filter(type="channel.troubled").count() == 1
    assert "LoginError" in MailAccount.objects.get().last_error


@pytest.mark.parametrize("url", ["http://x.example", "imaps://", "mail.example"])
def test_what_is_no_mailbox_is_refused(url):
    with pytest.raises(ValueError, match="imaps://user"):
        ImapServer.from_url(url)
