"""`tamada check` finds what is wrong, says so in a line with what to do, and finds nothing in what is well."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tamada.channels.email.accounts import open_mail_inbox
from tamada.channels.journal import Journal
from tamada.cli import check
from tamada.cli.looks import GOOD, WARNING, WRONG, Finding, database, machine, mail, type_look, work
from tamada.conversations.models import Attachment, Conversation, ConversationCount, Delivery
from tamada.core import audit_guard, queue, settings_store, storage, tasks
from tamada.core.actors import SYSTEM
from tamada.core.models import CronRow, StoredEvent
from tamada.search.index import forget_messages
from tests.channels.conftest import journal
from tests.conversations.conftest import Receive, inbox, receive
from tests.helpers.ports import free_port
from tests.helpers.processes import weak_root
from tests.helpers.servers import Mailbox
from tests.helpers.tamada import PROGRAM, running_tamada
from tests.upgrade.kept import KEPT
from tests.upgrade.later import MIGRATE, environment

__all__ = ["inbox", "journal", "receive"]


def wrong(look: type_look) -> list[str]:
    """What a look finds wrong."""
    return [found.text for found in check.looked(look) if found.state == WRONG]


# -- what is stored ------------------------------------------------------------------------------------------------


@pytest.fixture
def indexed(transactional_db: None) -> None:
    """Tests that commit leave their words in the index: begin without them."""
    check._repair()


@pytest.mark.usefixtures("indexed")
def test_nothing_is_wrong_with_what_is_well(receive: Receive, journal: Journal) -> None:
    receive()
    looks = (database.database, database.contents, database.clock, mail.listeners, mail.servers, work.waiting)
    assert [text for look in (*looks, work.attachments, work.left_over, machine.storage) for text in wrong(look)] == []


@pytest.mark.usefixtures("indexed")
def test_the_database_is_named_with_its_version() -> None:
    told = [found.text for look in (machine.versions, database.database) for found in check.looked(look)]
    name = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    assert any(re.search(rf"{name} \d", text) for text in told)


@pytest.mark.usefixtures("indexed")
def test_counts_that_are_off_are_found_and_mended(receive: Receive) -> None:
    receive()
    ConversationCount.objects.update(total=7)
    assert "tamada check --repair" in wrong(database.contents)[0]
    check._repair()
    assert wrong(database.contents) == []


@pytest.mark.usefixtures("indexed")
def test_a_message_that_search_does_not_know_is_found(receive: Receive) -> None:
    forget_messages([receive().pk])
    assert "tamada reindex" in wrong(database.contents)[0]
    check._repair()
    assert wrong(database.contents) == []


@pytest.mark.django_db
def test_a_trail_that_anybody_could_change_is_told() -> None:
    with connection.cursor() as cursor:
        for statement in audit_guard.take_sql(connection.vendor):
            cursor.execute(statement)
    assert "audit trail" in wrong(database.contents)[0]


def test_what_was_stored_in_the_future_tells_of_a_clock_that_went_back(receive: Receive) -> None:
    message = receive()
    tomorrow = timezone.now() + timedelta(days=1)
    Conversation.objects.filter(pk=message.conversation_id).update(last_activity_at=tomorrow)
    assert f"{tomorrow:%Y-%m-%d}" in wrong(database.clock)[0]
    Conversation.objects.update(last_activity_at=timezone.now())
    assert wrong(database.clock) == []
    StoredEvent.objects.filter(pk=StoredEvent.objects.latest("pk").pk).update(at=tomorrow)
    assert wrong(database.clock) != []


def test_recurring_tasks_that_a_jump_of_the_clock_put_to_sleep_are_woken(db: None) -> None:
    queue.enqueue_due_crons()
    assert wrong(database.clock) == []
    name = next(iter(tasks.crons))
    CronRow.objects.filter(name=name).update(next_at=timezone.now() + timedelta(days=4000))
    assert "1 recurring tasks" in wrong(database.clock)[0]
    check._repair()
    assert wrong(database.clock) == []


def test_attachments_without_their_files_are_counted(db: None) -> None:
    key = storage.put(b"a plan that gets lost")
    Attachment.objects.create(name="plan.pdf", type="application/pdf", size=21, blob=key)
    assert wrong(work.attachments) == []
    storage.store().delete(key)
    assert "1 of the newest 1" in wrong(work.attachments)[0]


# -- what waits ----------------------------------------------------------------------------------------------------


@contextmanager
def running(data_dir: Path, part: str) -> Iterator[None]:
    """As if a `tamada up` of this folder ran: it holds a lock."""
    (data_dir / "run").mkdir(exist_ok=True)
    with (data_dir / "run" / f"{part}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def test_mail_that_sticks_in_the_journal_is_wrong_once_somebody_should_take_it_in(db: None, journal: Journal) -> None:
    journal.write(b"Subject: new\r\n\r\nnew", {"channel": "email"})
    assert [found.state for found in work.waiting()] == [GOOD]
    old = time.time_ns() - 3_600 * 10**9
    (journal.incoming / f"{old:019d}-00000000.eml").write_bytes(b"{}\nSubject: old")
    assert [found.state for found in work.waiting()] == [WARNING]
    with running(journal.root, "worker"):
        assert wrong(work.waiting) == ["1 incoming messages wait in the journal. Restart Tamada and look into the log."]


def test_an_entry_from_the_future_sticks_as_well(db: None, journal: Journal) -> None:
    (journal.incoming / f"{time.time_ns() + 10**15:019d}-00000000.eml").write_bytes(b"{}\nSubject: ahead")
    assert [found.state for found in work.waiting()] == [WARNING]


def test_overdue_tasks_and_messages_are_counted(receive: Receive, journal: Journal) -> None:
    message = receive()
    tasks.run_pending()
    hour_ago = timezone.now() - timedelta(hours=1)
    Delivery.objects.create(message=message, channel="email", not_before=hour_ago)
    from tamada.core.events import run_handler

    run_handler.using(run_after=hour_ago).enqueue(handler="any", event={})
    with running(journal.root, "worker"):
        found = wrong(work.waiting)
    assert [text.partition(".")[0] for text in found] == [
        "1 tasks are overdue",
        "1 messages should have left and have not been tried",
    ]


# -- mail ----------------------------------------------------------------------------------------------------------


def test_letters_that_cannot_leave_are_told(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from tamada.accounts import mail as accounts_mail

    assert [(found.state, "TAMADA_SMTP_URL" in found.text) for found in mail.letters()] == [(WARNING, True)]
    monkeypatch.setattr(accounts_mail, "is_configured", lambda: True)
    monkeypatch.setattr(accounts_mail, "problem", lambda: "It hung up.")
    assert list(mail.letters()) == [Finding(WRONG, "It hung up.")]
    monkeypatch.setattr(accounts_mail, "problem", lambda: None)
    assert [found.state for found in mail.letters()] == [GOOD]


def test_an_inbox_is_asked_to_send_and_to_fetch(team: Any) -> None:
    dead = f"127.0.0.1:{free_port()}"
    open_mail_inbox(
        agent=None,
        actor=SYSTEM,
        name="Support",
        address="support@company.example",
        smtp_url=f"smtp://{dead}",
        imap_url=f"imap://me:secret@{dead}",
    )
    sending, fetching = wrong(mail.servers)
    assert sending == "support@company.example can't send: The server refuses connections."
    assert fetching.startswith("support@company.example can't fetch its mail: ")
    assert "secret" not in fetching


@pytest.mark.servers
def test_a_mailbox_that_lets_us_in_is_well_and_a_wrong_password_is_not(team: Any, dovecot: Mailbox) -> None:
    def open_inbox(address: str, url: str) -> None:
        open_mail_inbox(agent=None, actor=SYSTEM, name="Support", address=address, imap_url=url)

    open_inbox("a@company.example", dovecot.url)
    assert wrong(mail.servers) == []
    open_inbox("b@company.example", dovecot.url.replace("secret", "guess"))
    assert [text.partition(":")[0] for text in wrong(mail.servers)] == ["b@company.example can't fetch its mail"]


def test_passwords_stored_under_another_key_are_named(team: Any, settings: Any) -> None:
    open_mail_inbox(
        agent=None, actor=SYSTEM, name="Support", address="a@company.example", smtp_url="smtp://me:pw@127.0.0.1"
    )
    settings_store.set("oauth.google.client_secret", "our-secret", SYSTEM)
    settings.SECRET_KEY = "another key, as after a restore without the old one"
    assert settings_store.get("oauth.google.client_secret") == ""
    stored = "stored under another secret key: restore that key, or enter"
    assert wrong(mail.servers) == [
        f"The setting oauth.google.client_secret was {stored} it anew.",
        f"The passwords of a@company.example were {stored} them anew.",
    ]


def test_a_certificate_is_told_before_and_after_its_end(journal: Journal, tmp_path: Path) -> None:
    from tests.helpers.certificates import self_signed

    folder = journal.root / "tls"
    folder.mkdir()
    certificate, key = self_signed(tmp_path)  # for one day
    shutil.copy(certificate, folder / "mail.crt")
    shutil.copy(key, folder / "mail.key")
    assert [found.state for found in mail.listeners()] == [WARNING]
    (folder / "mail.crt").write_text("no certificate")
    assert "can't be used" in wrong(mail.listeners)[0]


# -- the machine ---------------------------------------------------------------------------------------------------


def test_a_redis_that_does_not_answer_is_wrong(settings: Any) -> None:
    settings.TAMADA = replace(settings.TAMADA, redis_url=f"redis://127.0.0.1:{free_port()}/0")
    assert "Redis does not answer" in wrong(machine.redis)[0]


def test_the_store_is_left_as_it_was(settings: Any, tmp_path: Path) -> None:
    settings.TAMADA = replace(settings.TAMADA, data_dir=tmp_path, storage_url=None)
    assert wrong(machine.storage) == []
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_look_that_fails_is_a_finding() -> None:
    def broken() -> Iterator[Finding]:
        yield Finding(GOOD, "so far")
        raise RuntimeError("in many\nlines")

    assert [found.text for found in check.looked(broken)] == ["so far", "broken could not be looked at: in many"]


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_process_that_keeps_the_database_to_itself_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "STUCK_SECONDS", 0.2)
    held, release = threading.Event(), threading.Event()

    def keep() -> None:
        with transaction.atomic():
            held.set()
            release.wait(60)
        connection.close()

    keeper = threading.Thread(target=keep)
    keeper.start()
    try:
        assert held.wait(30)
        assert "kept the database to itself" in wrong(database.database)[0]
    finally:
        release.set()
        keeper.join(60)
    assert wrong(database.database) == []


# -- the command, on real files -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a company in it, of this version."""
    data_dir = KEPT[-1].put_files(tmp_path_factory.mktemp("company"))
    KEPT[-1].put_database(data_dir / "tamada.sqlite3")
    subprocess.run(MIGRATE, env=environment(data_dir), check=True)
    assert problems(data_dir) == []
    for leftover in data_dir.glob("tamada.sqlite3-*"):
        leftover.unlink()
    return data_dir


@pytest.fixture
def installation(company: Path, tmp_path: Path) -> Path:
    """A company of the test's own."""
    return Path(shutil.copytree(company, tmp_path / "data"))


def problems(data_dir: Path, **more: str) -> list[str]:
    """What `tamada check` finds, as a program reads it; nothing else than findings is said."""
    done = subprocess.run(
        [PROGRAM, "check"],
        env=environment(data_dir, **more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=weak_root,
    )
    assert {line[0] for line in done.stderr.splitlines()} <= {"!", "✗"}, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == (0 if said["ok"] else 1)
    return [text for text in said["problems"] if "@nortun.example" not in text]  # its servers don't exist


def close_file(data_dir: Path) -> None:
    (data_dir / "tamada.sqlite3").chmod(0o444)


def close_folder(data_dir: Path) -> None:
    (data_dir / "journal").chmod(0o500)


def overwrite(data_dir: Path) -> None:
    (data_dir / "tamada.sqlite3").write_bytes(b"this was a database" * 1000)


def damage(data_dir: Path) -> None:
    with (data_dir / "tamada.sqlite3").open("r+b") as file:
        for page in range(20, 60):
            file.seek(page * 4096)
            file.write(b"\xff" * 4096)


def truncate(data_dir: Path) -> None:
    os.truncate(data_dir / "tamada.sqlite3", 100_000)


def lose(data_dir: Path) -> None:
    (data_dir / "tamada.sqlite3").unlink()


def open_key(data_dir: Path) -> None:
    (data_dir / "secret.key").chmod(0o644)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (close_file, "tamada.sqlite3 can't be written: Permission denied"),
        (close_folder, "journal can't be written: Permission denied"),
        (overwrite, "The database file is damaged"),
        (damage, "The database file is damaged"),
        (truncate, "The database file is damaged"),
        (lose, "There is no database at"),
        (open_key, "secret.key: chmod 600 it"),
    ],
)
def test_a_real_fault_is_named_first(installation: Path, fault: Callable[[Path], None], words: str) -> None:
    fault(installation)
    found = problems(installation)
    assert words in found[0]
    assert len(found) <= 2
    assert (installation / "tamada.sqlite3").exists() is (fault is not lose)


@pytest.mark.sqlite
@pytest.mark.parametrize("url", ["mail.company.example:587", "smtp://mail.company.example:submission"])
def test_an_address_that_is_none_is_one_line(tmp_path: Path, url: str) -> None:
    done = subprocess.run(
        [PROGRAM, "check"],
        env=environment(tmp_path, TAMADA_SMTP_URL=url),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("tamada: TAMADA_SMTP_URL must be smtp://")


@pytest.mark.sqlite
def test_a_server_for_letters_that_is_down_is_wrong(installation: Path) -> None:
    found = problems(installation, TAMADA_SMTP_URL=f"smtp://127.0.0.1:{free_port()}")
    assert len(found) == 1
    assert "The outgoing mail server 127.0.0.1 doesn't work" in found[0]


@pytest.mark.servers
@pytest.mark.sqlite
def test_listeners_that_take_nothing_are_told_while_tamada_runs() -> None:
    """The mail process says where it listens; there nobody answers, as behind a firewall on this machine."""
    with running_tamada() as server:
        file = server.data_dir / "run" / "mail.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), "ports": [free_port()]}))
        found = problems(server.data_dir)
    assert len(found) == 1
    assert "takes no mail" in found[0]


@pytest.mark.servers
@pytest.mark.sqlite
def test_a_running_tamada_is_well() -> None:
    with running_tamada() as server:
        assert problems(server.data_dir) == []
