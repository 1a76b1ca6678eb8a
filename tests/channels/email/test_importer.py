"""Archives of every kind come in once, in order, quietly."""

import json
import mailbox
from email import message_from_bytes
from pathlib import Path

import pytest

from tamada.channels.email import importer
from tamada.channels.email.importer import NoArchiveError, inbox_of, messages_in, rehearse, run_import, subfolders
from tamada.channels.ingest import take_in as really_take_in
from tamada.conversations.models import Conversation, Message
from tamada.core.actors import SYSTEM
from tamada.customers.actions import block_sender
from tests.channels.conftest import ADDRESS, mail


def archive() -> list[bytes]:
    """A question, our answer from another program, thanks, and something that is no mail."""
    return [
        mail("Where is my router?", message_id="<1@customer.example>"),
        mail(
            "On its way.",
            sender=f"Support <{ADDRESS}>",
            to="karine@customer.example",
            message_id="<2@company.example>",
            in_reply_to="<1@customer.example>",
        ),
        mail("Thanks!", message_id="<3@customer.example>", references="<1@customer.example> <2@company.example>"),
    ]


def as_mbox(folder: Path, raws: list[bytes]) -> Path:
    path = folder / "archive.mbox"
    box = mailbox.mbox(str(path))
    for raw in raws:
        box.add(message_from_bytes(raw))
    box.close()
    return path


def as_maildir(folder: Path, raws: list[bytes]) -> Path:
    for part in ("cur", "new", "tmp"):
        (folder / "maildir" / part).mkdir(parents=True)
    for number, raw in enumerate(raws):
        (folder / "maildir" / ("cur" if number % 2 else "new") / f"{number}.host:2,S").write_bytes(raw)
    return folder / "maildir"


def as_folder(folder: Path, raws: list[bytes]) -> Path:
    (folder / "mails" / "deep").mkdir(parents=True)
    for number, raw in enumerate(raws):
        (folder / "mails" / ("deep" if number else "") / f"{number}.eml").write_bytes(raw)
    return folder / "mails"


MAKERS = {"mbox": as_mbox, "maildir": as_maildir, "folder": as_folder}


@pytest.mark.parametrize("kind", MAKERS)
def test_every_kind_of_archive_comes_in_as_one_conversation(tmp_path, kind, account, journal):
    path = MAKERS[kind](tmp_path, archive())
    done = run_import(messages_in(kind, path), inbox_id=account.inbox_id, journal=journal)
    assert done.as_dict() == {
        "read": 3,
        "conversations": 1,
        "messages": 3,
        "duplicates": 0,
        "quarantined": 0,
        "blocked": 0,
        "removed": 0,
    }
    kinds = dict(Message.objects.values_list("text", "kind"))
    assert kinds == {"Where is my router?": "in", "On its way.": "out", "Thanks!": "in"}


def dated(raw: bytes, day: int) -> bytes:
    return raw.replace(b"Mon, 05 Jan 2026", f"{day:02d} Jan 2026".encode())


@pytest.mark.parametrize("kind", MAKERS)
def test_answers_that_are_filed_before_their_question_join_it(tmp_path, kind, account, journal):
    question, answer, thanks = archive()
    path = MAKERS[kind](tmp_path, [dated(thanks, 9), dated(answer, 8), dated(question, 7)])
    done = run_import(messages_in(kind, path), inbox_id=account.inbox_id, journal=journal)
    assert (done.messages, done.conversations) == (3, 1)
    in_order = Message.objects.order_by("seq").values_list("text", flat=True)
    assert list(in_order) == ["Where is my router?", "On its way.", "Thanks!"]


def test_what_was_quarantined_may_be_imported_again(account, journal, monkeypatch):
    from tamada.channels.email import receive

    with monkeypatch.context() as broken:
        broken.setattr(receive, "parse", lambda *_a, **_o: (_ for _ in ()).throw(ValueError))
        assert run_import(archive(), inbox_id=account.inbox_id, journal=journal).quarantined == 3
    assert run_import(archive(), inbox_id=account.inbox_id, journal=journal).messages == 3


def test_blocked_senders_are_counted(account, journal, owner):
    block_sender(agent=owner, actor=SYSTEM, value="karine@customer.example")
    done = run_import(archive(), inbox_id=account.inbox_id, journal=journal)
    assert done.read == done.messages + done.duplicates + done.quarantined + done.blocked
    assert done.blocked == 2


def test_a_second_import_adds_nothing(account, journal):
    run_import(archive(), inbox_id=account.inbox_id, journal=journal)
    again = run_import(archive(), inbox_id=account.inbox_id, journal=journal)
    assert (again.messages, again.duplicates) == (0, 3)
    assert Message.objects.count() == 3


def test_mail_that_came_over_smtp_is_not_imported_again(deliver, account, journal):
    deliver(archive()[0])
    done = run_import(archive(), inbox_id=account.inbox_id, journal=journal)
    assert (done.messages, done.duplicates) == (2, 1)


def test_what_is_no_mail_is_quarantined_and_the_rest_comes_in(account, journal):
    done = run_import([*archive(), b"not a mail at all"], inbox_id=account.inbox_id, journal=journal)
    assert (done.messages, done.quarantined) == (3, 1)


def test_a_dry_run_tells_the_same_and_writes_nothing(account, journal):
    told = rehearse([*archive(), archive()[0], b"no mail"], inbox_id=account.inbox_id)
    assert not Conversation.objects.exists()
    assert not list(journal.raw.rglob("*.eml"))
    done = run_import([*archive(), archive()[0], b"no mail"], inbox_id=account.inbox_id, journal=journal)
    assert told == done


def test_dates_are_those_of_the_mails(account, journal):
    run_import(archive(), inbox_id=account.inbox_id, journal=journal)
    assert {m.created_at.year for m in Message.objects.all()} == {2026}


def test_an_mbox_with_from_lines_inside_texts_is_cut_in_the_right_places(tmp_path):
    path = tmp_path / "tricky.mbox"
    path.write_bytes(
        b"From a@b Thu Jan  1 00:00:00 2026\nSubject: one\n\nline\n>From the start\nFrom here on, no new mail\n\n"
        b"From a@b Thu Jan  1 00:00:00 2026\nSubject: two\n\n>>From quoted twice\n"
    )
    first, second = messages_in("mbox", path)
    assert first == b"Subject: one\n\nline\nFrom the start\nFrom here on, no new mail\n"
    assert second == b"Subject: two\n\n>From quoted twice\n"


def test_batches_are_bounded_by_bytes_and_one_message_by_what_is_looked_at(tmp_path, account, journal, monkeypatch):
    sizes: list[int] = []

    def take_in(entries):
        sizes.append(len(entries))
        return really_take_in(entries)

    monkeypatch.setattr(importer, "take_in", take_in)
    monkeypatch.setattr(importer, "BATCH_BYTES", 12_000)
    monkeypatch.setattr(importer, "MAX_MESSAGE_BYTES", 20_000)
    raws = [
        mail("word " * 200 * kilobytes, message_id=f"<{number}@x.example>")
        for number, kilobytes in enumerate((1, 4, 4, 1, 90, 4, 4, 4))
    ]
    path = as_folder(tmp_path, raws)
    read = list(messages_in("folder", path))
    assert max(map(len, read)) == 20_001
    assert run_import(read, inbox_id=account.inbox_id, journal=journal).messages == 8
    assert sizes == [4, 1, 2, 1]


def test_errors_name_what_is_wrong(tmp_path, account):
    (tmp_path / "text.txt").write_text("hello")
    for kind in MAKERS:
        with pytest.raises(NoArchiveError, match="no file"):
            messages_in(kind, tmp_path / "missing")
    with pytest.raises(NoArchiveError, match="no mbox"):
        messages_in("mbox", tmp_path / "text.txt")
    with pytest.raises(NoArchiveError, match="nobody@"):
        inbox_of("nobody@company.example")


@pytest.mark.parametrize(
    ("kind", "made", "words"),
    [
        ("mbox", "maildir", "it is a folder"),
        ("mbox", "folder", "it is a folder"),
        ("maildir", "mbox", "no maildir"),
        ("maildir", "folder", "no maildir"),
        ("folder", "mbox", "no .eml files"),
        ("folder", "maildir", "no .eml files"),
    ],
)
def test_an_archive_of_another_kind_than_was_said_is_refused(tmp_path, kind, made, words):
    with pytest.raises(NoArchiveError, match=words):
        messages_in(kind, MAKERS[made](tmp_path, archive()))


def test_folders_inside_a_maildir_are_named_and_left_out(tmp_path, account, journal):
    path = as_maildir(tmp_path, archive())
    for folder in (".Sent", ".Junk.Old", "plain"):
        (path / folder / "cur").mkdir(parents=True)
        (path / folder / "cur" / "1.host").write_bytes(mail("Elsewhere", message_id=f"<{folder}@x.example>"))
    assert subfolders("maildir", path) == [".Junk.Old", ".Sent", "plain"]
    assert run_import(messages_in("maildir", path), inbox_id=account.inbox_id, journal=journal).read == 3
    assert subfolders("folder", path) == []


@pytest.mark.servers
def test_the_commands_open_an_inbox_and_import_into_it(tmp_path, running):
    tamada = running()
    made = tamada.add_inbox("Support", "--email", ADDRESS)
    assert set(made) == {"id", "key"}
    assert set(tamada.add_inbox("Chat", "--chat")) == {"id", "key", "secret"}
    path = as_mbox(tmp_path, archive())
    told = tamada.cli("import", "mbox", str(path), "--inbox", ADDRESS, "--dry-run")
    done = tamada.cli("import", "mbox", str(path), "--inbox", ADDRESS.upper())
    assert json.loads(told.stdout) == json.loads(done.stdout)
    assert json.loads(done.stdout)["conversations"] == 1
    for wrong in (
        ("inbox", "add", "Again", "--email", ADDRESS),
        ("inbox", "add", "Bad", "--email", "nonsense"),
        ("inbox", "add", "Bad", "--email", "x@y.example", "--smtp", "http://x"),
        ("import", "mbox", str(path), "--inbox", "nobody@company.example"),
        ("import", "mbox", str(tmp_path / "missing"), "--inbox", ADDRESS),
    ):
        refused = tamada.cli(*wrong, check=False)
        assert (refused.returncode, refused.stdout, len(refused.stderr.splitlines())) == (1, "", 1)
    assert tamada.cli("inbox", "add", "Neither", check=False).returncode == 2
