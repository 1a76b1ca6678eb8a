"""A backup holds everything, changes nothing, and comes back the same; and refuses to overwrite."""

import argparse
import io
import json
import tarfile
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, connections, transaction
from django.db.models import CharField
from django.test import override_settings
from django.utils import timezone

from tamada.accounts.models import Agent
from tamada.channels.journal import default_journal
from tamada.cli import archive, restore
from tamada.conversations.actions import attach, receive_messages, send_reply, update_conversation
from tamada.conversations.models import Attachment, Conversation, Delivery, Inbox, Message
from tamada.core import storage
from tamada.core.actors import SYSTEM, Actor
from tamada.core.tasks import run_pending
from tamada.customers.models import Customer
from tamada.knowledge.actions import Settled, create_article
from tamada.knowledge.models import ArticleFile
from tamada.operations.models import Notice
from tamada.privacy import actions as privacy
from tamada.privacy import ledger
from tests.conversations.conftest import envelope_to, inbox
from tests.operations.jobs import begin

__all__ = ["inbox"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def history(inbox: Inbox, owner: Agent, teammate: Agent) -> None:
    """Some of everything: mail in four scripts, a reply on its way out, a file, tags."""
    actor = Actor("agent", teammate.pk, teammate.name)
    texts = ("Ինտերնետ չկա", "ინტერნეტი არ არის", "Нет интернета", "No internet \N{PILE OF POO}")
    receive_messages(envelopes=[envelope_to(inbox, text=text, sender=f"p{i}@mail.am") for i, text in enumerate(texts)])
    conversation = Conversation.objects.order_by("pk")[0]
    update_conversation(agent=owner, actor=actor, conversation=conversation, tags=["Billing"], assignee=teammate)
    file = attach(agent=teammate, draft=None, name="plan.pdf", content=b"%PDF-1.4 the plan")
    send_reply(agent=teammate, actor=actor, conversation=conversation, text="We come.", attachments=[file])


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a backup keeps, table by table."""
    return {m._meta.label: list(archive.everything(m).order_by("pk").values_list()) for m in archive.tables()}


def wipe() -> None:
    """An installation as the first start leaves it."""
    with transaction.atomic():
        archive._empty({m._meta.label: m for m in archive.tables()})


@pytest.mark.usefixtures("history")
def test_what_comes_back_is_what_was_there(tmp_path: Path) -> None:
    before = rows()
    done = archive.write(tmp_path / "backup.tgz")
    assert done["rows"] == sum(map(len, before.values()))
    blob = Attachment.objects.get().blob
    storage.store().delete(blob)
    wipe()
    archive.read(tmp_path / "backup.tgz")
    after = rows()
    for label in ("conversations.Delivery", "conversations.Message"):
        assert len(before.pop(label)) == len(after.pop(label))
    assert after == before
    assert storage.read(blob) == b"%PDF-1.4 the plan"


@pytest.mark.parametrize(("model", "column"), list(storage.columns()), ids=lambda part: getattr(part, "__name__", part))
def test_the_file_that_any_row_names_is_in_it(tmp_path: Path, owner: Agent, model: type[Any], column: str) -> None:
    blob = storage.put(f"kept by {model.__name__}".encode())
    with transaction.atomic():
        _row_with(model, column, blob, owner)
    archive.write(tmp_path / "backup.tgz")
    storage.store().delete(blob)
    wipe()
    archive.read(tmp_path / "backup.tgz")
    assert storage.read(blob) == f"kept by {model.__name__}".encode()


def _row_with(model: type[Any], column: str, blob: str, owner: Agent) -> None:
    """A row of the room that names such files."""
    file = {"name": "a.png", "type": "image/png", "size": 9}
    more: dict[str, Any] = {"Import": {"made_by": owner}, "Export": {"made_by": owner}, "Attachment": file}
    more |= {"HelpCentre": {"slug": "second"}, "Learned": {"seconds": 1}}
    if model is ArticleFile:
        more["ArticleFile"] = file | {"article": create_article(agent=None, actor=SYSTEM, settled=Settled())}
    model.objects.create(**{column: blob}, **more[model.__name__])


def test_every_column_that_names_a_file_says_so() -> None:
    """Else the file would be in no backup, and swept away."""
    told = {(model, column) for model, column in storage.columns()}
    like = {
        (model, field.attname)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.attname in ("blob", "logo") and isinstance(field, CharField)
    }
    assert like <= told
    assert {model.__name__ for model, _column in told} == {
        "ArticleFile",
        "Attachment",
        "Export",
        "HelpCentre",
        "Import",
        "Learned",
    }


@pytest.mark.usefixtures("history")
def test_what_was_on_its_way_out_is_never_sent_by_a_restored_copy(tmp_path: Path) -> None:
    archive.write(tmp_path / "backup.tgz")
    wipe()
    archive.read(tmp_path / "backup.tgz")
    assert Message.objects.get(kind="out").delivery == "uncertain"
    assert not Delivery.objects.filter(settled_at__isnull=True).exists()


@pytest.mark.usefixtures("history")
def test_a_restored_copy_tells_no_customer_what_the_other_may_have_told(tmp_path: Path, teammate: Agent) -> None:
    job = begin(teammate, Conversation.objects.order_by("pk")[0])
    Notice.objects.create(job=job, step="fix", moment="done", due_at=timezone.now())
    archive.write(tmp_path / "backup.tgz")
    wipe()
    archive.read(tmp_path / "backup.tgz")
    notice = Notice.objects.get()
    assert (notice.state, notice.why, notice.settled_at is None) == ("dropped", "restored", False)


@pytest.mark.usefixtures("history")
def test_a_restored_installation_goes_on_counting(tmp_path: Path, inbox: Inbox) -> None:
    archive.write(tmp_path / "backup.tgz")
    wipe()
    archive.read(tmp_path / "backup.tgz")
    (result,) = receive_messages(envelopes=[envelope_to(inbox)])
    assert result.new_conversation


@pytest.mark.usefixtures("history")
def test_nothing_is_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "backup.tgz"
    target.write_bytes(b"precious")
    with pytest.raises(archive.ArchiveError, match="exists already"):
        archive.write(target)
    assert target.read_bytes() == b"precious"
    archive.write(tmp_path / "other.tgz")
    before = rows()
    with pytest.raises(archive.ArchiveError, match="something here already"):
        archive.read(tmp_path / "other.tgz")
    assert rows() == before


@pytest.mark.usefixtures("history")
def test_writers_go_on_while_a_backup_reads(tmp_path: Path, inbox: Inbox) -> None:
    with archive.snapshot():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM conversations_message")
            seen = cursor.fetchone()[0]

        def write() -> None:
            receive_messages(envelopes=[envelope_to(inbox)])
            connections.close_all()

        writer = threading.Thread(target=write)
        writer.start()
        writer.join(60)
        assert not writer.is_alive()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM conversations_message")
            assert cursor.fetchone()[0] == seen


def names_in(backup: Path) -> set[str]:
    with tarfile.open(backup) as tar:
        return set(tar.getnames())


@pytest.mark.usefixtures("inbox")
def test_mail_that_is_taken_in_while_the_backup_copies_is_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, copy = default_journal(), archive._write_file
    name = journal.write(b"From: a@b.example\r\n\r\nHello", {"inboxes": []})

    def slowly(tar: tarfile.TarFile, path: Path, written: str) -> int:
        if written.startswith("journal/incoming"):
            journal.archive(name)
        return copy(tar, path, written)

    monkeypatch.setattr(archive, "_write_file", slowly)
    archive.write(tmp_path / "backup.tgz")
    assert any(name in written for written in names_in(tmp_path / "backup.tgz"))


def test_files_that_are_stored_elsewhere_and_certificates_are_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    elsewhere = replace(settings.TAMADA, storage_url=f"file://{tmp_path}/elsewhere")
    monkeypatch.setattr(settings, "TAMADA", elsewhere)
    request.getfixturevalue("history")
    blob, key = Attachment.objects.get().blob, Path(settings.TAMADA.data_dir) / "tls" / "mail.key"
    key.parent.mkdir(exist_ok=True)
    key.write_text("a key")
    archive.write(tmp_path / "backup.tgz")
    assert "data/tls/mail.key" in names_in(tmp_path / "backup.tgz")
    storage.store().delete(blob)
    key.unlink()
    wipe()
    archive.read(tmp_path / "backup.tgz")
    assert storage.read(blob) == b"%PDF-1.4 the plan"
    assert (tmp_path / "elsewhere").exists()
    assert key.read_text() == "a key"
    key.unlink()


@pytest.mark.usefixtures("inbox")
def test_what_machines_share_is_taken_from_there_and_brought_back_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    monkeypatch.setattr(settings, "TAMADA", replace(settings.TAMADA, given_shared_dir=shared))
    name = default_journal().write(b"From: a@b.example\r\n\r\nHello", {"inboxes": []})
    archive.write(tmp_path / "backup.tgz")
    default_journal().discard(name)
    wipe()
    archive.read(tmp_path / "backup.tgz")
    assert default_journal().pending() == [name]
    assert default_journal().incoming.is_relative_to(shared)


@pytest.mark.usefixtures("history")
def test_the_key_of_a_backup_is_in_use_before_what_follows_encrypts_more(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("made for this folder\n")
    here = replace(settings.TAMADA, data_dir=tmp_path)
    with override_settings(TAMADA=here, SECRET_KEY="made for this folder"):
        archive._read_file("secret.key", io.BytesIO(b"of the backup\n"))
        assert settings.SECRET_KEY == "of the backup"
        assert not archive.has_other_key()
    with override_settings(TAMADA=here, SECRET_KEY="of the environment"):
        archive._read_file("secret.key", io.BytesIO(b"of the backup\n"))
        assert settings.SECRET_KEY == "of the environment"
        assert archive.has_other_key()


def test_broken_foreign_and_hostile_backups_are_refused(tmp_path: Path) -> None:
    good = tmp_path / "good.tgz"
    archive.write(good)
    wipe()
    cut = tmp_path / "cut.tgz"
    cut.write_bytes(good.read_bytes()[:-2000])
    (tmp_path / "text.tgz").write_text("no backup")
    hostile = tmp_path / "hostile.tgz"
    with tarfile.open(hostile, "w:gz") as tar, tarfile.open(good) as source:
        manifest = source.extractfile("manifest.json")
        assert manifest is not None
        content = json.loads(manifest.read())
        _add(tar, "manifest.json", json.dumps(content).encode())
        _add(tar, "data/../../escaped", b"out")
    for bad in ("cut.tgz", "text.tgz", "hostile.tgz"):
        with pytest.raises(archive.ArchiveError):
            archive.read(tmp_path / bad)
        assert not Conversation.objects.exists()
    assert not (Path(settings.TAMADA.data_dir).parent / "escaped").exists()


@pytest.mark.usefixtures("history")
def test_a_store_that_refuses_is_named_and_not_the_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object, **_named: object) -> None:
        raise storage.StoreAway("The file store refuses: NoSuchBucket.")

    archive.write(tmp_path / "good.tgz")
    wipe()
    monkeypatch.setattr(archive, "_read_file", refuse)
    with pytest.raises(archive.ArchiveError, match=r"^The file store refuses: NoSuchBucket\.$"):
        archive.read(tmp_path / "good.tgz")
    assert not Conversation.objects.exists()


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_who_was_erased_since_the_backup_is_erased_again(tmp_path: Path, owner: Agent, is_elsewhere: bool) -> None:
    """Whether the list of the erased lies in the folder, or is given from the one that was lost."""
    ledger.path().unlink(missing_ok=True)
    archive.write(tmp_path / "backup.tgz")
    her = Conversation.objects.order_by("pk")[0].customer
    privacy.begin_erasure(agent=owner, actor=Actor("agent", owner.pk, owner.name), customer=her, typed=her.name)
    run_pending()
    wipe()
    given = None
    if is_elsewhere:
        given = ledger.path().rename(tmp_path / "erasures.jsonl")
    restore.run(argparse.Namespace(file=tmp_path / "backup.tgz", erasures=given))
    texts = set(Message.objects.exclude(kind="system").values_list("text", flat=True))
    assert texts == {"", "ინტერნეტი არ არის", "Нет интернета", "No internet \N{PILE OF POO}"}
    assert Customer.everything.get(pk=her.pk).name == ""
    assert len(list(ledger.read(ledger.path()))) >= 1
