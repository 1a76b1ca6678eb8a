"""The listener, spoken to over a real socket: what it takes, refuses, survives, and when it says 250."""

import asyncio
import os
import resource
import signal
import smtplib
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import pytest
from django.db import OperationalError

from tamada.channels.email import book
from tamada.channels.email import smtp as smtp_module
from tamada.channels.email.accounts import open_mail_inbox, update_mail_account
from tamada.channels.email.listener import serve
from tamada.channels.email.smtp import Load
from tamada.channels.email.threads import reply_address
from tamada.channels.journal import Journal
from tamada.conversations.models import Conversation
from tamada.core import settings_store
from tamada.core.actors import SYSTEM
from tamada.core.loops import open_door
from tests.channels.conftest import ADDRESS, mail
from tests.helpers.polling import until
from tests.helpers.ports import free_port, listening

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]


@contextmanager
def listener(journal: Journal, **options: Any) -> Iterator[int]:
    """A listener at a free port; yields the port of SMTP (LMTP is at the next)."""
    port, stop = free_port(run=2), threading.Event()
    doors = [open_door("127.0.0.1", number) for number in (port, port + 1)]
    thread = threading.Thread(target=lambda: asyncio.run(serve(journal, doors=doors, stop=stop, **options)))
    thread.start()
    try:
        until(lambda: listening(port) and listening(port + 1), what="the listener")
        yield port
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def port(journal, account) -> Iterator[int]:
    with listener(journal) as number:
        yield number


def send(port: int, raw: bytes = b"", *, to: list[str] | None = None, **options: Any) -> dict[str, Any]:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        return client.sendmail("karine@customer.example", to or [ADDRESS], raw or mail(), **options)


def entries(journal: Journal) -> list[Any]:
    return [journal.load(name) for name in journal.pending()]


class Line:
    """A raw conversation, for what smtplib would never say."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.file = self.socket.makefile("rb")
        self.read()

    def read(self) -> str:
        lines = []
        while line := self.file.readline():
            lines.append(line.decode())
            if line[3:4] != b"-":
                break
        return "".join(lines)

    def say(self, text: str | bytes) -> str:
        self.socket.sendall((text.encode() if isinstance(text, str) else text) + b"\r\n")
        return self.read()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self.socket.close()


def test_accepted_mail_is_on_disk_with_its_envelope(port, journal, account):
    send(port)
    [entry] = entries(journal)
    assert entry.raw == mail()
    assert entry.meta["inboxes"] == [account.inbox_id]
    assert (entry.meta["from"], entry.meta["to"]) == ("karine@customer.example", [ADDRESS])


def test_mail_is_taken_while_the_database_is_away(port, journal, monkeypatch):
    def away(*_args: object) -> None:
        raise OperationalError("away")

    with Line(port):
        pass  # it greets, so it has learned its addresses
    monkeypatch.setattr(book, "FRESH_SECONDS", -1.0)
    monkeypatch.setattr(book.AddressBook, "_read", away)
    monkeypatch.setattr(settings_store, "get", away)
    send(port)
    assert len(journal.pending()) == 1
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(port, to=["nobody@desk.example"])
    assert refused.value.recipients["nobody@desk.example"][0] == 451


def test_250_is_said_only_after_the_fsync(port, journal, monkeypatch):
    order: list[str] = []
    real = Journal.write

    def write(self: Journal, raw: bytes, meta: Any) -> Any:
        result = real(self, raw, meta)
        order.append(f"on disk {len(self.pending())}")
        return result

    monkeypatch.setattr(Journal, "write", write)
    send(port)
    order.append("acknowledged")
    assert order == ["on disk 1", "acknowledged"]


@pytest.mark.parametrize(
    "address",
    [ADDRESS, ADDRESS.upper(), "support+tag@company.example", "help@company.example", "Support@COMPANY.example"],
)
def test_known_addresses_in_any_case_with_tags_and_aliases(port, journal, account, address):
    update_mail_account(agent=None, actor=SYSTEM, account=account, aliases=["help@company.example"])
    send(port, to=[address])
    assert len(entries(journal)) == 1


def test_an_unknown_address_is_refused_with_550(port, journal):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(port, to=["nobody@company.example"])
    assert refused.value.recipients["nobody@company.example"][0] == 550
    assert entries(journal) == []


def test_a_new_inbox_takes_mail_at_once(port, journal):
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(port, to=["sales@company.example"])
    open_mail_inbox(agent=None, actor=SYSTEM, name="Sales", address="sales@company.example")
    send(port, to=["sales@company.example"])
    assert len(entries(journal)) == 1


def test_an_international_address_is_taken_with_smtputf8(port, journal):
    open_mail_inbox(agent=None, actor=SYSTEM, name="Հայ", address="օգնություն@company.example")
    send(port, to=["օգնություն@company.example"], mail_options=["SMTPUTF8"])
    assert entries(journal)[0].meta["to"] == ["օգնություն@company.example"]


def test_a_signed_reply_address_is_taken_and_a_forged_one_refused(port, journal, account, deliver):
    update_mail_account(agent=None, actor=SYSTEM, account=account, reply_domain="reply.company.example")
    deliver(mail())
    conversation = Conversation.objects.get()
    address = reply_address(conversation.pk, "reply.company.example")
    send(port, mail("again", message_id="<m2@c.example>"), to=[address.upper()])
    assert entries(journal)[0].meta["inboxes"] == [account.inbox_id]
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(port, to=[address.replace(f"c{conversation.pk}-", f"c{conversation.pk + 1}-")])


def test_disk_short_is_452_and_the_next_mail_is_taken_again(port, journal, monkeypatch):
    from tamada.channels.journal import DiskShortError

    with monkeypatch.context() as short:
        short.setattr(Journal, "check_space", lambda *_: (_ for _ in ()).throw(DiskShortError("short")))
        with pytest.raises(smtplib.SMTPDataError) as refused:
            send(port)
    assert refused.value.smtp_code == 452
    send(port)
    assert len(entries(journal)) == 1


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A folder in which 2 MB fit: a file system of its own for root, else a limit on the size of files."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0:
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)
        return
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, before[1]))
    try:
        yield folder
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_disk_full_for_real_is_452_and_loses_nothing(account, tmp_path):
    accepted, refused = [], []
    with small_disk(tmp_path / "small") as folder:
        journal = Journal(folder, reserve=256 * 1024)
        with listener(journal) as port:
            for number in range(12):
                size = 500_000 if number % 3 else 100_000
                try:
                    send(port, mail("word " * (size // 5), message_id=f"<{number}@x.example>"))
                    accepted.append(number)
                except smtplib.SMTPDataError as error:
                    refused.append(error.smtp_code)
            assert set(refused) == {452}
            assert len(journal.pending()) == len(accepted) > 0
            journal.discard(journal.pending()[0])
            journal.discard(journal.pending()[0])
            send(port, mail("room again", message_id="<again@x.example>"))
            assert len(journal.pending()) == len(accepted) - 1


def test_100_mb_mail_is_refused_early_by_its_declared_size(port):
    with Line(port) as line:
        line.say("EHLO x.example")
        answer = line.say(f"MAIL FROM:<a@b.example> SIZE={100 * 1024 * 1024}")
    assert answer.startswith("552 ")


def test_100_mb_mail_is_refused_while_reading_without_being_held_in_memory(journal, account):
    load = Load()
    with listener(journal, load=load) as port, Line(port) as line:
        line.say("EHLO x.example")
        line.say("MAIL FROM:<a@b.example>")
        line.say(f"RCPT TO:<{ADDRESS}>")
        line.say("DATA")
        block, most = (b"x" * 998 + b"\r\n") * 1024, 0
        for _ in range(102):
            line.socket.sendall(block)
            most = max(most, load.bytes)
        assert line.say(b".").startswith("552 ")
        assert most < 30 * 1024 * 1024
        assert line.say("NOOP").startswith("250")
        assert load.bytes == 0
    assert entries(journal) == []


def test_too_much_mail_at_once_is_452(journal, account):
    with listener(journal, load=Load(max_bytes=100_000)) as port:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            send(port, mail("word " * 400_000))
        assert refused.value.smtp_code == 452
        send(port)


def test_mail_that_waits_for_a_slow_disk_counts_until_it_is_written(journal, account, monkeypatch):
    go_on, writing, load = threading.Event(), threading.Event(), Load(max_bytes=100_000)
    real = Journal.write

    def write(self: Journal, raw: bytes, meta: Any) -> Any:
        writing.set()
        assert go_on.wait(30)
        return real(self, raw, meta)

    monkeypatch.setattr(Journal, "write", write)
    with listener(journal, load=load) as port, ThreadPoolExecutor(1) as pool:
        first = pool.submit(send, port, mail("word " * 14_000))
        try:
            assert writing.wait(30)
            assert load.bytes > 70_000
            with pytest.raises(smtplib.SMTPDataError) as refused:
                send(port, mail("word " * 14_000))
            assert refused.value.smtp_code == 452
        finally:
            go_on.set()
        assert first.result(30) == {}
        until(lambda: load.bytes == 0)
        send(port, mail("word " * 14_000))


def test_bare_line_feeds_are_normalised_and_dots_unstuffed(port, journal):
    with Line(port) as line:
        line.say("EHLO x.example")
        line.say("MAIL FROM:<a@b.example>")
        line.say(f"RCPT TO:<{ADDRESS}>")
        line.say("DATA")
        answer = line.say(b"Subject: bare\nFrom: a@b.example\n\none\n\r\n..two\r\n...\nthree\r\n.")
    assert answer.startswith("250 ")
    assert entries(journal)[0].raw == b"Subject: bare\r\nFrom: a@b.example\r\n\r\none\r\n\r\n.two\r\n..\r\nthree\r\n"


def test_a_message_cannot_be_smuggled_behind_a_bare_line_feed(port, journal):
    """`LF . LF` and its kin end nothing (CVE-2023-51764): what follows stays part of the same message."""
    smuggled = b"Subject: one\r\n\r\nbody\n.\nMAIL FROM:<evil@x.example>\r\n\n.\r\nRCPT TO:<b@b.example>\r\n."
    with Line(port) as line:
        line.say("EHLO x.example")
        line.say("MAIL FROM:<a@b.example>")
        line.say(f"RCPT TO:<{ADDRESS}>")
        line.say("DATA")
        assert line.say(smuggled).startswith("250 ")
        assert line.say("NOOP").startswith("250 ")
    [entry] = entries(journal)
    assert b"evil@x.example" in entry.raw


def test_pipelined_commands_are_answered_in_order(port, journal):
    with Line(port) as line:
        line.say("EHLO x.example")
        line.socket.sendall(
            b"MAIL FROM:<a@b.example>\r\nRCPT TO:<nobody@x.example>\r\nRCPT TO:<%s>\r\nDATA\r\n" % ADDRESS.encode()
        )
        assert [line.read()[:3] for _ in range(4)] == ["250", "550", "250", "354"]
        line.socket.sendall(b"Subject: x\r\n\r\nbody\r\n.\r\nMAIL FROM:<c@d.example>\r\nQUIT\r\n")
        assert [line.read()[:3] for _ in range(3)] == ["250", "250", "221"]
    assert len(entries(journal)) == 1


def test_a_group_of_commands_is_answered_in_one_piece(port, journal):
    with Line(port) as line:
        line.say("EHLO x.example")
        for said in ("MAIL FROM:<a@b.example>", f"RCPT TO:<{ADDRESS}>", "RSET"):
            assert line.say(said).startswith("250")
        group = b"MAIL FROM:<a@b.example>\r\nRCPT TO:<%s>\r\nDATA\r\n" % ADDRESS.encode()
        line.socket.sendall(group)
        answers = line.socket.recv(4096)
    assert [answer[:3] for answer in answers.splitlines()] == [b"250", b"250", b"354"]


def test_an_empty_message_is_taken_and_judged_later(port, journal):
    with Line(port) as line:
        line.say("EHLO x.example")
        line.say("MAIL FROM:<>")
        line.say(f"RCPT TO:<{ADDRESS}>")
        line.say("DATA")
        assert line.say(b".").startswith("250 ")
    assert entries(journal)[0].raw == b""


def test_10000_recipients_are_taken_a_thousand_at_a_time(port, journal):
    with Line(port) as line:
        line.say("EHLO x.example")
        line.say("MAIL FROM:<a@b.example>")
        answers = [line.say(f"RCPT TO:<support+{number}@company.example>")[:3] for number in range(10_000)]
        assert answers.count("250") == smtp_module.MAX_RECIPIENTS
        assert set(answers[smtp_module.MAX_RECIPIENTS :]) == {"452"}
        line.say("DATA")
        assert line.say(b"Subject: all\r\n\r\nbody\r\n.").startswith("250 ")
    assert len(entries(journal)[0].meta["inboxes"]) == 1


def test_who_guesses_addresses_is_sent_away(port):
    with Line(port) as line:
        line.say("EHLO x.example")
        line.say("MAIL FROM:<a@b.example>")
        answers = [line.say(f"RCPT TO:<guess{n}@company.example>")[:3] for n in range(smtp_module.MAX_ERRORS + 1)]
    assert answers[-1] == "421"
    assert set(answers[:-1]) == {"550"}


def test_one_address_cannot_take_all_connections(journal, account):
    with listener(journal, load=Load(max_per_address=1)) as port:
        lines = [Line(port) for _ in range(4)]
        extra = socket.create_connection(("127.0.0.1", port), timeout=20)
        assert extra.recv(100).startswith(b"421 ")
        extra.close()
        lines[0].say("QUIT")
        for line in lines:
            line.__exit__()

        def again() -> bool:
            with socket.create_connection(("127.0.0.1", port), timeout=20) as probe:
                return probe.recv(100).startswith(b"220 ")

        until(again)


def test_an_idle_line_is_closed(journal, account, monkeypatch):
    monkeypatch.setattr(smtp_module, "IDLE_SECONDS", 0.3)
    with listener(journal) as port, Line(port) as line:
        assert line.read().startswith("421 ")


def test_a_line_cut_in_the_middle_of_a_message_leaves_nothing(port, journal):
    with Line(port) as line:
        line.say("EHLO x.example")
        line.say("MAIL FROM:<a@b.example>")
        line.say(f"RCPT TO:<{ADDRESS}>")
        line.say("DATA")
        line.socket.sendall(b"Subject: half a mess")
    send(port)
    assert len(entries(journal)) == 1


@pytest.mark.parametrize(
    "command", ["FROB", "MAIL", "RCPT TO:<x@y.example>", "DATA", "x" * 5000, "MAIL FROM:a b c d", "\xff\xfe"]
)
def test_wrong_commands_are_refused_politely(port, command):
    with Line(port) as line:
        assert line.say(command)[0] == "5"


def test_lmtp_answers_for_each_recipient(port, journal, account):
    open_mail_inbox(agent=None, actor=SYSTEM, name="Sales", address="sales@company.example")
    with Line(port + 1) as line:
        line.say("LHLO x.example")
        line.say("MAIL FROM:<a@b.example>")
        line.say(f"RCPT TO:<{ADDRESS}>")
        line.say("RCPT TO:<sales@company.example>")
        line.say("DATA")
        assert line.say(mail() + b".").startswith("250 ")
        assert line.read().startswith("250 ")
        assert line.say("NOOP").startswith("250 ")
    with Line(port + 1) as line:
        assert line.say("EHLO x.example").startswith("500 ")
    [entry] = entries(journal)
    assert len(entry.meta["inboxes"]) == 2


@pytest.fixture
def certificate(tmp_path: Path) -> ssl.SSLContext:
    from tests.helpers.certificates import self_signed

    certificate, key = self_signed(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


def test_starttls_is_offered_with_a_certificate_and_what_was_said_before_is_forgotten(journal, account, certificate):
    with listener(journal, tls=certificate) as port, smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.ehlo()
        assert client.has_extn("starttls")
        client.starttls(context=ssl._create_unverified_context())
        assert not client.does_esmtp
        client.ehlo()
        assert not client.has_extn("starttls")
        client.sendmail("a@b.example", [ADDRESS], mail())
    assert len(entries(journal)) == 1


def test_commands_sent_ahead_of_starttls_are_not_taken_for_encrypted(journal, account, certificate):
    with listener(journal, tls=certificate) as port, Line(port) as line:
        line.say("EHLO x.example")
        line.socket.sendall(b"STARTTLS\r\nMAIL FROM:<evil@x.example>\r\n")
        assert line.read().startswith("220 ")
        context = ssl._create_unverified_context()
        with context.wrap_socket(line.socket) as secure:
            secure.sendall(b"EHLO x.example\r\n")
            assert secure.recv(4096).startswith(b"250-")


def test_connections_in_parallel_are_all_served(port, journal):
    done: list[int] = []

    def worker(number: int) -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
            for count in range(10):
                client.sendmail("a@b.example", [ADDRESS], mail(message_id=f"<{number}.{count}@x.example>"))
                done.append(1)

    threads = [threading.Thread(target=worker, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(done) == len(journal.pending()) == 80
